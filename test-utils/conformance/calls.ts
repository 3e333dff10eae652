/**
 * Calling an op as its samples do, and the variants of a sample: its own dtypes, and float64 in place of float32.
 */
import { isFloating, type NdArray, type Operation, type OperationSample, type Tensor } from '@deft/core';

/** A sample's inputs in certain dtypes. */
export interface Variant {
  readonly sample: OperationSample;
  readonly inputs: readonly NdArray[];
  readonly rest: readonly unknown[];
  /** For messages. */
  readonly label: string;
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
export function inFloat(array: NdArray, dtype: 'float32' | 'float64'): NdArray {
  if (!isFloating(array.dtype) || array.dtype === dtype) return array;
  const data = dtype === 'float64' ? new Float64Array(array.data) : new Float32Array(array.data);
  return { shape: array.shape, dtype, data };
}

function variant(sample: OperationSample, inputs: readonly NdArray[]): Variant {
  const dtypes = [...new Set(inputs.map(({ dtype }) => dtype))];
  return { sample, inputs, rest: sample.rest ?? [], label: `${sample.label} (${dtypes.join(', ')})`, dtypes };
}

/** The sample as it is, and in float64 if it has float32. */
export function variantsOf(sample: OperationSample): Variant[] {
  const own = variant(sample, sample.inputs);
  if (!own.dtypes.includes('float32')) return [own];
  return [own, doublePrecision(sample)];
}

/** The sample in float64. */
export function doublePrecision(sample: OperationSample): Variant {
  return variant(
    sample,
    sample.inputs.map((input) => inFloat(input, 'float64')),
  );
}

/** The sample in float32. */
export function singlePrecision(sample: OperationSample): Variant {
  return variant(
    sample,
    sample.inputs.map((input) => inFloat(input, 'float32')),
  );
}
