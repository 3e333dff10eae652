/**
 * The type of a call: shapes and dtypes of the tensors and the further arguments, and whether the op takes it. Random calls
 * walk from one accepted type to the next, so what is checked is always well typed, whatever the op is.
 */
import { abstractValue, DeftError, type DType, inferByRunning, type Operation, sizeOf } from '@deft/core';
import { callOperation } from '../calls.ts';

/** Shape and dtype of one tensor argument. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A call without elements. */
export interface CallType {
  readonly inputs: readonly TensorType[];
  readonly rest: readonly unknown[];
}

/** Most elements of an argument or a result, so that the oracle stays quick. */
const mostElements = 1500;
const mostRank = 6;

function isSmall({ shape }: { readonly shape: readonly number[] }): boolean {
  return shape.length <= mostRank && sizeOf(shape) <= mostElements;
}

/** What the op's shape rule says to a call: the types of the results, or the error that refuses it. */
export function verdictOn(operation: Operation, { inputs, rest }: CallType): readonly TensorType[] | DeftError {
  try {
    const types = inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
    return inferByRunning((tensors) => callOperation(operation, tensors, rest), types);
  } catch (error) {
    // Anything else than an error of the catalogue is a bug of the op: it reaches the test.
    if (error instanceof DeftError && !error.message.startsWith('internal:')) return error;
    throw new Error(`${callText(operation, { inputs, rest })}: ${error instanceof Error ? error.stack : error}`);
  }
}

/** Whether arguments and results are small enough to be computed by the oracle. */
export function isSmallCall({ inputs }: CallType, results: readonly TensorType[]): boolean {
  return inputs.every(isSmall) && results.every(isSmall);
}

/** The type as one text, which two calls share exactly when they have the same type. */
export function typeKey({ inputs, rest }: CallType): string {
  return JSON.stringify([inputs.map(({ shape, dtype }) => `${dtype}[${shape.join(', ')}]`), rest]);
}

/** The call as one would write it. */
export function callText(operation: Operation, { inputs, rest }: CallType): string {
  const tensors = inputs.map(({ shape, dtype }) => `${dtype}[${shape.join(', ')}]`).join(', ');
  const further = rest.map((value) => JSON.stringify(value) ?? 'undefined');
  return `${operation.name}(${[operation.variadic ? `[${tensors}]` : tensors, ...further].join(', ')})`;
}
