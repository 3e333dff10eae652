/**
 * Pytrees: nested arrays, plain objects, maps and registered classes whose leaves are tensors or anything else. Objects
 * are walked in sorted key order, so two objects with the same keys have the same structure however they were written.
 * Every leaf has a path (`params.layers[2].weight`), which errors name.
 */
import { raise } from './errors.ts';

/** Nested structure with leaves of type `L`. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** The same structure with every leaf of type `From` replaced by `To`. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : T extends object
      ? { [K in keyof T]: MapTree<T[K], From, To> }
      : T;

/** How a class takes part in trees: its children by name, and how to make it again from new ones. */
export interface TreeNodeType<T> {
  readonly name: string;
  flatten(value: T): {
    readonly keys: readonly string[];
    readonly children: readonly unknown[];
    readonly context?: unknown;
  };
  unflatten(children: readonly unknown[], context: unknown): T;
}

/** What a tree looks like without its leaves; equal structures have equal `text`. */
export interface TreeStructure {
  readonly text: string;
  readonly leafCount: number;
  readonly paths: readonly string[];
  rebuild(leaves: readonly unknown[]): unknown;
}

const nodeTypes = new Map<unknown, TreeNodeType<never>>();

/** Lets instances of a class take part in trees. */
export function registerTreeNode<T>(nodeClass: abstract new (...args: never[]) => T, type: TreeNodeType<T>): void {
  nodeTypes.set(nodeClass, type as unknown as TreeNodeType<never>);
}

type Rebuild = (leaves: Iterator<unknown>) => unknown;

interface Walk {
  readonly leaves: unknown[];
  readonly paths: string[];
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function walk(value: unknown, path: string, out: Walk): { text: string; rebuild: Rebuild } {
  if (Array.isArray(value)) {
    const parts = value.map((item, i) => walk(item, `${path}[${i}]`, out));
    return {
      text: `[${parts.map((p) => p.text).join(',')}]`,
      rebuild: (leaves) => parts.map((p) => p.rebuild(leaves)),
    };
  }
  if (typeof value === 'object' && value !== null) {
    const type = nodeTypes.get(value.constructor) as TreeNodeType<unknown> | undefined;
    if (type) {
      const { keys, children, context } = type.flatten(value);
      const parts = children.map((child, i) => walk(child, `${path}.${keys[i]}`, out));
      return {
        text: `${type.name}(${parts.map((p, i) => `${keys[i]}:${p.text}`).join(',')})`,
        rebuild: (leaves) =>
          type.unflatten(
            parts.map((p) => p.rebuild(leaves)),
            context,
          ),
      };
    }
    if (isPlainObject(value)) {
      const keys = Object.keys(value).sort();
      const parts = keys.map((key) =>
        walk((value as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, out),
      );
      return {
        text: `{${parts.map((p, i) => `${JSON.stringify(keys[i])}:${p.text}`).join(',')}}`,
        rebuild: (leaves) => Object.fromEntries(parts.map((p, i) => [keys[i], p.rebuild(leaves)])),
      };
    }
  }
  out.leaves.push(value);
  out.paths.push(path);
  return { text: '*', rebuild: (leaves) => leaves.next().value };
}

/** The leaves of a tree in order, and its structure. */
export function flatten(tree: unknown, rootPath = ''): { leaves: unknown[]; structure: TreeStructure } {
  const out: Walk = { leaves: [], paths: [] };
  const { text, rebuild } = walk(tree, rootPath, out);
  const structure: TreeStructure = {
    text,
    leafCount: out.leaves.length,
    paths: out.paths,
    rebuild: (leaves) => rebuild(leaves[Symbol.iterator]()),
  };
  return { leaves: out.leaves, structure };
}

/** Applies `f` to the corresponding leaves of trees of one structure. Throws `E_TREE` where they differ. */
export function mapTree<R>(f: (...leaves: never[]) => unknown, first: unknown, ...rest: unknown[]): R {
  const { leaves, structure } = flatten(first);
  const others = rest.map((tree) => {
    const other = flatten(tree);
    if (other.structure.text !== structure.text) {
      raise('E_TREE', { op: 'mapTree', expected: structure.text, found: other.structure.text });
    }
    return other.leaves;
  });
  const call = f as (...args: unknown[]) => unknown;
  return structure.rebuild(leaves.map((leaf, i) => call(leaf, ...others.map((o) => o[i])))) as R;
}

/** Pytree functions under one name: `tree.map`, `tree.flatten`. */
export const tree: {
  readonly flatten: typeof flatten;
  readonly map: typeof mapTree;
  readonly register: typeof registerTreeNode;
} = {
  flatten,
  map: mapTree,
  register: registerTreeNode,
};
