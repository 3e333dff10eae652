/** `print`: writes values when the program runs. */
import { type Operation, printLine } from '@deft/core';
import {
  applyEffect,
  effectOperation,
  registerEffect,
  spoken,
  type TextParts,
  textParts,
} from './definition/effects.ts';

const printOperation: Operation = registerEffect(
  effectOperation({
    name: 'print',
    summary: 'Writes values when the program runs.',
    run: (values, { words }) => {
      printLine(spoken(words as TextParts, values));
      return [];
    },
  }),
);

/**
 * Writes words and tensors in one line, when the program runs: also in captured functions every time, in program order, in loops and
 * branches as often as they run. Under `vmap` there is a line for every example. Derivatives print nothing a second time.
 * Large tensors are shortened. Lines go to the console, or where `setPrintOutput` says.
 *
 * @example
 * ```ts
 * import { jit, mul, print, tensor } from '@deft/tensor';
 * const double = jit((x) => {
 *   const y = mul(x, 2);
 *   print('doubled', y);
 *   return y;
 * });
 * double(tensor([1, 2])); // prints: doubled [2, 4]
 * double(tensor([3, 4])); // prints: doubled [6, 8]
 * ```
 */
export function print(...parts: readonly unknown[]): void {
  const { values, words } = textParts(parts);
  applyEffect(printOperation, values, { words });
}
