/** Cuts kernel text into tokens and reads them one by one, with errors that name the line. */
import { raise } from '@deft/core';

interface Token {
  readonly text: string;
  readonly line: number;
}

/** Numbers, names (`%0` among them), texts in quotes and marks; blanks, line ends and comments from `#` on separate them. */
const tokenPattern =
  /\s+|#[^\n]*|(-?(?:Infinity\b|\d+(?:\.\d+)?(?:e[+-]?\d+)?)|NaN\b|%\d+|[A-Za-z]\w*|"(?:[^"\\]|\\.)*"|<=|[-+*=<>()[\]{},:])|(.)/gy;

/** Reads tokens. */
export class TokenReader {
  readonly #tokens: Token[] = [];
  readonly #reader: string;
  #next = 0;

  /** `reader` is the function that errors name. */
  constructor(text: string, reader: string) {
    this.#reader = reader;
    let line = 1;
    for (const [all, token, wrong] of text.matchAll(tokenPattern)) {
      if (wrong !== undefined) this.#fail(line, 'a number, a name or a mark', wrong);
      if (token !== undefined) this.#tokens.push({ text: token, line });
      for (const character of all) if (character === '\n') line++;
    }
  }

  #fail(line: number, expected: string, found: string): never {
    return raise('E_ARGUMENT', { op: this.#reader, argument: `line ${line}`, expected, found });
  }

  /** Throws `E_ARGUMENT` about the token that comes next. */
  fail(expected: string): never {
    const token = this.#tokens[this.#next];
    return this.#fail(token?.line ?? this.#tokens.at(-1)?.line ?? 1, expected, token?.text ?? 'the end of the text');
  }

  /** The next token without taking it; empty at the end. */
  get peek(): string {
    return this.#tokens[this.#next]?.text ?? '';
  }

  get atEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  /** Takes the next token. */
  take(): string {
    const { peek } = this;
    this.#next++;
    return peek;
  }

  /** Takes the next token if it is `text`. */
  accept(text: string): boolean {
    if (this.peek !== text || this.atEnd) return false;
    this.#next++;
    return true;
  }

  /** Takes these tokens. */
  expect(...texts: string[]): void {
    for (const text of texts) if (!this.accept(text)) this.fail(text);
  }

  /** Takes one of the words. */
  oneOf<W extends string>(words: readonly W[], what: string): W {
    const word = words.find((each) => each === this.peek);
    if (word === undefined) return this.fail(what);
    this.#next++;
    return word;
  }

  number(): number {
    const value = this.peek === '' ? Number.NaN : Number(this.peek);
    if (Number.isNaN(value) && this.peek !== 'NaN') this.fail('a number');
    this.#next++;
    return value;
  }

  /** Whether a name of that letter and a number comes next, as `b3`. */
  isName(letter: string): boolean {
    return this.peek.startsWith(letter) && /^.\d+$/.test(this.peek);
  }

  /** Whether the token after the next one is `text`. */
  isFollowedBy(text: string): boolean {
    return this.#tokens[this.#next + 1]?.text === text;
  }

  /** The number of a name such as `b3`. */
  name(letter: string): number {
    if (!this.isName(letter)) this.fail(`${letter} with a number`);
    return Number(this.take().slice(1));
  }

  /** A text in quotes, as JSON writes it. */
  text(): string {
    if (!this.peek.startsWith('"')) this.fail('a text in quotes');
    return JSON.parse(this.take()) as string;
  }

  /** A whole number of any length. */
  long(): bigint {
    if (!/^-?\d+$/.test(this.peek)) this.fail('a whole number');
    return BigInt(this.take());
  }

  /** `[1, 2, 3]`. */
  list(): number[] {
    return this.listOf(() => this.number());
  }

  /** Entries in brackets, with commas between them. */
  listOf<T>(entry: () => T): T[] {
    this.expect('[');
    const values: T[] = [];
    while (this.peek !== ']') {
      if (values.length > 0) this.expect(',');
      values.push(entry());
    }
    this.expect(']');
    return values;
  }
}
