/** `dropout`: zeroes a random share of the elements in training. */
import type { Tensor } from '@deft/core';
import { dropout as dropElements } from '@deft/tensor';
import { defineLayer, type Layer } from './layer.ts';
import { numberBetween } from './options.ts';

/** Options of `dropout`. */
export interface DropoutOptions {
  readonly name?: string;
}

/**
 * Inverted dropout: in training each element is zeroed with probability `rate` and the others are divided by `1 − rate`,
 * so that the mean stays; otherwise the input passes unchanged.
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, and in training without a key
 * @example
 * ```ts
 * import { dropout } from '@deft/nn';
 * import { key, ones } from '@deft/tensor';
 * const layer = dropout(0.5);
 * console.log(layer.apply({}, {}, ones([1, 8]), { training: true, key: key(1) }).output.toArray());
 * ```
 */
export function dropout(rate: number, options: DropoutOptions = {}): Layer {
  numberBetween('dropout', 'rate', rate, 0, 1);
  return defineLayer({
    kind: 'dropout',
    name: options.name,
    config: { rate },
    random: rate > 0,
    named: (name) => dropout(rate, { ...options, name }),
    outputShape: (inputShape) => inputShape,
    apply: (_, x, { training, key }) => (training && rate > 0 ? dropElements(x, { rate, key: key as Tensor }) : x),
  });
}
