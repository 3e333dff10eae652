/**
 * Calling an op as its samples do, and the variants of a sample: its own dtypes, float64 and float16 in place of float32, and
 * int64 in place of int32.
 */
import {
  type DType,
  isFloating,
  type NdArray,
  nd,
  type Operation,
  type OperationSample,
  type Tensor,
} from '@deft/core';

/** A sample's inputs in certain dtypes. */
export interface Variant {
  readonly sample: OperationSample;
  readonly inputs: readonly NdArray[];
  readonly rest: readonly unknown[];
  /** For messages. */
  readonly label: string;
  /** Whether the dtypes are those that the sample is written in. */
  readonly isOwn: boolean;
  /** Dtypes of the inputs, without repeats; limitations name one of them. */
  readonly dtypes: readonly string[];
}

/** Applies an op to tensors and further arguments, as its public function is called; a list of results. */
export function callOperation(operation: Operation, inputs: readonly Tensor[], rest: readonly unknown[]): Tensor[] {
  const call = operation.call as (...args: unknown[]) => unknown;
  const result = operation.variadic ? call([...inputs], ...rest) : call(...inputs, ...rest);
  return operation.multipleResults ? [...(result as readonly Tensor[])] : [result as Tensor];
}

/** The array with its floating elements in another floating dtype. */
export function inFloat(array: NdArray, dtype: DType): NdArray {
  return isFloating(array.dtype) && array.dtype !== dtype ? nd(array.shape, array.data, dtype) : array;
}

/** The array with its `int32` elements in another integer dtype. */
function inInteger(array: NdArray, dtype: DType): NdArray {
  return array.dtype === 'int32' ? nd(array.shape, array.data, dtype) : array;
}

function variant(sample: OperationSample, inputs: readonly NdArray[]): Variant {
  const dtypes = [...new Set(inputs.map(({ dtype }) => dtype))];
  const isOwn = inputs.every((input, i) => input.dtype === sample.inputs[i]?.dtype);
  return { sample, inputs, isOwn, rest: sample.rest ?? [], label: `${sample.label} (${dtypes.join(', ')})`, dtypes };
}

/** The sample as it is, in float64 and float16 if it has float32, and in int64 if it has nothing but int32. */
export function variantsOf(sample: OperationSample): Variant[] {
  const own = variant(sample, sample.inputs);
  if (own.dtypes.join() === 'int32') {
    return [
      own,
      variant(
        sample,
        sample.inputs.map((input) => inInteger(input, 'int64')),
      ),
    ];
  }
  if (!own.dtypes.includes('float32')) return [own];
  return [own, doublePrecision(sample), inPrecision(sample, 'float16')];
}

/** The sample with its floats in another dtype. */
export function inPrecision(sample: OperationSample, dtype: DType): Variant {
  return variant(
    sample,
    sample.inputs.map((input) => inFloat(input, dtype)),
  );
}

/** The sample in float64. */
export function doublePrecision(sample: OperationSample): Variant {
  return inPrecision(sample, 'float64');
}

/** The sample in float32. */
export function singlePrecision(sample: OperationSample): Variant {
  return inPrecision(sample, 'float32');
}
