/** Random programs with effects do the same when they come from a file. */
import { DeftError } from '@deft/core';
import {
  deserialize,
  jit,
  randomUniform,
  seed,
  serialize,
  setPrintOutput,
  type Tensor,
  tensor,
  tensorSpec,
  variable,
} from '@deft/tensor';
import { type EffectProgram, effectPrograms, runEffects, variableCount } from '@deft/test-utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: specs stand for tensors
const spec = (...shape: number[]): any => tensorSpec(shape, 'float32');

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
});

/** The program with plain values in place of what the host computes. */
function withoutHost(program: EffectProgram): EffectProgram {
  const text = JSON.stringify(program).replaceAll('"hostPure"', '"local"').replaceAll('"hostOrdered"', '"print"');
  // `undefined`, which JSON leaves out, says that a loop has no bound.
  return JSON.parse(text, (name, value: unknown) =>
    name === 'block' || !isWhile(value) ? value : { most: undefined, ...value },
  ) as EffectProgram;
}

const isWhile = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'while';

const runs = Number(process.env['DEFT_RUNS'] ?? 40);

describe('programs with effects', () => {
  it('do the same when they come from a file', { timeout: 1_800_000 }, async () => {
    let saved = 0;
    await fc.assert(
      fc.asyncProperty(effectPrograms, fc.boolean(), async (given, gradients) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        const program = withoutHost(given);
        const variables = Array.from({ length: variableCount }, (_, i) => variable(tensor([i, 1]), { name: `v${i}` }));
        const f = jit((x: Tensor) => runEffects(program, { variables, heard: () => {} }, x), { name: 'f' });
        let file: Uint8Array;
        try {
          file = serialize({ f: f.lower(spec(2)) }, { gradients });
        } catch (error) {
          // Programs that capture refuses are refused here, too.
          if (error instanceof DeftError && error.code !== 'E_FILE') return;
          throw error;
        }
        saved++;
        const loaded = deserialize(file);
        const run = (g: (x: Tensor) => Tensor, cells: readonly { readonly value: Tensor }[]): unknown => {
          lines = [];
          seed(7);
          const results: unknown[] = [];
          for (const x of [tensor([1, 2]), tensor([3, -1])]) {
            try {
              results.push(g(x).toArray());
            } catch (error) {
              if (!(error instanceof DeftError)) throw error;
              results.push(`${error.code} ${error.message.split('\n')[0]}`);
              break;
            }
          }
          return {
            results,
            lines,
            cells: cells.map(({ value }) => value.toArray()),
            drawn: randomUniform([2]).toArray(),
          };
        };
        const used = variables.flatMap((each) => (loaded.variables[each.name] === undefined ? [] : [each]));
        const fromFile = run(
          loaded.functions['f'] as unknown as (x: Tensor) => Tensor,
          used.map((each) => loaded.variables[each.name] as { readonly value: Tensor }),
        );
        expect(fromFile).toEqual(run(f, used));
      }),
      { numRuns: runs },
    );
    expect(saved / runs).toBeGreaterThan(0.6);
  });
});
