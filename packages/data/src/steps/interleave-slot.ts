/** What `interleave` takes from in turn: the cursor of one element's pipeline, opened when it is first needed or read ahead. */
import type { Coming, Cursor, Next, Pass, PipelineStep, Position } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { PassEnd } from '../pass-end.ts';
import { fixedBufferSize } from '../tuning/buffer-size.ts';
import { Prefetch } from './prefetch.ts';

/** What holds a pipeline, as a dataset does. */
export interface OfStep<U> {
  readonly step: PipelineStep<U>;
}

/** How slots are opened and read. */
export interface SlotOptions {
  /** The name of the step in errors. */
  readonly op: string;
  readonly pass: Pass;
  /** How far ahead of what is given they are read, and how many at once; not at all without it. */
  readonly ahead?: { readonly count: number; readonly gate: Gate } | undefined;
}

/** A pipeline that is made, opened and read when the gate lets it. */
function gated<U>(pipelineOf: () => Promise<PipelineStep<U>>, gate: Gate): PipelineStep<U> {
  return {
    text: '',
    open: (pass, position) =>
      gate.run(async () => {
        const cursor = await (await pipelineOf()).open(pass, position);
        const through: Cursor<U> = {
          next: () => gate.run(async () => cursor.next()),
          position: () => cursor.position(),
          close: () => cursor.close(),
        };
        const { passBy } = cursor;
        return passBy ? { ...through, passBy: (count) => gate.run(() => passBy.call(cursor, count)) } : through;
      }),
  };
}

/** The pipeline of one element. Its failures say which element that was. */
export class Slot<U> {
  /** Number of the element. */
  readonly number: number;
  readonly #options: SlotOptions;
  readonly #open: () => Promise<Cursor<U>>;
  /** Where it begins; nothing is in it if that is the beginning. */
  readonly #from: Position;
  readonly #end: PassEnd;
  #opening: Promise<Cursor<U>> | undefined;
  #cursor: Cursor<U> | undefined;
  #hasFailed = false;

  constructor(number: number, pipelineOf: () => Promise<PipelineStep<U>>, options: SlotOptions, from: Position = {}) {
    const { ahead } = options;
    this.#end = options.pass.end.part();
    // Its stages would be as many as there are elements: they belong to the one of interleave.
    const pass = { ...options.pass, measures: undefined, stage: undefined, end: this.#end };
    this.number = number;
    this.#options = options;
    this.#from = from;
    const position = Object.keys(from).length === 0 ? undefined : from;
    this.#open = async () => {
      if (!ahead) return (await pipelineOf()).open(pass, position);
      const cursor = await new Prefetch<U>(fixedBufferSize(ahead.count)).open(
        gated(pipelineOf, ahead.gate),
        pass,
        position,
      );
      cursor.start();
      return cursor;
    };
    if (ahead) this.#opened().catch(() => {});
  }

  #opened(): Promise<Cursor<U>> {
    this.#opening ??= this.#open().then(
      (cursor) => {
        this.#cursor = cursor;
        return cursor;
      },
      (error: unknown) => {
        this.#hasFailed = true;
        throw error;
      },
    );
    return this.#opening;
  }

  readonly #fail = (error: unknown): never => raiseAtElement(this.#options.op, this.number, error);

  next(): Coming<Next<U>> {
    if (this.#cursor === undefined) {
      return this.#opened()
        .then((cursor) => cursor.next())
        .catch(this.#fail);
    }
    try {
      const next = this.#cursor.next();
      return next instanceof Promise ? next.catch(this.#fail) : next;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Whether what comes next is there: an element, the end, or a failure. */
  get isReady(): boolean {
    return this.#hasFailed || (this.#cursor instanceof Prefetch && this.#cursor.isReady);
  }

  /** Settles when it is. */
  async whenReady(): Promise<void> {
    const cursor = await this.#opened().catch(() => undefined);
    if (cursor instanceof Prefetch) await cursor.whenReady();
  }

  position(): Position {
    return this.#cursor?.position() ?? this.#from;
  }

  async close(): Promise<void> {
    this.#end.reach();
    await (await this.#opening?.catch(() => undefined))?.close();
  }
}
