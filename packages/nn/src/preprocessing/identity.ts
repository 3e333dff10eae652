/** Layers that give their input: `identity`, and `activityRegularization`, which lets its size cost something. */
import { div, type Tensor } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { numberBetween } from '../options.ts';
import { regularize } from '../regularizers.ts';

/**
 * Gives its input as it is.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { identity } from '@deft/nn';
 * console.log(identity().outputShape([2, 3])); // [2, 3]
 * ```
 */
export function identity(options: LayerOptions = {}): Layer {
  return defineLayer({
    kind: 'identity',
    options,
    mask: 'keeps',
    config: {},
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => x,
  });
}

/** Options of `activityRegularization`. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** What the sum of absolute values costs; 0 unless told. */
  readonly l1?: number;
  /** What the sum of squares costs; 0 unless told. */
  readonly l2?: number;
}

/**
 * Gives its input as it is, and lets the loss grow by its size: `l1 · Σ|x| + l2 · Σx²`, the mean over examples. The option
 * `activityRegularizer` of every layer does the same for that layer's output.
 *
 * @throws `E_LAYER` for numbers that are negative or not finite
 * @example
 * ```ts
 * import { activityRegularization } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const { penalty } = activityRegularization({ l1: 0.5 }).apply({}, {}, tensor([[1, -3]]), { training: true });
 * console.log(penalty?.item()); // → 2
 * ```
 */
export function activityRegularization(options: ActivityRegularizationOptions = {}): Layer {
  const kind = 'activityRegularization';
  const l1 = numberBetween(kind, 'l1', options.l1 ?? 0, 0, Infinity);
  const l2 = numberBetween(kind, 'l2', options.l2 ?? 0, 0, Infinity);
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { l1, l2 },
    outputShape: (inputShape) => inputShape,
    apply: (_, x, __) => ({
      output: x,
      state: {},
      penalty: div(regularize({ name: 'l1l2', l1, l2 }, x), x.shape[0] as number) as Tensor,
    }),
  });
}
