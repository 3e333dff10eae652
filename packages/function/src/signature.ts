/**
 * The cache key of a captured call. Tensors count by dtype, shape and weakness; numbers, strings, booleans, bigints,
 * `null` and `undefined` by value (they are baked into the graph); functions, class instances and other objects by
 * identity, weakly held; arrays, plain objects, maps and registered classes by structure, key order irrelevant. What an
 * instance of a registered class keeps besides its children is part of the key, too: plain values by value, arrays and plain
 * objects by what is in them, everything else by identity.
 */
import { type AbstractValue, abstractValue, flatten, raise, Tensor, TensorSpec, type TreeStructure } from '@deft/core';

/** The arguments of one call, taken apart. */
export interface CallSignature {
  /** Equal texts share one trace. */
  readonly text: string;
  readonly structure: TreeStructure;
  readonly leaves: readonly unknown[];
  /** What each leaf adds to the text. */
  readonly keys: readonly string[];
  /** What registered classes keep besides their children. */
  readonly carried: readonly CarriedLeaf[];
  /** Positions of the tensors among the leaves. */
  readonly tensorPositions: readonly number[];
}

/** A part of what a registered class keeps besides its children. */
export interface CarriedLeaf {
  readonly path: string;
  readonly leaf: unknown;
  readonly key: string;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identityOf(value: object): number {
  let id = identities.get(value);
  if (id === undefined) {
    id = nextIdentity++;
    identities.set(value, id);
  }
  return id;
}

const bufferTags: ReadonlySet<string> = new Set(['[object ArrayBuffer]', '[object SharedArrayBuffer]']);

function leafText(leaf: unknown, path: string, op: string): string {
  switch (typeof leaf) {
    case 'number':
      return Object.is(leaf, -0) ? '-0' : String(leaf);
    case 'string':
      return JSON.stringify(leaf);
    case 'boolean':
    case 'undefined':
      return String(leaf);
    case 'bigint':
      return `${leaf}n`;
    case 'symbol':
      return raise('E_ARGUMENT', {
        op,
        argument: path,
        expected: 'a tensor, a plain value or an object',
        found: 'a symbol',
      });
    default:
  }
  if (leaf === null) return 'null';
  if (ArrayBuffer.isView(leaf) || bufferTags.has(Object.prototype.toString.call(leaf))) {
    raise('E_ARGUMENT', {
      op,
      argument: path,
      expected: 'a tensor',
      found: (leaf as object).constructor.name,
      hint: 'an array would be frozen into the captured graph: pass tensor(array)',
    });
  }
  return `#${identityOf(leaf as object)}`;
}

/** What the leaves of a call add to its text, with what `tensorText` says of its tensors. */
const keysOf = (
  structure: TreeStructure,
  leaves: readonly unknown[],
  op: string,
  tensorText: (tensor: Tensor) => string,
): string[] =>
  leaves.map((leaf, i) =>
    leaf instanceof Tensor ? tensorText(leaf) : leafText(leaf, structure.paths[i] as string, op),
  );

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The parts of what is kept besides children. `around` are the arrays and objects that it stands in. */
function carriedLeaves(value: unknown, path: string, op: string, around: readonly object[] = []): CarriedLeaf[] {
  if (!isObject(value)) return [{ path, leaf: value, key: leafText(value, path, op) }];
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  if (!isPlain || around.includes(value)) return [{ path, leaf: value, key: `#${identityOf(value)}` }];
  const inside = [...around, value];
  if (Array.isArray(value)) {
    const length = { path: `${path}.length`, leaf: value.length, key: String(value.length) };
    return [length, ...value.flatMap((each, i) => carriedLeaves(each, `${path}[${i}]`, op, inside))];
  }
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, each]) => carriedLeaves(each, `${path}.${name}`, op, inside));
}

const carriedOf = (structure: TreeStructure, op: string): CarriedLeaf[] =>
  structure.carried.flatMap(({ path, value }) => carriedLeaves(value(), path, op));

const joined = (structure: TreeStructure, keys: readonly string[], carried: readonly CarriedLeaf[]): string =>
  [structure.text, ...keys, ...carried.map(({ path, key }) => `${path}=${key}`)].join(';');

/** A text that is equal for calls which differ in the sizes of their tensors only. */
export function kindOfCall({ structure, leaves, carried }: CallSignature, op: string): string {
  const keys = keysOf(
    structure,
    leaves,
    op,
    ({ abstract: { dtype, shape, weak } }) => `${dtype} of ${shape.length} axes${weak ? '~' : ''}`,
  );
  return joined(structure, keys, carried);
}

/** Takes a call's arguments apart. Throws `E_ARGUMENT` for values that cannot be part of a key, naming their path. */
export function signatureOfCall(args: readonly unknown[], op: string): CallSignature {
  const { leaves, structure } = flatten(args, 'args');
  const tensorPositions = leaves.flatMap((leaf, i) => (leaf instanceof Tensor ? [i] : []));
  const keys = keysOf(structure, leaves, op, ({ abstract: { text: type, weak } }) => (weak ? `${type}~` : type));
  const carried = carriedOf(structure, op);
  return { text: joined(structure, keys, carried), structure, leaves, keys, carried, tensorPositions };
}

/** Takes apart what stands for the arguments of a call: specs, or tensors of the types that they state. */
export function signatureOfSpecs(
  args: readonly unknown[],
  op: string,
): { readonly signature: CallSignature; readonly types: readonly AbstractValue[] } {
  const { leaves, structure } = flatten(args, 'args');
  const types: AbstractValue[] = [];
  const tensorPositions: number[] = [];
  const keys: string[] = [];
  leaves.forEach((leaf, i) => {
    const path = structure.paths[i] as string;
    const type = leaf instanceof TensorSpec ? typeOfSpec(leaf, path, op) : leaf instanceof Tensor && leaf.abstract;
    if (type) {
      types.push(type);
      tensorPositions.push(i);
    }
    keys.push(type ? type.text : leafText(leaf, path, op));
  });
  const carried = carriedOf(structure, op);
  return {
    signature: { text: joined(structure, keys, carried), structure, leaves, keys, carried, tensorPositions },
    types,
  };
}

function typeOfSpec(spec: TensorSpec, argument: string, op: string): AbstractValue {
  const dims = spec.shape.filter((dim: unknown) => typeof dim === 'number');
  if (spec.dtype !== undefined && dims.length === spec.shape.length) return abstractValue(dims as number[], spec.dtype);
  return raise('E_ARGUMENT', {
    op,
    argument,
    expected: 'tensorSpec(shape, dtype) with sizes in numbers',
    found: spec.text,
  });
}
