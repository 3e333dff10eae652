/**
 * Pytrees: nested arrays, plain objects, maps and registered classes whose leaves are tensors or anything else. Objects
 * are walked in sorted key order, so two objects with the same keys have the same structure however they were written;
 * maps whose keys are strings or numbers likewise. Every leaf has a path (`params.layers[2].weight`), which errors name.
 */
import { raise } from './errors.ts';

/** Nested structure with leaves of type `L`. */
export type Tree<L> =
  | L
  | readonly Tree<L>[]
  | ReadonlyMap<string | number, Tree<L>>
  | { readonly [key: string]: Tree<L> };

/** The same structure with every leaf of type `From` replaced by `To`. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : T extends ReadonlyMap<infer K, infer V>
      ? Map<K, MapTree<V, From, To>>
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

/** A class whose children are some of its fields. Other fields are carried along as they are. */
export interface TreeNodeFields<T> {
  readonly fields: readonly (keyof T & string)[];
}

/** What a node has besides its children. */
export interface CarriedPart {
  /** Path of the node. */
  readonly path: string;
  /**
   * Of an instance of a registered class its other fields by name, or the context that the class states: what is rebuilt has them, too.
   * Of a plain object a symbol that is a key of it: what is rebuilt has it not.
   */
  value(): unknown;
}

/** What a tree looks like without its leaves; equal structures have equal `text`. */
export interface TreeStructure {
  readonly text: string;
  readonly leafCount: number;
  readonly paths: readonly string[];
  readonly carried: readonly CarriedPart[];
  /** The outermost node. */
  readonly node: TreeNode;
  rebuild(leaves: readonly unknown[]): unknown;
}

/** One node of a structure. */
export interface TreeNode {
  /** What kind of node it is; `*` for a leaf. */
  readonly kind: string;
  /** The keys, as they stand in the text. */
  readonly labels: readonly string[];
  readonly text: string;
  /** How paths name the children: `.w`, `[2]`. */
  readonly segments: readonly string[];
  readonly children: readonly TreeNode[];
  readonly leafCount: number;
}

/** A registered class. */
interface NodeType<T> extends TreeNodeType<T> {
  /** What `unflatten` brings back of a value besides its children. */
  carried(value: T, context: unknown): unknown;
}

const nodeTypes = new Map<unknown, NodeType<never>>();

