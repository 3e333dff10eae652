/** `dense`: a matrix product with a bias and an activation. */
import { shapeText, type Tensor } from '@deft/core';
import { add, matmul, reshape } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { checkInitializer, type InitializerOption } from './initializers.ts';
import { defineLayer, type Layer } from './layer.ts';
import { flag, wholeNumber } from './options.ts';

/** Options of `dense`. */
export interface DenseOptions {
  readonly activation?: ActivationName;
  /** Whether a bias is added; true unless told. */
  readonly useBias?: boolean;
  /** `glorotUniform` unless told. */
  readonly kernelInitializer?: InitializerOption;
  /** `zeros` unless told. */
  readonly biasInitializer?: InitializerOption;
  readonly name?: string;
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
  const kernelInitializer = checkInitializer(
    'dense',
    'kernelInitializer',
    options.kernelInitializer ?? 'glorotUniform',
  );
  const biasInitializer = checkInitializer('dense', 'biasInitializer', options.biasInitializer ?? 'zeros');
  return defineLayer({
    kind: 'dense',
    name: options.name,
    config: { units, activation, useBias, kernelInitializer, biasInitializer },
    named: (name) => dense(units, { ...options, name }),
    outputShape: (inputShape, fail) => {
      if (inputShape.length === 0)
        fail({ expected: 'examples of shape [..., features]', found: shapeText(inputShape) });
      return [...inputShape.slice(0, -1), units];
    },
    weights: (inputShape) => [
      { name: 'kernel', shape: [inputShape.at(-1) as number, units], initializer: kernelInitializer },
      ...(useBias ? [{ name: 'bias', shape: [units], initializer: biasInitializer }] : []),
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
