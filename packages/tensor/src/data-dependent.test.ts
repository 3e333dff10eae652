/** Functions whose result's shape depends on elements: they run at once, and say so in a capture. */
import { argWhere, booleanMask, grad, jit, setDiff1d, sum, type Tensor, tensor, unique } from '@deft/tensor';
import { expect, it } from 'vitest';

const mask = tensor([true, false, true]);

it('booleanMask takes slices along any axes', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(booleanMask(x, mask, 1).toArray()).toEqual([
    [1, 3],
    [4, 6],
  ]);
  expect(
    booleanMask(
      x,
      tensor([
        [true, false, false],
        [false, false, true],
      ]),
    ).toArray(),
  ).toEqual([1, 6]);
  expect(booleanMask(tensor([1, 2, 3]), tensor([false, false, false])).shape).toEqual([0]);
});

it('booleanMask has a gradient', () => {
  const slope = grad((x: Tensor) => sum(booleanMask(x, mask)) as Tensor)(tensor([1, 2, 3]));
  expect((slope as Tensor).toArray()).toEqual([1, 0, 1]);
});

it('booleanMask tells what does not fit', () => {
  expect(() => booleanMask(tensor([1, 2]), mask)).toThrow(/booleanMask: mask: expected the shape of axes from 0 on/);
  expect(() => booleanMask(tensor([1, 2]), tensor([1, 0]))).toThrow(/booleanMask: mask: expected bool, got float32/);
});

it('argWhere, unique and setDiff1d read the elements', () => {
  expect(argWhere(tensor([0, Number.NaN, 2])).toArray()).toEqual([[1], [2]]);
  const { values, indices, counts } = unique(tensor([3, 1, 3]));
  expect([values.toArray(), indices.toArray(), counts.toArray()]).toEqual([
    [3, 1],
    [0, 1, 0],
    [2, 1],
  ]);
  const difference = setDiff1d(tensor([1, 2, 3, 2]), tensor([2]));
  expect([difference.values.toArray(), difference.indices.toArray()]).toEqual([
    [1, 3],
    [0, 2],
  ]);
  expect(() => unique(tensor([[1]]))).toThrow(/unique: x: expected rank 1/);
  expect(() => setDiff1d(tensor([1]), tensor([[1]]))).toThrow(/setDiff1d: y: expected rank 1/);
});

it('a capture cannot read elements', () => {
  for (const f of [
    (x: Tensor) => argWhere(x),
    (x: Tensor) => unique(x).values,
    (x: Tensor) => setDiff1d(x, x).values,
  ]) {
    expect(() => jit(f)(tensor([1, 2]))).toThrow(/E_CAPTURE_READ/);
  }
});
