/** Lines of text files. */
import { raise } from '@deft/core';
import { Dataset } from '../dataset.ts';
import { decodeText } from '../environment.ts';
import type { OnErrorOptions } from '../skipped.ts';
import { concatenateStep } from '../steps/concatenate.ts';
import { recordSource } from './record-source.ts';

/** How lines are read. */
export interface TextLinesOptions extends OnErrorOptions {
  /** The most bytes of a line: 2²⁰ unless told. */
  readonly maxLength?: number;
}

/**
 * The lines of one or several text files in UTF-8, without their ends, read a piece at a time.
 *
 * @throws `E_FILE` with file and line for bytes that are no text and for lines longer than `maxLength`, where there is no such
 * file, and in browsers.
 */
export function fromTextFile(paths: string | readonly string[], options: TextLinesOptions = {}): Dataset<string> {
  const { maxLength = 2 ** 20 } = options;
  const all = typeof paths === 'string' ? [paths] : paths;
  if (all.length === 0)
    raise('E_ARGUMENT', { op: 'fromTextFile', argument: 'paths', expected: 'a path', found: 'none' });
  const steps = all.map((path) =>
    recordSource(
      path,
      { ...options, op: 'fromTextFile', hasQuotes: false, maxLength },
      async () =>
        ({ bytes, line }) => {
          try {
            return { value: decodeText(bytes) };
          } catch {
            return raise('E_FILE', { op: 'fromTextFile', says: `${path}:${line}: the bytes are no UTF-8` });
          }
        },
    ),
  );
  return new Dataset(steps.length === 1 ? (steps[0] as (typeof steps)[0]) : concatenateStep(steps));
}
