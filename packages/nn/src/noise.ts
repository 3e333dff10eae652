/** Noise in training: `gaussianNoise`, `gaussianDropout`, `alphaDropout`. Otherwise the input passes unchanged. */
import type { Tensor } from '@deft/core';
import { add, cast, greaterEqual, mul, randomNormal, randomUniform, where } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { finite, numberBetween } from './options.ts';

interface NoiseRule {
  readonly kind: string;
  /** Name and value of the layer's one number; no noise where it is 0. */
  readonly option: string;
  readonly amount: number;
  disturb(x: Tensor, key: Tensor): Tensor;
}

function noise({ kind, option, amount, disturb }: NoiseRule, options: LayerOptions): Layer {
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { [option]: amount },
    random: amount > 0,
    outputShape: (inputShape) => inputShape,
    apply: (_, x, { training, key }) => (training && amount > 0 ? disturb(x, key as Tensor) : x),
  });
}

const normalLike = (x: Tensor, key: Tensor, mean: number, standardDeviation: number): Tensor =>
  cast(randomNormal([...x.shape], { key, mean, standardDeviation }) as Tensor, x.dtype);

/**
 * In training, adds normal noise of mean 0.
 *
 * @param stddev deviation of the noise
 * @throws `E_LAYER` for a deviation that is negative or not finite, and in training without a key
 * @example
 * ```ts
 * import { gaussianNoise } from '@deft/nn';
 * import { key, zeros } from '@deft/tensor';
 * const { output } = gaussianNoise(0.1).apply({}, {}, zeros([1, 2]), { training: true, key: key(0) });
 * console.log(output.shape); // [1, 2]
 * ```
 */
export function gaussianNoise(stddev: number, options: LayerOptions = {}): Layer {
  const amount = finite('gaussianNoise', 'stddev', stddev, 0);
  const disturb = (x: Tensor, key: Tensor): Tensor => add(x, normalLike(x, key, 0, amount));
  return noise({ kind: 'gaussianNoise', option: 'stddev', amount, disturb }, options);
}

/**
 * In training, multiplies by normal noise of mean 1 and deviation `√(rate / (1 − rate))`, that of dropout with the same rate
 * (Srivastava et al. 2014).
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, and in training without a key
 * @example
 * ```ts
 * import { gaussianDropout } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(gaussianDropout(0.5).apply({}, {}, tensor([[1, 2]]), { training: false }).output.toArray()); // [[1, 2]]
 * ```
 */
export function gaussianDropout(rate: number, options: LayerOptions = {}): Layer {
  const amount = numberBetween('gaussianDropout', 'rate', rate, 0, 1);
  const disturb = (x: Tensor, key: Tensor): Tensor => mul(x, normalLike(x, key, 1, Math.sqrt(rate / (1 - rate))));
  return noise({ kind: 'gaussianDropout', option: 'rate', amount, disturb }, options);
}

/** −scale · alpha of `selu`: what its outputs tend to far below 0. */
const seluLimit = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for `selu`: in training each element becomes selu's limit with probability `rate`, and a line through all of them
 * keeps mean 0 and variance 1 (Klambauer et al. 2017).
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, and in training without a key
 * @example
 * ```ts
 * import { alphaDropout } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(alphaDropout(0.5).apply({}, {}, tensor([[1, 2]]), { training: false }).output.toArray()); // [[1, 2]]
 * ```
 */
export function alphaDropout(rate: number, options: LayerOptions = {}): Layer {
  const amount = numberBetween('alphaDropout', 'rate', rate, 0, 1);
  const slope = ((1 - rate) * (1 + rate * seluLimit ** 2)) ** -0.5;
  const disturb = (x: Tensor, key: Tensor): Tensor => {
    const kept = greaterEqual(randomUniform([...x.shape], { key }) as Tensor, rate);
    return add(mul(where(kept, x, seluLimit) as Tensor, slope), -slope * seluLimit * rate);
  };
  return noise({ kind: 'alphaDropout', option: 'rate', amount, disturb }, options);
}
