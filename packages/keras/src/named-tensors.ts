/**
 * Trees of tensors in a file: every leaf has the keys that lead to it as its name, joined by `/`, behind a prefix that
 * begins with `@`, as no layer's name does. A tree is read back in the place of one that has its structure, so a file
 * never says what is made, only what it is filled with.
 */
import {
  baseInterpreter,
  flatten,
  raise,
  sameShape,
  shapeText,
  type Tensor,
  type TreeNode,
  type TypedArray,
} from '@deft/core';
import { elementsOf, type NamedArray, type StoredTensor } from './safetensors.ts';

/** What the names of tensors that are no weights begin with. */
export const reservedPrefix = '@';

function namesOf(node: TreeNode, name: string): string[] {
  if (node.kind === '*') return [name];
  return node.children.flatMap((child, i) =>
    namesOf(child, `${name}/${(node.segments[i] as string).replace(/^\./, '')}`),
  );
}

/** Copies of a tree's tensors with their names. */
export function readTree(prefix: string, tree: unknown): Promise<NamedArray[]> {
  const { leaves, structure } = flatten(tree);
  const names = namesOf(structure.node, prefix);
  return Promise.all(
    (leaves as Tensor[]).map(async (leaf, i) => ({
      name: names[i] as string,
      dtype: leaf.dtype,
      shape: leaf.shape,
      data: (await leaf.data()) as TypedArray,
    })),
  );
}

/** A new tensor with the elements of a stored one. */
export function tensorOfStored(stored: StoredTensor): Tensor {
  const { shape, dtype } = stored;
  return baseInterpreter().constant({ shape: [...shape], dtype, data: elementsOf(stored) }, false);
}

/**
 * A tree like the one given, with the tensors of a file.
 *
 * @throws `E_FILE` naming a tensor that is missing, does not fit or has no place in the tree
 */
export function fillTree<T>(op: string, prefix: string, tree: T, tensors: ReadonlyMap<string, StoredTensor>): T {
  const { leaves, structure } = flatten(tree);
  const names = namesOf(structure.node, prefix);
  const known = new Set(names);
  for (const [name, { offset }] of tensors) {
    if (!name.startsWith(`${prefix}/`) || known.has(name)) continue;
    raise('E_FILE', { op, says: `byte ${offset}: there is no place for ${name.slice(0, 200)}` });
  }
  const found = (leaves as Tensor[]).map(({ shape, dtype }, i) => {
    const name = names[i] as string;
    const stored = tensors.get(name);
    if (stored === undefined) raise('E_FILE', { op, says: `byte 8: the file has no tensor ${name}` });
    checkStored(op, name, stored, { shape, dtype });
    return stored;
  });
  return structure.rebuild(found.map(tensorOfStored)) as T;
}

/** Throws `E_FILE` unless a stored tensor has a shape and dtype. */
export function checkStored(
  op: string,
  name: string,
  stored: StoredTensor,
  { shape, dtype }: Pick<StoredTensor, 'shape' | 'dtype'>,
): void {
  if (sameShape(stored.shape, shape) && stored.dtype === dtype) return;
  const text = (one: Pick<StoredTensor, 'shape' | 'dtype'>): string => `${one.dtype}${shapeText(one.shape)}`;
  raise('E_FILE', {
    op,
    says: `byte ${stored.offset}: expected ${name} to be ${text({ shape, dtype })}, got ${text(stored)}`,
  });
}
