/** `dense`: a matrix product with a bias and an activation. */
import { shapeText, type Tensor } from '@deft/core';
import { add, matmul, reshape } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { flag, wholeNumber } from './options.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of `dense`. The kernel begins as `glorotUniform`, the bias as `zeros`, unless told. */
export interface DenseOptions extends LayerOptions, WeightOptions<'kernel' | 'bias'> {
  readonly activation?: ActivationName;
  /** Whether a bias is added; true unless told. */
  readonly useBias?: boolean;
}

/**
 * A densely connected layer: `activation(x · kernel + bias)` along the last axis.
 *
 * Input `[…, features]`, output `[…, units]`; weights `kernel` `[features, units]` and `bias` `[units]`.
 *
 * @throws `E_LAYER` for bad options or an input without axes
 * @example
 * ```ts
 * import { dense } from '@deft/nn';
 * import { key, ones } from '@deft/tensor';
 * const layer = dense(4, { activation: 'relu' });
 * const { parameters, state } = layer.initialize(key(0), [3]);
 * console.log(layer.apply(parameters, state, ones([2, 3]), { training: false }).output.shape); // [2, 4]
 * ```
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  wholeNumber('dense', 'units', units);
  const activation = checkActivation('dense', options.activation ?? 'linear');
  const useBias = flag('dense', 'useBias', options.useBias ?? true);
  const own = checkWeightOptions('dense', options, { kernel: 'glorotUniform', bias: 'zeros' });
  return defineLayer({
    kind: 'dense',
    options,
    mask: 'keeps',
    config: { units, activation, useBias, ...own.config },
    outputShape: (inputShape, fail) => {
      if (inputShape.length === 0)
        fail({ expected: 'examples of shape [..., features]', found: shapeText(inputShape) });
      return [...inputShape.slice(0, -1), units];
    },
    weights: (inputShape) => [
      own.declare('kernel', [inputShape.at(-1) as number, units]),
      ...(useBias ? [own.declare('bias', [units])] : []),
    ],
    apply: ({ kernel, bias }, x) => {
      const lead = x.shape.slice(0, -1);
      const flat = x.rank === 2 ? x : reshape(x, [-1, x.shape.at(-1) as number]);
      const product = matmul(flat, kernel as Tensor);
      const shifted = bias === undefined ? product : add(product, bias);
      const output = activate(activation, shifted);
      return x.rank === 2 ? output : reshape(output, [...lead, units]);
    },
  });
}
