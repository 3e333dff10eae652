/**
 * Parsing JSON of unknown origin: the nesting is bounded before anything is parsed, and every failure is `E_FILE` with the
 * offset of the byte in the file.
 */
import { raise } from '@deft/core';
import { decodeText } from './environment.ts';

/** Nesting beyond this is no file of ours. */
const deepest = 32;

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Throws `E_FILE` where arrays and objects are nested too deeply. */
function checkDepth(bytes: Uint8Array, offset: number): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) {
      inString = true;
    } else if (opening.has(byte)) {
      depth++;
      if (depth > deepest) {
        raise('E_FILE', { op: 'loadModel', says: `byte ${offset + i}: JSON is nested deeper than ${deepest} levels` });
      }
    } else if (closing.has(byte)) {
      depth--;
    }
  }
}

/**
 * The value that UTF-8 bytes spell in JSON.
 *
 * @param offset where the bytes begin in the file, for messages
 * @param what what the bytes are, for messages
 */
export function parseBoundedJson(bytes: Uint8Array, offset: number, what: string): unknown {
  checkDepth(bytes, offset);
  let text: string;
  try {
    text = decodeText(bytes);
  } catch {
    return raise('E_FILE', { op: 'loadModel', says: `byte ${offset}: the ${what} is not UTF-8 text` });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1] ?? '0';
    return raise('E_FILE', {
      op: 'loadModel',
      says: `byte ${offset + Number(position)}: the ${what} is not valid JSON`,
    });
  }
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
