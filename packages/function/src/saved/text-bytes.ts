/** Texts as UTF-8, and the look at a text of unknown origin before it is parsed. */
import { damaged } from './file-error.ts';
import { deepestText, mostDigits } from './limits.ts';

/** The few things of the environment that this package uses, typed here because it is built without the types of any one. */
interface Environment {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
}

const environment = globalThis as unknown as Environment;

/** The bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new environment.TextEncoder().encode(text);
}

/** The text that bytes spell in UTF-8. Throws `E_FILE` where they spell none. */
export function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new environment.TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return damaged(where, 'it is not UTF-8 text');
  }
}

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, newline, slash, percent] = [code('"'), code('\\'), code('\n'), code('/'), code('%')];
const opening = new Set(['(', '[', '{'].map(code));
const closing = new Set([')', ']', '}'].map(code));
const [zero, nine] = [code('0'), code('9')];

/**
 * Throws `E_FILE` for a text that would cost a parser more than its length: brackets nested too deeply, endless numbers. It holds for
 * JSON and for graphs, neither of which has comments here. Gives the number of `%` outside of strings.
 */
export function checkText(text: string, where: string): number {
  const fail = (position: number, says: string): never => damaged(`${where}, character ${position}`, says);
  let depth = 0;
  let digits = 0;
  let percents = 0;
  for (let i = 0; i < text.length; i++) {
    const at = text.charCodeAt(i);
    if (at >= zero && at <= nine) {
      if (++digits > mostDigits) fail(i, `a number of more than ${mostDigits} digits`);
      continue;
    }
    digits = 0;
    if (at === quote) i = endOfString(text, i, fail);
    else if (opening.has(at)) {
      if (++depth > deepestText) fail(i, `nested deeper than ${deepestText} levels`);
    } else if (closing.has(at)) depth--;
    else if (at === percent) percents++;
    else if (at === slash) fail(i, 'a slash outside of a string');
  }
  return percents;
}

/** The position of the quote that ends the string which begins at `from`. */
function endOfString(text: string, from: number, fail: (position: number, says: string) => never): number {
  for (let i = from + 1; i < text.length; i++) {
    const at = text.charCodeAt(i);
    if (at === quote) return i;
    if (at === newline) break;
    if (at === backslash) i++;
  }
  return fail(from, 'a string that does not end');
}
