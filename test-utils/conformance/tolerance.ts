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
import { type DType, isFloating, type NdArray, runReference, sameShape } from '@deft/core';
import { type Graph, type GraphNode, type GraphValue, traceGraph } from '@deft/graph';
import type { Lowering } from '@deft/kernel';
import { differenceText, ulpDistance, worstDifference } from '@deft/test-utils';
import { on, oracle, type TensorsFunction } from './modes.ts';

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

function addsUp({ operation, inputs, attributes, outputs }: GraphNode): boolean {
  // What handles complex numbers has no form of its own, and adds nothing up.
  if (operation.onPlanes) return false;
  const lower = operation.lower as Lowering | undefined;
  const forms = lower?.(
    inputs.map((input) => input.abstract),
    attributes,
    outputs.map((output) => output.abstract),
  );
  return (forms ?? []).some(
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

/** Magnitude of the largest thing that a graph adds up on these inputs; 0 if it adds up nothing. */
function scaleOfSums(graph: Graph, inputs: readonly NdArray[]): number {
  if (!graph.nodes.some(addsUp)) return 0;
  const values = new Map<GraphValue, NdArray>();
  graph.inputs.forEach((value, i) => {
    values.set(value, inputs[i] as NdArray);
  });
  for (const { value, array } of graph.constants) values.set(value, array);
  for (const { value, tensor } of graph.captures) {
    values.set(value, { shape: value.abstract.shape, dtype: value.abstract.dtype, data: tensor.dataSync() as never });
  }
  let scale = 0;
  for (const node of graph.nodes) {
    const operands = node.inputs.map((value) => values.get(value) as NdArray);
    const results = runReference(node.operation, operands, node.attributes);
    node.outputs.forEach((value, i) => {
      values.set(value, results[i] as NdArray);
    });
    if (addsUp(node))
      scale = Math.max(scale, largest(runReference(node.operation, operands.map(magnitudes), node.attributes)));
  }
  return Math.max(scale, largest([...values.values()]));
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
