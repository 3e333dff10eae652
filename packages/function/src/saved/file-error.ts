/** What is said of a file that cannot be read: which section, where in it, and what is wrong. */
import { DeftError, raise } from '@deft/core';

/** Throws `E_FILE`. */
export function damaged(where: string, says: string): never {
  return raise('E_FILE', { op: 'deserialize', says: `${where}: ${says}` });
}

/** A value from a file as a message shows it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * Runs `f` on what a file says. Whatever goes wrong is the file's fault and is told as `E_FILE`: the rules of ops object to
 * attributes that no call of theirs would have made, and not all with an error of their own.
 */
export function guarded<R>(where: string, f: () => R): R {
  try {
    return f();
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_FILE') throw error;
    return damaged(
      where,
      error instanceof DeftError ? firstLine(error) : `it makes no sense (${String(error).slice(0, 200)})`,
    );
  }
}

/** Without the code, as another one is going to stand behind it. */
const firstLine = ({ message }: DeftError): string =>
  (message.split('\n', 1)[0] as string).replace(/ \[E_\w+\]$/, '').slice(0, 400);

/** Compiles what a file says. Errors of the library stay as they are; what no program of the library's own leads to is the file's fault. */
export function compiledFromFile<R>(where: string, compile: () => R): R {
  try {
    return compile();
  } catch (error) {
    if (error instanceof DeftError) throw error;
    return damaged(where, `it cannot be compiled (${String(error).slice(0, 200)})`);
  }
}
