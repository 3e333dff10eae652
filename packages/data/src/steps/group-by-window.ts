/** `groupByWindow`: elements of one key together, as datasets of their own that a function makes something of. */
import { raise } from '@deft/core';
import { checkCount, checkFunction } from '../checks.ts';
import type { PipelineStep } from '../cursor.ts';
import { type GroupKey, groupedStep } from './grouped.ts';
import { interleaveStep } from './interleave.ts';
import type { OfStep } from './interleave-slot.ts';

const op = 'groupByWindow';

/** How elements of a key become windows, datasets of type `W`, and what is made of these. */
export interface GroupByWindowOptions<K extends GroupKey, W, U> {
  /** So many elements a window. */
  readonly size?: number;
  /** So many elements a window of this key, in place of `size`. */
  readonly sizeOf?: (key: K) => number;
  /** The dataset whose elements stand in place of a window. */
  readonly reduce: (key: K, window: W) => OfStep<U> | PromiseLike<OfStep<U>>;
}

/** The elements of what `reduce` makes of the windows, one after the other in the order in which they are full. */
export function groupByWindowStep<K extends GroupKey, T, W, U>(
  source: PipelineStep<T>,
  keyOf: (value: T) => K,
  { size, sizeOf, reduce }: GroupByWindowOptions<K, W, U>,
  windowOf: (elements: readonly T[]) => W,
): PipelineStep<U> {
  checkFunction(op, 'keyOf', keyOf);
  checkFunction(op, 'reduce', reduce);
  if ((size === undefined) === (sizeOf === undefined)) {
    raise('E_ARGUMENT', { op, expected: 'size or sizeOf', found: size === undefined ? 'neither' : 'both' });
  }
  if (size !== undefined) checkCount(op, 'size', size, 1);
  if (sizeOf !== undefined) checkFunction(op, 'sizeOf', sizeOf);
  const sizeOfKey = sizeOf ?? (() => size as number);
  const groups = groupedStep(source, `${size ?? ''}`, { op, keyOf, sizeOf: sizeOfKey, dropRemainder: false });
  const step = interleaveStep(groups, ({ key, elements }) => reduce(key, windowOf(elements)), { cycleLength: 1 }, op);
  return { ...step, text: groups.text };
}
