/**
 * The leaves that optimisers work on: floating tensors. Their rules compute in float32, or in float64 for float64
 * parameters: averages of squares do not fit 16 bits, and 1 − β is lost in them.
 */
import {
  currentInterpreter,
  type DType,
  flatten,
  isFloating,
  mapTree,
  ndFilled,
  ndZeros,
  raise,
  Tensor,
} from '@deft/core';
import { cast, where } from '@deft/tensor';

/** The dtype that a rule computes in and keeps its state in, for parameters or gradients of a dtype. */
export function workingDType(dtype: DType): 'float32' | 'float64' {
  return dtype === 'float64' ? 'float64' : 'float32';
}

/** The tensor in a dtype; itself where it has it. */
export function inDType(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === dtype ? tensor : (cast(tensor, dtype) as Tensor);
}

/** A new tensor with one value everywhere. */
export function filled(shape: readonly number[], value: number, dtype: DType): Tensor {
  return currentInterpreter().constant(
    value === 0 ? ndZeros(shape, dtype) : ndFilled(shape, dtype, () => value),
    false,
  );
}

/** Zeros in the shape of every leaf, in the dtype that rules compute in. */
export function zerosLikeTree(parameters: unknown): unknown {
  return mapTree((leaf: Tensor) => filled(leaf.shape, 0, workingDType(leaf.dtype)), parameters);
}

/** Throws `E_DTYPE` or `E_ARGUMENT` unless every leaf is a floating tensor. */
export function checkParameters(op: string, parameters: unknown): void {
  const { leaves, structure } = flatten(parameters, 'parameters');
  leaves.forEach((leaf, i) => {
    const argument = structure.paths[i] as string;
    if (!(leaf instanceof Tensor)) raise('E_ARGUMENT', { op, argument, expected: 'a tensor', found: typeof leaf });
    if (!isFloating(leaf.dtype)) {
      raise('E_DTYPE', { op, argument, expected: 'a floating tensor', found: leaf.abstract.text });
    }
  });
}

/** The leaves of one tree where the condition (`bool[]`) holds, else of the other. */
export function selectTree<T>(condition: Tensor, chosen: T, otherwise: T): T {
  return mapTree<T>((a: Tensor, b: Tensor) => where(condition, a, b), chosen, otherwise);
}
