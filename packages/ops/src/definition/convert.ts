/**
 * What ops accept in place of a tensor, and how operands of different dtypes meet: JavaScript numbers are weak and take
 * the dtype of the tensors beside them, tensors promote by core's table, nested arrays of numbers become float32. A number that
 * is an input of a captured function is a tensor that is weak: a float32 one, which takes the dtype of floating tensors beside it.
 */
import {
  algebra,
  currentInterpreter,
  type DType,
  elementsOf,
  isComplex,
  isDifferentiable,
  type NdArray,
  type Operation,
  promote,
  promoteWeak,
  raise,
  Tensor,
} from '@deft/core';
import { arrayFromNested, type NestedNumbers } from './nested.ts';

/** What a tensor argument may be: a tensor, a number, a boolean, or nested arrays of them. */
export type TensorLike = Tensor | number | bigint | boolean | NestedNumbers;

/**
 * Which inputs are brought to one dtype: `all`, `none` or the named ones; `float` is `all`, and integers (not bool) become
 * float32 first, for functions that only make sense on real numbers.
 */
export type Promotion = 'all' | 'none' | 'float' | readonly string[];

/** A rank-0 tensor of the running interpreter. */
export function scalarConstant(value: number | bigint, dtype: DType): Tensor {
  const data = elementsOf(dtype, isComplex(dtype) ? [value, 0] : [value]);
  return currentInterpreter().constant({ shape: [], dtype, data }, true);
}

/** A tensor of the running interpreter from host elements, which are given up to it. */
export function constantTensor(array: NdArray): Tensor {
  return currentInterpreter().constant(array, false);
}

function nameOf(operation: Operation, index: number): string {
  return operation.variadic ? `${operation.inputs[0]}[${index}]` : (operation.inputs[index] ?? `argument ${index}`);
}

function badArgument(operation: Operation, index: number, found: unknown): never {
  return raise('E_ARGUMENT', {
    op: operation.name,
    argument: nameOf(operation, index),
    expected: 'a tensor, a number, a boolean or nested arrays of numbers',
    found:
      found === null
        ? 'null'
        : typeof found === 'object'
          ? (found.constructor?.name ?? 'an object')
          : `${typeof found}`,
  });
}

/** Turns the given operands into tensors, promoting those that `promotion` names. */
export function convertInputs(
  operation: Operation,
  given: readonly TensorLike[],
  promotion: Promotion,
): readonly Tensor[] {
  let allTensors = true;
  let common: DType | undefined;
  let mixed = false;
  let hasWeak = false;
  const takesPart = (i: number): boolean =>
    typeof promotion === 'string'
      ? promotion !== 'none'
      : promotion.includes(operation.inputs[operation.variadic ? 0 : i] ?? '');
  const values: (Tensor | number | bigint | boolean)[] = new Array(given.length);
  for (let i = 0; i < given.length; i++) {
    const value = given[i] as TensorLike;
    if (value instanceof Tensor) {
      values[i] = value;
    } else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
      values[i] = value;
      allTensors = false;
      continue;
    } else if (Array.isArray(value)) {
      values[i] = constantTensor(arrayFromNested(operation.name, nameOf(operation, i), value));
    } else {
      badArgument(operation, i, value);
    }
    const { dtype, weak } = (values[i] as Tensor).abstract;
    if (!takesPart(i)) continue;
    if (weak && dtype === 'float32') {
      hasWeak = true;
      continue;
    }
    if (common !== undefined && common !== dtype) mixed = true;
    common = common === undefined ? dtype : promote(common, dtype);
  }
  if (hasWeak) {
    mixed ||= common !== undefined && common !== 'float32';
    if (common === undefined || !isDifferentiable(common)) common = 'float32';
  }
  const wantsFloat = promotion === 'float' && common !== undefined && !isDifferentiable(common) && common !== 'bool';
  if (allTensors && !mixed && !wantsFloat) return values as Tensor[];
  let target = wantsFloat ? 'float32' : common;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value instanceof Tensor || !takesPart(i)) continue;
    if (typeof value === 'boolean') target ??= 'bool';
    else if (target !== undefined) target = promoteWeak(target, value as number | bigint);
    else if (typeof value === 'bigint') target = 'int64';
  }
  if (target === undefined || (promotion === 'float' && target === 'bool' && common === undefined)) target = 'float32';
  return values.map((value, i) => {
    if (value instanceof Tensor)
      return takesPart(i) && value.dtype !== target ? algebra().cast(value, target as DType) : value;
    const number = typeof value === 'boolean' ? Number(value) : (value as number | bigint);
    if (takesPart(i)) return scalarConstant(number, target as DType);
    return scalarConstant(
      number,
      typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : 'float32',
    );
  });
}
