/**
 * Elements of random arguments. An op's samples show what its arguments hold (positions, probabilities, keys, positive
 * numbers), so most elements are drawn from theirs or lie between their ends; some are any numbers, and some special.
 */
import {
  type DType,
  dtypes,
  isDifferentiable,
  isFloating,
  type NdArray,
  nd,
  numbersPerElement,
  type Operation,
  randomNumbers,
  sizeOf,
} from '@deft/core';
import type { Tape } from '@deft/test-utils';
import type { CallType, TensorType } from './call-type.ts';

/** How the elements of one argument are chosen. */
type Choice = 'sampled' | 'between' | 'any' | 'special';

const choices: readonly Choice[] = ['sampled', 'between', 'any', 'between', 'sampled', 'special'];
const smoothChoices: readonly Choice[] = ['sampled', 'between'];
// No infinities: whether sums and products of them are NaN depends on the order. Samples and the elementwise test have them.
const special = [0, -0, 1, -1, Number.NaN, 0.5, -2.5, 3, 7] as const;

/** The number as an element of the dtype. */
function asElement(value: number, dtype: DType): number {
  const { kind } = dtypes[dtype];
  if (kind === 'bool') return value > 0 ? 1 : 0;
  if (isDifferentiable(dtype)) return value;
  const whole = Number.isFinite(value) ? Math.round(value) : 0;
  return kind === 'uint' ? Math.abs(whole) : whole;
}

/**
 * All finite elements that samples have for an argument, of the same kind of dtype if there are some. `smooth`: those of samples
 * whose derivatives are compared with differences.
 */
function sampledElements(operation: Operation, position: number, dtype: DType, smooth: boolean): number[] {
  const compared = operation.samples.filter(({ grad }) => grad === 'check');
  const samples = smooth && compared.length > 0 ? compared : operation.samples;
  const arrays = samples.flatMap(({ inputs }) => {
    const array = operation.variadic ? inputs[position % Math.max(1, inputs.length)] : inputs[position];
    return array ? [array] : [];
  });
  const alike = arrays.filter((array) => dtypes[array.dtype].kind === dtypes[dtype].kind);
  const numbers = (some: readonly NdArray[]): number[] =>
    some.flatMap(({ data }) => Array.from(data, Number)).filter(Number.isFinite);
  const found = numbers(alike);
  return found.length > 0 ? found : [...numbers(arrays), 1];
}

/** Between −1 and 1, near 0 too. */
const anyNumber = (random: () => number): number => random() * random() + random() / 4;

function fill(type: TensorType, known: readonly number[], choice: Choice, seed: number): NdArray {
  const random = randomNumbers(seed);
  const index = (count: number): number => Math.min(count - 1, Math.floor(((random() + 1) / 2) * count));
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const draw: Record<Choice, (i: number) => number> = {
    sampled: (i) => known[seed === 0 ? i % known.length : index(known.length)] as number,
    between: () => low + ((random() + 1) / 2) * (high - low),
    any: () => 4 * anyNumber(random),
    special: () => special[index(special.length)] as number,
  };
  const length = sizeOf(type.shape) * numbersPerElement(type.dtype);
  const elements = Array.from({ length }, (_, i) => asElement(draw[choice](i), type.dtype));
  return nd(type.shape, elements, type.dtype);
}

/** Arrays of a call's types. `smooth` leaves out what differences cannot be taken of: special numbers, and equal ones. */
export function elementsOf(operation: Operation, call: CallType, tape: Tape, smooth: boolean): NdArray[] {
  return call.inputs.map((type, position) => {
    const choice = tape.pick(smooth ? smoothChoices : choices);
    const seed = tape.take(1 << 16);
    const known = sampledElements(operation, position, type.dtype, smooth);
    const array = fill(type, known, choice, seed);
    if (!smooth || !isFloating(type.dtype)) return array;
    const random = randomNumbers(seed + 1);
    const generic = Array.from(array.data, (x) => x * (1 + 1e-3 * random()) + 1e-4 * random());
    return nd(array.shape, generic, array.dtype);
  });
}
