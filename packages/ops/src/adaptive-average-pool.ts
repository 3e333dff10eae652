/** `adaptiveAveragePool`: the mean of a given number of parts. */
import { nd, type OperationFunction, type SameRank, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { adaptiveAttributes, adaptiveBin } from './definition/adaptive-bins.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { type AnyDataFormat, spatialAxes } from './definition/convolution.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { moveAxis } from './move-axis.ts';
import { tensordot } from './tensordot.ts';

/** Options of `adaptiveAveragePool`. */
export interface AdaptiveAveragePoolOptions {
  /** Channels last unless told. */
  readonly dataFormat?: AnyDataFormat;
}

/**
 * The mean of as many parts of sequences, images or volumes as `outputSize` says along each spatial axis, whatever their
 * size: of W elements in L parts, part i goes from ⌊i·W/L⌋ up to ⌈(i+1)·W/L⌉, as in PyTorch.
 *
 * @throws `E_RANK` unless `x` has rank 3 to 5, `E_ATTRIBUTE` for bad options, `E_DTYPE`.
 * @example
 * ```ts
 * import { adaptiveAveragePool, ones } from '@deft/tensor';
 * console.log(adaptiveAveragePool(ones([1, 7, 5, 3]), [2, 2]).shape); // [1, 2, 2, 3]
 * ```
 */
export const adaptiveAveragePool: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    outputSize: number | readonly number[],
    options?: AdaptiveAveragePoolOptions,
  ) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'adaptiveAveragePool',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The mean of a given number of parts along each spatial axis.',
    notes: ['Part i of L goes from ⌊i·W/L⌋ up to ⌈(i+1)·W/L⌉, so neighbouring parts may share elements.'],
    see: ['avgPool', 'globalAveragePool'],
  },
  arguments: (x: TensorLike, outputSize: number | readonly number[], options: AdaptiveAveragePoolOptions = {}) => {
    const input = operand('adaptiveAveragePool', 'x', x);
    return {
      inputs: [input],
      attributes: adaptiveAttributes('adaptiveAveragePool', input.abstract, outputSize, options.dataFormat),
    };
  },
  compose: ([x], { outputSize, dataFormat }): Tensor => {
    floating('adaptiveAveragePool', x.abstract);
    let result = x;
    for (const [w, axis] of spatialAxes(dataFormat).entries()) {
      const dim = result.abstract.shape[axis] as number;
      const parts = outputSize[w] as number;
      const weights = new Float64Array(parts * dim);
      for (let i = 0; i < parts; i++) {
        const [start, size] = adaptiveBin(i, dim, parts);
        weights.fill(1 / size, i * dim + start, i * dim + start + size);
      }
      const matrix = constantTensor({ shape: [parts, dim], dtype: 'float64', data: weights });
      const product = tensordot(result, cast(matrix, result.dtype), [[axis], [1]]) as Tensor;
      result = moveAxis(product, -1, axis) as Tensor;
    }
    return result;
  },
  samples: [
    { label: 'parts that overlap', inputs: [nd([1, 5, 1], [1, 7, 3, -4, 6])], rest: [3], grad: 'check' },
    {
      label: 'images',
      inputs: [nd([1, 3, 2, 2], [1, 2, 5, 3, 4, 0, 7, 6, 9, 8, -1, -2])],
      rest: [[2, 1]],
      grad: 'check',
    },
    {
      label: 'more parts than elements, channels first',
      inputs: [nd([1, 1, 2, 1], [1, 5])],
      rest: [[3, 1], { dataFormat: 'NCHW' }],
      grad: 'check',
    },
    { label: 'volumes', inputs: [nd([1, 2, 2, 1, 1], [1, 5, 3, 2])], rest: [1], grad: 'check' },
    { label: 'none', inputs: [nd([0, 4, 1], [])], rest: [2] },
    { label: 'nan', inputs: [nd([1, 4, 1], [1, NaN, 2, 3])], rest: [2], grad: 'skip' },
  ],
  errors: [
    {
      label: 'too few axes',
      inputs: [{ shape: [4, 1] }],
      rest: [2],
      code: 'E_RANK',
      says: /adaptiveAveragePool: x: expected rank 3 to 5/,
    },
    {
      label: 'no parts',
      inputs: [{ shape: [1, 4, 1] }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /outputSize: .*at least 1/,
    },
    {
      label: 'a wrong dtype',
      inputs: [{ shape: [1, 4, 1], dtype: 'int32' }],
      rest: [2],
      code: 'E_DTYPE',
      says: /adaptiveAveragePool: expected floating input/,
    },
  ],
});
