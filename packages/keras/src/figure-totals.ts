/**
 * Figures on the host: reading what a step reports, and totals over batches. Losses are weighted by the examples of their
 * batch and metrics by their values, so the result does not depend on how the examples were cut.
 */
import type { Logs } from './callbacks.ts';
import type { Figures } from './training-step.ts';

/** A step that was started and has not been read. */
export interface PendingFigures {
  readonly figures: Figures;
  /** Examples in the batch. */
  readonly size: number;
}

/** Loss and sums of one batch. */
export interface BatchFigures {
  readonly loss: number;
  readonly sums: readonly number[];
  readonly counts: readonly number[];
  readonly size: number;
}

/** Waits for a step and reads what it reports. */
export async function readFigures({ figures, size }: PendingFigures): Promise<BatchFigures> {
  const [loss, ...sums] = (await figures.values.data()) as unknown as Iterable<number>;
  figures.values.dispose();
  return { loss: loss as number, sums, counts: figures.counts, size };
}

/** Running totals over batches. */
export class FigureTotals {
  readonly #names: readonly string[];
  readonly #sums: number[];
  readonly #counts: number[];
  #loss = 0;
  #size = 0;

  /** @param names names of the metrics */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#sums = names.map(() => 0);
    this.#counts = names.map(() => 0);
  }

  add(batch: BatchFigures): void {
    this.#loss += batch.loss * batch.size;
    this.#size += batch.size;
    for (let i = 0; i < this.#names.length; i++) {
      this.#sums[i] = (this.#sums[i] as number) + (batch.sums[i] as number);
      this.#counts[i] = (this.#counts[i] as number) + (batch.counts[i] as number);
    }
  }

  /** The means so far, with `loss` first. */
  logs(): Logs & { readonly loss: number } {
    const metrics = this.#names.map((name, i) => [name, (this.#sums[i] as number) / (this.#counts[i] as number)]);
    return { loss: this.#loss / this.#size, ...Object.fromEntries(metrics) };
  }
}
