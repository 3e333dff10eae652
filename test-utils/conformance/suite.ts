/**
 * The conformance tests of all registered ops, generated from their samples. The ops are dealt out to several test files,
 * which run side by side.
 */
import { allOperations, type Operation } from '@deft/core';
import { describe, it } from 'vitest';
import { checkBatches } from './check-batching.ts';
import { checkDerivatives } from './check-derivatives.ts';
import { checkErrors } from './check-errors.ts';
import { checkGraphText, checkInference, checkLimitation, checkValues } from './check-values.ts';
import { Findings } from './findings.ts';

/** How many files share the ops. */
const parts = 4;

const laws: Readonly<Record<string, (operation: Operation, findings: Findings) => void | Promise<void>>> = {
  'gives what its reference gives, in every mode': checkValues,
  'has the shape and dtype that its rule states': checkInference,
  'has a graph that prints and parses back': checkGraphText,
  'has the derivatives that its samples state': checkDerivatives,
  'is a loop under vmap': checkBatches,
  'fails with the same words in every mode, and leaves everything as it was': checkErrors,
};

/** Declares the tests of every op of one part. */
export function testOperations(part: number): void {
  const all = allOperations().filter((_, i) => i % parts === part);
  for (const operation of all) {
    describe(operation.name, () => {
      for (const [law, check] of Object.entries(laws)) {
        it(law, async () => {
          const findings = new Findings();
          await check(operation, findings);
          findings.finish();
        });
      }
      for (const limitation of operation.limitations) {
        it(`is still limited: ${limitation.reason}`, () => checkLimitation(operation, limitation));
      }
    });
  }
}
