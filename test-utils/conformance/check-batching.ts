/**
 * An op under `vmap` is the op in a loop: with all inputs batched, with each alone, with the batch axis last, captured and
 * not. The examples of a batch are the sample and the same elements in other orders, so they are as valid as the sample.
 */
import { type NdArray, ndStack, type Operation, type Tensor, tensorOfCopy } from '@deft/core';
import { type BatchAxes, moveAxis, vmap } from '@deft/tensor';
import { callOperation, type Variant, variantsOf } from './calls.ts';
import { limitationOf } from './check-values.ts';
import type { Findings } from './findings.ts';
import { backends, expectedOf, fetch, on, oracle, runQuickly, type TensorsFunction } from './modes.ts';
import { expectResults, toleranceOf } from './tolerance.ts';

const batchSize = 3;

/** The same elements, `by` places further on. */
function rotated({ shape, dtype, data }: NdArray, by: number): NdArray {
  return { shape, dtype, data: data.map((_, i) => data[(i + by) % data.length] as number) as NdArray['data'] };
}

interface Batching {
  readonly label: string;
  readonly inAxes: readonly (0 | -1 | null)[];
}

function batchingsOf(inputs: readonly NdArray[]): Batching[] {
  const all: Batching = { label: 'all batched', inAxes: inputs.map(() => 0) };
  const last: Batching = { label: 'batch axis last', inAxes: inputs.map(() => -1) };
  if (inputs.length === 1) return [all, last];
  const each = inputs.map(
    (_, i): Batching => ({ label: `input ${i} batched`, inAxes: inputs.map((__, k) => (i === k ? 0 : null)) }),
  );
  return [all, last, ...each];
}

function checkBatching(operation: Operation, variant: Variant, { label, inAxes }: Batching, findings: Findings): void {
  const f: TensorsFunction = (tensors) => callOperation(operation, tensors, variant.rest);
  const examples = Array.from({ length: batchSize }, (_, b) =>
    variant.inputs.map((input, i) => (inAxes[i] === null ? input : rotated(input, b))),
  );
  const results = examples.map((inputs) => expectedOf(f, inputs));
  const tolerances = examples.map((inputs) => toleranceOf(f, inputs, variant.sample.ulp));
  const tolerance = { ulp: variant.sample.ulp ?? 4, scale: Math.max(...tolerances.map(({ scale }) => scale)) };
  const expected = (results[0] as NdArray[]).map((_, o) => ndStack(results.map((example) => example[o] as NdArray)));
  const batch = variant.inputs.map((input, i) =>
    inAxes[i] === null ? input : ndStack(examples.map((example) => example[i] as NdArray)),
  );
  const together: TensorsFunction = (tensors) => {
    const run = vmap((...inputs: Tensor[]) => [...f(inputs)], { inAxes: inAxes as BatchAxes[] });
    const placed = tensors.map((tensor, i) => (inAxes[i] === -1 ? (moveAxis(tensor, 0, -1) as Tensor) : tensor));
    return (run as unknown as (...inputs: Tensor[]) => Tensor[])(...placed);
  };
  findings.attempt(`${variant.label}, ${label}`, () =>
    expectResults(
      expected,
      on(oracle, () => fetch(together(batch.map(tensorOfCopy)))),
      tolerance,
    ),
  );
  if (label !== 'all batched') return;
  for (const backend of backends.running) {
    if (backend === 'reference' || limitationOf(operation, backend, variant.dtypes)) continue;
    findings.attempt(`${variant.label}, ${label}, on ${backend}`, () =>
      expectResults(expected, runQuickly(backend, together, batch), tolerance),
    );
  }
}

/** Every sample with tensors, batched in every way. */
export function checkBatches(operation: Operation, findings: Findings): void {
  for (const sample of operation.samples) {
    const [variant] = variantsOf(sample) as [Variant];
    if (variant.inputs.length === 0) continue;
    for (const batching of batchingsOf(variant.inputs)) {
      findings.attempt(`${variant.label}, ${batching.label}`, () =>
        checkBatching(operation, variant, batching, findings),
      );
    }
  }
}
