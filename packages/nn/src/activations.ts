/** Activation functions by name, as layers and files spell them. */
import { raise, type Tensor } from '@deft/core';
import {
  elu,
  exp,
  gelu,
  leakyRelu,
  logSoftmax,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from '@deft/tensor';

const activations = {
  linear: (x: Tensor): Tensor => x,
  relu: (x: Tensor): Tensor => relu(x),
  leakyRelu: (x: Tensor): Tensor => leakyRelu(x),
  elu: (x: Tensor): Tensor => elu(x),
  selu: (x: Tensor): Tensor => selu(x),
  gelu: (x: Tensor): Tensor => gelu(x),
  silu: (x: Tensor): Tensor => silu(x),
  sigmoid: (x: Tensor): Tensor => sigmoid(x),
  tanh: (x: Tensor): Tensor => tanh(x),
  softplus: (x: Tensor): Tensor => softplus(x),
  exponential: (x: Tensor): Tensor => exp(x),
  softmax: (x: Tensor): Tensor => softmax(x),
  logSoftmax: (x: Tensor): Tensor => logSoftmax(x),
} as const;

/** Name of an activation. `softmax` and `logSoftmax` work along the last axis. */
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
