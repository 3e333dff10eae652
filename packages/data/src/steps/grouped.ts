/**
 * Elements gathered by a key until there are enough of one: what `groupByWindow` and `bucketByLength` are made of. What is
 * left at the end comes in the order of the keys.
 */
import { checkCount } from '../checks.ts';
import {
  type Coming,
  type Cursor,
  element,
  end,
  feed,
  goOn,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
} from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCounts, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

/** What elements are told apart by: values that are equal when they are the same. */
export type GroupKey = string | number | bigint | boolean;

/** How elements are gathered. */
export interface Grouping<K extends GroupKey, T> {
  readonly op: string;
  readonly keyOf: (value: T) => K;
  /** So many elements a group. */
  readonly sizeOf: (key: K) => number;
  /** Whether groups that lack elements at the end are left out. */
  readonly dropRemainder: boolean;
}

/** Elements of one key. */
export interface Group<K extends GroupKey, T> {
  readonly key: K;
  readonly elements: readonly T[];
}

interface OpenGroup<T> {
  readonly size: number;
  readonly numbers: number[];
  readonly elements: T[];
}

const compare = <K extends GroupKey>(a: K, b: K): number => (a < b ? -1 : Number(a > b));

class Groups<K extends GroupKey, T> implements Cursor<Group<K, T>> {
  readonly #grouping: Grouping<K, T>;
  readonly #open = new Map<K, OpenGroup<T>>();
  #source!: TrackedCursor<T>;
  /** Once the source has ended: the keys of what is left, the next one last. */
  #left: K[] | undefined;

  constructor(grouping: Grouping<K, T>) {
    this.#grouping = grouping;
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    // Groups stand in the order of their first elements.
    const oldest = (): number => this.#open.values().next().value?.numbers[0] ?? this.#source.taken;
    const held = position ? savedCounts(position, 'held') : [];
    const hold = (number: number, value: T): void => void this.#put(number, value);
    const saved = position && savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, pass, { oldest }, saved, held, hold);
    return this;
  }

  /** Puts an element to those of its key, and gives the key if there are enough of it now. */
  #put(number: number, value: T): { readonly key: K } | undefined {
    const { op, keyOf, sizeOf } = this.#grouping;
    try {
      const key = keyOf(value);
      let group = this.#open.get(key);
      if (group === undefined) {
        const size = sizeOf(key);
        checkCount(op, 'size', size, 1);
        group = { size, numbers: [], elements: [] };
        this.#open.set(key, group);
      }
      group.numbers.push(number);
      group.elements.push(value);
      return group.elements.length >= group.size ? { key } : undefined;
    } catch (error) {
      return raiseAtElement(op, number, error);
    }
  }

  #give(key: K): Next<Group<K, T>> {
    const { elements } = this.#open.get(key) as OpenGroup<T>;
    this.#open.delete(key);
    return element({ key, elements });
  }

  next(): Coming<Next<Group<K, T>>> {
    let full: { readonly key: K } | undefined;
    const gather = (next: Next<T>): boolean => {
      if (next.done) this.#left = this.#grouping.dropRemainder ? [] : [...this.#open.keys()].sort(compare).reverse();
      else full = this.#put(this.#source.taken - 1, next.value);
      return !next.done && full === undefined;
    };
    return this.#left
      ? this.#giveLeft(this.#left)
      : goOn(feed(this.#source, gather), () => (full ? this.#give(full.key) : this.#giveLeft(this.#left ?? [])));
  }

  #giveLeft(keys: K[]): Next<Group<K, T>> {
    const key = keys.pop();
    return key === undefined ? end : this.#give(key);
  }

  position(): Position {
    const held = [...this.#open.values()].flatMap(({ numbers }) => numbers);
    return { held, source: this.#source.position(this.#source.taken) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** Groups in the order in which they are full. */
export function groupedStep<K extends GroupKey, T>(
  source: PipelineStep<T>,
  text: string,
  grouping: Grouping<K, T>,
): PipelineStep<Group<K, T>> {
  return {
    text: `${source.text}.${grouping.op}(${text})`,
    open: (pass, position) => new Groups(grouping).open(source, pass, position),
  };
}
