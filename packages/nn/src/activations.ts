/** Activation functions by name, as layers and files spell them. */
import { raise, type Tensor } from '@deft/core';
import {
  celu,
  elu,
  exp,
  gelu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanh,
  tanhShrink,
} from '@deft/tensor';

/** All of Keras 3's activations that keep the shape and need no numbers of their own. */
const activations = {
  linear: (x: Tensor): Tensor => x,
  relu: (x: Tensor): Tensor => relu(x),
  relu6: (x: Tensor): Tensor => relu6(x),
  leakyRelu: (x: Tensor): Tensor => leakyRelu(x),
  elu: (x: Tensor): Tensor => elu(x),
  celu: (x: Tensor): Tensor => celu(x),
  selu: (x: Tensor): Tensor => selu(x),
  gelu: (x: Tensor): Tensor => gelu(x, { approximate: false }),
  silu: (x: Tensor): Tensor => silu(x),
  mish: (x: Tensor): Tensor => mish(x),
  sigmoid: (x: Tensor): Tensor => sigmoid(x),
  hardSigmoid: (x: Tensor): Tensor => hardSigmoid(x),
  hardSilu: (x: Tensor): Tensor => hardSilu(x),
  logSigmoid: (x: Tensor): Tensor => logSigmoid(x),
  sparseSigmoid: (x: Tensor): Tensor => sparseSigmoid(x),
  tanh: (x: Tensor): Tensor => tanh(x),
  hardTanh: (x: Tensor): Tensor => hardTanh(x),
  tanhShrink: (x: Tensor): Tensor => tanhShrink(x),
  hardShrink: (x: Tensor): Tensor => hardShrink(x),
  softShrink: (x: Tensor): Tensor => softShrink(x),
  softplus: (x: Tensor): Tensor => softplus(x),
  sparsePlus: (x: Tensor): Tensor => sparsePlus(x),
  squareplus: (x: Tensor): Tensor => squareplus(x),
  softsign: (x: Tensor): Tensor => softsign(x),
  exponential: (x: Tensor): Tensor => exp(x),
  softmax: (x: Tensor): Tensor => softmax(x),
  logSoftmax: (x: Tensor): Tensor => logSoftmax(x),
  sparsemax: (x: Tensor): Tensor => sparsemax(x),
} as const;

/** Name of an activation. `softmax`, `logSoftmax` and `sparsemax` work along the last axis. */
export type ActivationName = keyof typeof activations;

/** All names of activations. */
export const activationNames: readonly ActivationName[] = Object.keys(activations) as ActivationName[];

/** The name itself. Throws `E_LAYER` for an unknown one. */
export function checkActivation(layer: string, name: unknown): ActivationName {
  if (typeof name === 'string' && Object.hasOwn(activations, name)) return name as ActivationName;
  return raise('E_LAYER', {
    op: layer,
    argument: 'activation',
    expected: `one of ${activationNames.join(', ')}`,
    found: typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : typeof name,
  });
}

/** Applies an activation by name. */
export function activate(name: ActivationName, x: Tensor): Tensor {
  return activations[name](x);
}
