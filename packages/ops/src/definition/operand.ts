/** Checks of public arguments that many ops share: operands, dtypes and lists of whole numbers. */
import { type DType, dtypeNames, isDType, raise, Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './convert.ts';
import { arrayFromNested, type NestedNumbers } from './nested.ts';

/** The argument as a tensor, for ops whose options depend on its shape. */
export function operand(op: string, argument: string, x: TensorLike): Tensor {
  return x instanceof Tensor ? x : constantTensor(arrayFromNested(op, argument, x as NestedNumbers | number | boolean));
}

/** The operands of a variadic op. Throws `E_ARGUMENT` unless there is at least one, in an array. */
export function operandList(op: string, argument: string, tensors: readonly TensorLike[]): Tensor[] {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    raise('E_ARGUMENT', {
      op,
      argument,
      expected: 'an array of at least one tensor',
      found: Array.isArray(tensors)
        ? 'an empty array'
        : tensors instanceof Tensor
          ? tensors.toString()
          : typeof tensors,
    });
  }
  return tensors.map((x, i) => operand(op, `${argument}[${i}]`, x));
}

/** Throws `E_DTYPE` unless the value names a dtype. */
export function checkDType(op: string, dtype: unknown): asserts dtype is DType {
  if (!isDType(dtype)) {
    raise('E_DTYPE', { op, argument: 'dtype', expected: `one of ${dtypeNames.join(', ')}`, found: String(dtype) });
  }
}

/** Throws `E_ATTRIBUTE` unless the value is a whole number of at least `least`. */
export function checkWhole(
  op: string,
  argument: string,
  value: unknown,
  least: number = Number.NEGATIVE_INFINITY,
): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return;
  const bound = Number.isFinite(least) ? ` of at least ${least}` : '';
  raise('E_ATTRIBUTE', { op, argument, expected: `a whole number${bound}`, found: String(value) });
}

/** Throws `E_ATTRIBUTE` unless the value is a list of `length` whole numbers of at least `least`. */
export function checkWholes(
  op: string,
  argument: string,
  values: unknown,
  length: number,
  least: number = Number.NEGATIVE_INFINITY,
): asserts values is number[] {
  const good =
    Array.isArray(values) &&
    values.length === length &&
    values.every((value) => typeof value === 'number' && Number.isInteger(value) && value >= least);
  if (good) return;
  const bound = Number.isFinite(least) ? ` of at least ${least}` : '';
  raise('E_ATTRIBUTE', {
    op,
    argument,
    expected: `${length} whole numbers${bound}`,
    found: Array.isArray(values)
      ? `[${values.map((v) => (Array.isArray(v) ? `[${v.join(', ')}]` : String(v))).join(', ')}]`
      : String(values),
  });
}
