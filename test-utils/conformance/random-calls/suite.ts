/**
 * The tests of random calls for all registered ops, dealt out to several files which run side by side. That the calls are not
 * mostly the samples again, and that most derivatives could be compared, is asserted too: otherwise the laws would say
 * little.
 */
import { allOperations, type Operation } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCallDerivatives, checkCallValues, checkRefusal, hasDerivatives } from './call-laws.ts';
import { anyCall, type RandomCall } from './random-calls.ts';

/** How many files share the ops. */
const parts = 2;

/** Calls per op: `DEFT_RUNS` is the number of random programs, one for thirty of which every op is called. */
const runs = Math.ceil(Number(process.env['DEFT_RUNS'] ?? 60) / 30);

/** Least share of an op's calls that have other shapes, dtypes or options than its samples. */
const leastFresh = 0.15;

/** New calls by op. */
const fresh = new Map<string, number>();

/** Most calls that are tried in search of a simpler one that fails too: the oracle takes long for some ops. */
const mostShrinks = 150;

/** The check, which holds whatever it is given once it has failed and then been tried as often as shrinking may. */
function bounded(check: (call: RandomCall) => void): (call: RandomCall) => void {
  let left: number | undefined;
  return (call) => {
    if (left !== undefined && left-- <= 0) return;
    try {
      check(call);
    } catch (error) {
      left ??= mostShrinks;
      throw error;
    }
  };
}

/** What the calls of one part were. */
interface Tally {
  calls: number;
  fresh: number;
  stable: number;
  refused: number;
  gradients: number;
  smooth: number;
}

function checkCalls(operation: Operation, tally: Tally): void {
  fc.assert(
    fc.property(
      anyCall(operation),
      bounded((call) => {
        tally.calls++;
        if (call.isNew) {
          tally.fresh++;
          fresh.set(operation.name, (fresh.get(operation.name) ?? 0) + 1);
        }
        if (checkCallValues(call)) tally.stable++;
        const [refusal] = call.refusals;
        if (refusal === undefined) return;
        tally.refused++;
        checkRefusal(operation, refusal);
      }),
    ),
    { numRuns: runs },
  );
}

function checkDerivatives(operation: Operation, tally: Tally): void {
  fc.assert(
    fc.property(
      anyCall(operation, { smooth: true }),
      bounded((call) => {
        if (!hasDerivatives(call)) return;
        tally.gradients++;
        if (checkCallDerivatives(call, runs > 2)) tally.smooth++;
      }),
    ),
    { numRuns: runs },
  );
}

/** Whether differences show the op's derivatives: those of a draw that follows its distribution they do not, and no sample says so. */
const hasDifferences = ({ nonDifferentiable, inputs, samples }: Operation): boolean =>
  nonDifferentiable === undefined && inputs.length > 0 && samples.some(({ grad }) => grad === 'check');

/** Declares the tests of every op of one part. */
export function testRandomCalls(part: number): void {
  const all = allOperations().filter((_, i) => i % parts === part);
  const total: Tally = { calls: 0, fresh: 0, stable: 0, refused: 0, gradients: 0, smooth: 0 };
  for (const operation of all) {
    it(operation.name, () => {
      checkCalls(operation, total);
      if (hasDifferences(operation)) checkDerivatives(operation, total);
    });
  }

  describe('the random calls', () => {
    it('are mostly none of the samples, and of well-conditioned points', () => {
      expect(total.fresh / total.calls).toBeGreaterThan(0.6);
      expect(total.stable / total.calls).toBeGreaterThan(0.9);
      expect(total.refused).toBeGreaterThan(total.calls / 10);
      expect(total.smooth / total.gradients).toBeGreaterThan(0.6);
    });

    it('reach shapes, dtypes or options that no sample has, for every op', () => {
      // Keys have one shape and dtype, and are all that some ops of random numbers take.
      const stuck = all.filter(
        ({ name, inputs, doc }) => inputs.length > 0 && doc.group !== 'random' && (fresh.get(name) ?? 0) < runs / 3,
      );
      const rates = stuck.map((operation) => {
        const calls = fc.sample(anyCall(operation), { numRuns: 40, seed: 1 });
        return [operation.name, calls.filter(({ isNew }) => isNew).length / calls.length] as const;
      });
      expect(rates.filter(([, rate]) => rate < leastFresh)).toEqual([]);
    });
  });
}
