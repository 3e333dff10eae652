/** Elements into batches: the leaves in each place of the elements become one with an axis more in front. */
import { raise, shapeText, sizeOf, Tensor } from '@deft/core';
import { stack } from '@deft/tensor';
import { type HostArray, type HostData, isHostArray, isHostData, partsOf, zerosLike } from './host-arrays.ts';

/** Kinds of leaves that batches are made of, by their first. */
type LeafKind = 'number' | 'boolean' | 'bigint' | 'string' | 'array' | 'tensor';

function kindOf(op: string, leaf: unknown, path: string): LeafKind {
  const type = typeof leaf;
  if (type === 'number' || type === 'boolean' || type === 'bigint' || type === 'string') return type;
  if (isHostData(leaf) || isHostArray(leaf)) return 'array';
  if (leaf instanceof Tensor) return 'tensor';
  return raise('E_DTYPE', {
    op,
    ...(path !== '' && { argument: path }),
    expected: 'numbers, booleans, texts, typed arrays, arrays with a shape or tensors',
    found: leaf === null ? 'null' : type,
  });
}

function checkKinds(op: string, kind: LeafKind, leaves: readonly unknown[], path: string): void {
  for (const [i, leaf] of leaves.entries()) {
    const found = kindOf(op, leaf, path);
    if (found === kind) continue;
    const argument = path === '' ? `element ${i}` : `element ${i}, ${path}`;
    raise('E_DTYPE', { op, argument, expected: `${kind} as in the element before`, found });
  }
}

function stackArrays(op: string, leaves: readonly (HostData | HostArray)[], path: string): HostArray {
  const first = partsOf(leaves[0] as HostData | HostArray);
  const size = sizeOf(first.shape);
  const data = zerosLike(first.data, size * leaves.length);
  for (const [i, leaf] of leaves.entries()) {
    const part = partsOf(leaf);
    const isAlike =
      part.data.constructor === first.data.constructor && shapeText(part.shape) === shapeText(first.shape);
    if (!isAlike || part.data.length !== size) {
      const show = ({ data: { constructor }, shape }: HostArray) => `${constructor.name}${shapeText(shape)}`;
      raise('E_SHAPE', {
        op,
        argument: path === '' ? `element ${i}` : `element ${i}, ${path}`,
        expected: `${show(first)} as in the element before`,
        found: show(part),
        hint: 'paddedBatch brings elements to one length',
      });
    }
    data.set(part.data as never, i * size);
  }
  return { data, shape: [leaves.length, ...first.shape] };
}

/**
 * One leaf of all: numbers become a `Float32Array` (or another class), booleans a `Uint8Array`, bigints a `BigInt64Array`, texts
 * an array, arrays and tensors get an axis in front.
 */
export function stackLeaves(
  op: string,
  leaves: readonly unknown[],
  path: string,
  numbers: new (values: number[]) => HostData = Float32Array,
): unknown {
  const kind = kindOf(op, leaves[0], path);
  checkKinds(op, kind, leaves, path);
  switch (kind) {
    case 'number':
      return new numbers(leaves as number[]);
    case 'boolean':
      return Uint8Array.from(leaves as boolean[], Number);
    case 'bigint':
      return BigInt64Array.from(leaves as bigint[]);
    case 'string':
      return [...leaves];
    case 'array':
      return stackArrays(op, leaves as (HostData | HostArray)[], path);
    case 'tensor':
      return stack(leaves as readonly Tensor[]);
  }
}
