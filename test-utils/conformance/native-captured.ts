/**
 * The first law of every op on the native backend, captured: programs of many samples are compiled together, as they stand and with
 * inputs that are views of other tensors. Every result is compared with the oracle's.
 */
import { type NativeBackend, nativeUnavailableBecause } from '@deft/backend-native';
import { compileGraph } from '@deft/compiler';
import { allOperations, type NdArray, type Operation, type Tensor, tensorOfCopy } from '@deft/core';
import { eagerExecutor } from '@deft/eager';
import { traceGraph } from '@deft/graph';
import type { Executable, KernelProgram } from '@deft/kernel';
import { getBackend } from '@deft/tensor';
import { describe, it } from 'vitest';
import { expectationOf, limitationOf, variantsFor } from './check-values.ts';
import { Findings } from './findings.ts';
import { fetch, on, type TensorsFunction, throughViews } from './modes.ts';
import { expectResults, type Tolerance } from './tolerance.ts';

/** A traced function of tensors, and what it should give. */
interface Case {
  readonly label: string;
  readonly expected: readonly NdArray[];
  readonly tolerance: Tolerance;
  readonly program: KernelProgram;
  run(executable: Executable): NdArray[];
}

/** A function compiled for native, apart from being made: programs of many cases are compiled together. */
export function caseOf(
  label: string,
  f: TensorsFunction,
  inputs: readonly NdArray[],
): Pick<Case, 'label' | 'program' | 'run'> {
  const types = inputs.map((input) => tensorOfCopy(input).abstract);
  const { graph } = traceGraph((tensors) => [...f(tensors)], types);
  const { program, captures } = compileGraph(graph);
  return {
    label,
    program,
    run: (executable) => {
      const tensors: Tensor[] = [...inputs.map(tensorOfCopy), ...captures.map(({ tensor }) => tensor)];
      return fetch(
        eagerExecutor().runExecutable(
          executable,
          tensors,
          graph.outputs.map(({ abstract }) => abstract),
        ),
      );
    },
  };
}

/** Every variant as it stands, and every second sample once more through views, which is other code. */
function casesOf(operation: Operation, findings: Findings): Case[] {
  return variantsFor(operation).flatMap((variant, i) => {
    if (limitationOf(operation, 'native', variant.dtypes)) return [];
    const { f, results, tolerance } = expectationOf(operation, variant);
    const label = `${operation.name}, ${variant.label}`;
    const cases: Case[] = [];
    const add = (which: string, own: TensorsFunction, inputs: readonly NdArray[]): void =>
      findings.attempt(which, () => {
        cases.push({ ...on('native', () => caseOf(which, own, inputs)), expected: results, tolerance });
      });
    add(label, f, variant.inputs);
    const views = throughViews(f, variant.inputs);
    if (variant.isOwn && i % 2 === 1) add(`${label}, views`, views.f, views.inputs);
    return cases;
  });
}

/** Ops whose programs are compiled together. */
const together = 12;

/** Declares the tests of one of `parts` parts of the ops. */
export function testCapturedOnNative(part: number, parts: number): void {
  const operations = allOperations().filter((_, i) => i % parts === part);
  describe.skipIf(nativeUnavailableBecause() !== undefined)('captured on native, as the reference', () => {
    for (let start = 0; start < operations.length; start += together) {
      const group = operations.slice(start, start + together);
      it(group.map(({ name }) => name).join(', '), () => {
        const findings = new Findings();
        const cases = group.flatMap((operation) => casesOf(operation, findings));
        on('native', () => {
          const backend = getBackend() as NativeBackend;
          const executables = backend.compileTogether(cases.map(({ program }) => program));
          cases.forEach(({ label, expected, tolerance, run }, i) => {
            findings.attempt(label, () => expectResults(expected, run(executables[i] as Executable), tolerance));
          });
        });
        findings.finish();
      });
    }
  });
}
