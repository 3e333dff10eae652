/** `linspace`: evenly spaced numbers between two ends. */
import { type DType, isFloating, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { defineComposite } from './definition/define.ts';
import { checkDType, checkWhole } from './definition/operand.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

type Linspace = <const N extends number = 50, D extends DType = 'float32'>(
  start: number,
  stop: number,
  count?: N,
  dtype?: D,
) => Tensor<[N], D>;

/**
 * `count` (50 unless told) evenly spaced numbers from `start` to `stop`, both included.
 *
 * @throws `E_ATTRIBUTE` for a bad count or an end that is not finite, `E_DTYPE` unless the dtype is floating.
 * @example
 * ```ts
 * import { linspace } from '@deft/tensor';
 * console.log(linspace(0, 1, 5).toArray()); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export const linspace: OperationFunction<Linspace> = defineComposite({
  name: 'linspace',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'Evenly spaced numbers between two ends, both included.',
    math: 'linspace(a, b, n)[i] = a + i · (b − a) / (n − 1)',
    notes: ['The last element is exactly `stop`.', 'With a count of 1 it is `start` alone.'],
    see: ['arange'],
  },
  arguments: (start: number, stop: number, count = 50, dtype: DType = 'float32') => {
    checkWhole('linspace', 'count', count, 0);
    checkDType('linspace', dtype);
    if (!isFloating(dtype))
      raise('E_DTYPE', { op: 'linspace', argument: 'dtype', expected: 'a floating dtype', found: dtype });
    for (const [argument, value] of [
      ['start', start],
      ['stop', stop],
    ] as const) {
      if (!Number.isFinite(value))
        raise('E_ATTRIBUTE', { op: 'linspace', argument, expected: 'a finite number', found: String(value) });
    }
    return { inputs: [], attributes: { start, stop, count, dtype } };
  },
  compose: (_, { start, stop, count, dtype }): Tensor => {
    const i = arange(0, count, 1, dtype) as Tensor;
    if (count < 2) return add(i, start);
    return where(equal(i, count - 1), stop, add(mul(i, (stop - start) / (count - 1)), start));
  },
  samples: [
    { label: 'five', inputs: [], rest: [0, 1, 5] },
    { label: 'downwards', inputs: [], rest: [3, -3, 4] },
    { label: 'float64', inputs: [], rest: [0, 0.3, 4, 'float64'] },
    { label: 'one', inputs: [], rest: [2, 7, 1] },
    { label: 'none', inputs: [], rest: [0, 1, 0] },
    { label: 'the default count', inputs: [], rest: [0, 1] },
  ],
  errors: [
    {
      label: 'a negative count',
      inputs: [],
      rest: [0, 1, -1],
      code: 'E_ATTRIBUTE',
      says: /linspace: count: .*at least 0, got -1/,
    },
    { label: 'integers', inputs: [], rest: [0, 1, 2, 'int32'], code: 'E_DTYPE', says: /a floating dtype, got int32/ },
    {
      label: 'infinity',
      inputs: [],
      rest: [0, Number.POSITIVE_INFINITY, 2],
      code: 'E_ATTRIBUTE',
      says: /stop: expected a finite number/,
    },
  ],
});
