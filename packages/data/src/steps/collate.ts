/** `batch`: groups of elements stacked. */
import type { PipelineStep } from '../cursor.ts';
import { combineTrees, valueAt } from '../element-trees.ts';
import type { HostData } from '../host-arrays.ts';
import { stackLeaves } from '../stack-leaves.ts';
import { groupStep } from './group.ts';
import { mapStep } from './map.ts';

/** Classes of arrays for numbers: one for all, or a tree that says it for parts of the elements. */
export type NumberClass = new (values: number[]) => HostData;

const isClass = (value: unknown): value is NumberClass => typeof value === 'function';

/** How elements become batches. */
export interface StackOptions {
  readonly dropRemainder: boolean;
  readonly numbers: unknown;
}

/** Batches of `size` elements. */
export function batchStep<U>(source: PipelineStep<unknown>, size: number, options: StackOptions): PipelineStep<U> {
  const groups = groupStep(source, size, options.dropRemainder);
  const stack = (group: readonly unknown[]): U =>
    combineTrees('batch', group, (leaves, path) =>
      stackLeaves('batch', leaves, path, valueAt(options.numbers, path, isClass)),
    ) as U;
  return { ...mapStep(groups, stack, 0, 'batch'), text: groups.text };
}
