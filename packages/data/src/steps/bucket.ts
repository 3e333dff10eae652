/** `bucketByLength`: elements of like length gathered, padded and stacked. */
import { raise } from '@deft/core';
import { checkCount, checkFunction } from '../checks.ts';
import type { PipelineStep } from '../cursor.ts';
import type { BucketOptions } from '../dataset-options.ts';
import { groupedStep } from './grouped.ts';
import { mapGroupsStep } from './map.ts';
import { padElements } from './padded-batch.ts';

const op = 'bucketByLength';

/**
 * Padded batches of the elements of each bucket, in the order in which buckets are full; what is left at the end comes by bucket.
 */
export function bucketStep<T, U>(
  source: PipelineStep<T>,
  lengthOf: (value: T) => number,
  options: BucketOptions,
): PipelineStep<U> {
  const { boundaries, batchSizes, dropRemainder = false } = options;
  const sizes = typeof batchSizes === 'number' ? [...boundaries, 0].map(() => batchSizes) : batchSizes;
  checkFunction(op, 'lengthOf', lengthOf);
  const isRising = boundaries.every((boundary, i) => boundary > (i === 0 ? 0 : (boundaries[i - 1] as number)));
  if (!isRising || sizes.length !== boundaries.length + 1) {
    const expected = 'rising boundaries, and a batch size more than these';
    raise('E_ATTRIBUTE', { op, expected, found: `${boundaries.join()} and ${sizes.join()}` });
  }
  for (const size of sizes) checkCount(op, 'batchSizes', size, 1);
  const keyOf = (value: T): number => {
    const length = lengthOf(value);
    if (!(length >= 0)) throw new Error(`the length is ${length}`);
    const bucket = boundaries.findIndex((boundary) => length < boundary);
    return bucket < 0 ? boundaries.length : bucket;
  };
  const sizeOf = (bucket: number): number => sizes[bucket] as number;
  const text = `${boundaries.join()}; ${sizes.join()}`;
  const buckets = groupedStep(source, text, { op, keyOf, sizeOf, dropRemainder });
  return mapGroupsStep(buckets, ({ elements }) => padElements<U>(elements, options), op);
}
