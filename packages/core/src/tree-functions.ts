/**
 * Functions of whole pytrees, public under one name: `tree.map`, `tree.leaves`, `tree.structure` …
 */
import { raise } from './errors.ts';
import { checkSameStructure, flatten, prefixLeaves, registerTreeNode, type TreeStructure } from './tree.ts';

type Leaf = (...leaves: never[]) => unknown;

/** The leaves of trees of one structure, by position, and what makes a tree of others. */
function together(op: string, trees: readonly unknown[]): { rows: unknown[][]; structure: TreeStructure } {
  const flat = trees.map((one) => flatten(one));
  const { structure } = flat[0] ?? flatten(undefined);
  for (const other of flat.slice(1)) checkSameStructure(op, structure, other.structure, '');
  const rows = Array.from({ length: structure.leafCount }, (_, i) => flat.map(({ leaves }) => leaves[i]));
  return { rows, structure };
}

/**
 * Applies `f` to the corresponding leaves of trees of one structure. Throws `E_TREE` where they differ, naming the first
 * place.
 */
export function mapTree<R>(f: Leaf, first: unknown, ...rest: unknown[]): R {
  const { rows, structure } = together('tree.map', [first, ...rest]);
  return structure.rebuild(rows.map((row) => (f as (...leaves: unknown[]) => unknown)(...row))) as R;
}

function mapWithPath<R>(f: (path: string, ...leaves: never[]) => unknown, first: unknown, ...rest: unknown[]): R {
  const { rows, structure } = together('tree.mapWithPath', [first, ...rest]);
  const call = f as (path: string, ...leaves: unknown[]) => unknown;
  return structure.rebuild(rows.map((row, i) => call(structure.paths[i] as string, ...row))) as R;
}

function leaves(value: unknown): unknown[] {
  return flatten(value).leaves;
}

function structure(value: unknown): TreeStructure {
  return flatten(value).structure;
}

function unflatten(of: TreeStructure, values: readonly unknown[]): unknown {
  if (values.length === of.leafCount) return of.rebuild(values);
  return raise('E_TREE', {
    op: 'tree.unflatten',
    argument: 'leaves',
    expected: `${of.leafCount} leaves for ${of.text}`,
    found: String(values.length),
  });
}

function leavesWithPath(value: unknown): (readonly [path: string, leaf: unknown])[] {
  const { leaves: values, structure: of } = flatten(value);
  return values.map((leaf, i) => [of.paths[i] as string, leaf] as const);
}

function reduce<R>(f: (total: R, leaf: never) => R, value: unknown, initial: R): R {
  return leaves(value).reduce<R>((total, leaf) => f(total, leaf as never), initial);
}

function all(value: unknown, predicate: (leaf: never) => boolean = (leaf) => Boolean(leaf)): boolean {
  return leaves(value).every((leaf) => predicate(leaf as never));
}

function broadcast<R>(prefix: unknown, value: unknown): R {
  const { structure: of } = flatten(value);
  return of.rebuild(prefixLeaves('tree.broadcast', prefix, of, '')) as R;
}

function transpose<R>(outer: TreeStructure, inner: TreeStructure, value: unknown): R {
  const values = leaves(value);
  const rows = values.length / Math.max(outer.leafCount, 1);
  if (values.length !== outer.leafCount * inner.leafCount) {
    raise('E_TREE', {
      op: 'tree.transpose',
      expected: `${outer.leafCount} × ${inner.leafCount} leaves, ${outer.text} of ${inner.text}`,
      found: String(values.length),
    });
  }
  return inner.rebuild(
    Array.from({ length: rows }, (_, i) => outer.rebuild(values.filter((__, k) => k % inner.leafCount === i))),
  ) as R;
}

/** Functions of nested arrays, plain objects, maps and registered classes. */
export interface TreeFunctions {
  /** The leaves in order, and the structure. */
  readonly flatten: typeof flatten;
  /** The tree of a structure and its leaves. Throws `E_TREE` at another number of leaves. */
  readonly unflatten: typeof unflatten;
  /** The leaves in order: sorted by key in objects and maps. */
  readonly leaves: typeof leaves;
  /** The structure without leaves; two structures are equal when their `text` is. */
  readonly structure: typeof structure;
  /** The leaves with their paths: `['layers[2].w', leaf]`. */
  readonly leavesWithPath: typeof leavesWithPath;
  /** Applies a function to the corresponding leaves of trees. Throws `E_TREE` where their structures differ. */
  readonly map: typeof mapTree;
  /** Like `map`, with the path of the leaf in front. */
  readonly mapWithPath: typeof mapWithPath;
  /** Folds the leaves in order. */
  readonly reduce: typeof reduce;
  /** Whether all leaves are true, or fulfil the predicate. */
  readonly all: typeof all;
  /** A tree with the leaves of a prefix repeated: `broadcast({ a: 1, b: 2 }, { a: [x, y], b: z })` is `{ a: [1, 1], b: 2 }`. */
  readonly broadcast: typeof broadcast;
  /** A tree of trees turned inside out: a list of gradients becomes gradients with lists as leaves. */
  readonly transpose: typeof transpose;
  /** Lets instances of a class take part in trees. */
  readonly register: typeof registerTreeNode;
}

/**
 * Functions of whole pytrees.
 *
 * @example
 * ```ts
 * import { mul, type Tensor, tensor, tree } from '@deft/tensor';
 * const params = { w: tensor([1, 2]), layers: [{ b: tensor(3) }] };
 * console.log(tree.leavesWithPath(params).map(([path]) => path)); // ['layers[0].b', 'w']
 * const doubled = tree.map<typeof params>((x: Tensor) => mul(x, 2), params);
 * console.log(doubled.w.toArray()); // [2, 4]
 * ```
 */
export const tree: TreeFunctions = {
  flatten,
  unflatten,
  leaves,
  structure,
  leavesWithPath,
  map: mapTree,
  mapWithPath,
  reduce,
  all,
  broadcast,
  transpose,
  register: registerTreeNode,
};
