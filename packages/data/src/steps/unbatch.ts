/** `unbatch`: the elements that batches are made of, one after the other. */
import { raise, shapeText, sizeOf, Tensor } from '@deft/core';
import { unstack } from '@deft/tensor';
import type { PipelineStep } from '../cursor.ts';
import { combineTrees } from '../element-trees.ts';
import { isHostArray, isHostData, partsOf, withShape } from '../host-arrays.ts';
import { isRaggedArray, type RaggedArray, splitRows } from '../ragged-arrays.ts';
import { arraySource } from '../sources/array-source.ts';
import { interleaveStep } from './interleave.ts';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');

/** The parts of a leaf along its first axis. */
function partsOfLeaf(leaf: unknown, path: string): readonly unknown[] {
  if (leaf instanceof Whole) {
    return isRaggedArray(leaf.value) ? splitRows('unbatch', leaf.value, path) : leaf.value;
  }
  if (leaf instanceof Tensor && leaf.rank > 0) return unstack(leaf as Tensor);
  if (isHostData(leaf) || (isHostArray(leaf) && leaf.shape.length > 0)) {
    const { data, shape } = partsOf(leaf);
    if (shape.length === 1) return Array.from(data as ArrayLike<unknown>);
    const rest = shape.slice(1);
    const size = sizeOf(rest);
    return Array.from({ length: shape[0] as number }, (_, i) => withShape(data.slice(i * size, (i + 1) * size), rest));
  }
  return raise('E_SHAPE', {
    op: 'unbatch',
    ...(path !== '' && { argument: path }),
    expected: 'an axis of elements in front',
    found: leaf instanceof Tensor ? shapeText(leaf.shape) : typeof leaf,
  });
}

/** An array of texts or a ragged one, which is one leaf here, though it is structure elsewhere. */
class Whole {
  readonly value: readonly string[] | RaggedArray;
  constructor(value: readonly string[] | RaggedArray) {
    this.value = value;
  }
}

function markWholes(value: unknown): unknown {
  if (isTexts(value) || isRaggedArray(value)) return new Whole(value);
  if (Array.isArray(value)) return value.map(markWholes);
  if (typeof value !== 'object' || value === null || isHostArray(value)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, markWholes(inside)]));
}

/** The elements of one batch. Throws `E_SHAPE` where parts of it are of different lengths. */
export function elementsOfBatch(batch: unknown): unknown[] {
  let count: number | undefined;
  const leaves: (readonly unknown[])[] = [];
  const places = combineTrees('unbatch', [markWholes(batch)], ([leaf], path) => {
    const parts = partsOfLeaf(leaf, path);
    count ??= parts.length;
    if (parts.length !== count) {
      raise('E_SHAPE', {
        op: 'unbatch',
        argument: path,
        expected: `${count} elements as in the parts before`,
        found: String(parts.length),
      });
    }
    return leaves.push(parts) - 1;
  });
  return Array.from({ length: count ?? 0 }, (_, i) =>
    combineTrees('unbatch', [places], ([place]) => leaves[place as number]?.[i]),
  );
}

/** The elements of every batch. */
export function unbatchStep<T>(source: PipelineStep<unknown>): PipelineStep<T> {
  const elementsOf = (batch: unknown) => ({ step: arraySource(elementsOfBatch(batch) as T[]) });
  const step = interleaveStep(source, elementsOf, { cycleLength: 1 }, 'unbatch');
  return { ...step, text: `${source.text}.unbatch()` };
}
