/** `activation`: an activation function as a layer of its own. */
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { defineLayer, type Layer } from './layer.ts';
import type { NameOptions } from './shape-layers.ts';

/**
 * Applies an activation by name; the shape stays.
 *
 * @throws `E_LAYER` for an unknown name
 * @example
 * ```ts
 * import { activation } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(activation('relu').apply({}, {}, tensor([[-1, 2]]), { training: false }).output.toArray()); // [[0, 2]]
 * ```
 */
export function activation(activationName: ActivationName, options: NameOptions = {}): Layer {
  const checked = checkActivation('activation', activationName);
  return defineLayer({
    kind: 'activation',
    name: options.name,
    config: { activation: checked },
    named: (name) => activation(activationName, { ...options, name }),
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => activate(checked, x),
  });
}
