/** `paddedBatch`: arrays of different lengths brought to one and stacked. */
import { raise, shapeText, sizeOf, Tensor } from '@deft/core';
import type { PipelineStep } from '../cursor.ts';
import type { PaddedBatchOptions } from '../dataset-options.ts';
import { combineTrees, valueAt } from '../element-trees.ts';
import { type HostArray, type HostData, isHostArray, isHostData, partsOf, zerosLike } from '../host-arrays.ts';
import { stackLeaves } from '../stack-leaves.ts';
import { groupStep } from './group.ts';
import { mapGroupsStep } from './map.ts';

const isPadValue = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';
const isLength = (value: unknown): value is number => typeof value === 'number';

/** A copy of an array within a larger one, whose other elements have one value. */
function padded({ data, shape }: HostArray, to: readonly number[], value: number | bigint | undefined): HostArray {
  const whole = zerosLike(data, sizeOf(to));
  if (value !== undefined) whole.fill(value as never);
  const copy = (axis: number, from: number, into: number): void => {
    if (axis === shape.length - 1) {
      const length = shape[axis] as number;
      whole.set(data.subarray(from * length, (from + 1) * length) as never, into * (to[axis] as number));
      return;
    }
    for (let i = 0; i < (shape[axis] as number); i++) {
      copy(axis + 1, from * (shape[axis] as number) + i, into * (to[axis] as number) + i);
    }
  };
  if (sizeOf(shape) > 0) copy(0, 0, 0);
  return { data: whole, shape: to };
}

function padLeaves(leaves: readonly unknown[], path: string, options: PaddedBatchOptions): unknown {
  if (leaves[0] instanceof Tensor) {
    raise('E_DTYPE', {
      op: 'paddedBatch',
      ...(path !== '' && { argument: path }),
      expected: 'typed arrays',
      found: 'tensors',
      hint: 'map to await x.data() first, or pad the tensors yourself',
    });
  }
  const isArrays = leaves.every((leaf) => isHostData(leaf) || isHostArray(leaf));
  if (!isArrays) return stackLeaves('paddedBatch', leaves, path);
  const parts = (leaves as readonly (HostData | HostArray)[]).map(partsOf);
  const rank = parts[0]?.shape.length as number;
  const to = Array.from({ length: rank }, (_, axis) => Math.max(...parts.map(({ shape }) => shape[axis] ?? 0)));
  const length = valueAt(options.lengths, path, isLength);
  for (const [i, { shape }] of parts.entries()) {
    const isFitting = shape.length === rank && (length === undefined || (shape[0] as number) <= length);
    if (isFitting) continue;
    raise('E_SHAPE', {
      op: 'paddedBatch',
      argument: path === '' ? `element ${i}` : `element ${i}, ${path}`,
      expected: shape.length === rank ? `at most ${length} in the first axis` : `${rank} axes as in the element before`,
      found: shapeText(shape),
    });
  }
  if (length !== undefined && rank > 0) to[0] = length;
  const value = valueAt(options.padValues, path, isPadValue);
  const all = parts.map((part) => (rank === 0 ? part : padded(part, to, value)));
  return stackLeaves('paddedBatch', all, path);
}

/** One batch of elements of different lengths. */
export function padElements<U>(elements: readonly unknown[], options: PaddedBatchOptions): U {
  return combineTrees('paddedBatch', elements, (leaves, path) => padLeaves(leaves, path, options)) as U;
}

/** Padded batches of `size` elements. */
export function paddedBatchStep<U>(
  source: PipelineStep<unknown>,
  size: number,
  options: PaddedBatchOptions,
): PipelineStep<U> {
  const groups = groupStep('paddedBatch', source, size, options);
  return mapGroupsStep(groups, (group) => padElements<U>(group, options), 'paddedBatch');
}
