/**
 * Arguments and results of transformed functions as lists of tensors: which leaves of a tree take part, what the others
 * are, and the errors that name a leaf by its path.
 */
import {
  type AbstractValue,
  checkSameStructure,
  currentInterpreter,
  flatten,
  isDifferentiable,
  nd,
  raise,
  sameShape,
  Tensor,
  type TreeStructure,
} from '@deft/core';

/** The tensors of a tree, and how to make the tree again with others in their places. */
export interface Leaves {
  readonly tensors: readonly Tensor[];
  readonly paths: readonly string[];
  readonly structure: TreeStructure;
  rebuild(replacements: readonly unknown[]): unknown;
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value instanceof Tensor) return value.abstract.text;
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? 'an array' : (value.constructor?.name ?? 'an object');
}

/** The tensors among the leaves of a tree; the other leaves stay where they are. */
export function tensorLeaves(value: unknown, rootPath: string): Leaves {
  const { leaves, structure } = flatten(value, rootPath);
  const positions: number[] = [];
  for (const [i, leaf] of leaves.entries()) if (leaf instanceof Tensor) positions.push(i);
  return {
    tensors: positions.map((i) => leaves[i] as Tensor),
    paths: positions.map((i) => structure.paths[i] as string),
    structure,
    rebuild: (replacements) => {
      const all = [...leaves];
      for (const [k, i] of positions.entries()) all[i] = replacements[k];
      return structure.rebuild(all);
    },
  };
}

/**
 * The tensors of an argument that is differentiated. Numbers become float32 scalars, `null` and `undefined` stay.
 * Throws `E_GRAD`, naming the path, at any other leaf that is no floating-point tensor.
 */
export function differentiableLeaves(op: string, argument: unknown, path: string): Leaves {
  if (argument === undefined || argument === null) {
    raise('E_GRAD', { op, argument: path, expected: 'tensors to differentiate by', found: String(argument) });
  }
  const { leaves, structure } = flatten(argument, path);
  const lifted = leaves.map((leaf, i) => {
    if (leaf === undefined || leaf === null || (leaf instanceof Tensor && isDifferentiable(leaf.dtype))) return leaf;
    if (typeof leaf === 'number') return currentInterpreter().constant(nd([], [leaf]), false);
    const isTensor = leaf instanceof Tensor;
    return raise('E_GRAD', {
      op,
      argument: structure.paths[i] as string,
      expected: 'a floating-point tensor to differentiate by',
      found: describe(leaf),
      hint: isTensor
        ? "cast it to 'float32', or leave the argument out of argnums"
        : typeof leaf === 'object'
          ? 'let its class take part in trees with registerTreeNode, or leave the argument out of argnums'
          : 'leave the argument out of argnums, or close over the value',
    });
  });
  return tensorLeaves(structure.rebuild(lifted), path);
}

/** A derivative that the user gives for a value: a tensor of its shape and dtype, or a number for a scalar. */
export function derivativeFor(op: string, given: unknown, value: AbstractValue, path: string): Tensor {
  if (typeof given === 'number' && value.shape.length === 0) {
    return currentInterpreter().constant(nd([], [given], value.dtype), false);
  }
  if (!(given instanceof Tensor)) {
    return raise('E_ARGUMENT', { op, argument: path, expected: value.text, found: describe(given) });
  }
  if (!sameShape(given.abstract.shape, value.shape)) {
    raise('E_SHAPE', { op, argument: path, expected: value.text, found: given.abstract.text });
  }
  if (given.dtype !== value.dtype) {
    raise('E_DTYPE', { op, argument: path, expected: value.text, found: given.abstract.text });
  }
  return given;
}

/** The leaves of a tree that must have the structure of another. Throws `E_TREE`, naming the first place that differs. */
export function leavesLike(op: string, given: unknown, structure: TreeStructure, path: string): readonly unknown[] {
  const { leaves, structure: found } = flatten(given, path);
  checkSameStructure(op, structure, found, path);
  return leaves;
}
