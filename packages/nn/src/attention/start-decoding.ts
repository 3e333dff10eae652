/** `startDecoding`: the state with which layers work through sequences piece by piece. */
import { raise, Tensor } from '@deft/core';
import type { Decoding, LayerLike, ShapesOf, Signal, Weights } from '../layer.ts';
import { wholeNumber } from '../options.ts';

/** One tree with the entries of both. */
function merged(a: Weights, b: Weights): Weights {
  const entries = Object.entries(b).map(([name, more]): [string, Tensor | Weights] => {
    const own = Object.hasOwn(a, name) ? a[name] : undefined;
    const areTrees = own !== undefined && !(own instanceof Tensor) && !(more instanceof Tensor);
    return [name, areTrees ? merged(own, more) : more];
  });
  return { ...a, ...(Object.fromEntries(entries) as Weights) };
}

/**
 * A layer's state with room for sequences that are worked through piece by piece: causal attention gets caches of keys and
 * values, layers that tell positions get a counter. With it, `apply` takes the next step, or several, of every sequence, and
 * gives what the whole sequence would have given for them; the state that it returns is the one to go on with.
 *
 * Every piece is written behind those before. Outputs of steps beyond `length` are NaN.
 *
 * @param state the layer's state, as `initialize` or training left it
 * @param inputShape shape of an example, or of several inputs; the number of steps does not matter
 * @param decoding sequences at a time, and steps of the longest
 * @throws `E_LAYER` where no layer within works piece by piece, and where one has no room for that length
 * @example
 * ```ts
 * import { multiHeadAttention, startDecoding } from '@deft/nn';
 * import { key, ones, type Tensor } from '@deft/tensor';
 * const layer = multiHeadAttention(2, 4, { useCausalMask: true });
 * const { parameters, state } = layer.initialize(key(0), [1, 8]);
 * let now = startDecoding(layer, state, [1, 8], { batch: 1, length: 16 });
 * for (let i = 0; i < 3; i++) now = layer.apply(parameters, now, ones([1, 1, 8]), { training: false }).state;
 * console.log((now['position'] as Tensor).item()); // → 3
 * ```
 */
export function startDecoding<I extends Signal>(
  layer: LayerLike<I, Signal>,
  state: Weights,
  inputShape: ShapesOf<I>,
  decoding: Decoding,
): Weights {
  wholeNumber('startDecoding', 'batch', decoding.batch);
  wholeNumber('startDecoding', 'length', decoding.length);
  const more = layer.decodingState(inputShape, decoding);
  if (Object.keys(more).length === 0) {
    raise('E_LAYER', {
      op: `layer ${layer.name}`,
      argument: 'decoding',
      expected: 'a layer that works piece by piece',
      found: layer.kind,
      hint: 'attention does where useCausalMask is true',
    });
  }
  return merged(state, more);
}
