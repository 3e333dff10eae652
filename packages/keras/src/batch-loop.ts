/**
 * The loop over the batches of some examples. A batch is read after the next one was started, so that reading never holds up
 * the work.
 */

/** What is done with a batch. `P` is a step that was started and has not been read. */
export interface BatchWork<P> {
  /** Before a batch is started. */
  begin(batch: number): Promise<void>;
  start(from: number, to: number): P;
  /** Reads what was started. */
  finish(pending: P, batch: number): Promise<void>;
  /** Drops what was started and will not be read. */
  giveBack(pending: P): void;
  /** Whether a batch is read before the next one is started. */
  waits?(batch: number): boolean;
  /** Whether no further batch is started. */
  isStopped?(): boolean;
}

/** Goes through examples in batches, the last of which may be smaller, from a batch on. */
export async function batchByBatch<P>(count: number, batchSize: number, work: BatchWork<P>, first = 0): Promise<void> {
  /** Started and not read, the oldest first: two while the older one is read, else one. */
  const running: { readonly step: P; readonly batch: number }[] = [];
  const finishOldest = async (): Promise<void> => {
    const { step, batch } = running.shift() as (typeof running)[number];
    await work.finish(step, batch);
  };
  try {
    for (let batch = first; batch * batchSize < count; batch++) {
      await work.begin(batch);
      const from = batch * batchSize;
      running.push({ step: work.start(from, Math.min(from + batchSize, count)), batch });
      if (running.length > 1) await finishOldest();
      if (work.waits?.(batch)) await finishOldest();
      if (work.isStopped?.()) break;
    }
    if (running.length > 0) await finishOldest();
  } finally {
    for (const { step } of running) work.giveBack(step);
  }
}
