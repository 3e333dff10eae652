/**
 * Reading ahead of what is given. Many steps hold elements that they have taken and not given yet (a buffer to draw from, maps
 * that run, a window), and their position must not hold the elements themselves. So positions of the source are kept from time
 * to time: the position of such a step names the newest of them that is not after the oldest element it holds, how many
 * elements come from there on, and which of them it holds. Restoring reads those again and passes by the others.
 */
import { raise } from '@deft/core';
import type { Coming, Cursor, Next, Pass, PipelineStep, Position } from './cursor.ts';
import { passBy } from './cursor.ts';
import { savedCount, savedPosition } from './saved-fields.ts';

interface Anchor {
  /** Number of elements that were taken before. */
  readonly at: number;
  readonly position: Position;
}

/** What is read ahead, and how often positions are kept. */
export interface TrackingOptions {
  /** A position is kept for every so many elements. */
  readonly stride?: number;
  /** The number of the oldest element that may still be asked for. */
  readonly oldest: () => number;
}

/** A cursor whose elements are numbered from the beginning of the pass, and that can say how to read them again. */
export class TrackedCursor<T> {
  readonly #cursor: Cursor<T>;
  readonly #options: TrackingOptions;
  #anchors: Anchor[];
  #taken: number;
  /** Number of elements taken when the next position is kept. */
  #nextAnchor: number;
  /** While elements are held again, its owner cannot say yet which is the oldest. */
  #isOpening = false;

  private constructor(cursor: Cursor<T>, options: TrackingOptions, at: number) {
    this.#cursor = cursor;
    this.#options = options;
    this.#taken = at;
    this.#anchors = [{ at, position: cursor.position() }];
    this.#nextAnchor = at + this.#stride;
  }

  get #stride(): number {
    return this.#options.stride ?? 16;
  }

  /**
   * Opens the source at its beginning, or where `position` of another such cursor says. `held` are the numbers of elements
   * that are wanted again, which `hold` is given in their order.
   */
  static async open<T>(
    source: PipelineStep<T>,
    pass: Pass,
    options: TrackingOptions,
    position?: Position,
    held: readonly number[] = [],
    hold: (number: number, value: T) => void = () => {},
  ): Promise<TrackedCursor<T>> {
    if (position === undefined) return new TrackedCursor(await source.open(pass), options, 0);
    const at = savedCount(position, 'at');
    const taken = savedCount(position, 'taken');
    const cursor = await source.open(pass, savedPosition(position, 'anchor'));
    const tracked = new TrackedCursor(cursor, options, at);
    tracked.#isOpening = true;
    for (const number of [...held].sort((a, b) => a - b)) {
      await tracked.#passTo(number);
      const next = number === tracked.#taken ? await tracked.next() : undefined;
      if (next === undefined || next.done) raiseShorter();
      hold(number, next.value);
    }
    await tracked.#passTo(taken);
    tracked.#isOpening = false;
    return tracked;
  }

  async #passTo(number: number): Promise<void> {
    const count = number - this.#taken;
    if (count <= 0) return;
    if ((await passBy(this.#cursor, count)) !== count) raiseShorter();
    this.#taken = number;
  }

  /** Number of elements taken so far, which is the number of the next one. */
  get taken(): number {
    return this.#taken;
  }

  next(): Coming<Next<T>> {
    if (this.#taken >= this.#nextAnchor) {
      this.#anchors.push({ at: this.#taken, position: this.#cursor.position() });
      if (!this.#isOpening) this.#anchors.splice(0, this.#anchorFor(this.#options.oldest()));
      this.#nextAnchor = this.#taken + this.#stride;
    }
    const next = this.#cursor.next();
    return next instanceof Promise ? next.then(this.#count) : this.#count(next);
  }

  readonly #count = (next: Next<T>): Next<T> => {
    if (!next.done) this.#taken++;
    return next;
  };

  /** Passes by elements, and gives how many there were. */
  async passBy(count: number): Promise<number> {
    const passed = await passBy(this.#cursor, count);
    this.#taken += passed;
    return passed;
  }

  #anchorFor(number: number): number {
    let found = this.#anchors.length - 1;
    while (found > 0 && (this.#anchors[found] as Anchor).at > number) found--;
    return found;
  }

  /**
   * How to read again from the oldest element on and go on with the element `resumeAt`. May be asked for while the next
   * element is on its way.
   */
  position(resumeAt: number): Position {
    const { at, position } = this.#anchors[this.#anchorFor(Math.min(this.#options.oldest(), resumeAt))] as Anchor;
    return { at, taken: resumeAt, anchor: position };
  }

  close(): Promise<void> {
    return this.#cursor.close();
  }
}

function raiseShorter(): never {
  raise('E_PIPELINE', {
    op: 'restore',
    says: 'the source has fewer elements than when the position was taken',
    hint: 'restore from the same data',
  });
}
