/**
 * How far results may be apart; the one place that says so.
 *
 * Values: whole numbers and truth values are equal. A float32 is within the sample's `ulp` (4 unless told) of the oracle's,
 * a float64 within that or 1e-12 of its size. Where an op adds up (a reduction to sums or products, a contraction, a
 * scatter that adds) terms may cancel, so the result may also be off by as many units of the *largest thing added up*:
 * the biggest magnitude among operands, intermediate values, and results of the adding ops on absolute values.
 *
 * Gradients in float32: within 2e-5 of the float64 gradient, relative to its size, or 2e-6 of the largest element.
 */
import {
  type AbstractValue,
  type Attributes,
  baseInterpreter,
  type DType,
  isFloating,
  type NdArray,
  type Operation,
  PlainInterpreter,
  runReference,
  sameShape,
  setBaseInterpreter,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { evaluateGraph, type Graph, type GraphNode, traceGraph } from '@deft/graph';
import type { Lowering } from '@deft/kernel';
import { differenceText, ulpDistance, worstDifference } from '@deft/test-utils';
import { fetch, on, oracle, type TensorsFunction } from './modes.ts';

/** How far results of one variant of a sample may be from the oracle's. */
export interface Tolerance {
  readonly ulp: number;
  /** Magnitude of the largest thing added up; 0 where nothing is. */
  readonly scale: number;
  /** Units between denormal numbers, where a factor was rounded among them; as `ulp` unless told. */
  readonly denormalUlp?: number;
}

/** Dtypes whose results need not be equal; the parts of complex numbers are float32. */
type Inexact = 'float16' | 'bfloat16' | 'float32' | 'float64' | 'complex64';

const smallestNormal: Record<Inexact, number> = {
  float16: 2 ** -14,
  bfloat16: 2 ** -126,
  float32: 2 ** -126,
  float64: 2 ** -1022,
  complex64: 2 ** -126,
};
const unitOf: Record<Inexact, number> = {
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  float32: 2 ** -23,
  float64: 1e-12,
  complex64: 2 ** -23,
};
const isInexact = (dtype: DType): dtype is Inexact => Object.hasOwn(unitOf, dtype);

function addsUp(
  operation: Operation,
  inputs: readonly AbstractValue[],
  attributes: Attributes,
  outputs: readonly AbstractValue[],
): boolean {
  // What handles complex numbers has no form of its own, and adds nothing up.
  if (operation.onPlanes) return false;
  const lower = operation.lower as Lowering | undefined;
  return (lower?.(inputs, attributes, outputs) ?? []).some(
    (form) =>
      form.form === 'contract' ||
      (form.form === 'routine' && form.sums) ||
      (form.form === 'reduce' && (form.combine === 'sum' || form.combine === 'prod')) ||
      (form.form === 'scatter' && form.combine === 'add'),
  );
}

function largest(arrays: readonly NdArray[]): number {
  let most = 0;
  for (const { dtype, data } of arrays) {
    if (!isFloating(dtype)) continue;
    for (const element of data) if (Number.isFinite(element)) most = Math.max(most, Math.abs(element));
  }
  return most;
}

const magnitudes = (array: NdArray): NdArray =>
  isFloating(array.dtype) ? { ...array, data: array.data.map(Math.abs) as NdArray['data'] } : array;

const abstracts = (values: readonly { readonly abstract: AbstractValue }[]): AbstractValue[] =>
  values.map(({ abstract }) => abstract);

/** Runs references and looks at every value, also at those of functions that an op holds, step by step. */
class SumWatcher extends PlainInterpreter {
  #sums = false;
  #largest = 0;

  /** Magnitude of the largest thing added up; 0 if nothing is. */
  get scale(): number {
    return this.#sums ? this.#largest : 0;
  }

  override process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const outputs = super.process(operation, inputs, attributes);
    if (operation.regions) return outputs;
    const operands = fetch(inputs);
    const seen = [...operands, ...fetch(outputs)];
    if (addsUp(operation, abstracts(inputs), attributes, abstracts(outputs))) {
      this.#sums = true;
      seen.push(...runReference(operation, operands.map(magnitudes), attributes));
    }
    this.#largest = Math.max(this.#largest, largest(seen));
    return outputs;
  }

  /** What a graph captured is the oracle's. */
  override lift(tensor: Tensor): Tensor {
    return this.constant(fetch([tensor])[0] as NdArray, false);
  }
}

