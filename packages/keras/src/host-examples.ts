/**
 * Examples on the host: what `fit` and its kin take, brought to one form, and batches cut out of it. Arrays are kept as
 * they are given; elements are copied (and bytes widened) only into the batch that is used next.
 */
import { baseInterpreter, type DType, raise, shapeText, sizeOf, Tensor, type TypedArray } from '@deft/core';
import { type NumericArray as AnyArray, type TensorLike, tensor } from '@deft/tensor';

/** Typed arrays of numbers: whole numbers of 64 bits are no examples. */
type NumericArray = Exclude<AnyArray, BigInt64Array>;

/** Typed elements with their shape, the first axis being that of the examples. */
export interface ArrayWithShape {
  readonly data: NumericArray;
  readonly shape: readonly number[];
}

/** Examples or targets: a tensor, nested arrays, a typed array (one element an example), or one with a shape. */
export type Examples = TensorLike | NumericArray | ArrayWithShape;

/** Examples in the one form. */
export interface HostExamples {
  readonly data: NumericArray;
  /** The first axis is that of the examples. */
  readonly shape: readonly number[];
  /** The dtype of batches. */
  readonly dtype: DType;
  /** Number of examples. */
  readonly count: number;
}

/** What examples are used for: decides what whole numbers become. */
export type Role = 'inputs' | 'targets';

/**
 * Floats become float32, the dtype of weights. `Int32Array` and `Uint32Array` keep their dtype; smaller whole numbers are
 * pixel values as inputs (float32) and class numbers as targets (int32).
 */
function batchDType(data: NumericArray, role: Role): DType {
  if (data instanceof Float32Array || data instanceof Float64Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint32Array) return 'uint32';
  return role === 'inputs' ? 'float32' : 'int32';
}

function isNumericArray(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && typeof (value as Float32Array)[0] !== 'bigint';
}

function isArrayWithShape(value: unknown): value is ArrayWithShape {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Tensor) && 'data' in value && 'shape' in value
  );
}

/** Brings examples to the one form. Throws `E_MODEL` where there is no axis of examples or data and shape do not fit. */
export async function hostExamples(op: string, argument: string, given: Examples, role: Role): Promise<HostExamples> {
  let data: NumericArray;
  let shape: readonly number[];
  if (isNumericArray(given)) {
    data = given;
    shape = [given.length];
  } else if (isArrayWithShape(given)) {
    ({ data, shape } = given);
    const fits =
      isNumericArray(data) && Array.isArray(shape) && shape.every((dim) => Number.isInteger(dim) && dim >= 0);
    if (!fits || sizeOf(shape) !== data.length) {
      const found = isNumericArray(data) ? `${data.length} elements for shape ${shapeText(shape)}` : typeof data;
      raise('E_MODEL', { op, argument, expected: 'a typed array with as many elements as its shape says', found });
    }
  } else {
    const whole = given instanceof Tensor ? given : tensor(given as never);
    shape = whole.shape;
    data = (await whole.data()) as NumericArray;
  }
  if (shape.length === 0) raise('E_MODEL', { op, argument, expected: 'an axis of examples', found: 'a scalar' });
  return { data, shape, dtype: batchDType(data, role), count: shape[0] as number };
}

/** The examples from position `from` to before `to`, without copying. */
export function rangeOf(examples: HostExamples, from: number, to: number): HostExamples {
  const size = sizeOf(examples.shape.slice(1));
  return {
    ...examples,
    data: examples.data.subarray(from * size, to * size),
    shape: [to - from, ...examples.shape.slice(1)],
    count: to - from,
  };
}

/** Fewer elements are copied one by one: a view of them takes longer to make. */
const fewElements = 64;

function copyRow(from: NumericArray, start: number, to: TypedArray, place: number, size: number): void {
  if (size > fewElements) {
    to.set(from.subarray(start, start + size) as never, place);
  } else {
    for (let i = 0; i < size; i++) to[place + i] = from[start + i] as number;
  }
}

/** The examples at `order[from] … order[to − 1]` (or `from … to − 1` without an order) as a tensor. */
export function cutBatch(examples: HostExamples, order: Uint32Array | undefined, from: number, to: number): Tensor {
  const size = sizeOf(examples.shape.slice(1));
  const interpreter = baseInterpreter();
  const data = interpreter.arrayFor(examples.dtype, (to - from) * size);
  if (order === undefined) {
    data.set(examples.data.subarray(from * size, to * size));
  } else {
    for (let i = from; i < to; i++) copyRow(examples.data, (order[i] as number) * size, data, (i - from) * size, size);
  }
  const shape = [to - from, ...examples.shape.slice(1)];
  return interpreter.constant({ shape, dtype: examples.dtype, data }, false);
}

/** The class of every target: its number, or the place of the largest entry of its last axis. */
function classNumbers({ data, shape }: HostExamples): Float64Array {
  const classes = shape.length > 1 ? (shape.at(-1) as number) : 1;
  return Float64Array.from({ length: data.length / classes }, (_, i) => {
    if (classes === 1) return data[i] as number;
    const entries = data.subarray(i * classes, (i + 1) * classes);
    return entries.indexOf(Math.max(...entries) as never);
  });
}

/**
 * Weights of examples: those given, multiplied with those of their classes; nothing where there are neither. Throws
 * `E_MODEL` for weights that are no numbers, or not one for each example.
 */
export async function exampleWeights(
  op: string,
  targets: HostExamples,
  given: Examples | undefined,
  classWeight: { readonly [classNumber: number]: number } | undefined,
): Promise<HostExamples | undefined> {
  const weights = given === undefined ? undefined : await hostExamples(op, 'sampleWeight', given, 'inputs');
  if (weights && weights.count !== targets.count) {
    const expected = `a weight for each of ${targets.count} examples`;
    raise('E_MODEL', { op, argument: 'sampleWeight', expected, found: `${weights.count}` });
  }
  if (classWeight === undefined) return weights && { ...weights, dtype: 'float32' };
  for (const [name, weight] of Object.entries(classWeight)) {
    if (/^\d+$/.test(name) && Number.isFinite(weight)) continue;
    raise('E_MODEL', { op, argument: 'classWeight', expected: 'numbers by class number', found: `${name}: ${weight}` });
  }
  const classes = classNumbers(targets);
  const shape = targets.shape.length > 1 ? targets.shape.slice(0, -1) : targets.shape;
  const perClass = sizeOf(shape) === classes.length ? shape : targets.shape;
  const own = weights ? sizeOf(weights.shape.slice(1)) : 1;
  const each = classes.length / targets.count;
  if (own !== 1 && own !== each) {
    const expected = `a weight for each of ${targets.count} examples, or of ${each} positions of each`;
    raise('E_MODEL', { op, argument: 'sampleWeight', expected, found: shapeText(weights?.shape ?? []) });
  }
  const data = Float32Array.from(classes, (number, i) => {
    const example = Math.floor(i / each);
    const base = weights ? (weights.data[own === 1 ? example : i] as number) : 1;
    return base * (classWeight[number] ?? 1);
  });
  return { data, shape: perClass, dtype: 'float32', count: targets.count };
}

/** Throws `E_MODEL` unless inputs and targets are as many, and at least one. */
export function checkPaired(op: string, inputs: HostExamples, targets: HostExamples): void {
  if (inputs.count === targets.count && inputs.count > 0) return;
  raise('E_MODEL', {
    op,
    expected: 'as many targets as inputs, and at least one',
    found: `${inputs.count} inputs and ${targets.count} targets`,
  });
}
