/**
 * Opening a step opens those before it. If one of them cannot be opened, or its own part of a position makes no sense, what the others
 * have opened by then is closed again: whoever asked gets an error and holds nothing.
 */
import { type Cursor, closeAll, closedOnFailure, type Pass, type PipelineStep, type Position } from './cursor.ts';

type Closable = Pick<Cursor<unknown>, 'close'>;

/** Cursors that are open while a step is being opened that reads from them. */
class OpenedCursors {
  /** Nothing once the step is open: they are its own. */
  #cursors: Closable[] | undefined = [];
  #hasFailed = false;

  /** One that came too late is closed at once. */
  add(cursor: Closable): void {
    if (this.#hasFailed) cursor.close().catch(() => {});
    else this.#cursors?.push(cursor);
  }

  keep(): void {
    this.#cursors = undefined;
  }

  async close(): Promise<void> {
    this.#hasFailed = true;
    await closeAll(this.#cursors ?? []).catch(() => {});
  }
}

/** Opens a step with all before it, or nothing. */
export async function openWhole<T>(step: PipelineStep<T>, pass: Pass, position?: Position): Promise<Cursor<T>> {
  const opened = new OpenedCursors();
  return closedOnFailure(opened, async () => {
    const cursor = await step.open({ ...pass, opened }, position);
    opened.keep();
    pass.opened?.add(cursor);
    return cursor;
  });
}
