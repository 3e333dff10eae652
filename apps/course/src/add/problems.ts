/**
 * Questions and answers as texts: sums ("12+7" → "19") and digits to be turned round ("1234" → "4321"). All texts of one
 * sort are filled up with spaces to one length, and a space behind an answer says that it is over.
 */
import { RandomNumbers } from '@deft/digits';

/** The characters, by their numbers: a space fills up, and `^` stands for the beginning of an answer. */
const CHARACTERS = ' ^+0123456789';
/** How many characters there are. */
export const CHARACTER_COUNT: number = CHARACTERS.length;

/** A question and its answer, not filled up. */
export interface Problem {
  readonly question: string;
  readonly answer: string;
}

/** Problems to learn from and others to be asked, with the lengths that both are filled up to. */
export interface Problems {
  readonly train: readonly Problem[];
  readonly unseen: readonly Problem[];
  readonly questionLength: number;
  readonly answerLength: number;
}

/** Sums of two numbers of up to `digits` digits. No pair is in both parts. */
export function makeSums(digits: number, counts: { train: number; unseen: number }, seed: number): Problems {
  const numbers = 10 ** digits;
  const order = new RandomNumbers(seed).shuffle(Int32Array.from({ length: numbers ** 2 }, (_, pair) => pair));
  const unseen = Math.min(counts.unseen, Math.ceil(order.length / 5));
  const problems = Array.from(order.subarray(0, unseen + counts.train), (pair) => {
    const [a, b] = [Math.floor(pair / numbers), pair % numbers];
    return { question: `${a}+${b}`, answer: String(a + b) };
  });
  return {
    unseen: problems.slice(0, unseen),
    train: problems.slice(unseen),
    questionLength: 2 * digits + 1,
    answerLength: digits + 2,
  };
}

/** Texts of up to `length` digits, and the same from behind. No text is in both parts. */
export function makeReversals(length: number, counts: { train: number; unseen: number }, seed: number): Problems {
  const random = new RandomNumbers(seed);
  const texts = new Set<string>();
  // Of few digits there are not so many texts as may be asked for.
  const wanted = Math.min(counts.train + counts.unseen, 10 ** length / 2);
  while (texts.size < wanted) {
    const digits = 1 + random.below(length);
    texts.add(Array.from({ length: digits }, () => random.below(10)).join(''));
  }
  const problems: Problem[] = [];
  for (const question of texts) problems.push({ question, answer: [...question].reverse().join('') });
  // The shortest texts are soon used up, so the last ones found are longer: both parts are drawn from all of them.
  const order = random.shuffle(Int32Array.from(problems.keys()));
  const mixed = Array.from(order, (index) => problems[index] as Problem);
  const unseen = Math.min(counts.unseen, Math.ceil(mixed.length / 5));
  return {
    unseen: mixed.slice(0, unseen),
    train: mixed.slice(unseen),
    questionLength: length,
    answerLength: length + 1,
  };
}

/** A text as numbers of characters, filled up to `length`. */
export function encode(text: string, length: number): number[] {
  return [...text.padEnd(length)].map((character) => CHARACTERS.indexOf(character));
}

/** The text of numbers, up to the first space. */
export function decode(numbers: readonly number[]): string {
  const text = numbers.map((number) => CHARACTERS[number]).join('');
  return text.split(' ', 1)[0] as string;
}

/** What the decoder is given: the numbers of the answer so far, one step late, behind the sign of the beginning. */
export function begun(answer: readonly number[], length: number): number[] {
  const row = [CHARACTERS.indexOf('^'), ...answer].slice(0, length);
  return [...row, ...new Array<number>(length - row.length).fill(0)];
}
