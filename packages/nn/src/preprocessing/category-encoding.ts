/** `categoryEncoding`: categories as vectors of ones and zeros, or of counts. */
import { sameShape, shapeText, Tensor } from '@deft/core';
import { defineLayer } from '../define-layer.ts';
import type { ExampleShape, Layer, LayerOptions, Signal } from '../layer.ts';
import { areSeveral } from '../layer-call.ts';
import type { Fail } from '../layer-errors.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { asWhole, type CategoryOutput, categoryOutputs, encode, encodedShape } from './whole-numbers.ts';

/** Options of `categoryEncoding`. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** How categories become vectors; `multiHot` unless told. */
  readonly outputMode?: Exclude<CategoryOutput, 'int'>;
}

/**
 * Categories, whole numbers from 0 to below `numTokens`, as vectors with a place for each: `multiHot` and `count` make one vector
 * of all along the last axis, `[…, k]` to `[…, numTokens]`; `oneHot` one of each. To count some more than others, give
 * `[categories, weights]`. Numbers outside of the categories have no place, so they leave zeros (Keras raises an error).
 *
 * @throws `E_LAYER` for bad options, and weights of another shape or in another mode than `count`
 * @example
 * ```ts
 * import { categoryEncoding } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const tags = tensor([[0, 2], [2, 2]], { dtype: 'int32' });
 * const counts = categoryEncoding(3, { outputMode: 'count' }).apply({}, {}, tags, { training: false }).output;
 * console.log(counts.toArray()); // → [[1, 0, 1], [0, 0, 2]]
 * ```
 */
export function categoryEncoding(numTokens: number, options: CategoryEncodingOptions = {}): Layer<Signal> {
  const kind = 'categoryEncoding';
  wholeNumber(kind, 'numTokens', numTokens);
  const modes = categoryOutputs.filter((mode) => mode !== 'int');
  const outputMode = oneOf(kind, 'outputMode', options.outputMode ?? 'multiHot', modes);
  const checked = (inputShape: ExampleShape | readonly ExampleShape[], fail: Fail): ExampleShape => {
    if (!areSeveral(inputShape)) return inputShape;
    const [categories, weights] = inputShape;
    const fits = weights !== undefined && inputShape.length === 2 && sameShape(categories as ExampleShape, weights);
    if (!fits || outputMode !== 'count') {
      const expected = outputMode === 'count' ? 'categories, or these and weights of their shape' : 'categories alone';
      fail({ expected, found: inputShape.map(shapeText).join(' and ') });
    }
    return categories as ExampleShape;
  };
  return defineLayer<Signal>({
    kind,
    options,
    mask: 'ends',
    config: { numTokens, outputMode },
    outputShape: (inputShape, fail) => encodedShape(checked(inputShape, fail), outputMode, numTokens),
    apply: (_, x) => {
      const [categories, weights] = x instanceof Tensor ? [x] : x;
      return encode(asWhole(categories as Tensor), outputMode, numTokens, options.dtype, weights);
    },
  });
}
