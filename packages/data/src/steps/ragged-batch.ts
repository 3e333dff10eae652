/** `raggedBatch`: elements of different lengths as batches without padding. */
import type { PipelineStep } from '../cursor.ts';
import { combineTrees } from '../element-trees.ts';
import { type HostArray, type HostData, isHostArray, isHostData } from '../host-arrays.ts';
import { joinRows } from '../ragged-arrays.ts';
import { stackLeaves } from '../stack-leaves.ts';
import { groupStep } from './group.ts';
import { mapGroupsStep } from './map.ts';

const op = 'raggedBatch';

const isArray = (leaf: unknown): leaf is HostData | HostArray =>
  isHostData(leaf) || (isHostArray(leaf) && leaf.shape.length > 0);

/** Batches of `size` elements. */
export function raggedBatchStep<U>(
  source: PipelineStep<unknown>,
  size: number,
  options: { readonly dropRemainder?: boolean },
): PipelineStep<U> {
  const groups = groupStep(op, source, size, options);
  const join = (group: readonly unknown[]): U =>
    combineTrees(op, group, (leaves, path) =>
      leaves.every(isArray) ? joinRows(op, leaves, path) : stackLeaves(op, leaves, path),
    ) as U;
  return mapGroupsStep(groups, join, op);
}
