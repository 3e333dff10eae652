/** `assert`: stops the program where something does not hold. */
import { type Operation, raise } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import {
  applyEffect,
  effectOperation,
  registerEffect,
  spoken,
  type TextParts,
  textParts,
} from './definition/effects.ts';
import { operand } from './definition/operand.ts';

const assertOperation: Operation = registerEffect(
  effectOperation({
    name: 'assert',
    summary: 'Stops the program where something does not hold.',
    run: ([condition, ...values], { words }) => {
      if (condition?.data.every((element) => element !== 0) !== true) {
        raise('E_ASSERT', { op: 'assert', says: spoken(words as TextParts, values) });
      }
      return [];
    },
  }),
);

/**
 * Throws unless all elements of the condition hold, when the program runs; a captured function does so every time, at this place of the
 * program, and is never left out. What was printed before stays printed; variables that a captured function changes stay as
 * they were. The message is made of words and tensors.
 *
 * @throws `E_ASSERT` where an element does not hold; `E_DTYPE` unless the condition is bool.
 * @example
 * ```ts
 * import { assert, greater, jit, log, tensor } from '@deft/tensor';
 * const safeLog = jit((x) => {
 *   assert(greater(x, 0), 'log of something that is not positive:', x);
 *   return log(x);
 * });
 * console.log(safeLog(tensor([1])).toArray()); // [0]
 * ```
 */
export function assert(condition: TensorLike, ...message: readonly unknown[]): void {
  const given = operand('assert', 'condition', condition);
  if (given.dtype !== 'bool') {
    raise('E_DTYPE', { op: 'assert', argument: 'condition', expected: 'bool', found: given.dtype });
  }
  const { values, words } = textParts(message.length === 0 ? ['the condition does not hold'] : message);
  applyEffect(assertOperation, [given, ...values], { words });
}
