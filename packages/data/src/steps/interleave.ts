/**
 * `interleave`: a pipeline for each element, several of them taken from in turn. A slot whose pipeline has ended takes the next
 * element when its turn comes again, as tf.data does. Reading ahead changes when pipelines are read, and never the order; only
 * when told, slots that have nothing yet are passed over.
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
  type PipelineStep,
  type Position,
} from '../cursor.ts';
import type { InterleaveOptions } from '../dataset-options.ts';
import { Gate } from '../gate.ts';
import { savedCount, savedCounts, savedList, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';
import { type OfStep, Slot, type SlotOptions } from './interleave-slot.ts';

/** A function from an element to a dataset. */
export type DatasetOf<T, U> = (value: T) => OfStep<U> | PromiseLike<OfStep<U>>;

/** How slots are taken from in turn. */
interface Turns extends SlotOptions {
  readonly cycleLength: number;
  readonly blockLength: number;
  readonly isOrdered: boolean;
}

class Interleave<T, U> implements Cursor<U> {
  readonly #datasetOf: DatasetOf<T, U>;
  readonly #turns: Turns;
  readonly #slots: (Slot<U> | undefined)[];
  /** Slots of the next elements, which no place has taken yet. */
  readonly #coming: Slot<U>[] = [];
  #source!: TrackedCursor<T>;
  /** Number of the next element that gets a slot. */
  #slotted = 0;
  #turn = 0;
  /** Elements given of the running block. */
  #given = 0;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  /** The element that is being taken. */
  #taking: Promise<void> | undefined;
  #isReading = false;
  #reading: Promise<void> | undefined;

  constructor(datasetOf: DatasetOf<T, U>, turns: Turns) {
    this.#datasetOf = datasetOf;
    this.#turns = turns;
    this.#slots = Array.from({ length: turns.cycleLength }, () => undefined);
  }

  async open(source: PipelineStep<T>, position: Position | undefined): Promise<this> {
    const { pass } = this.#turns;
    const oldest = (): number => Math.min(this.#resumeAt, ...this.#taken().map(({ number }) => number));
    const options = { oldest, stride: 1 };
    if (position === undefined) {
      this.#source = await TrackedCursor.open(source, pass, options);
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
    this.#source = await TrackedCursor.open(source, pass, options, saved, held, hold);
    this.#slotted = this.#source.taken;
    for (const [i, place] of places.entries()) {
      const number = held[i] as number;
      const from = savedPosition({ position: positions[i] as Position }, 'position');
      this.#slots[place] = this.#slotOf(number, values.get(number) as T, from);
    }
    return this;
  }

  #slotOf(number: number, value: T, from?: Position): Slot<U> {
    return new Slot(number, async () => (await this.#datasetOf(value)).step, this.#turns, from);
  }

  #taken(): Slot<U>[] {
    return this.#slots.flatMap((slot) => (slot ? [slot] : []));
  }

  /** Takes one element, or waits for the one that is being taken. */
  #take(): Promise<void> {
    const take = async (): Promise<void> => {
      const next = await this.#source.next();
      if (next.done) this.#hasEnded = true;
      else this.#coming.push(this.#slotOf(this.#slotted++, next.value));
    };
    this.#taking ??= take()
      .catch((error: unknown) => {
        this.#hasEnded = true;
        this.#failure = { error };
      })
      .finally(() => {
        this.#taking = undefined;
      });
    return this.#taking;
  }

  /** Takes elements until every place has a slot, and the first that becomes free has one waiting. */
  async #read(): Promise<void> {
    const isShort = (): boolean => this.#taken().length + this.#coming.length <= this.#slots.length;
    while (!this.#hasEnded && isShort()) await this.#take();
    this.#isReading = false;
  }

  #readOn(): void {
    if (this.#isReading || !this.#turns.ahead) return;
    this.#isReading = true;
    this.#reading = this.#read();
  }

  #turnTo(turn: number): void {
    this.#turn = turn % this.#slots.length;
    this.#given = 0;
  }

