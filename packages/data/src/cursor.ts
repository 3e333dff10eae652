/**
 * The protocol between the steps of a pipeline. A step describes where elements come from and never changes; every pass over
 * it has a cursor, which gives one element after the other and can say in plain data where it stands. A step that opens a
 * cursor with that data goes on at the same place, whatever else has happened to the first one.
 */
import type { PassMeasures, Stage } from './measuring/stages.ts';
import type { PassEnd } from './pass-end.ts';
import type { Budget } from './tuning/budget.ts';

/** Where a cursor stands, as JSON can hold it. */
export type SavedPosition =
  | string
  | number
  | boolean
  | null
  | readonly SavedPosition[]
  | { readonly [name: string]: SavedPosition };

/** The position of one step's cursor, with those of the cursors it reads from. */
export interface Position {
  readonly [name: string]: SavedPosition;
}

/** What a cursor gives: an element, or the end. */
export type Next<T> = { readonly done: false; readonly value: T } | { readonly done: true };

/** What is there at once, or comes. Steps wait only for what comes: a wait for each of many small elements costs more than they do. */
export type Coming<V> = V | Promise<V>;

/** The end. */
export const end: { readonly done: true } = { done: true };

/** An element as a cursor gives it. */
export function element<T>(value: T): Next<T> {
  return { done: false, value };
}

/** What all cursors of a pass are told. */
export interface Pass {
  /** Number of the pass: what is random in a step is a function of it and of the step's seed. */
  readonly epoch: number;
  /** Whether steps that may give elements as they become ready keep their order instead. */
  readonly isDeterministic: boolean;
  /** Whether steps that keep elements keep those of this pass. */
  readonly keeps: boolean;
  /** Is reached before cursors are closed. */
  readonly end: PassEnd;
  /** Is told of every file that a source reads, before it does, by whoever keeps what was made of it. */
  readonly readsFile?: (path: string) => void;
  /** What steps that are told `'auto'` share. */
  readonly budget: Budget;
  /** Where steps note what they do; absent where nobody will ask. */
  readonly measures?: PassMeasures | undefined;
  /** Is told of the cursors that a step opens while it is being opened. */
  readonly opened?: { add(cursor: Pick<Cursor<unknown>, 'close'>): void };
  /** The stage whose step opens cursors with this. */
  readonly stage?: Stage | undefined;
}

/**
 * One pass over a step. Its owner waits for each call before the next, `position` aside, which is asked for between them: a
 * position says what comes after the elements given so far.
 */
export interface Cursor<T> {
  next(): Coming<Next<T>>;
  /** Passes by so many elements, and gives how many there were. Without it they are taken and dropped. */
  passBy?(count: number): Promise<number>;
  position(): Position;
  /** Gives back what the cursor holds. It is not used afterwards. */
  close(): Promise<void>;
}

/** A step of a pipeline, with all before it. */
export interface PipelineStep<T> {
  /** What it is, as far as it can be said without functions and data: `range(10).shuffle(4)`. */
  readonly text: string;
  /** How many elements every pass has, infinitely many without an end; absent where only a pass can tell. */
  readonly cardinality?: number | undefined;
  /** Begins a pass, at its beginning or at a position of a cursor of an equal step. */
  open(pass: Pass, position?: Position): Promise<Cursor<T>>;
}

/** What a function of the user gave: whether it must be waited for. */
export function isPromiseLike<V>(value: V | PromiseLike<V>): value is PromiseLike<V> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Goes on with a value, in the same turn if it is there. */
export function goOn<V, R>(value: Coming<V>, go: (value: V) => Coming<R>): Coming<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}

/** Hands one element of a cursor after the other to a function, in the same turn as long as they are there, while it wants more. */
export function feed<T>(cursor: Pick<Cursor<T>, 'next'>, wantsMore: (next: Next<T>) => Coming<boolean>): Coming<void> {
  for (;;) {
    const wants = goOn(cursor.next(), wantsMore);
    if (wants === false) return;
    if (wants !== true) return feedLater(cursor, wantsMore, wants);
  }
}

async function feedLater<T>(
  cursor: Pick<Cursor<T>, 'next'>,
  wantsMore: (next: Next<T>) => Coming<boolean>,
  first: Promise<boolean>,
): Promise<void> {
  for (let wants: Coming<boolean> = first; await wants; ) wants = wantsMore(await cursor.next());
}

/** Passes by so many elements of a cursor, and gives how many there were. */
export async function passBy(cursor: Pick<Cursor<unknown>, 'next' | 'passBy'>, count: number): Promise<number> {
  if (count === 0) return 0;
  if (cursor.passBy) return cursor.passBy(count);
  for (let passed = 0; passed < count; passed++) {
    if ((await cursor.next()).done) return passed;
  }
  return count;
}

/** What a function gives of something that is open; where it fails, that is closed before. */
export async function closedOnFailure<R>(opened: Pick<Cursor<unknown>, 'close'>, use: () => Promise<R>): Promise<R> {
  try {
    return await use();
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Closes all, also when one of them fails to; then throws the first failure. */
export async function closeAll(cursors: readonly Pick<Cursor<unknown>, 'close'>[]): Promise<void> {
  const results = await Promise.allSettled(cursors.map((cursor) => cursor.close()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
