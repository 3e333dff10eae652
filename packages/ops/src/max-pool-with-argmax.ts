/** `maxPoolWithArgmax`: the largest elements of windows, and where they are. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { argMax } from './arg-max.ts';
import type { TensorLike } from './definition/convert.ts';
import { type PoolAttributes, type PoolOptions, poolAttributes } from './definition/convolution.ts';
import type { CheckRank, Open2, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { lowest, ownAxes, poolWindows } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { floorDiv } from './floor-div.ts';
import { maxPool } from './max-pool.ts';
import { mod } from './mod.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { windows } from './windows.ts';

/** Options of `maxPoolWithArgmax`. */
export interface MaxPoolWithArgmaxOptions extends Omit<PoolOptions, 'dataFormat'> {
  /** Count positions through the whole batch instead of within each image. */
  readonly includeBatchInIndex?: boolean;
}

type MaxPoolWithArgmax = <const X extends TensorLike>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  options?: MaxPoolWithArgmaxOptions,
) => readonly [
  values: Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, DTypeOfOne<X>>,
  positions: Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, 'int32'>,
];

/**
 * The largest element of every window of images `[batch, height, width, channels]`, as `maxPool` gives it, and its `int32`
 * position in the flattened image: `(row · width + column) · channels + channel`. The first of equal elements counts.
 *
 * @throws `E_RANK`, `E_SHAPE`, `E_ATTRIBUTE`, `E_DTYPE` as `maxPool` does.
 * @example
 * ```ts
 * import { maxPoolWithArgmax, tensor } from '@deft/tensor';
 * const [values, positions] = maxPoolWithArgmax(tensor([[[[1], [2]], [[4], [3]]]]));
 * console.log(values.item(), positions.item()); // 4 2
 * ```
 */
export const maxPoolWithArgmax: OperationFunction<MaxPoolWithArgmax> = defineComposite({
  name: 'maxPoolWithArgmax',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'convolution',
    summary: 'The largest element of every window of images, and its position in the flattened image.',
    see: ['maxPool', 'argMax'],
  },
  arguments: (x: TensorLike, options: MaxPoolWithArgmaxOptions = {}) => {
    const { includeBatchInIndex = false, ...rest } = options;
    return {
      inputs: [x],
      attributes: {
        ...poolAttributes('maxPoolWithArgmax', rest),
        includeBatchInIndex: includeBatchInIndex === true,
      },
    };
  },
  compose: ([x], attributes: PoolAttributes & { readonly includeBatchInIndex: boolean }): readonly Tensor[] => {
    const plan = poolWindows('maxPoolWithArgmax', x.abstract, attributes, lowest('maxPoolWithArgmax', x.abstract));
    const { size, strides, padding, includeBatchInIndex } = attributes;
    const values = maxPool(x, { poolSize: size, strides, padding });
    const [batch, height, width, channels] = x.abstract.shape as [number, number, number, number];
    const within = argMax(windows(x, plan), { axis: ownAxes(plan) }) as Tensor;
    const [rows, columns] = values.abstract.shape.slice(1, 3) as [number, number];
    const count = (length: number, axis: number): Tensor =>
      reshape(
        arange(0, length, 1, 'int32') as Tensor,
        [0, 1, 2, 3].map((a) => (a === axis ? length : 1)),
      );
    const place = (axis: 0 | 1, length: number, inside: Tensor): Tensor => {
      const start = add(
        mul(count(length, axis + 1), strides[axis] as number),
        -(plan.padding[axis] as [number, number])[0],
      );
      return add(start, inside) as Tensor;
    };
    const row = place(0, rows, floorDiv(within, size[1] as number) as Tensor);
    const column = place(1, columns, mod(within, size[1] as number) as Tensor);
    const position = add(mul(add(mul(row, width), column), channels), count(channels, 3)) as Tensor;
    const image = mul(count(batch, 0), height * width * channels);
    return [values, includeBatchInIndex ? (add(position, image) as Tensor) : position];
  },
  samples: [
    {
      label: 'two channels',
      inputs: [
        nd(
          [2, 2, 4, 2],
          Array.from({ length: 32 }, (_, i) => (i * 7) % 32),
        ),
      ],
      grad: 'check',
    },
    {
      label: 'same, with the batch',
      inputs: [nd([2, 3, 3, 1], [1, 5, 3, -4, -2, -6, 7, 8, 9, -1, 0, 2, 4, 6, 11, 12, -3, 10])],
      rest: [{ padding: 'same', includeBatchInIndex: true }],
      grad: 'check',
    },
    { label: 'equal elements', inputs: [nd([1, 2, 2, 1], [2, 2, 2, 2])], grad: [[1, 0, 0, 0]] },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'an image without a batch',
      inputs: [{ shape: [4, 4, 1] }],
      code: 'E_RANK',
      says: /maxPoolWithArgmax: x: expected rank 4/,
    },
  ],
});
