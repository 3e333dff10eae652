/**
 * The cache key of a captured call. Tensors count by dtype, shape and weakness; numbers, strings, booleans, bigints,
 * `null` and `undefined` by value (they are baked into the graph); functions, class instances and other objects by
 * identity, weakly held; arrays, plain objects, maps and registered classes by structure, key order irrelevant.
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
  /** Positions of the tensors among the leaves. */
  readonly tensorPositions: readonly number[];
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
  if (ArrayBuffer.isView(leaf) || leaf instanceof ArrayBuffer) {
    raise('E_ARGUMENT', {
      op,
      argument: path,
      expected: 'a tensor',
      found: leaf.constructor.name,
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

const joined = (structure: TreeStructure, keys: readonly string[]): string => `${structure.text};${keys.join(';')}`;

/** A text that is equal for calls which differ in the sizes of their tensors only. */
export function kindOfCall({ structure, leaves }: CallSignature, op: string): string {
  const keys = keysOf(
    structure,
    leaves,
    op,
    ({ abstract: { dtype, shape, weak } }) => `${dtype} of ${shape.length} axes${weak ? '~' : ''}`,
  );
  return joined(structure, keys);
}

/** Takes a call's arguments apart. Throws `E_ARGUMENT` for values that cannot be part of a key, naming their path. */
export function signatureOfCall(args: readonly unknown[], op: string): CallSignature {
  const { leaves, structure } = flatten(args, 'args');
  const tensorPositions = leaves.flatMap((leaf, i) => (leaf instanceof Tensor ? [i] : []));
  const keys = keysOf(structure, leaves, op, ({ abstract: { text: type, weak } }) => (weak ? `${type}~` : type));
  return { text: joined(structure, keys), structure, leaves, keys, tensorPositions };
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
  return { signature: { text: joined(structure, keys), structure, leaves, keys, tensorPositions }, types };
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
