/**
 * Programs that call ops with their samples' shapes and dtypes in the types, so that the compiler can be asked whether what
 * the types promise is what comes out.
 */
import type { NdArray, Operation, OperationSample } from '@deft/core';
import { callOperation } from '../conformance/calls.ts';
import { expectedOf } from '../conformance/modes.ts';

const declared = ({ shape, dtype }: Pick<NdArray, 'shape' | 'dtype'>): string =>
  `(null! as Tensor<[${shape.join(', ')}], '${dtype}'>)`;

/** A plain value as source text; `undefined` for what cannot be written down. */
function literal(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const parts = value.map(literal);
    return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const parts = Object.entries(value).map(([key, entry]) => {
    const text = literal(entry);
    return text === undefined ? undefined : `${key}: ${text}`;
  });
  return parts.includes(undefined) ? undefined : `{ ${parts.join(', ')} }`;
}

/** A call as source text; `undefined` where an argument cannot be written down. */
export function callText(
  { name, variadic }: Operation,
  inputs: readonly Pick<NdArray, 'shape' | 'dtype'>[],
  rest: readonly unknown[],
): string | undefined {
  const tensors = inputs.map(declared);
  const texts = [...(variadic ? [`[${tensors.join(', ')}]`] : tensors), ...rest.map(literal)];
  return texts.includes(undefined) ? undefined : `${name}(${texts.join(', ')})`;
}

/** A sample's call, and what comes out of it as a type. */
export interface DeclaredCall {
  readonly operation: Operation;
  readonly sample: OperationSample;
  readonly call: string;
  readonly result: string;
}

/** The sample as a typed call. Keys of random numbers are not operands of the public function. */
export function declaredCall(operation: Operation, sample: OperationSample): DeclaredCall | undefined {
  if (operation.inputs.includes('key')) return undefined;
  const call = callText(operation, sample.inputs, sample.rest ?? []);
  if (call === undefined) return undefined;
  const outputs = expectedOf((tensors) => callOperation(operation, tensors, sample.rest ?? []), sample.inputs);
  const types = outputs.map(({ shape, dtype }) => `Tensor<[${shape.join(', ')}], '${dtype}'>`);
  return {
    operation,
    sample,
    call,
    result: operation.multipleResults ? `[${types.join(', ')}]` : (types[0] as string),
  };
}
