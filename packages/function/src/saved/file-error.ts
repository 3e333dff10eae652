/** What is said of a file that cannot be read: which section, where in it, and what is wrong. */
import { DeftError, raise } from '@deft/core';

/** Throws `E_FILE`. */
export function damaged(where: string, says: string, hint?: string): never {
  return raise('E_FILE', { op: 'deserialize', says: `${where}: ${says}`, ...(hint === undefined ? {} : { hint }) });
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
    if (!(error instanceof DeftError)) return damaged(where, `it makes no sense (${String(error).slice(0, 200)})`);
    if (error.code === 'E_FILE') throw error;
    const missing = /a registered op \((\w+) is none\)/.exec(error.message)?.[1];
    const hint =
      missing && `a bundler leaves out ops that nothing uses: import ${missing}, or what is made of it, and use it`;
    return damaged(where, firstLine(error), hint);
  }
}

/** Without the code, as another one is going to stand behind it. */
const firstLine = ({ message }: DeftError): string =>
  (message.split('\n', 1)[0] as string).replace(/ \[E_\w+\]$/, '').slice(0, 400);

/**
 * Compiles or runs what a file says. Errors of the library and of its user stay as they are; a fault that no program of the library's
 * own leads to is the file's.
 */
export function faultsOfFile<R>(where: string, f: () => R): R {
  try {
    return f();
  } catch (error) {
    const isFault =
      error instanceof TypeError || error instanceof RangeError || /^internal: /.test((error as Error)?.message);
    if (!isFault) throw error;
    return damaged(where, `it cannot be run (${String(error).slice(0, 200)})`);
  }
}
