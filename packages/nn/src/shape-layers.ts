/** `flatten`, `reshape`, `permute`, `repeatVector`: layers that arrange the elements of an example anew and nothing else. */
import { shapeText, sizeOf, type Tensor } from '@deft/core';
import { repeat, reshape as reshapeTensor, transpose } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { ExampleShape, Layer, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { oneOf, reject, wholeNumber, wholeNumbers } from './options.ts';
import { type DataFormat, dataFormats } from './spatial.ts';

/** Options of `flatten`. */
export interface FlattenOptions extends LayerOptions {
  /** Where the channels stand; they come last in the result either way. `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/**
 * Makes one axis of all axes of an example: `[28, 28, 1]` becomes `[784]`.
 *
 * @example
 * ```ts
 * import { flatten } from '@deft/nn';
 * console.log(flatten().outputShape([28, 28, 1])); // [784]
 * ```
 */
export function flatten(options: FlattenOptions = {}): Layer {
  const dataFormat = oneOf('flatten', 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  return defineLayer({
    kind: 'flatten',
    options,
    config: { dataFormat },
    outputShape: (inputShape) => [sizeOf(inputShape)],
    apply: (_, x) => {
      const isFirst = dataFormat === 'channelsFirst' && x.rank > 2;
      const ordered = isFirst ? (transpose(x, [0, ...x.shape.slice(2).map((_, i) => i + 2), 1]) as Tensor) : x;
      return reshapeTensor(ordered, [x.shape[0] as number, sizeOf(x.shape.slice(1))]);
    },
  });
}

/**
 * Gives an example another shape with as many elements. One dim may be −1: it is what the others leave.
 *
 * @throws `E_LAYER` where the number of elements differs
 * @example
 * ```ts
 * import { reshape } from '@deft/nn';
 * console.log(reshape([28, -1]).outputShape([784])); // [28, 28]
 * ```
 */
export function reshape(targetShape: readonly number[], options: LayerOptions = {}): Layer {
  const target = wholeNumbers('reshape', 'targetShape', targetShape, -1);
  const complete = (inputShape: ExampleShape, fail: Fail): number[] => {
    const size = sizeOf(inputShape);
    const known = sizeOf(target.filter((dim) => dim !== -1));
    const shape = target.map((dim) => (dim === -1 ? (known === 0 ? 0 : size / known) : dim));
    if (target.filter((dim) => dim === -1).length > 1 || !shape.every(Number.isInteger) || sizeOf(shape) !== size) {
      fail({ expected: `examples with as many elements as ${shapeText(target)}`, found: shapeText(inputShape) });
    }
    return shape;
  };
  return defineLayer({
    kind: 'reshape',
    options,
    config: { targetShape: target },
    outputShape: complete,
    apply: (_, x, __, fail) => reshapeTensor(x, [x.shape[0] as number, ...complete(x.shape.slice(1), fail)]),
  });
}

/**
 * Puts the axes of an example into another order. They count from 1, as in Keras; 0 is the axis of the batch, which stays.
 *
 * @throws `E_LAYER` unless the dims are the numbers from 1 on, each once, and for an input with another number of axes
 * @example
 * ```ts
 * import { permute } from '@deft/nn';
 * console.log(permute([2, 1]).outputShape([3, 5])); // [5, 3]
 * ```
 */
export function permute(dims: readonly number[], options: LayerOptions = {}): Layer {
  const order = wholeNumbers('permute', 'dims', dims, 1);
  if ([...order].sort((a, b) => a - b).some((dim, i) => dim !== i + 1)) {
    reject('permute', 'dims', `the numbers from 1 to ${order.length}, each once`, dims);
  }
  return defineLayer({
    kind: 'permute',
    options,
    config: { dims: order },
    outputShape: (inputShape, fail) => {
      if (inputShape.length !== order.length) {
        fail({ expected: `examples of rank ${order.length}`, found: shapeText(inputShape) });
      }
      return order.map((dim) => inputShape[dim - 1] as number);
    },
    apply: (_, x) => transpose(x, [0, ...order]),
  });
}

/**
 * Repeats a vector: `[features]` becomes `[n, features]`.
 *
 * @throws `E_LAYER` unless `n` is a whole number above 0 and examples are vectors
 * @example
 * ```ts
 * import { repeatVector } from '@deft/nn';
 * console.log(repeatVector(3).outputShape([8])); // [3, 8]
 * ```
 */
export function repeatVector(n: number, options: LayerOptions = {}): Layer {
  wholeNumber('repeatVector', 'n', n);
  return defineLayer({
    kind: 'repeatVector',
    options,
    mask: 'ends',
    config: { n },
    outputShape: (inputShape, fail) => {
      if (inputShape.length !== 1) fail({ expected: 'examples of shape [features]', found: shapeText(inputShape) });
      return [n, inputShape[0] as number];
    },
    apply: (_, x) => repeat(reshapeTensor(x, [x.shape[0] as number, 1, x.shape[1] as number]) as Tensor, n, 1),
  });
}
