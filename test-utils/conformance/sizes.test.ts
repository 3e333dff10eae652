/**
 * Ops that are not elementwise on sizes beyond those of their samples: long and short, even and odd axes, so that vectors,
 * blocks, tiles and their remainders are all reached. What an op does not take (by its own errors) is left out.
 */
import {
  allOperations,
  DeftError,
  isInterpreting,
  type NdArray,
  ndFilled,
  type Operation,
  randomNumbers,
} from '@deft/core';
import { describe, expect, it } from 'vitest';
import { callOperation } from './calls.ts';
import { limitationOf } from './check-values.ts';
import { Findings } from './findings.ts';
import { expectedOf, modes, type TensorsFunction } from './modes.ts';
import { expectResults, type Tolerance, toleranceOf } from './tolerance.ts';

/** Views are the samples' business, and interpreting large programs takes long. */
const fastModes = modes.filter(({ backend, name }) => backend !== 'reference' && !name.startsWith('captured views'));

const shapesOf: Readonly<Record<number, readonly (readonly (readonly number[])[])[]>> = {
  1: [[[1001]], [[3, 331]], [[331, 3]], [[5, 1, 66]]],
  2: [
    [
      [37, 19],
      [19, 9],
    ],
    [
      [3, 9, 4],
      [4, 5],
    ],
    [[130], [130]],
  ],
};

/** Options that ops along axes take; what an op does not take it refuses. */
const options: readonly (readonly unknown[])[] = [[], [{ axis: 0 }], [{ axis: -1, keepDims: true }], [0]];

function arrayOf(shape: readonly number[], random: () => number): NdArray {
  return ndFilled(shape, 'float32', () => Math.round(random() * 512) / 64);
}

/** How many calls were compared. */
function checkSizes(operation: Operation, findings: Findings): number {
  const random = randomNumbers(11);
  // Twelve more than in samples: here chains of roundings (products, scans) are long.
  const ulp = 12 + Math.max(4, ...operation.samples.map((sample) => sample.ulp ?? 4));
  let compared = 0;
  for (const shapes of shapesOf[operation.inputs.length] ?? []) {
    const inputs = shapes.map((shape) => arrayOf(shape, random));
    for (const rest of options) {
      const f: TensorsFunction = (tensors) => callOperation(operation, tensors, rest);
      let expected: NdArray[];
      try {
        expected = expectedOf(f, inputs);
      } catch (error) {
        if (error instanceof DeftError) continue;
        if (isInterpreting() || String(error).includes('internal:')) throw error;
        continue; // the options are of another kind than the op's own
      }
      // Most results are as close without the room that cancellation needs, which takes a run of the oracle to know.
      let tolerance: Tolerance | undefined;
      const compare = (found: readonly NdArray[]): void => {
        try {
          expectResults(expected, found, { ulp, scale: 0 });
        } catch {
          tolerance ??= toleranceOf(f, inputs, ulp);
          expectResults(expected, found, tolerance);
        }
      };
      const where = `${shapes.map((shape) => `[${shape}]`).join(', ')}, options ${JSON.stringify(rest)}`;
      for (const mode of fastModes) {
        if (limitationOf(operation, mode.backend, ['float32'])) continue;
        compared++;
        findings.attempt(`${where}, ${mode.name}`, () => compare(mode.run(f, inputs)));
      }
    }
  }
  return compared;
}

describe('ops on larger sizes', () => {
  let compared = 0;
  const operations = allOperations().filter(
    ({ batch, inputs, variadic }) => batch !== 'elementwise' && !variadic && inputs.length >= 1 && inputs.length <= 2,
  );
  for (const operation of operations) {
    it(operation.name, () => {
      const findings = new Findings();
      compared += checkSizes(operation, findings);
      findings.finish();
    });
  }

  it('are compared at all', () => {
    expect(compared).toBeGreaterThan(300);
  });
});
