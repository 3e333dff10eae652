/**
 * Reads graph text token by token: white space and comments are skipped, the call site of a trailing comment is kept for
 * the node before it. All errors name the line.
 */
import { type AttributeValue, type CallSite, type DType, raise } from '@deft/core';

/** A position in a text and the tokens that can stand there. */
export class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws `E_GRAPH` at the current line. */
  fail(expected: string): never {
    const line = this.#text.slice(0, this.#position).split('\n').length;
    const rest = this.#text.slice(this.#position).split('\n', 1)[0] ?? '';
    return raise('E_GRAPH', {
      op: 'parseGraph',
      argument: `line ${line}`,
      expected,
      found: rest === '' ? 'the end of the line' : `'${rest.slice(0, 40)}'`,
    });
  }

  /** The token that the sticky pattern matches here, or `undefined`. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#position += match[0].length;
    return match;
  }

  /** Passes over white space and comments. */
  skip(): void {
    this.#match(/(?:\s+|\/\/[^\n]*)*/y);
  }

  /** The call site in the comment on the rest of this line, if there is one. */
  callSite(): CallSite | undefined {
    const match = this.#match(/[ \t]*\/\/ (\S.*):(\d+):(\d+)(?=\n|$)/y);
    if (!match) return undefined;
    const [, file, line, column] = match as unknown as [string, string, string, string];
    return { file, line: Number(line), column: Number(column), text: `${file}:${line}:${column}` };
  }

  /** Whether `token` stands next on this line. */
  stands(token: string): boolean {
    this.#match(/[ \t]*/y);
    return this.#text.startsWith(token, this.#position);
  }

  /** Whether `token` stands here; passes over it if so. */
  take(token: string): boolean {
    this.skip();
    if (!this.#text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`'${token}'`);
  }

  /** Items between `open` and `close`, separated by commas. */
  list<T>(open: string, close: string, item: () => T): T[] {
    this.expect(open);
    const items: T[] = [];
    while (!this.take(close)) {
      if (items.length > 0) this.expect(',');
      items.push(item());
    }
    return items;
  }

  /** A word such as an op's name. */
  word(expected: string): string {
    this.skip();
    return this.#match(/[A-Za-z_]\w*/y)?.[0] ?? this.fail(expected);
  }

  /** The name of a value, `%12`. */
  name(): string {
    this.skip();
    return this.#match(/%\d+/y)?.[0] ?? this.fail('the name of a value');
  }

  number(): number {
    this.skip();
    const match = this.#match(/NaN|-?Infinity|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/y);
    return match ? Number(match[0]) : this.fail('a number');
  }

  /** An element of a constant of that dtype: a number, a truth value, or a whole number of any length. */
  element(dtype: DType): number | bigint {
    if (this.take('true')) return 1;
    if (this.take('false')) return 0;
    return dtype === 'int64' ? BigInt(this.#match(/-?\d+/y)?.[0] ?? this.fail('a whole number')) : this.number();
  }

  #string(): string {
    const match = this.#match(/"(?:[^"\\\n]|\\.)*"/y) ?? this.fail('a string');
    return JSON.parse(match[0]) as string;
  }

  /** Entries in braces, as attributes are written. */
  entries(): { [key: string]: AttributeValue } {
    const entries = this.list('{', '}', (): [string, AttributeValue] => {
      this.skip();
      const key = this.#text[this.#position] === '"' ? this.#string() : this.word('an attribute');
      this.expect(':');
      return [key, this.value()];
    });
    return Object.fromEntries(entries);
  }

  /** A value of an attribute. */
  value(): AttributeValue {
    this.skip();
    const next = this.#text[this.#position];
    if (next === '[') return this.list('[', ']', () => this.value());
    if (next === '{') return this.entries();
    if (next === '"') return this.#string();
    if (this.take('true')) return true;
    if (this.take('false')) return false;
    return this.take('null') ? null : this.number();
  }
}
