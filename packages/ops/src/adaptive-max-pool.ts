/** `adaptiveMaxPool`: the largest element of a given number of parts. */
import { nd, type OperationFunction, type SameRank, type Tensor } from '@deft/core';
import { adaptiveAttributes, adaptiveBin } from './definition/adaptive-bins.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { type AnyDataFormat, spatialAxes } from './definition/convolution.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { numeric } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { gather } from './gather.ts';
import { max } from './max.ts';

/** Options of `adaptiveMaxPool`. */
export interface AdaptiveMaxPoolOptions {
  /** Channels last unless told. */
  readonly dataFormat?: AnyDataFormat;
}

/**
 * The largest element of as many parts of sequences, images or volumes as `outputSize` says along each spatial axis, whatever their
 * size: of W elements in L parts, part i goes from ⌊i·W/L⌋ up to ⌈(i+1)·W/L⌉, as in PyTorch.
 *
 * @throws `E_RANK` unless `x` has rank 3 to 5, `E_ATTRIBUTE` for bad options, `E_DTYPE`.
 * @example
 * ```ts
 * import { adaptiveMaxPool, ones } from '@deft/tensor';
 * console.log(adaptiveMaxPool(ones([1, 7, 5, 3]), [2, 2]).shape); // [1, 2, 2, 3]
 * ```
 */
export const adaptiveMaxPool: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    outputSize: number | readonly number[],
    options?: AdaptiveMaxPoolOptions,
  ) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'adaptiveMaxPool',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The largest element of a given number of parts along each spatial axis.',
    notes: ['Part i of L goes from ⌊i·W/L⌋ up to ⌈(i+1)·W/L⌉, so neighbouring parts may share elements.'],
    see: ['maxPool', 'globalMaxPool'],
  },
  arguments: (x: TensorLike, outputSize: number | readonly number[], options: AdaptiveMaxPoolOptions = {}) => {
    const input = operand('adaptiveMaxPool', 'x', x);
    return {
      inputs: [input],
      attributes: adaptiveAttributes('adaptiveMaxPool', input.abstract, outputSize, options.dataFormat),
    };
  },
  compose: ([x], { outputSize, dataFormat }): Tensor => {
    numeric('adaptiveMaxPool', x.abstract);
    let result = x;
    for (const [w, axis] of spatialAxes(dataFormat).entries()) {
      const dim = result.abstract.shape[axis] as number;
      const parts = outputSize[w] as number;
      const bins = Array.from({ length: parts }, (_, i) => adaptiveBin(i, dim, parts));
      const widest = Math.max(0, ...bins.map(([, size]) => size));
      // A part shorter than the widest repeats its last element, which changes no maximum.
      const places = bins.flatMap(([start, size]) =>
        Array.from({ length: widest }, (_, k) => start + Math.min(k, size - 1)),
      );
      const indices = constantTensor({ shape: [parts, widest], dtype: 'int32', data: Int32Array.from(places) });
      result = max(gather(result, indices, { axis }), { axis: axis + 1 }) as Tensor;
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
      says: /adaptiveMaxPool: x: expected rank 3 to 5/,
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
      inputs: [{ shape: [1, 4, 1], dtype: 'bool' }],
      rest: [2],
      code: 'E_DTYPE',
      says: /adaptiveMaxPool: expected numeric input/,
    },
  ],
});
