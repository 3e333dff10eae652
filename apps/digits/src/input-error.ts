/**
 * The one kind of error this program shows to its user as a single line: a wrong argument, a missing folder, a damaged
 * file. Everything else that is thrown is a defect and keeps its stack. `main` prints `message` and leaves with
 * `exitCode`.
 */

/** Something the user gave cannot be used; `message` is one printable line, `exitCode` is 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly exitCode = 2;

  constructor(message: string, options?: ErrorOptions) {
    super(escapeControlCharacters(message), options);
  }
}

/**
 * Paths and arguments may hold line breaks or terminal escapes: shown as `\u000a`, they can neither break the line nor
 * drive the terminal.
 */
function escapeControlCharacters(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
