/**
 * A step of a random program that applies any op of the registry. Which ops may be applied, and to what, is read from what
 * they declare: an op with derivatives gets values near the inputs of a sample whose derivatives are checked, or values
 * spread over their range in shapes of their own; one without derivatives gets exact values only, since a position or a
 * truth value made of rounded numbers depends on the mode. What the op's shape rule refuses is no step.
 */
import {
  abstractValue,
  allOperations,
  DeftError,
  type DType,
  inferByRunning,
  isDifferentiable,
  isFloating,
  type NdArray,
  type Operation,
  type OperationSample,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { add, broadcastTo, mul, reshape, slice, tanh } from '@deft/tensor';
import type { Tape } from '@deft/test-utils';
import { callOperation, inFloat } from './calls.ts';

/** Values of a program that a step may use. */
export interface StepValues {
  readonly floats: readonly Tensor[];
  readonly wholes: readonly Tensor[];
  /** Inputs of the program: the same numbers in every mode. */
  readonly exact: readonly Tensor[];
}

/** How far a value moves an operand from a sample's element. */
const nearness = 1 / 16;

const hasFloats = ({ samples }: Operation): boolean =>
  samples.some(({ inputs }) => inputs.some(({ dtype }) => isFloating(dtype)));

// Random numbers are drawn by loops of unknown length, which the interpreters take long for.
const applicable = (): Operation[] =>
  allOperations().filter(({ inputs, doc }) => inputs.length > 0 && doc.group !== 'random');

const smoothOperations = (): Operation[] =>
  applicable().filter(
    // Derivatives of factorisations are infinite at singular matrices, and a program makes some by joining a value to itself.
    ({ nonDifferentiable, samples, doc }) =>
      nonDifferentiable === undefined && doc.group !== 'linear algebra' && samples.some(({ grad }) => grad === 'check'),
  );

let all: readonly Operation[] | undefined;
let smoothOnes: readonly Operation[] | undefined;

/** The elements over and over, or as many of them as fit, in another shape. */
function resized(x: Tensor, shape: readonly number[]): Tensor | undefined {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (x.size === 0) return undefined;
  const times = Math.max(1, Math.ceil(size / x.size));
  const repeated = broadcastTo(reshape(x, [x.size]) as Tensor, [times, x.size]) as Tensor;
  const row = slice(reshape(repeated, [times * x.size]) as Tensor, [0], [size]) as Tensor;
  return reshape(row, [...shape]) as Tensor;
}

/** The sample's input, moved a little by a value of the program. */
function near(sampled: Tensor, value: Tensor): Tensor {
  const by = resized(value, sampled.abstract.shape);
  return by === undefined ? sampled : (add(sampled, mul(tanh(by), nearness)) as Tensor);
}

/** A value in its own shape, spread over the range of the sample's elements. */
function spread(sample: NdArray, value: Tensor): Tensor {
  const numbers = Array.from(sample.data, Number).filter(Number.isFinite);
  if (numbers.length === 0) return value;
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  return add(mul(tanh(value), (high - low) / 2 + nearness), (low + high) / 2) as Tensor;
}

function operandFrom(tape: Tape, sample: NdArray, values: StepValues, dtype: DType, smooth: boolean): Tensor {
  const sampled = tensorOfCopy(inFloat(sample, dtype as 'float32' | 'float64'));
  const way = tape.take(3);
  if (!isFloating(sample.dtype)) {
    const alike = values.wholes.filter((value) => value.dtype === sample.dtype);
    return way === 1 && alike.length > 0 ? tape.pick(alike) : sampled;
  }
  if (!smooth) return way === 0 ? sampled : tape.pick(values.exact);
  const value = tape.pick(values.floats);
  return way === 1 ? spread(sample, value) : near(sampled, value);
}

/** By operation first: some share their samples. */
const precise = new WeakMap<Operation, Map<OperationSample, boolean>>();

/** Whether an op on a sample's inputs gives floats of their dtype alone, in float32 and in float64, so that a program has one. */
function keepsPrecision(operation: Operation, sample: OperationSample): boolean {
  const known = precise.get(operation) ?? new Map<OperationSample, boolean>();
  precise.set(operation, known);
  let keeps = known.get(sample);
  if (keeps === undefined) {
    const { inputs, rest = [] } = sample;
    const keepsOne = (wanted: DType): boolean => {
      const types = inputs.map(({ shape, dtype }) => abstractValue(shape, isFloating(dtype) ? wanted : dtype));
      const results = inferByRunning((tensors) => callOperation(operation, tensors, rest), types);
      return results.every(({ dtype }) => dtype === wanted || !isDifferentiable(dtype));
    };
    try {
      keeps = keepsOne('float32') && keepsOne('float64');
    } catch (error) {
      if (!(error instanceof DeftError)) throw error;
      keeps = false; // the op does not take float64
    }
    known.set(sample, keeps);
  }
  return keeps;
}

/** The results of a random op on values of the program; nothing where the op does not take them. */
export function registryStep(tape: Tape, values: StepValues, smooth: boolean, dtype: DType): readonly Tensor[] {
  all ??= applicable();
  smoothOnes ??= smoothOperations();
  const operation = tape.pick(smooth ? smoothOnes : all);
  const isExact = !smooth && operation.nonDifferentiable !== undefined && hasFloats(operation);
  const samples = operation.samples.filter(({ grad }) => grad === 'check');
  const sample = tape.pick(samples.length > 0 ? samples : operation.samples);
  if (!keepsPrecision(operation, sample)) return [];
  const { inputs, rest = [] } = sample;
  const operands = inputs.map((input) => operandFrom(tape, input, values, dtype, !isExact));
  try {
    return callOperation(operation, operands, rest);
  } catch (error) {
    if (error instanceof DeftError && !error.message.startsWith('internal:')) return [];
    throw error;
  }
}
