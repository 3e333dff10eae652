/** `masking`: zeroes the steps of a sequence that stand for nothing. */
import { shapeText, type Tensor } from '@deft/core';
import { any, notEqual, where } from '@deft/tensor';
import { defineLayer, type Layer } from './layer.ts';
import { finite } from './options.ts';
import type { NameOptions } from './shape-layers.ts';

/** Options of `masking`. */
export interface MaskingOptions extends NameOptions {
  /** What a step is filled with that stands for nothing; 0 unless told. */
  readonly maskValue?: number;
}

/**
 * Zeroes the steps of sequences `[…, steps, features]` whose features all equal `maskValue`.
 *
 * @throws `E_LAYER` for a value that is not finite or an input without features
 * @example
 * ```ts
 * import { masking } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const x = tensor([[[1, 9], [9, 9]]]);
 * console.log(masking({ maskValue: 9 }).apply({}, {}, x, { training: false }).output.toArray()); // [[[1, 9], [0, 0]]]
 * ```
 */
export function masking(options: MaskingOptions = {}): Layer {
  const maskValue = finite('masking', 'maskValue', options.maskValue ?? 0);
  return defineLayer({
    kind: 'masking',
    name: options.name,
    config: { maskValue },
    named: (name) => masking({ ...options, name }),
    outputShape: (inputShape, fail) => {
      if (inputShape.length === 0)
        fail({ expected: 'examples of shape [..., features]', found: shapeText(inputShape) });
      return inputShape;
    },
    apply: (_, x) => where(any(notEqual(x, maskValue) as Tensor, { axis: -1, keepDims: true }), x, 0),
  });
}
