/**
 * Programs with effects under derivatives and batches: random programs that read and change variables, draw, print, assert and call the
 * host, differentiated and batched at once, captured, and captured inside.
 */
import {
  DeftError,
  grad,
  jit,
  randomUniform,
  seed,
  setPrintOutput,
  setWarningOutput,
  sum,
  type Tensor,
  tensor,
  variable,
  vmap,
} from '@deft/tensor';
import { type EffectProgram, effectPrograms, runEffects, variableCount } from '@deft/test-utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  setWarningOutput(undefined);
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
});

type Body = (x: Tensor) => Tensor;
type Seen = { readonly error: string } | { readonly values: readonly unknown[]; readonly lines: readonly string[] };

/** What comes of a call: the result, lines, what variables hold and what is drawn afterwards; or the error. */
function seenOf(program: EffectProgram, wrap: (body: Body) => Body, x: Tensor): Seen {
  lines = [];
  seed(7);
  const variables = Array.from({ length: variableCount }, (_, i) => variable(tensor([i, 1]), { name: `v${i}` }));
  const body: Body = (y) => runEffects(program, { variables, heard: (text) => lines.push(text) }, y);
  try {
    const result = wrap(body)(x);
    return { values: [result, ...variables.map((v) => v.value), randomUniform([2])].map((t) => t.toArray()), lines };
  } catch (error) {
    if (error instanceof DeftError) return { error: error.code };
    throw error;
  }
}

/** The same up to rounding. */
function expectSame(found: unknown, expected: unknown): void {
  if (typeof found === 'number' && typeof expected === 'number') {
    if (!Object.is(found, expected))
      expect(found / (Math.abs(expected) + 1)).toBeCloseTo(expected / (Math.abs(expected) + 1), 3);
  } else if (Array.isArray(found) && Array.isArray(expected)) {
    expect(found.length).toBe(expected.length);
    for (const [i, each] of found.entries()) expectSame(each, expected[i]);
  } else expect(found).toEqual(expected);
}

const runs = Math.ceil(Number(process.env['DEFT_RUNS'] ?? 300) / 6);
const once = (all: readonly string[]): string[] => all.filter((line, i) => line !== all[i - 1]);

describe('programs with effects', () => {
  it('F14 F21 J3 have one derivative, and do everything once, whatever is captured inside of what', {
    timeout: 1_800_000,
  }, () => {
    const slope = (f: Body): Body => grad((x: Tensor) => sum(f(x)) as Tensor) as Body;
    const ways: readonly ((f: Body) => Body)[] = [
      (f) => jit(slope(f)),
      (f) => slope(jit(f)),
      (f) => jit(slope(jit(f))),
    ];
    fc.assert(
      fc.property(effectPrograms, (program) => {
        const x = tensor([1, 2]) as Tensor;
        const expected = seenOf(program, slope, x);
        for (const way of ways) {
          const found = seenOf(program, way, x);
          if ('error' in expected || 'error' in found) expect(found).toEqual(expected);
          else {
            expectSame(found.values, expected.values);
            expect(found.lines).toEqual(expected.lines);
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it('F14 J3 do for all examples what they do at once, or say that they cannot', { timeout: 1_800_000 }, () => {
    let same = 0;
    fc.assert(
      fc.property(effectPrograms, (program) => {
        const x = tensor([
          [1, 2],
          [3, -1],
          [0.5, 0.25],
        ]) as Tensor;
        const expected = seenOf(program, vmap as (f: Body) => Body, x);
        expect(seenOf(program, (f) => vmap(jit(f)) as Body, x)).toEqual(expected);
        const found = seenOf(program, (f) => jit(vmap(f) as Body), x);
        // Captured loops and branches know one answer only to whether a value depends on the example, for all steps and branches: lines
        // may be written for each example though they are the same, and what only some might do is refused.
        if ('error' in found) {
          if (!('error' in expected)) expect(found.error).toBe('E_CAPTURE_IMPURE');
          return;
        }
        if ('error' in expected) return;
        expectSame(found.values, expected.values);
        expect(once(found.lines)).toEqual(once(expected.lines));
        same++;
      }),
      { numRuns: runs },
    );
    expect(same / runs).toBeGreaterThan(0.3);
  });
});
