/** `frame`: a signal cut into overlapping pieces. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { windows } from './windows.ts';

/**
 * The pieces of `frameLength` elements, `frameStep` apart, of the last axis, as rows. With `padEnd` the end is filled with
 * `padValue` (0 unless told) so that every element begins a step's piece.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for lengths below 1, `E_SHAPE` where no piece fits.
 * @example
 * ```ts
 * import { frame, tensor } from '@deft/tensor';
 * console.log(frame(tensor([1, 2, 3, 4, 5]), 3, 2).toArray()); // [[1, 2, 3], [3, 4, 5]]
 * ```
 */
export const frame: OperationFunction<
  <const X extends TensorLike, const N extends number>(
    x: X,
    frameLength: N,
    frameStep: number,
    padEnd?: boolean,
    padValue?: number,
  ) => Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, N]>, DTypeOfOne<X>>
> = defineComposite({
  name: 'frame',
  inputs: ['x'],
  doc: {
    group: 'signal',
    summary: 'The overlapping pieces of a signal.',
    see: ['stft', 'windows'],
  },
  arguments: (x: TensorLike, frameLength: number, frameStep: number, padEnd = false, padValue = 0) => {
    checkWhole('frame', 'frameLength', frameLength, 1);
    checkWhole('frame', 'frameStep', frameStep, 1);
    return { inputs: [x], attributes: { frameLength, frameStep, padEnd: padEnd === true, padValue } };
  },
  compose: ([x], { frameLength, frameStep, padEnd, padValue }): Tensor => {
    requireRank('frame', 'x', x.abstract, 1, true);
    const length = x.abstract.shape.at(-1) as number;
    const wanted = (Math.ceil(length / frameStep) - 1) * frameStep + frameLength;
    const after = padEnd ? Math.max(0, wanted - length) : 0;
    return windows(x, {
      axes: [x.rank - 1],
      size: [frameLength],
      strides: [frameStep],
      padding: [[0, after]],
      fill: padValue,
    });
  },
  samples: [
    { label: 'overlapping', inputs: [nd([5], [1, 2, 3, 4, 5])], rest: [3, 2], grad: 'check' },
    { label: 'rows, apart', inputs: [nd([2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])], rest: [2, 3], grad: 'check' },
    { label: 'filled up', inputs: [nd([4], [1, 2, 3, 4])], rest: [3, 2, true, 9], grad: 'check' },
    { label: 'no rows', inputs: [nd([0, 3], [])], rest: [2, 1] },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [] }],
      rest: [2, 1],
      code: 'E_RANK',
      says: /frame: x: expected at least rank 1/,
    },
    { label: 'no step', inputs: [{ shape: [4] }], rest: [2, 0], code: 'E_ATTRIBUTE', says: /frameStep: .*got 0/ },
    { label: 'too long', inputs: [{ shape: [4] }], rest: [5, 1], code: 'E_SHAPE', says: /frame .*does not fit/ },
  ],
});
