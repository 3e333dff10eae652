/**
 * The law of effects: a program that reads and replaces variables, draws, prints, asserts and calls the host does the same at once
 * and captured, call after call: the same results, the same variables afterwards, the same lines in the same order, the same errors.
 */
import { type EffectProgram, effectPrograms, runEffects, variableCount } from '@deft/test-utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeftError, jit, randomUniform, seed, setPrintOutput, type Tensor, tensor, variable } from './index.ts';

interface Observed {
  readonly results: unknown[];
  readonly lines: string[];
  readonly variables: unknown[];
  readonly drawn: unknown;
}

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
});

const messageOf = (error: DeftError): string => `${error.code} ${error.message.split('\n')[0]}`;

/** What comes of two calls. After one that fails, captured variables are as they were: the modes are compared no further. */
function observe(program: EffectProgram, capture: boolean): Observed {
  lines = [];
  seed(7);
  const variables = Array.from({ length: variableCount }, (_, i) => variable(tensor([i, 1]), { name: `v${i}` }));
  const world = { variables, heard: (text: string) => lines.push(text) };
  const run = (x: Tensor): Tensor => runEffects(program, world, x);
  const f = capture ? jit(run) : run;
  const results: unknown[] = [];
  for (const x of [tensor([1, 2]), tensor([3, -1])]) {
    try {
      results.push(f(x).toArray());
    } catch (error) {
      if (!(error instanceof DeftError)) throw error;
      const isKnownEarly = error.code !== 'E_ASSERT';
      return {
        results: [...results, messageOf(error)],
        lines: isKnownEarly ? [] : lines,
        variables: [],
        drawn: undefined,
      };
    }
  }
  const drawn = randomUniform([2]).toArray();
  return { results, lines, variables: variables.map((v) => v.value.toArray()), drawn };
}

const runs = Number(process.env['DEFT_RUNS'] ?? 300);

describe('programs with effects', () => {
  it('F13 F14 do the same at once and captured', { timeout: 1_800_000 }, async () => {
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(effectPrograms, async (program) => {
        // What captured functions of programs before held is given back by finalisers, which run between jobs.
        await new Promise((resolve) => setTimeout(resolve, 0));
        const atOnce = observe(program, false);
        expect(observe(program, true)).toEqual(atOnce);
        if (atOnce.drawn !== undefined) ended++;
      }),
      { numRuns: runs },
    );
    // Programs that fail are compared up to there: most must come to their end.
    expect(ended / runs).toBeGreaterThan(0.6);
  });
});
