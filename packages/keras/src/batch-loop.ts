/**
 * The loop over batches. A batch is read after the next one was started, so that reading never holds up the work.
 */
import { type BatchReader, disposeBatch, type SourcedBatch } from './batch-source.ts';
import { type Batch, sizeOfBatch } from './figures.ts';

/** What is done with batches. `P` is a step that was started and has not been read. */
export interface BatchWork<P> {
  /** How many batches are started at a time; 1 unless told. */
  readonly together?: number;
  /** Before a batch is started. */
  begin(batch: number): Promise<void>;
  /** Starts batches: as many as `together`, all of one size, or one. */
  start(batches: readonly Batch[]): P;
  /** Reads what was started; `batch` is the last of it. */
  finish(pending: P, batch: number): Promise<void>;
  /** Drops what was started and will not be read. */
  giveBack(pending: P): void;
  /** Whether a batch is read before the next one is started. */
  waits?(batch: number): boolean;
  /** Whether no further batch is started. */
  isStopped?(): boolean;
}

interface Started<P> {
  readonly step: P;
  readonly batch: number;
}

/** Takes up to `count` batches of one size; one of another size, if it came, is the rest. */
async function takeTogether(
  reader: BatchReader,
  count: number,
  rest: SourcedBatch | undefined,
): Promise<{ readonly group: SourcedBatch[]; readonly rest: SourcedBatch | undefined }> {
  const group: SourcedBatch[] = [];
  const isAlike = ({ batch }: SourcedBatch): boolean => {
    const [first] = group;
    return first === undefined || sizeOfBatch(first.batch) === sizeOfBatch(batch);
  };
  let next = rest ?? (await reader.next());
  while (next !== undefined && isAlike(next)) {
    group.push(next);
    if (group.length === count) return { group, rest: undefined };
    next = await reader.next();
  }
  return { group, rest: next };
}

/** Goes through the batches of a reader, from number `first` on. */
export async function batchByBatch<P>(reader: BatchReader, work: BatchWork<P>, first = 0): Promise<void> {
  const { together = 1 } = work;
  /** Started and not read, the oldest first: two while the older one is read, else one. */
  const running: Started<P>[] = [];
  /** Taken and not started. */
  let waiting: SourcedBatch[] = [];
  const finishOldest = async (): Promise<void> => {
    const { step, batch } = running.shift() as Started<P>;
    await work.finish(step, batch);
  };
  const startNext = (count: number, batch: number): void => {
    const taken = waiting.slice(0, count);
    running.push({ step: work.start(taken.map((one) => one.batch)), batch });
    waiting = waiting.slice(count);
    for (const { batch: used, isOwned } of taken) if (isOwned) disposeBatch(used);
  };
  let rest: SourcedBatch | undefined;
  let batch = first;
  try {
    for (;;) {
      const taken = await takeTogether(reader, together, rest);
      ({ rest } = taken);
      waiting = taken.group;
      if (waiting.length === 0) break;
      const count = waiting.length === together ? together : 1;
      while (waiting.length > 0) {
        await work.begin(batch);
        batch += count;
        startNext(count, batch - 1);
        if (running.length > 1) await finishOldest();
        if (work.waits?.(batch - 1)) await finishOldest();
        if (work.isStopped?.()) break;
      }
      if (work.isStopped?.()) break;
    }
    if (running.length > 0) await finishOldest();
  } finally {
    for (const { step } of running) work.giveBack(step);
    for (const { batch: unused, isOwned } of rest ? [...waiting, rest] : waiting) if (isOwned) disposeBatch(unused);
    await reader.close();
  }
}
