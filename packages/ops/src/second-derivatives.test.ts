/** Second derivatives at points where samples state only the first: zeros of products and powers, and kinks. */
import { cumProd, hessian, logAddExp, norm, pow, prod, std, sum, type Tensor, tensor, xlogy } from '@deft/tensor';
import { expect, it } from 'vitest';

type Case = readonly [
  name: string,
  f: (x: Tensor) => Tensor,
  at: readonly number[],
  expected: readonly (readonly number[])[],
];

const one = tensor([1], { dtype: 'float64' });
const cases: readonly Case[] = [
  ['a square at 0', (x) => pow(x, 2) as Tensor, [0], [[2]]],
  [
    'a cube at 0 and below',
    (x) => pow(x, 3) as Tensor,
    [0, -2],
    [
      [0, 0],
      [0, -12],
    ],
  ],
  ['the first power at 0', (x) => pow(x, 1) as Tensor, [0], [[0]]],
  [
    'a product with two zeros',
    (x) => prod(x) as Tensor,
    [0, 0, 2],
    [
      [0, 2, 0],
      [2, 0, 0],
      [0, 0, 0],
    ],
  ],
  [
    'a product with one zero',
    (x) => prod(x) as Tensor,
    [0, 3, 2],
    [
      [0, 2, 3],
      [2, 0, 0],
      [3, 0, 0],
    ],
  ],
  [
    'running products with zeros',
    (x) => cumProd(x) as Tensor,
    [2, 0, 3, 0],
    [
      [0, 4, 0, 0],
      [4, 0, 2, 6],
      [0, 2, 0, 0],
      [0, 6, 0, 0],
    ],
  ],
  [
    'a length at its kink',
    (x) => norm(x) as Tensor,
    [0, 0],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'a spread at its kink',
    (x) => std(x) as Tensor,
    [2, 2],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  ['a sum of equal powers', (x) => logAddExp(x, one) as Tensor, [1], [[0.25]]],
  ['nothing of a logarithm', (x) => xlogy(x, one) as Tensor, [0], [[0]]],
];

it.each(cases)('%s', (_, f, at, expected) => {
  const total = (x: Tensor): Tensor => sum(f(x)) as Tensor;
  const found = (hessian(total) as (x: Tensor) => Tensor)(tensor([...at], { dtype: 'float64' }) as Tensor);
  Array.from(found.dataSync(), Number).forEach((value, i) => {
    expect(value).toBeCloseTo(expected.flat()[i] as number, 12);
  });
});
