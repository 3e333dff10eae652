/** Texts as numbers: every character that a text has gets one, in the order of their code points. */
import { InputError } from '@deft/digits';

/** The characters of a text. */
export class Characters {
  readonly #all: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** Those that `text` has. */
  constructor(text: string) {
    this.#all = [...new Set(text)].sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number));
    this.#numbers = new Map(this.#all.map((character, number) => [character, number]));
  }

  get count(): number {
    return this.#all.length;
  }

  /**
   * The number of each character.
   *
   * @throws InputError for one that the text did not have
   */
  encode(text: string): Int32Array {
    return Int32Array.from(text, (character) => {
      const number = this.#numbers.get(character);
      if (number === undefined) throw new InputError(`the text has no character ${JSON.stringify(character)}`);
      return number;
    });
  }

  /** The characters that numbers stand for. */
  decode(numbers: Iterable<number>): string {
    return Array.from(numbers, (number) => this.#all[number]).join('');
  }
}
