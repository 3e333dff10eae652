/** The text that a network learns from: read, turned into numbers, its last tenth held back, and cut into examples. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Dataset, type HostArray, range } from '@deft/data';
import { InputError } from '@deft/digits';
import { Characters } from './characters.ts';

/** Texts in two parts. */
export interface Corpus {
  readonly characters: Characters;
  readonly training: Int32Array;
  readonly heldBack: Int32Array;
}

/** A batch of passages, and of the characters behind each of theirs. */
export type Batch = [
  read: HostArray<Int32Array, readonly [number, number]>,
  next: HostArray<Int32Array, readonly [number, number]>,
];

/** One of so many parts is held back. */
const PARTS = 10;
const SHIPPED = '../../texts/moby-dick.txt';

/**
 * Reads a text in UTF-8; the book that comes with the course without a path.
 *
 * @param block - characters of an example: both parts must have more
 * @throws InputError for a file that cannot be read, is no text, or is too short
 */
export function readCorpus(path: string | undefined, block: number): Corpus {
  const file = path ?? fileURLToPath(new URL(SHIPPED, import.meta.url));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new InputError(`${file}: cannot be read as a text: ${(error as Error).message}`, { cause: error });
  }
  const characters = new Characters(text);
  const numbers = characters.encode(text);
  const cut = numbers.length - Math.ceil(numbers.length / PARTS);
  const [training, heldBack] = [numbers.subarray(0, cut), numbers.subarray(cut)];
  if (heldBack.length <= block) {
    const least = block * PARTS + 1;
    throw new InputError(`${file}: ${numbers.length} characters are too few, at least ${least} are needed`);
  }
  return { characters, training, heldBack };
}

/** Batches of passages that begin anywhere, so many in all. */
export function passages(
  text: Int32Array,
  plan: { block: number; batchSize: number; batches: number; seed: number },
): Dataset<Batch> {
  const { block, batchSize, batches, seed } = plan;
  const starts = text.length - block;
  const cut = (_: number, { random }: { random(): number }): [Int32Array, Int32Array] =>
    passageAt(text, Math.floor(random() * starts), block);
  return range(batches * batchSize)
    .map(cut, { seed })
    .batch(batchSize);
}

/** Batches of the passages that stand one behind the other: every `stride`-th of them. */
export function allPassages(
  text: Int32Array,
  plan: { block: number; batchSize: number; stride?: number },
): Dataset<Batch> {
  const { block, batchSize, stride = 1 } = plan;
  const count = Math.floor((text.length - 1) / block);
  return range(0, count, stride)
    .map((at) => passageAt(text, at * block, block))
    .batch(batchSize);
}

function passageAt(text: Int32Array, start: number, block: number): [Int32Array, Int32Array] {
  return [text.slice(start, start + block), text.slice(start + 1, start + block + 1)];
}
