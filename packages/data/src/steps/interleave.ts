/**
 * `interleave`: a pipeline for each element, several of them taken from in turn. A slot whose pipeline has ended takes the next
 * element when its turn comes again, as tf.data does.
 */
import { raise } from '@deft/core';
import { checkCount, checkFunction } from '../checks.ts';
import {
  type Coming,
  type Cursor,
  closeAll,
  end,
  goOn,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
} from '../cursor.ts';
import type { InterleaveOptions } from '../dataset-options.ts';
import { savedCount, savedCounts, savedList, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

interface Slot<U> {
  /** Number of the element that its pipeline was made of. */
  readonly number: number;
  readonly cursor: Cursor<U>;
}

/** What holds a pipeline, as a dataset does. */
export interface OfStep<U> {
  readonly step: PipelineStep<U>;
}

/** A function from an element to a dataset. */
export type DatasetOf<T, U> = (value: T) => OfStep<U> | PromiseLike<OfStep<U>>;

class Interleave<T, U> implements Cursor<U> {
  readonly #datasetOf: DatasetOf<T, U>;
  readonly #blockLength: number;
  readonly #pass: Pass;
  readonly #slots: (Slot<U> | undefined)[];
  #source!: TrackedCursor<T>;
  #turn = 0;
  /** Elements given of the running block. */
  #given = 0;
  #hasEnded = false;

  constructor(datasetOf: DatasetOf<T, U>, cycleLength: number, blockLength: number, pass: Pass) {
    this.#datasetOf = datasetOf;
    this.#blockLength = blockLength;
    this.#pass = pass;
    this.#slots = Array.from({ length: cycleLength }, () => undefined);
  }

  async open(source: PipelineStep<T>, position: Position | undefined): Promise<this> {
    const numbers = (): number[] => this.#slots.flatMap((slot) => (slot ? [slot.number] : []));
    const options = { oldest: () => Math.min(...numbers(), this.#source.taken), stride: 1 };
    if (position === undefined) {
      this.#source = await TrackedCursor.open(source, this.#pass, options);
      return this;
    }
    this.#turn = savedCount(position, 'turn');
    this.#given = savedCount(position, 'given');
    const places = savedCounts(position, 'places');
    const held = savedCounts(position, 'numbers');
    const positions = savedList(position, 'positions');
    const isSound =
      this.#turn < this.#slots.length &&
      places.length === held.length &&
      places.length === positions.length &&
      places.every((place) => place < this.#slots.length);
    if (!isSound) raise('E_PIPELINE', { op: 'restore', says: 'the slots of interleave do not fit each other' });
    const values = new Map<number, T>();
    const hold = (number: number, value: T): void => void values.set(number, value);
    const saved = savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, this.#pass, options, saved, held, hold);
    for (const [i, place] of places.entries()) {
      const number = held[i] as number;
      const { step } = await this.#datasetOf(values.get(number) as T);
      const inner = savedPosition({ position: positions[i] as Position }, 'position');
      this.#slots[place] = { number, cursor: await step.open(this.#pass, inner) };
    }
    return this;
  }

  #goOn(): void {
    this.#turn = (this.#turn + 1) % this.#slots.length;
    this.#given = 0;
  }

  next(): Coming<Next<U>> {
    const slot = this.#slots[this.#turn];
    return slot === undefined ? this.#openSlot() : goOn(slot.cursor.next(), this.#give);
  }

  readonly #give = (next: Next<U>): Coming<Next<U>> => {
    if (next.done) return this.#closeSlot();
    this.#given++;
    if (this.#given === this.#blockLength) this.#goOn();
    return next;
  };

  /** Opens the next element's pipeline in the slot whose turn it is, or goes on to a slot that has one. */
  async #openSlot(): Promise<Next<U>> {
    const number = this.#source.taken;
    const next = this.#hasEnded ? end : await this.#source.next();
    if (!next.done) {
      const { step } = await this.#datasetOf(next.value);
      this.#slots[this.#turn] = { number, cursor: await step.open(this.#pass) };
      return this.next();
    }
    this.#hasEnded = true;
    if (this.#slots.every((one) => one === undefined)) return end;
    while (this.#slots[this.#turn] === undefined) this.#goOn();
    return this.next();
  }

  async #closeSlot(): Promise<Next<U>> {
    const slot = this.#slots[this.#turn];
    this.#slots[this.#turn] = undefined;
    await slot?.cursor.close();
    this.#goOn();
    return this.next();
  }

  position(): Position {
    const open = this.#slots.flatMap((slot, place) => (slot ? [{ ...slot, place }] : []));
    return {
      turn: this.#turn,
      given: this.#given,
      places: open.map(({ place }) => place),
      numbers: open.map(({ number }) => number),
      positions: open.map(({ cursor }) => cursor.position()),
      source: this.#source.position(this.#source.taken),
    };
  }

  close(): Promise<void> {
    return closeAll([...this.#slots.flatMap((slot) => (slot ? [slot.cursor] : [])), this.#source]);
  }
}

/** The elements of the datasets that a function makes of elements, in turn. */
export function interleaveStep<T, U>(
  source: PipelineStep<T>,
  datasetOf: DatasetOf<T, U>,
  { cycleLength = 4, blockLength = 1 }: InterleaveOptions,
): PipelineStep<U> {
  checkFunction('interleave', 'f', datasetOf);
  checkCount('interleave', 'cycleLength', cycleLength, 1);
  checkCount('interleave', 'blockLength', blockLength, 1);
  return {
    text: `${source.text}.interleave(${cycleLength}, ${blockLength})`,
    open: (pass, position) => new Interleave(datasetOf, cycleLength, blockLength, pass).open(source, position),
  };
}