/** Magnitude of the largest thing that a graph adds up on these inputs; 0 if it adds up nothing. */
function scaleOfSums(graph: Graph, inputs: readonly NdArray[]): number {
  const mayAddUp = ({ operation, inputs: operands, attributes, outputs }: GraphNode): boolean =>
    operation.regions !== undefined || addsUp(operation, abstracts(operands), attributes, abstracts(outputs));
  if (!graph.nodes.some(mayAddUp)) return 0;
  const watcher = new SumWatcher();
  const base = baseInterpreter();
  setBaseInterpreter(watcher);
  try {
    evaluateGraph(graph, inputs.map(tensorOfCopy));
  } finally {
    setBaseInterpreter(base);
  }
  return watcher.scale;
}

/** The tolerance of a function of tensors on these inputs. */
export function toleranceOf(f: TensorsFunction, inputs: readonly NdArray[], ulp = 4): Tolerance {
  const types = inputs.map(({ shape, dtype }) => ({
    shape,
    dtype,
    weak: false,
    text: `${dtype}[${shape.join(', ')}]`,
  }));
  const { graph } = on(oracle, () => traceGraph((tensors) => [...f(tensors)], types));
  return { ulp, scale: on(oracle, () => scaleOfSums(graph, inputs)) };
}

/** Whether a value may stand for another. */
export function isWithin(expected: number, found: number, dtype: NdArray['dtype'], tolerance: Tolerance): boolean {
  const { ulp, scale, denormalUlp = ulp } = tolerance;
  if (!isInexact(dtype)) return ulpDistance(expected, found, dtype) === 0;
  const isDenormal = Math.max(Math.abs(expected), Math.abs(found)) < smallestNormal[dtype];
  if (ulpDistance(expected, found, dtype) <= (isDenormal ? denormalUlp : ulp)) return true;
  if (!Number.isFinite(expected)) return false;
  const size = Math.max(scale, dtype === 'float64' ? Math.abs(expected) : 0);
  return Math.abs(expected - found) <= Math.max(ulp, 1) * unitOf[dtype] * size;
}

/** Whether a float32 gradient may stand for a float64 one. `largestElement` is that of the float64 gradient. */
function isGradientWithin(expected: number, found: number, largestElement: number): boolean {
  if (Number.isNaN(expected) || !Number.isFinite(expected)) return Object.is(expected, found);
  return Math.abs(expected - found) <= 2e-5 * Math.abs(expected) + 2e-6 * largestElement;
}

const typeText = ({ dtype, shape }: NdArray): string => `${dtype}[${shape.join(', ')}]`;

/** Throws where results are not as close as the tolerance says, naming the worst element. */
export function expectResults(expected: readonly NdArray[], found: readonly NdArray[], tolerance: Tolerance): void {
  if (expected.length !== found.length) throw new Error(`expected ${expected.length} results, got ${found.length}`);
  expected.forEach((want, i) => {
    const got = found[i] as NdArray;
    const name = expected.length === 1 ? '' : `result ${i}: `;
    if (typeText(want) !== typeText(got)) throw new Error(`${name}expected ${typeText(want)}, got ${typeText(got)}`);
    const { count, worst } = worstDifference(want, got, (a, b) => !isWithin(a, b, want.dtype, tolerance));
    if (worst) throw new Error(`${name}${differenceText(want, count, worst)}`);
  });
}

/** Throws where gradients in float32 are not as close to those in float64 as the rule says. */
export function expectGradients(expected: readonly NdArray[], found: readonly NdArray[]): void {
  expected.forEach((want, i) => {
    const got = found[i] as NdArray;
    if (!sameShape(want.shape, got.shape))
      throw new Error(`input ${i}: expected shape [${want.shape}], got [${got.shape}]`);
    const most = largest([want]);
    const { count, worst } = worstDifference(want, got, (a, b) => !isGradientWithin(a, b, most));
    if (worst) throw new Error(`input ${i}: ${differenceText({ ...want, dtype: got.dtype }, count, worst)}`);
  });
}
