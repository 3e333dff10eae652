/** `piecewiseConstantDecay`: a learning rate that changes at given steps. */
import { raise, recorded } from '@deft/core';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Schedule } from './schedule.ts';

/**
 * `values[i]` for steps up to and with `boundaries[i]`, the last value beyond. Keras's `PiecewiseConstantDecay`.
 *
 * Throws `E_ATTRIBUTE` unless the boundaries rise and there is one value more than boundaries.
 *
 * @example
 * ```ts
 * import { piecewiseConstantDecay } from '@deft/optim';
 * const schedule = piecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01]);
 * console.log(schedule(100), schedule(101), schedule(1000)); // 0.1 0.05 0.01
 * ```
 */
export function piecewiseConstantDecay(boundaries: readonly number[], values: readonly number[]): Schedule {
  const op = 'piecewiseConstantDecay';
  if (
    !boundaries.every(
      (boundary, i) => Number.isFinite(boundary) && (i === 0 || boundary > (boundaries[i - 1] as number)),
    )
  ) {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'boundaries',
      expected: 'rising numbers',
      found: `[${boundaries.join(', ')}]`,
    });
  }
  if (values.length !== boundaries.length + 1) {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'values',
      expected: `${boundaries.length + 1}, one more than boundaries`,
      found: String(values.length),
    });
  }
  for (const [i, value] of values.entries()) checkHyperParameter(op, `values[${i}]`, value, 0, Infinity);
  const steps = [...boundaries];
  const rates = [...values];
  return recorded(op, { boundaries, values }, (step: number) => {
    const place = steps.findIndex((boundary) => step <= boundary);
    return rates[place === -1 ? steps.length : place] as number;
  });
}
