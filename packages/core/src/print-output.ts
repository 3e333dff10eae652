/** Where `print` writes to, and warnings. Core knows no console: whoever wires the library says where lines go. */
import { raise } from './errors.ts';

let output: ((line: string) => void) | undefined;

/**
 * Sends what `print` writes to a function instead of the console, and gives the one before.
 *
 * @example
 * ```ts
 * import { print, setPrintOutput } from '@deft/tensor';
 * const lines: string[] = [];
 * const before = setPrintOutput((line) => lines.push(line));
 * print('loss', 0.5);
 * setPrintOutput(before);
 * console.log(lines); // ['loss 0.5']
 * ```
 */
export function setPrintOutput(write: ((line: string) => void) | undefined): ((line: string) => void) | undefined {
  const before = output;
  output = write;
  return before;
}

/** Writes a line. Throws `E_ARGUMENT` where nobody said where to. */
export function printLine(line: string): void {
  if (output === undefined) refuse();
  else output(line);
}

function refuse(): never {
  return raise('E_ARGUMENT', {
    op: 'print',
    says: 'there is nowhere to write to: no executor is loaded',
    hint: 'setPrintOutput((line) => console.log(line))',
  });
}

let warningOutput: ((text: string) => void) | undefined;

/**
 * Sends warnings to a function instead of the console, and gives the one before. What is warned of is slow, never wrong.
 *
 * @example
 * ```ts
 * import { add, jit, setWarningOutput, tensor } from '@deft/tensor';
 * const warnings: string[] = [];
 * const before = setWarningOutput((text) => warnings.push(text));
 * const f = jit((x, step: number) => add(x, step), { name: 'f' });
 * for (const step of [1, 2, 3]) f(tensor(1), step);
 * setWarningOutput(before);
 * console.log(warnings.length); // 1
 * ```
 */
export function setWarningOutput(write: ((text: string) => void) | undefined): ((text: string) => void) | undefined {
  const before = warningOutput;
  warningOutput = write;
  return before;
}

/** Warns; where nobody listens, nobody hears. */
export function warn(text: string): void {
  warningOutput?.(`deft: ${text}`);
}
