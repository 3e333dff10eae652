/**
 * What functions that call functions share: trees of tensors as lists of tensors, checks that a step keeps their structure,
 * shapes and dtypes, and predicates that may or may not be known.
 */
import { checkSameStructure, DeftError, flatten, raise, sameShape, Tensor, type TreeStructure } from '@deft/core';
import { where } from '../where.ts';
import { constantTensor, type TensorLike } from './convert.ts';
import { arrayFromNested } from './nested.ts';

/** The tensors of a tree, and how to make the tree of others. */
export interface LoopState {
  readonly tensors: readonly Tensor[];
  readonly structure: TreeStructure;
}

/** The leaves of a tree as tensors; numbers and booleans become tensors. Throws `E_ARGUMENT` at any other leaf. */
export function stateOf(op: string, argument: string, value: unknown): LoopState {
  const { leaves, structure } = flatten(value);
  const tensors = leaves.map((leaf, i) => {
    if (leaf instanceof Tensor) return leaf;
    const path = `${argument}${structure.paths[i] === '' ? '' : ` at ${structure.paths[i]}`}`;
    if (typeof leaf === 'number' || typeof leaf === 'boolean') return constantTensor(arrayFromNested(op, path, leaf));
    return raise('E_ARGUMENT', {
      op,
      argument: path,
      expected: 'a tensor',
      found: leaf === null ? 'null' : typeof leaf,
    });
  });
  return { tensors, structure };
}

/** The tree with these leaves. */
export const treeOf = (state: LoopState, tensors: readonly Tensor[]): unknown => state.structure.rebuild(tensors);

/** Throws `E_TREE`, `E_SHAPE` or `E_DTYPE` unless `found` has the structure, shapes and dtypes of `expected`. */
export function checkSameState(op: string, argument: string, expected: LoopState, found: LoopState): void {
  checkSameStructure(op, expected.structure, found.structure, argument);
  expected.tensors.forEach((tensor, i) => {
    const [want, got] = [tensor.abstract, (found.tensors[i] as Tensor).abstract];
    if (want.dtype === got.dtype && sameShape(want.shape, got.shape)) return;
    const path = expected.structure.paths[i] ?? '';
    raise(want.dtype === got.dtype ? 'E_SHAPE' : 'E_DTYPE', {
      op,
      argument: path === '' ? argument : `${argument} at ${path}`,
      expected: want.text,
      found: got.text,
      hint: 'every step gives back what it was given: the same shapes and dtypes',
    });
  });
}

/** Of each tensor of two states the one that the condition picks. */
export function selectState(condition: Tensor, first: LoopState, second: LoopState): LoopState {
  const tensors = first.tensors.map((tensor, i) => where(condition, tensor, second.tensors[i] as Tensor) as Tensor);
  return { tensors, structure: first.structure };
}

/** The value of a scalar, or `undefined` where it is not known yet: in a capture, or for one example of many. */
export function knownScalar(x: Tensor): number | undefined {
  try {
    return Number(x.dataSync()[0]);
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_CAPTURE_READ') return undefined;
    throw error;
  }
}

/** A condition as a bool scalar. Throws `E_DTYPE` or `E_SHAPE` where it is none. */
export function predicateOf(op: string, argument: string, value: TensorLike): Tensor {
  const x = value instanceof Tensor ? value : constantTensor(arrayFromNested(op, argument, value as boolean));
  if (x.dtype !== 'bool') {
    raise('E_DTYPE', { op, argument, expected: 'bool', found: x.dtype, operands: [x.abstract] });
  }
  if (x.rank !== 0) {
    raise('E_SHAPE', {
      op,
      argument,
      expected: 'a scalar',
      found: x.abstract.text,
      hint: 'take any(…) or all(…) of it',
    });
  }
  return x;
}
