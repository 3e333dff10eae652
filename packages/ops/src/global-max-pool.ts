/** `globalMaxPool`: the largest element over the rows and columns of images. */
import { nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { checkDataFormat, checkImages, type DataFormat, spatialAxes } from './definition/convolution.ts';
import type { CheckRank, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { max } from './max.ts';

/** Options of `globalMaxPool`. */
export interface GlobalMaxPoolOptions<F extends DataFormat = DataFormat, Keep extends boolean = boolean> {
  /** Whether rows and columns stay as axes of size 1. */
  readonly keepDims?: Keep;
  /** `'NHWC'` unless told. */
  readonly dataFormat?: F;
}

type GlobalPool = <const X extends TensorLike, const F extends DataFormat = 'NHWC', const Keep extends boolean = false>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  options?: GlobalMaxPoolOptions<F, Keep>,
) => Tensor<boolean extends Keep ? Shape : Pooled<ShapeOf<X>, F, Keep extends true ? [1, 1] : []>, DTypeOfOne<X>>;

/**
 * The largest element over rows and columns, for every image and channel: from `[batch, height, width, channels]` to
 * `[batch, channels]`.
 *
 * @throws `E_RANK` unless `x` is a batch of images.
 * @example
 * ```ts
 * import { globalMaxPool, tensor } from '@deft/tensor';
 * console.log(globalMaxPool(tensor([[[[1], [2]], [[3], [4]]]])).toArray()); // [[4]]
 * ```
 */
export const globalMaxPool: OperationFunction<GlobalPool> = defineComposite({
  name: 'globalMaxPool',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The largest element over the rows and columns of images.',
    notes: ['Where several elements are largest, they get equal shares of the gradient.'],
    see: ['globalAveragePool', 'maxPool'],
  },
  arguments: (x: TensorLike, { keepDims = false, dataFormat = 'NHWC' }: GlobalMaxPoolOptions = {}) => {
    checkDataFormat('globalMaxPool', dataFormat);
    return { inputs: [x], attributes: { keepDims, dataFormat } };
  },
  compose: ([x], { keepDims, dataFormat }): Tensor => {
    checkImages('globalMaxPool', x.abstract, dataFormat);
    return max(x, { axis: spatialAxes(dataFormat), keepDims }) as Tensor;
  },
  samples: [
    { label: 'two channels', inputs: [nd([2, 2, 1, 2], [1, 2, 5, 3, 4, 0, 1, 2])], grad: 'check' },
    { label: 'axes kept', inputs: [nd([1, 2, 2, 1], [1, 2, 5, 3])], rest: [{ keepDims: true }], grad: 'check' },
    {
      label: 'channels first',
      inputs: [nd([1, 2, 2, 1], [1, 2, 5, 3])],
      rest: [{ dataFormat: 'NCHW' }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'an image without a batch',
      inputs: [{ shape: [4, 4, 1] }],
      code: 'E_RANK',
      says: /globalMaxPool: x: expected rank 4/,
    },
    {
      label: 'an unknown data format',
      inputs: [{ shape: [1, 4, 4, 1] }],
      rest: [{ dataFormat: 'HWC' }],
      code: 'E_ATTRIBUTE',
      says: /'NHWC' or 'NCHW', got HWC/,
    },
  ],
});