  /** The slot whose turn it is, with the next element's pipeline if it has none. */
  async #slot(): Promise<Slot<U> | undefined> {
    this.#readOn();
    if (!this.#turns.isOrdered) await this.#turnToReady();
    const open = this.#slots[this.#turn];
    if (open !== undefined) return open;
    while (this.#coming.length === 0 && !this.#hasEnded) await this.#take();
    const slot = this.#coming.shift();
    if (slot === undefined && this.#failure) throw this.#failure.error;
    this.#slots[this.#turn] = slot;
    return slot;
  }

  /** Makes it the turn of the first slot, from the running one on, whose next element is there, once there is one. */
  async #turnToReady(): Promise<void> {
    for (;;) {
      for (const [place, slot] of this.#slots.entries()) this.#slots[place] = slot ?? this.#coming.shift();
      const inTurn = this.#slots.map((_, i) => (this.#turn + i) % this.#slots.length);
      const ready = inTurn.find((place) => this.#slots[place]?.isReady);
      if (ready !== undefined) {
        if (ready !== this.#turn) this.#turnTo(ready);
        return;
      }
      const waits = this.#taken().map((slot) => slot.whenReady());
      if (this.#taking) waits.push(this.#taking);
      if (waits.length === 0) return;
      await Promise.race(waits);
    }
  }

  next(): Coming<Next<U>> {
    const slot = this.#slots[this.#turn];
    const isItsTurn = slot !== undefined && this.#turns.isOrdered;
    return isItsTurn ? goOn(slot.next(), this.#give) : this.#giveLater();
  }

  readonly #give = (next: Next<U>): Coming<Next<U>> => {
    if (next.done) return this.#closeSlot();
    this.#given++;
    if (this.#given === this.#turns.blockLength) this.#turnTo(this.#turn + 1);
    return next;
  };

  /** Gives from the slot whose turn it is once it is there, or from the next place that has one. */
  async #giveLater(): Promise<Next<U>> {
    const slot = await this.#slot();
    if (slot !== undefined) return this.#give(await slot.next());
    if (this.#slots.every((one) => one === undefined)) return end;
    while (this.#slots[this.#turn] === undefined) this.#turnTo(this.#turn + 1);
    return this.next();
  }

  async #closeSlot(): Promise<Next<U>> {
    const slot = this.#slots[this.#turn];
    this.#slots[this.#turn] = undefined;
    this.#readOn();
    await slot?.close();
    this.#turnTo(this.#turn + 1);
    return this.next();
  }

  /** Number of the first element that no place has taken. */
  get #resumeAt(): number {
    return this.#coming[0]?.number ?? this.#slotted;
  }

  position(): Position {
    const open = this.#slots.flatMap((slot, place) => (slot ? [{ slot, place }] : []));
    return {
      turn: this.#turn,
      given: this.#given,
      places: open.map(({ place }) => place),
      numbers: open.map(({ slot }) => slot.number),
      positions: open.map(({ slot }) => slot.position()),
      source: this.#source.position(this.#resumeAt),
    };
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    await this.#taking;
    await this.#reading;
    await closeAll([...this.#taken(), ...this.#coming, this.#source]);
  }
}

/** The elements of the datasets that a function makes of elements, in turn. `op` is the step that says so. */
export function interleaveStep<T, U>(
  source: PipelineStep<T>,
  datasetOf: DatasetOf<T, U>,
  { cycleLength = 4, blockLength = 1, parallel = 1, ordered = true }: InterleaveOptions,
  op = 'interleave',
): PipelineStep<U> {
  checkFunction(op, 'f', datasetOf);
  checkCount(op, 'cycleLength', cycleLength, 1);
  checkCount(op, 'blockLength', blockLength, 1);
  checkCount(op, 'parallel', parallel, 1);
  const isAhead = parallel > 1;
  return {
    text: `${source.text}.${op}(${cycleLength}, ${blockLength}${isAhead ? ', ahead' : ''})`,
    open: (pass, position) => {
      const isOrdered = ordered || pass.isDeterministic || !isAhead;
      const ahead = isAhead ? { count: blockLength, gate: new Gate(parallel) } : undefined;
      return new Interleave(datasetOf, { op, pass, cycleLength, blockLength, isOrdered, ahead }).open(source, position);
    },
  };
}
