/**
 * JSON of unknown origin: the nesting is bounded and every name of an object is there once before anything is parsed, and
 * every failure is `E_FILE` with the offset of the byte in the file. And JSON of our own for numbers that JSON has not.
 */
import { raise } from '@deft/core';
import { decodeText } from './environment.ts';

/** Nesting beyond this is no file of ours. */
const deepest = 48;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openingObject = 0x7b;
const opening = new Set([0x5b, openingObject]);
const closing = new Set([0x5d, 0x7d]);

/** What the bytes are, for messages. */
interface Source {
  readonly op: string;
  /** Where the bytes begin in the file. */
  readonly offset: number;
  readonly what: string;
}

/** An array or object that is not closed yet; `names` are those of an object. */
interface Level {
  readonly names: Set<string> | undefined;
  expectsName: boolean;
}

/** Throws `E_FILE` where arrays and objects are nested too deeply, and where an object has a name twice. */
function checkStructure(bytes: Uint8Array, { op, offset }: Source): void {
  const levels: Level[] = [];
  const fail = (at: number, says: string): never => raise('E_FILE', { op, says: `byte ${offset + at}: ${says}` });
  /** Notes the name of a member, which is spelled between quotes from one byte to before another. */
  const note = (level: Level, from: number, to: number): void => {
    let name: unknown;
    try {
      name = JSON.parse(decodeText(bytes.subarray(from, to)));
    } catch {
      // Whoever parses the whole says what is wrong with it.
      return;
    }
    if (level.names?.has(name as string)) fail(from, `the name ${String(name).slice(0, 60)} is there twice`);
    level.names?.add(name as string);
  };
  let opened = -1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const level = levels.at(-1);
    if (opened >= 0) {
      if (byte === backslash) i++;
      if (byte !== quote) continue;
      if (level?.expectsName) {
        note(level, opened, i + 1);
        level.expectsName = false;
      }
      opened = -1;
    } else if (byte === quote) {
      opened = i;
    } else if (opening.has(byte)) {
      if (levels.length === deepest) fail(i, `JSON is nested deeper than ${deepest} levels`);
      const isObject = byte === openingObject;
      levels.push({ names: isObject ? new Set() : undefined, expectsName: isObject });
    } else if (closing.has(byte)) {
      levels.pop();
    } else if (byte === comma && level?.names) {
      level.expectsName = true;
    }
  }
}

/** Numbers that JSON has not are objects with this one member. */
const numberTag = '$number';
const oddNumbers: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** The text of plain data in JSON; `parseBoundedJson` reads every number back as it was. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, found: unknown) => {
    if (typeof found !== 'number' || (Number.isFinite(found) && !Object.is(found, -0))) return found;
    return { [numberTag]: Object.is(found, -0) ? '-0' : String(found) };
  });
}

function withOddNumbers(_: string, value: unknown): unknown {
  if (!isJsonObject(value) || !Object.hasOwn(value, numberTag) || Object.keys(value).length !== 1) return value;
  return oddNumbers.get(value[numberTag]) ?? value;
}

/** The value that UTF-8 bytes spell in JSON. */
export function parseBoundedJson(bytes: Uint8Array, source: Source): unknown {
  const { op, offset, what } = source;
  checkStructure(bytes, source);
  let text: string;
  try {
    text = decodeText(bytes);
  } catch {
    return raise('E_FILE', { op, says: `byte ${offset}: the ${what} is not UTF-8 text` });
  }
  try {
    return JSON.parse(text, withOddNumbers) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1] ?? '0';
    return raise('E_FILE', { op, says: `byte ${offset + Number(position)}: the ${what} is not valid JSON` });
  }
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
