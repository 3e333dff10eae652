/** `localResponseNormalization`: every channel divided by the strength of its neighbours. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { pow } from './pow.ts';
import { square } from './square.ts';
import { sum } from './sum.ts';
import { windows } from './windows.ts';

/** Options of `localResponseNormalization`. */
export interface LocalResponseNormalizationOptions {
  /** Channels to each side that count; 5 unless told. */
  readonly depthRadius?: number;
  /** 1 unless told. */
  readonly bias?: number;
  /** 1 unless told. */
  readonly alpha?: number;
  /** 0.5 unless told. */
  readonly beta?: number;
}

type LocalResponseNormalization = <const X extends TensorLike>(
  x: X,
  options?: LocalResponseNormalizationOptions,
) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;

/**
 * Every element divided by a power of the squares of the channels around it, in the last axis (Krizhevsky, Sutskever and
 * Hinton 2012, section 3.3).
 *
 * @throws `E_RANK` for a scalar, `E_DTYPE`, `E_ATTRIBUTE` for a radius that is no whole number.
 * @example
 * ```ts
 * import { localResponseNormalization, tensor } from '@deft/tensor';
 * console.log(localResponseNormalization(tensor([0, 0, 3]), { depthRadius: 1, beta: 1 }).toArray()[2].toFixed(2)); // 0.30
 * ```
 */
export const localResponseNormalization: OperationFunction<LocalResponseNormalization> = defineComposite({
  name: 'localResponseNormalization',
  inputs: ['x'],
  doc: {
    group: 'normalization',
    summary: 'Every channel divided by the strength of its neighbours.',
    math: 'y[…, c] = x[…, c] / (bias + alpha · Σ x[…, k]²)^beta over |k − c| ≤ depthRadius',
    see: ['layerNormalization'],
  },
  promote: 'float',
  arguments: (x: TensorLike, options: LocalResponseNormalizationOptions = {}) => {
    const { depthRadius = 5, bias = 1, alpha = 1, beta = 0.5 } = options;
    checkWhole('localResponseNormalization', 'depthRadius', depthRadius, 0);
    return { inputs: [x], attributes: { depthRadius, bias, alpha, beta } };
  },
  compose: ([x], { depthRadius, bias, alpha, beta }): Tensor => {
    requireRank('localResponseNormalization', 'x', x.abstract, 1, true);
    floating('localResponseNormalization', x.abstract);
    const axis = x.rank - 1;
    const around = { axes: [axis], size: [2 * depthRadius + 1], padding: [[depthRadius, depthRadius] as const] };
    const strength = sum(windows(square(x) as Tensor, around), { axis: axis + 1 }) as Tensor;
    return div(x, pow(add(mul(strength, alpha), bias), beta)) as Tensor;
  },
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, -2, 3, 0.5])], rest: [{ depthRadius: 1 }], grad: 'check' },
    {
      label: 'images',
      inputs: [nd([1, 1, 2, 3], [1, -2, 3, 0.5, 2, -1])],
      rest: [{ depthRadius: 1, bias: 2, alpha: 0.5, beta: 0.75 }],
      grad: 'check',
    },
    { label: 'more radius than channels', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 3], [])] },
    { label: 'nan', inputs: [nd([3], [1, NaN, 2])], rest: [{ depthRadius: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [] }],
      code: 'E_RANK',
      says: /localResponseNormalization: x: expected at least/,
    },
    {
      label: 'half a channel',
      inputs: [{ shape: [3] }],
      rest: [{ depthRadius: 0.5 }],
      code: 'E_ATTRIBUTE',
      says: /depthRadius: .*got 0.5/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [3], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /localResponseNormalization: expected floating/,
    },
  ],
});
