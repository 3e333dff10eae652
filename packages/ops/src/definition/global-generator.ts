/**
 * The global generator: a key and a count of the keys that were taken from it, cells of state. Where ops run at once both are numbers
 * on the host; a captured function takes the count in, and gives out what it is afterwards, so that both modes draw the same
 * numbers. What a captured function gave out is read when the next key is taken at once.
 */
import {
  type AbstractValue,
  abstractValue,
  baseInterpreter,
  DeftError,
  type Interpreter,
  nd,
  registerSharedState,
  StateCell,
  stateScope,
  type Tensor,
  threefry2x32,
} from '@deft/core';
import { add } from '../add.ts';
import { stack } from '../stack.ts';
import { threefry } from '../threefry.ts';
import { type Key, keyOfWords, keyWords, streams } from './random.ts';

/** A cell of whole numbers, which may be on the host or in a tensor. */
class HostCell extends StateCell {
  readonly label = 'the global random generator';
  readonly abstract: AbstractValue;
  #numbers: readonly number[];
  #tensor: Tensor | undefined;
  #owner: Interpreter | undefined;

  constructor(shape: readonly number[], numbers: readonly number[]) {
    super();
    this.abstract = abstractValue(shape, 'uint32');
    this.#numbers = numbers;
  }

  protected stored(): Tensor {
    const base = baseInterpreter();
    if (this.#tensor === undefined || this.#owner !== base) {
      this.#tensor = base.constant(nd(this.abstract.shape, this.numbers() ?? this.#numbers, 'uint32'), false);
      this.#owner = base;
    }
    return this.#tensor;
  }

  protected store(value: Tensor): void {
    this.#tensor = value;
    this.#owner = baseInterpreter();
    this.#numbers = [];
  }

  /** Its numbers; `undefined` where they are in a tensor that cannot be read at once. */
  numbers(): readonly number[] | undefined {
    if (this.#numbers.length > 0 || this.#tensor === undefined) return this.#numbers;
    try {
      this.#numbers = Array.from(this.#tensor.dataSync() as Uint32Array);
      return this.#numbers;
    } catch (error) {
      if (error instanceof DeftError && error.code === 'E_READ') return undefined;
      throw error;
    }
  }

  replace(numbers: readonly number[]): void {
    this.#numbers = numbers;
    this.#tensor = undefined;
  }
}

const words = new HostCell([2], [0, 0]);
const taken = new HostCell([], [0]);
registerSharedState('global random key', words);
registerSharedState('global random count', taken);

/** Starts the generator anew. */
export function setGlobalKey(key: readonly [number, number]): void {
  if (stateScope() === undefined) {
    words.replace(key);
    taken.replace([0]);
    return;
  }
  words.set(keyOfWords(key) as Tensor);
  taken.set(baseInterpreter().constant(nd([], [0], 'uint32'), false));
}

/** The given key, or the next one of the global generator. */
export function keyOrNext(key: Tensor | undefined): Tensor {
  if (key !== undefined) return key;
  if (stateScope() === undefined) {
    const [count] = taken.numbers() ?? [];
    const own = words.numbers();
    if (count !== undefined && own !== undefined) {
      taken.replace([(count + 1) % 2 ** 32]);
      return keyOfWords(threefry2x32(own as readonly [number, number], [count, streams.split])) as Tensor;
    }
  }
  const [high, low] = keyWords('seed', words.get());
  const count = taken.get();
  const next = ([0, 1] as const).map((word) => threefry(high, low, count, { shape: [], stream: streams.split, word }));
  taken.set(add(count, 1) as Tensor);
  return stack(next) as Key as Tensor;
}