function typeOfFields<T extends object>(name: string, fields: readonly (keyof T & string)[]): NodeType<T> {
  const isChild = new Set<string>(fields);
  return {
    name,
    carried: (value) => Object.fromEntries(Object.entries(value).filter(([field]) => !isChild.has(field))),
    flatten: (value) => ({ keys: fields, children: fields.map((field) => value[field]), context: value }),
    unflatten: (children, context) => {
      const original = context as T;
      const copy = Object.create(
        Object.getPrototypeOf(original) as object,
        Object.getOwnPropertyDescriptors(original),
      ) as T;
      for (const [i, field] of fields.entries()) {
        Object.defineProperty(copy, field, {
          value: children[i],
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return copy;
    },
  };
}

/**
 * Lets instances of a class take part in trees: by the list of the fields that are children, or by two functions. Without it an
 * instance is a leaf, which derivatives refuse.
 *
 * @example
 * ```ts
 * import { grad, mul, registerTreeNode, sum, type Tensor, tensor } from '@deft/tensor';
 * class Scale {
 *   factor: Tensor;
 *   name: string;
 *   constructor(factor: Tensor, name: string) {
 *     this.factor = factor;
 *     this.name = name;
 *   }
 * }
 * registerTreeNode(Scale, { fields: ['factor'] });
 * const loss = (scale: Scale) => sum(mul(scale.factor, scale.factor));
 * const gradient = grad(loss)(new Scale(tensor([1, 2]), 'first'));
 * console.log(gradient.name, gradient.factor.toArray()); // first [2, 4]
 * ```
 */
export function registerTreeNode<T extends object>(
  nodeClass: abstract new (...args: never[]) => T,
  type: TreeNodeType<T> | TreeNodeFields<T>,
): void {
  const full: NodeType<T> =
    'fields' in type
      ? typeOfFields<T>(nodeClass.name, type.fields)
      : { ...type, carried: (_value, context) => context };
  nodeTypes.set(nodeClass, { ...full, name: nameOfClass(nodeClass, full.name) } as unknown as NodeType<never>);
}

/** The name of a class in the text of structures, which tells it from others of its name. */
function nameOfClass(nodeClass: unknown, name: string): string {
  const isTaken = (wanted: string): boolean =>
    [...nodeTypes].some(([other, { name: known }]) => other !== nodeClass && known === wanted);
  let unique = name;
  for (let i = 2; isTaken(unique); i++) unique = `${name}#${i}`;
  return unique;
}

type Rebuild = (leaves: Iterator<unknown>) => unknown;

interface Walk {
  readonly leaves: unknown[];
  readonly paths: string[];
  readonly carried: CarriedPart[];
}

/** A node taken apart: how its text begins and ends, its children with their keys, and how to make it again. */
interface Parts {
  readonly open: string;
  readonly close: string;
  /** In front of the child's text. */
  readonly labels: readonly string[];
  readonly segments: readonly string[];
  readonly children: readonly unknown[];
  readonly build: (children: readonly unknown[]) => unknown;
  readonly carried?: () => unknown;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A map's keys in order; `undefined` where they are neither all strings nor all numbers, and the map is a leaf. */
function keysOfMap(map: ReadonlyMap<unknown, unknown>): (string | number)[] | undefined {
  const keys = [...map.keys()];
  if (keys.every((key) => typeof key === 'string')) return keys.sort();
  if (keys.every((key) => typeof key === 'number')) return keys.sort((a, b) => a - b);
  return undefined;
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    return {
      open: '[',
      close: ']',
      labels: value.map(() => ''),
      segments: value.map((_, i) => `[${i}]`),
      children: value,
      build: (children) => [...children],
    };
  }
  const type = nodeTypes.get(value.constructor) as NodeType<unknown> | undefined;
  if (type) {
    const { keys, children, context } = type.flatten(value);
    return {
      open: `${type.name}(`,
      close: ')',
      labels: keys.map((key) => `${key}:`),
      segments: keys.map((key) => `.${key}`),
      children,
      build: (made) => type.unflatten(made, context),
      carried: () => type.carried(value, context),
    };
  }
  if (value instanceof Map) {
    const map: ReadonlyMap<unknown, unknown> = value;
    const keys = keysOfMap(map);
    return (
      keys && {
        open: 'Map{',
        close: '}',
        labels: keys.map((key) => `${JSON.stringify(key)}:`),
        segments: keys.map((key) => `[${JSON.stringify(key)}]`),
        children: keys.map((key) => map.get(key)),
        build: (children) => new Map(keys.map((key, i) => [key, children[i]])),
      }
    );
  }
  if (!isPlainObject(value)) return undefined;
  const keys = Object.keys(value).sort();
  const [symbol] = Object.getOwnPropertySymbols(value);
  return {
    ...(symbol !== undefined && { carried: () => symbol }),
    open: '{',
    close: '}',
    labels: keys.map((key) => `${JSON.stringify(key)}:`),
    segments: keys.map((key) => `.${key}`),
    children: keys.map((key) => (value as Record<string, unknown>)[key]),
    build: (children) => Object.fromEntries(keys.map((key, i) => [key, children[i]])),
  };
}

const leafNode: TreeNode = { kind: '*', labels: [], text: '*', segments: [], children: [], leafCount: 1 };
const nextLeaf: Rebuild = (leaves) => leaves.next().value;

/** A path with a further segment; the first key stands without its dot. */
export const joinPath = (path: string, segment: string): string =>
  path === '' && segment.startsWith('.') ? segment.slice(1) : path + segment;

function walk(value: unknown, path: string, out: Walk): { node: TreeNode; rebuild: Rebuild } {
  const parts = partsOf(value);
  if (!parts) {
    out.leaves.push(value);
    out.paths.push(path);
    return { node: leafNode, rebuild: nextLeaf };
  }
  const { open, close, labels, segments, children, build, carried } = parts;
  if (carried !== undefined) out.carried.push({ path, value: carried });
  const before = out.leaves.length;
  const walked = children.map((child, i) => walk(child, joinPath(path, segments[i] as string), out));
  const nodes = walked.map(({ node }) => node);
  return {
    node: {
      kind: open,
      labels,
      text: `${open}${nodes.map((node, i) => `${labels[i]}${node.text}`).join()}${close}`,
      segments,
      children: nodes,
      leafCount: out.leaves.length - before,
    },
    rebuild: (leaves) => build(walked.map((one) => one.rebuild(leaves))),
  };
}

/** The leaves of a tree in order, and its structure. Paths begin with `rootPath`. */
export function flatten(tree: unknown, rootPath = ''): { leaves: unknown[]; structure: TreeStructure } {
  const out: Walk = { leaves: [], paths: [], carried: [] };
  const { node, rebuild } = walk(tree, rootPath, out);
  const structure: TreeStructure = {
    text: node.text,
    leafCount: node.leafCount,
    paths: out.paths,
    carried: out.carried,
    node,
    rebuild: (leaves) => rebuild(leaves[Symbol.iterator]()),
  };
  return { leaves: out.leaves, structure };
}

/** Whether two nodes are of one kind and have the same keys. */
const isSameKind = (a: TreeNode, b: TreeNode): boolean =>
  a.kind === b.kind && a.labels.length === b.labels.length && a.labels.every((label, i) => label === b.labels[i]);

/** The first place where two structures differ: path, and what stands there in each. */
function difference(
  expected: TreeNode,
  found: TreeNode,
  path: string,
): { readonly path: string; readonly expected: string; readonly found: string } | undefined {
  if (expected.text === found.text) return undefined;
  const here = { path, expected: expected.text, found: found.text };
  if (!isSameKind(expected, found)) return here;
  for (const [i, child] of expected.children.entries()) {
    const other = found.children[i] as TreeNode;
    const inside = difference(child, other, joinPath(path, expected.segments[i] as string));
    if (inside) return inside;
  }
  return here;
}

/** Throws `E_TREE` unless the structures are equal, naming the first place where they differ. */
export function checkSameStructure(op: string, expected: TreeStructure, found: TreeStructure, path: string): void {
  const different = difference(expected.node, found.node, path);
  if (!different) return;
  raise('E_TREE', {
    op,
    ...(different.path === '' ? {} : { argument: different.path }),
    expected: different.expected,
    found: different.found,
  });
}

/** The leaves of a prefix tree, each repeated for all leaves that `structure` has in its place. Throws `E_TREE`. */
export function prefixLeaves(op: string, prefix: unknown, structure: TreeStructure, path: string): unknown[] {
  const { leaves, structure: found } = flatten(prefix);
  const repeated: unknown[] = [];
  let next = 0;
  const spread = (part: TreeNode, whole: TreeNode, at: string): void => {
    if (part === leafNode) {
      const leaf = leaves[next++];
      for (let i = 0; i < whole.leafCount; i++) repeated.push(leaf);
      return;
    }
    if (!isSameKind(part, whole)) {
      raise('E_TREE', {
        op,
        ...(at === '' ? {} : { argument: at }),
        expected: `a prefix of ${whole.text}`,
        found: part.text,
      });
    }
    for (const [i, child] of part.children.entries()) {
      spread(child, whole.children[i] as TreeNode, joinPath(at, part.segments[i] as string));
    }
  };
  spread(found.node, structure.node, path);
  return repeated;
}
