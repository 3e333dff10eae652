/**
 * Reading JSON of unknown origin: a value and where it stands, and what can be asked of it. Every answer is checked, and whatever
 * is not as asked is `E_FILE` with the path.
 */
import { damaged, shown } from './file-error.ts';
import { mostEntries } from './limits.ts';
import { checkText, decodeText } from './text-bytes.ts';

/** A value in a JSON text. */
export class JsonPlace {
  readonly #value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.path = path;
  }

  /** Throws `E_FILE` here. */
  fail(says: string): never {
    return damaged(this.path, says);
  }

  #expected(what: string): never {
    const value = this.#value;
    const found =
      typeof value !== 'object' || value === null ? shown(value) : Array.isArray(value) ? 'a list' : 'an object';
    return this.fail(`expected ${what}, got ${found}`);
  }

  get isNull(): boolean {
    return this.#value === null;
  }

  /** The members of an object that has these and no others. */
  members<const K extends readonly string[]>(...keys: K): { readonly [P in K[number]]: JsonPlace } {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#expected('an object');
    const extra = Object.keys(value as object).find((key) => !keys.includes(key));
    if (extra !== undefined) this.fail(`it has ${shown(extra)}, which is no part of it`);
    const places = keys.map((key) => {
      if (!Object.hasOwn(value as object, key)) this.fail(`it has no ${key}`);
      return [key, new JsonPlace((value as Record<string, unknown>)[key], `${this.path}.${key}`)] as const;
    });
    return Object.fromEntries(places) as { readonly [P in K[number]]: JsonPlace };
  }

  /** The member that says what kind of thing an object is. */
  get kind(): string {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#expected('an object');
    if (!Object.hasOwn(value as object, 'kind')) this.fail('it has no kind');
    return new JsonPlace((value as Record<string, unknown>)['kind'], `${this.path}.kind`).text(64);
  }

  /** The items of a list. */
  items(most: number = mostEntries): JsonPlace[] {
    const value = this.#value;
    if (!Array.isArray(value)) return this.#expected('a list');
    if (value.length > most) this.fail(`a list of ${value.length}, at most ${most} are read`);
    return value.map((item: unknown, i) => new JsonPlace(item, `${this.path}[${i}]`));
  }

  /** A whole number within bounds, ends included. */
  whole(least: number, most: number): number {
    const value = this.#value;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    return this.#expected(most < least ? 'nothing' : `a whole number from ${least} to ${most}`);
  }

  /** A number of something of which there are `count`. */
  position(count: number): number {
    return this.whole(0, count - 1);
  }

  /** Different positions among `count`. */
  positions(count: number): number[] {
    const all = this.items().map((item) => item.position(count));
    if (new Set(all).size !== all.length) this.fail('a position stands twice');
    return all;
  }

  text(longest: number): string {
    const value = this.#value;
    if (typeof value !== 'string') return this.#expected('a text');
    return value.length <= longest
      ? value
      : this.fail(`a text of ${value.length} characters, at most ${longest} are read`);
  }

  truth(): boolean {
    const value = this.#value;
    return typeof value === 'boolean' ? value : this.#expected('true or false');
  }

  /** A value that is no list and no object. */
  plain(): number | string | boolean | null {
    const value = this.#value;
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
      return value;
    return this.#expected('a plain value');
  }
}

/** The value that UTF-8 bytes spell in JSON. Throws `E_FILE`. */
export function parseJson(bytes: Uint8Array, where: string): JsonPlace {
  const text = decodeText(bytes, where);
  checkText(text, where);
  try {
    return new JsonPlace(JSON.parse(text), where);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    return damaged(position === undefined ? where : `${where}, character ${position}`, 'it is not valid JSON');
  }
}
