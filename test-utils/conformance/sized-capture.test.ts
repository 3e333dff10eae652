/**
 * Code for every size gives what the op gives: ops of the registry on the shapes of their samples, and random programs, each along
 * one of the sizes that its inputs have.
 */
import { allOperations, type NdArray } from '@deft/core';
import { describe, expect, it } from 'vitest';
import { variantsOf } from './calls.ts';
import { expectationOf, limitationOf } from './check-values.ts';
import { Findings } from './findings.ts';
import { runSized } from './sized-capture.ts';
import { expectResults } from './tolerance.ts';

/** The sizes of the axes of arrays, each once. */
const dimsOf = (inputs: readonly NdArray[]): number[] => [...new Set(inputs.flatMap(({ shape }) => shape))];

describe('code for every size', () => {
  let [sized, all] = [0, 0];
  for (const operation of allOperations()) {
    it(operation.name, () => {
      const findings = new Findings();
      for (const sample of operation.samples) {
        const variant = variantsOf(sample)[0] as ReturnType<typeof variantsOf>[0];
        if (limitationOf(operation, 'wasm', variant.dtypes)) continue;
        for (const dim of dimsOf(variant.inputs)) {
          all++;
          const { f, results, tolerance } = expectationOf(operation, variant);
          const found = runSized(f, variant.inputs, dim);
          if (found === undefined) continue;
          sized++;
          findings.attempt(`${variant.label}, size ${dim}`, () => expectResults(results, found, tolerance));
        }
      }
      findings.finish();
    });
  }
  it('is what most are run by', () => {
    expect(sized).toBeGreaterThan(all / 2);
  });
});
