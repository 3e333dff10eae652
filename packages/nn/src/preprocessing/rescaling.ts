/** `rescaling`: another range of numbers, as of pixels from 0 … 255 to 0 … 1. */
import { shapeText } from '@deft/core';
import { add, mul, type Tensor } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { ExampleShape, Layer, LayerOptions } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { asFloating, numberOrList, numbersLike } from './numbers.ts';

/** Options of `rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** What is added, one number or one for each place of the last axis; 0 unless told. */
  readonly offset?: number | readonly number[];
}

/**
 * `x · scale + offset`. Whole numbers become float32.
 *
 * @param scale one number, or one for each place of the last axis
 * @throws `E_LAYER` for numbers that are not finite, and inputs whose last axis has another size than the lists
 * @example
 * ```ts
 * import { rescaling } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const pixels = tensor([[0, 255]]);
 * console.log(rescaling(2 / 255, { offset: -1 }).apply({}, {}, pixels, { training: false }).output.toArray()); // [[-1, 1]]
 * ```
 */
export function rescaling(scale: number | readonly number[], options: RescalingOptions = {}): Layer {
  const factors = numberOrList('rescaling', 'scale', scale);
  const offset = numberOrList('rescaling', 'offset', options.offset ?? 0);
  const check = (inputShape: ExampleShape, fail: Fail): ExampleShape => {
    for (const list of [factors, offset]) {
      if (typeof list !== 'number' && inputShape.at(-1) !== list.length) {
        fail({ expected: `examples with ${list.length} places along the last axis`, found: shapeText(inputShape) });
      }
    }
    return inputShape;
  };
  return defineLayer({
    kind: 'rescaling',
    options,
    mask: 'keeps',
    config: { scale: factors, offset },
    outputShape: check,
    apply: (_, given) => {
      const x = asFloating(given);
      return add(mul(x, numbersLike(factors, x.dtype)), numbersLike(offset, x.dtype)) as Tensor;
    },
  });
}
