/** Holds an example to its word: it runs, prints what its comments state, and fails where it says so and only there. */
import { DeftError } from '@deft/core';
import { expect } from 'vitest';
import type { Example } from './examples.ts';
import { type Importer, runExample } from './run-example.ts';
import { agrees, readStatements } from './stated-output.ts';

/** Runs the example and compares. Fails the running test where something differs. */
export async function checkExample(example: Example, importer: Importer): Promise<void> {
  const { expected, throws } = readStatements(example.code);
  const { printed, error } = await runExample(example.code, importer);
  if (example.fails === undefined) {
    if (error !== undefined) throw error;
  } else {
    expect(error, `${example.title} should fail`).toBeInstanceOf(DeftError);
    expect((error as DeftError).code).toBe(example.fails);
    const message = (error as DeftError).message.split('\n', 1)[0] as string;
    if (throws !== undefined && !agrees(throws, message)) expect(message).toBe(throws);
  }
  const lines = example.code.split('\n');
  for (const [line, texts] of expected) {
    const all = printed.get(line) ?? [];
    const found = texts.length === 1 && all.length > 1 ? [all.join('\n')] : all;
    const same = found.length === texts.length && texts.every((text, i) => agrees(text, found[i] as string));
    if (!same) expect(found, `printed by: ${lines[line]?.trim()}`).toEqual(texts);
  }
}
