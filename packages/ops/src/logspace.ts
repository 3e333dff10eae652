/** `logspace`: numbers at equal ratios. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { linspace } from './linspace.ts';
import { pow } from './pow.ts';

type Logspace = <const N extends number = 50, D extends DType = 'float32'>(
  start: number,
  stop: number,
  count?: N,
  base?: number,
  dtype?: D,
) => Tensor<[N], D>;

/**
 * Numbers at equal ratios: `base` to the power of evenly spaced exponents from `start` to `stop`, both included.
 *
 * @throws `E_ATTRIBUTE` for a bad count or base, `E_DTYPE` unless the dtype is floating.
 *
 * @example
 * ```ts
 * import { logspace } from '@deft/tensor';
 * console.log(logspace(0, 2, 3).toArray()); // [1, 10, 100]
 * ```
 */
export const logspace: OperationFunction<Logspace> = defineComposite({
  name: 'logspace',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'Numbers at equal ratios, both ends included.',
    math: 'logspaceᵢ = base^(start + i (stop − start) / (count − 1))',
    notes: ['The base is 10 and the count 50 unless told.'],
    see: ['linspace'],
  },
  arguments: (start: number, stop: number, count = 50, base = 10, dtype: DType = 'float32') => {
    checkWhole('logspace', 'count', count, 0);
    return { inputs: [], attributes: { start, stop, count, base: finiteNumber('logspace', 'base', base, 0), dtype } };
  },
  compose: (_, { start, stop, count, base, dtype }): Tensor => pow(base, linspace(start, stop, count, dtype)) as Tensor,
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'powers of 10', inputs: [], rest: [0, 2, 3] },
    { label: 'powers of 2', inputs: [], rest: [0, 3, 4, 2] },
    { label: 'one', inputs: [], rest: [1, 2, 1] },
    { label: 'none', inputs: [], rest: [1, 2, 0] },
    { label: 'float64', inputs: [], rest: [-1, 1, 3, 10, 'float64'] },
  ],
  errors: [
    { label: 'half a count', inputs: [], rest: [0, 1, 1.5], code: 'E_ATTRIBUTE', says: /logspace: count: .*got 1.5/ },
    {
      label: 'a negative base',
      inputs: [],
      rest: [0, 1, 2, -1],
      code: 'E_ATTRIBUTE',
      says: /logspace: base: .*at least 0, got -1/,
    },
    { label: 'integers', inputs: [], rest: [0, 1, 2, 10, 'int32'], code: 'E_DTYPE', says: /expected a floating dtype/ },
  ],
});
