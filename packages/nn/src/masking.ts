/** `masking`: the steps of a sequence that stand for nothing are zeroed, and do not count for what follows. */
import { shapeText, type Tensor } from '@deft/core';
import { any, expandDims, notEqual, where } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { finite } from './options.ts';

/** Options of `masking`. */
export interface MaskingOptions extends LayerOptions {
  /** What a step is filled with that stands for nothing; 0 unless told. */
  readonly maskValue?: number;
}

/**
 * Steps of sequences `[…, steps, features]` whose features all equal `maskValue` are zeroed, and later layers, the loss and the
 * metrics do not count them.
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
    options,
    mask: 'ends',
    config: { maskValue },
    outputShape: (inputShape, fail) => {
      if (inputShape.length === 0)
        fail({ expected: 'examples of shape [..., features]', found: shapeText(inputShape) });
      return inputShape;
    },
    apply: (_, x) => {
      const mask = any(notEqual(x, maskValue) as Tensor, { axis: -1 }) as Tensor;
      return { output: where(expandDims(mask, -1), x, 0) as Tensor, state: {}, mask };
    },
  });
}
