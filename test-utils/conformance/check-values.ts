/**
 * The first law of an op: in every mode, on every backend and for every dtype it gives what its reference gives, with the
 * shape and dtype its rule states; and its graph prints and parses back.
 */
import {
  abstractValue,
  DeftError,
  inferByRunning,
  type NdArray,
  type Operation,
  type OperationLimitation,
  type OperationSample,
  tensorOfCopy,
} from '@deft/core';
import { evaluateGraph, parseGraph, printGraph, traceGraph } from '@deft/graph';
import { callOperation, type Variant, variantsOf } from './calls.ts';
import type { Findings } from './findings.ts';
import { expectedOf, fetch, type Mode, modes, on, oracle, type TensorsFunction } from './modes.ts';
import { expectResults, type Tolerance, toleranceOf } from './tolerance.ts';

/** What a variant of a sample should give. */
export interface Expectation {
  readonly variant: Variant;
  readonly f: TensorsFunction;
  readonly results: readonly NdArray[];
  readonly tolerance: Tolerance;
}

/** By operation first: some share their samples. */
const known = new WeakMap<Operation, Map<string, Map<OperationSample, Expectation>>>();

/** The oracle's results of a variant; computed once. */
export function expectationOf(operation: Operation, variant: Variant): Expectation {
  const ofOperation = known.get(operation) ?? new Map<string, Map<OperationSample, Expectation>>();
  known.set(operation, ofOperation);
  const ofLabel = ofOperation.get(variant.label) ?? new Map<OperationSample, Expectation>();
  ofOperation.set(variant.label, ofLabel);
  let expectation = ofLabel.get(variant.sample);
  if (expectation === undefined) {
    expectation = computeExpectation(operation, variant);
    ofLabel.set(variant.sample, expectation);
  }
  return expectation;
}

function computeExpectation(operation: Operation, variant: Variant): Expectation {
  const f: TensorsFunction = (tensors) => callOperation(operation, tensors, variant.rest);
  return {
    variant,
    f,
    results: expectedOf(f, variant.inputs),
    tolerance: toleranceOf(f, variant.inputs, variant.sample.ulp),
  };
}

/** The limitation of an op that holds for a backend (or for all of them) and these dtypes. */
export function limitationOf(
  operation: Operation,
  backend: string | undefined,
  dtypes: readonly string[],
): OperationLimitation | undefined {
  return operation.limitations.find(
    (limitation) =>
      (limitation.backend === undefined || limitation.backend === backend) &&
      (limitation.dtype === undefined || dtypes.includes(limitation.dtype)),
  );
}

function checkMode(expectation: Expectation, mode: Mode): void {
  expectResults(expectation.results, mode.run(expectation.f, expectation.variant.inputs), expectation.tolerance);
}

/** The variants of an op's samples in dtypes that it takes; a sample's own dtypes are always among them. */
export function variantsFor(operation: Operation): Variant[] {
  return operation.samples.flatMap(variantsOf).filter((variant) => {
    const anywhere = limitationOf(operation, undefined, variant.dtypes);
    return !anywhere && (variant.isOwn || !isRefused(operation, variant));
  });
}

/** Whether the op has no such arithmetic, as it says itself. */
function isRefused(operation: Operation, variant: Variant): boolean {
  const types = variant.inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
  try {
    on(oracle, () => inferByRunning((tensors) => callOperation(operation, tensors, variant.rest), types));
    return false;
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_DTYPE') return true;
    throw error;
  }
}

/** Every sample in every mode, except where the op declares a limitation. */
export function checkValues(operation: Operation, findings: Findings): void {
  for (const variant of variantsFor(operation)) {
    findings.attempt(variant.label, () => {
      const expectation = expectationOf(operation, variant);
      for (const mode of modes) {
        if (limitationOf(operation, mode.backend, variant.dtypes)) continue;
        findings.attempt(`${variant.label}, ${mode.name}`, () => checkMode(expectation, mode));
      }
    });
  }
}

/** A limitation that no sample shows any more is a mistake in the op's file. */
export function checkLimitation(operation: Operation, limitation: OperationLimitation): void {
  for (const variant of operation.samples.flatMap(variantsOf)) {
    if (limitation.dtype !== undefined && !variant.dtypes.includes(limitation.dtype)) continue;
    for (const mode of modes) {
      if (limitation.backend !== undefined && limitation.backend !== mode.backend) continue;
      try {
        checkMode(expectationOf(operation, variant), mode);
      } catch {
        return;
      }
    }
  }
  const { backend = 'every backend', dtype = 'every dtype', reason } = limitation;
  throw new Error(`the limitation on ${backend}, ${dtype} (“${reason}”) does not show in any sample: remove it`);
}

/** The shape rule states what comes out. */
export function checkInference(operation: Operation, findings: Findings): void {
  for (const variant of variantsFor(operation)) {
    findings.attempt(variant.label, () => {
      const { f, results } = expectationOf(operation, variant);
      const types = variant.inputs.map((input) => on(oracle, () => tensorOfCopy(input).abstract));
      const stated = inferByRunning(f, types).map(({ text }) => text);
      const found = results.map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`);
      if (stated.join() !== found.join())
        throw new Error(`the shape rule states ${stated.join()}, ${found.join()} came out`);
    });
  }
}

/** The graph of the op as text reads back as the same graph, and computes the same. */
export function checkGraphText(operation: Operation, findings: Findings): void {
  for (const variant of variantsFor(operation)) {
    findings.attempt(variant.label, () =>
      on(oracle, () => {
        const { f, results, tolerance } = expectationOf(operation, variant);
        const types = variant.inputs.map((input) => tensorOfCopy(input).abstract);
        const { graph } = traceGraph((tensors) => [...f(tensors)], types);
        const text = printGraph(graph);
        const parsed = parseGraph(text);
        const again = printGraph(parsed);
        if (again !== text) throw new Error(`the graph\n${text}\nreads back as\n${again}`);
        const captures = graph.captures.map(({ tensor }) => tensor);
        expectResults(
          results,
          fetch(evaluateGraph(parsed, [...variant.inputs.map(tensorOfCopy), ...captures])),
          tolerance,
        );
      }),
    );
  }
}
