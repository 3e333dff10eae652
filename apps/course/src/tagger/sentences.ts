/**
 * Sentences of a made-up language in which a word's tag depends on a word behind it. Letters stand for the words: `a`, `b`
 * and `c` carry tags, `?` and `!` are marks. A letter's tag is the kind of the next mark: `question` before `?`,
 * `call` before `!`, and `plain` where no mark comes any more. Marks have a tag of their own.
 */
import { RandomNumbers } from '@deft/digits';

/** The words, by their numbers. */
export const WORDS = ['a', 'b', 'c', '?', '!'] as const;
/** The tags, by their numbers. */
export const TAGS = ['plain', 'question', 'call', 'mark'] as const;

/** Sentences of one length as numbers of words, and the tag of each word. */
export interface Sentences {
  readonly words: readonly (readonly number[])[];
  readonly tags: readonly (readonly number[])[];
}

/** How often a word is a mark: once in five. */
const MARK_EVERY = 5;

/** Random sentences with their tags. */
export function makeSentences(count: number, length: number, random: RandomNumbers): Sentences {
  const words = Array.from({ length: count }, () =>
    Array.from({ length }, () => (random.below(MARK_EVERY) === 0 ? 3 + random.below(2) : random.below(3))),
  );
  return { words, tags: words.map(tagsOf) };
}

/** Training and test sentences of one seed. */
export function makeParts(
  counts: { readonly train: number; readonly test: number },
  length: number,
  seed: number,
): { train: Sentences; test: Sentences } {
  const random = new RandomNumbers(seed);
  return { train: makeSentences(counts.train, length, random), test: makeSentences(counts.test, length, random) };
}

/** The tags of one sentence: from its end to its beginning, the last mark that was met decides. */
export function tagsOf(words: readonly number[]): number[] {
  let tag = 0;
  const tags: number[] = [];
  for (const word of [...words].reverse()) {
    const isMark = word >= 3;
    tag = isMark ? word - 2 : tag;
    tags.unshift(isMark ? 3 : tag);
  }
  return tags;
}

/**
 * How often one is right at best who sees no later word: always at marks; at a letter with `rest` words behind it, the
 * likelier of "no mark comes" and "the next mark is of one kind".
 */
export function bestWithoutLater(length: number): number {
  const mark = 1 / MARK_EVERY;
  let sum = 0;
  for (let rest = 0; rest < length; rest += 1) {
    const none = (1 - mark) ** rest;
    sum += mark + (1 - mark) * Math.max(none, (1 - none) / 2);
  }
  return sum / length;
}
