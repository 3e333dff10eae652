/** `adafactor`: mean squares of matrices kept as row and column means, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { raise } from '@deft/core';
import { add, div, expandDims, maximum, mean, minimum, mul, pow, rsqrt, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, type Leaf } from '../define-optimizer.ts';
import { checkHyperParameter, checkPositive } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';

/** Options of `adafactor`. */
export interface AdafactorOptions extends OptimizerOptions {
  /** The decay of the mean squares in step `t` is `1 − t^beta2Decay`; −0.8 unless told, at most 0. */
  readonly beta2Decay?: number;
  /** Keeps the mean squares above 0; 1e-30 unless told. */
  readonly epsilon1?: number;
  /** The least scale that is taken for a parameter; 1e-3 unless told. */
  readonly epsilon2?: number;
  /** The largest root mean square of a move, before scaling; 1 unless told. */
  readonly clipThreshold?: number;
}

type Slot = 'row' | 'column' | 'square';

const none = { shape: [], value: 0 } as const;
const isFactored = ({ shape }: Leaf): boolean => shape.length >= 2;
const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)) as Tensor);

/**
 * Adafactor (Shazeer and Stern, 2018) without momentum, as Keras states it. With `ρ = min(η, 1/√t)`, `α = max(ε₂, rms(p))·ρ`
 * and `β = 1 − t^−0.8`, the mean square `v ← β·v + (1 − β)(g² + ε₁)` is kept whole for vectors; for matrices (the last two
 * axes) only its row means `r` and column means `c` are, and `v = r·c / mean(r)`. Then `u = g/√v` and
 * `p ← p − α·u / max(1, rms(u)/d)`. `learningRate` is 0.001 unless told.
 *
 * Keras's `relative_step` has no effect there (the minimum in `ρ` is taken either way), so it is no option here.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adafactor } from '@deft/optim';
 * import { ones, tensor } from '@deft/tensor';
 * const optimizer = adafactor();
 * const w = ones([3, 2]);
 * const { row, column } = optimizer.initialize(w).slots as { row: typeof w; column: typeof w };
 * console.log(row.shape, column.shape); // [3] [2]
 * console.log(optimizer.update(ones([3, 2]), optimizer.initialize(w), w, tensor(0.5)).parameters.toArray()); // [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const { beta2Decay = -0.8, epsilon1 = 1e-30, epsilon2 = 1e-3, clipThreshold = 1, ...rest } = options;
  if (!(beta2Decay <= 0 && beta2Decay > -Infinity)) {
    const expected = 'a finite number of at most 0';
    raise('E_ATTRIBUTE', { op: 'adafactor', argument: 'beta2Decay', expected, found: String(beta2Decay) });
  }
  checkHyperParameter('adafactor', 'epsilon1', epsilon1, 0, Infinity);
  checkHyperParameter('adafactor', 'epsilon2', epsilon2, 0, Infinity);
  checkPositive('adafactor', 'clipThreshold', clipThreshold);
  return defineOptimizer<Slot, { readonly size: Tensor; readonly share: Tensor }>(
    {
      name: 'adafactor',
      learningRate: 0.001,
      config: { beta2Decay, epsilon1, epsilon2, clipThreshold },
      slots: {
        row: (leaf) => (isFactored(leaf) ? { shape: leaf.shape.slice(0, -1), value: 0 } : none),
        column: (leaf) =>
          isFactored(leaf) ? { shape: [...leaf.shape.slice(0, -2), leaf.shape.at(-1) as number], value: 0 } : none,
        square: (leaf) => (isFactored(leaf) ? none : { shape: leaf.shape, value: 0 }),
      },
      scalars: ({ rate, step }) => ({ size: minimum(rate, rsqrt(step)), share: pow(step, beta2Decay) }),
      step(leaf, { size, share }) {
        const { parameter, gradient, slots } = leaf;
        const averaged = (average: Tensor, value: Tensor): Tensor => add(average, mul(sub(value, average), share));
        const squares = add(square(gradient), epsilon1);
        const next: Record<Slot, Tensor> = { ...slots };
        let variance: Tensor;
        if (isFactored(leaf)) {
          next.row = averaged(slots.row, mean(squares, { axis: -1 }) as Tensor);
          next.column = averaged(slots.column, mean(squares, { axis: -2 }) as Tensor);
          const rows = div(next.row, mean(next.row, { axis: -1, keepDims: true }) as Tensor);
          variance = mul(expandDims(rows, -1) as Tensor, expandDims(next.column, -2) as Tensor);
        } else {
          next.square = averaged(slots.square, squares);
          variance = next.square;
        }
        const move = div(gradient, sqrt(variance));
        const limited = div(move, maximum(div(rootMeanSquare(move), clipThreshold), 1));
        const scale = mul(maximum(rootMeanSquare(parameter), epsilon2), size);
        return { parameter: sub(parameter, mul(limited, scale)), slots: next };
      },
    },
    rest,
  );
}
