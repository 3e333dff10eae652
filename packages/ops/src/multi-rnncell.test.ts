/** Recurrent cells on top of each other. */
import { basicLSTMCell, multiRNNCell, type Tensor, type TensorLike, tensor } from '@deft/tensor';
import { expect, it } from 'vitest';

const kernel = tensor([
  [0.5, -0.25, 0.75, 1],
  [-0.5, 0.25, 0.125, -1],
]);
const cell = (data: TensorLike, c: TensorLike, h: TensorLike): readonly [c: Tensor, h: Tensor] =>
  basicLSTMCell(1, kernel, tensor([0.1, -0.1, 0.2, 0]), data, c, h);
const list = (x: Tensor): number[] => Array.from(x.dataSync(), Number);

it('every cell takes the output of the one before', () => {
  const [c, h] = multiRNNCell([cell, cell], [[0.5]], [[[0.25]], [[-1]]], [[[0.75]], [[0.125]]]);
  const [firstC, firstH] = cell([[0.5]], [[0.25]], [[0.75]]);
  const [secondC, secondH] = cell(firstH, [[-1]], [[0.125]]);
  expect([...c, ...h].map(list)).toEqual([firstC, secondC, firstH, secondH].map(list));
});

it('a cell is what its formula says', () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const [i, j, f, o] = [0, 1, 2, 3].map((k) => {
    const rows = kernel.toArray() as number[][];
    return 0.5 * (rows[0]?.[k] as number) + 0.75 * (rows[1]?.[k] as number) + ([0.1, -0.1, 0.2, 0][k] as number);
  }) as [number, number, number, number];
  const next = 0.25 * sigmoid(f + 1) + sigmoid(i) * Math.tanh(j);
  const [c, h] = cell([[0.5]], [[0.25]], [[0.75]]);
  expect(c.item()).toBeCloseTo(next, 6);
  expect(h.item()).toBeCloseTo(Math.tanh(next) * sigmoid(o), 6);
});

it('wants a state for every cell', () => {
  expect(() => multiRNNCell([cell, cell], [[1]], [[[1]]], [[[1]]])).toThrow(/expected 2 of each.*got 1 and 1/);
});
