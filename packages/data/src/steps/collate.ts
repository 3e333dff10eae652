/** `batch`: groups of elements stacked. */
import type { PipelineStep } from '../cursor.ts';
import type { BatchOptions } from '../dataset-options.ts';
import { combineTrees, valueAt } from '../element-trees.ts';
import type { NumberClass } from '../host-arrays.ts';
import { stackLeaves } from '../stack-leaves.ts';
import { groupStep } from './group.ts';
import { mapGroupsStep } from './map.ts';

const isClass = (value: unknown): value is NumberClass => typeof value === 'function';

/** Batches of `size` elements. */
export function batchStep<U>(source: PipelineStep<unknown>, size: number, options: BatchOptions): PipelineStep<U> {
  const groups = groupStep('batch', source, size, options);
  const stack = (group: readonly unknown[]): U =>
    combineTrees('batch', group, (leaves, path) =>
      stackLeaves('batch', leaves, path, valueAt(options.numbers, path, isClass)),
    ) as U;
  return mapGroupsStep(groups, stack, 'batch');
}
