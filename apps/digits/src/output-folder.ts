/** The folder that a run writes to. It is made, and tried, before the work begins: not after a minute of training. */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { InputError } from './input-error.ts';

/** A folder for output. */
export class OutputFolder {
  readonly #path: string;
  readonly #from: string;

  /**
   * Makes the folder unless it is there.
   *
   * @param path - absolute
   * @param from - the folder that shown paths are relative to
   * @throws InputError when nothing can be written there
   */
  constructor(path: string, from: string) {
    this.#path = path;
    this.#from = from;
    attempt(path, () => {
      mkdirSync(path, { recursive: true });
      accessSync(path, constants.W_OK | constants.X_OK);
    });
  }

  /** Absolute path of a file in the folder. */
  pathOf(name: string): string {
    return join(this.#path, name);
  }

  /** The path of a file as it is shown: relative where that is shorter to read. */
  shown(name: string): string {
    const path = relative(this.#from, this.pathOf(name));
    return path.startsWith(`..${sep}`) ? this.pathOf(name) : path;
  }

  /**
   * Writes a text file.
   *
   * @throws InputError when that fails
   */
  write(name: string, text: string): void {
    attempt(this.pathOf(name), () => writeFileSync(this.pathOf(name), text));
  }
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`${path}: cannot be written (${code ?? String(error)})`, { cause: error });
  }
}
