/**
 * Elements as trees: plain arrays and plain objects are structure, all else is a leaf. A typed array with its shape is one leaf,
 * though it is an object.
 */
import { raise } from '@deft/core';
import { isHostArray } from './host-arrays.ts';

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isHostArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const describe = (value: unknown): string => {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return isNode(value) ? `{ ${Object.keys(value).sort().join(', ')} }` : 'a leaf';
};

function checkAlike(op: string, first: unknown, others: readonly unknown[], path: string): void {
  const expected = describe(first);
  for (const [i, other] of others.entries()) {
    if (describe(other) === expected) continue;
    raise('E_TREE', {
      op,
      argument: path === '' ? `element ${i}` : `element ${i}, ${path}`,
      expected: `${expected} as in the element before`,
      found: describe(other),
    });
  }
}

/**
 * A tree of what `combine` makes of the leaves in each place. Throws `E_TREE` where the trees are not of one structure; there
 * must be one tree at least.
 */
export function combineTrees(
  op: string,
  trees: readonly unknown[],
  combine: (leaves: readonly unknown[], path: string) => unknown,
  path = '',
): unknown {
  const [first] = trees;
  if (Array.isArray(first)) {
    checkAlike(op, first, trees, path);
    const rows = trees as readonly (readonly unknown[])[];
    return first.map((_, i) =>
      combineTrees(
        op,
        rows.map((row) => row[i]),
        combine,
        `${path}[${i}]`,
      ),
    );
  }
  if (isNode(first)) {
    checkAlike(op, first, trees, path);
    const rows = trees as readonly Readonly<Record<string, unknown>>[];
    return Object.fromEntries(
      Object.keys(first).map((key) => {
        const inside = rows.map((row) => row[key]);
        return [key, combineTrees(op, inside, combine, path === '' ? key : `${path}.${key}`)];
      }),
    );
  }
  if (trees.some((tree) => Array.isArray(tree) || isNode(tree))) checkAlike(op, first, trees, path);
  return combine(trees, path);
}

/** What a tree of single values says about a leaf: its own value there, or that of the branch that holds it. */
export function valueAt<V>(tree: unknown, path: string, isValue: (value: unknown) => value is V): V | undefined {
  let here = tree;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (here === undefined || isValue(here)) break;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return isValue(here) ? here : undefined;
}
