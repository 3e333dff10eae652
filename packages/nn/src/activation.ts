/** `activation`: an activation function as a layer of its own. */
import { shapeText } from '@deft/core';
import { glu } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';

/**
 * Applies an activation by name. The shape stays, but with `glu`, which cuts the last axis into halves `a` and `b` and gives
 * `a · sigmoid(b)`.
 *
 * @throws `E_LAYER` for an unknown name
 * @example
 * ```ts
 * import { activation } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(activation('relu').apply({}, {}, tensor([[-1, 2]]), { training: false }).output.toArray()); // [[0, 2]]
 * ```
 */
export function activation(activationName: ActivationName | 'glu', options: LayerOptions = {}): Layer {
  const isGate = activationName === 'glu';
  const checked = isGate ? activationName : checkActivation('activation', activationName);
  return defineLayer({
    kind: 'activation',
    options,
    mask: 'keeps',
    config: { activation: checked },
    outputShape: (inputShape, fail) => {
      if (!isGate) return inputShape;
      const last = inputShape.at(-1) ?? 1;
      if (last % 2 !== 0) fail({ expected: 'an even number of features for glu', found: shapeText(inputShape) });
      return [...inputShape.slice(0, -1), last / 2];
    },
    apply: (_, x) => (checked === 'glu' ? glu(x) : activate(checked, x)),
  });
}
