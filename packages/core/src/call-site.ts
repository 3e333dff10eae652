/**
 * Finds the user's line in a stack trace: the first frame outside this library. The library's own folder is derived
 * from where this module lies (`…/@deft/core/dist/` or `…/packages/core/src/`), so no list of packages is needed;
 * test files beside the sources count as users.
 */

/** A line of the user's code. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `file:line:column`. */
  readonly text: string;
}

const libraryRoot: string | undefined = /^(.*\/)core\/(?:src|dist)\/[^/]*$/.exec(import.meta.url)?.[1];
const framePattern = /(?:^|[\s(@])((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^\s()]*?):(\d+):(\d+)\)?$/;

function isLibraryFile(file: string): boolean {
  if (file.startsWith('node:') || file.includes('/node_modules/@deft/')) return true;
  if (libraryRoot === undefined) return file === import.meta.url;
  const root = file.startsWith('file://') ? libraryRoot : libraryRoot.replace(/^file:\/\//, '');
  return file.startsWith(root) && !/\.(?:test|bench)\.[cm]?[jt]s$/.test(file);
}

/** The first frame of `stack` that is not the library's, or `undefined` where the engine shows none. */
export function callSiteOf(stack: string | undefined): CallSite | undefined {
  if (stack === undefined) return undefined;
  for (const frame of stack.split('\n').slice(1)) {
    const match = framePattern.exec(frame.trim());
    if (!match) continue;
    const [, file, line, column] = match as unknown as [string, string, string, string];
    if (isLibraryFile(file)) continue;
    const short = file.replace(/^file:\/\//, '');
    return { file: short, line: Number(line), column: Number(column), text: `${short}:${line}:${column}` };
  }
  return undefined;
}

/** Frames looked at for the user's line: deep enough for an op inside nested transforms. */
const framesLookedAt = 50;

/** An error made here, with as many frames as a call site may need. */
function errorHere(frames: number = framesLookedAt): Error {
  const settings = Error as unknown as { stackTraceLimit?: number }; // V8 keeps 10 frames unless told
  const limit = settings.stackTraceLimit;
  if (limit === undefined) return new Error();
  settings.stackTraceLimit = frames;
  try {
    return new Error();
  } finally {
    settings.stackTraceLimit = limit;
  }
}

/** The user's line that is being executed. */
export function currentCallSite(): CallSite | undefined {
  return callSiteOf(errorHere().stack);
}

/**
 * A user's line that is found when it is asked for: taking a stack is cheap, spelling it out is not, and most graphs are
 * never printed.
 */
export class DeferredCallSite {
  #error: Error | undefined;
  #value: CallSite | undefined;

  private constructor(error: Error | undefined, value: CallSite | undefined) {
    this.#error = error;
    this.#value = value;
  }

  /**
   * The line that is being executed.
   *
   * @param frames how many frames are looked at: what is done in every call of a captured function looks at few, for a frame costs
   * a quarter of a microsecond
   */
  static here(frames: number = framesLookedAt): DeferredCallSite {
    return new DeferredCallSite(errorHere(frames), undefined);
  }

  /** A line that is known. */
  static of(site: CallSite): DeferredCallSite {
    return new DeferredCallSite(undefined, site);
  }

  /** The line, where the engine shows one. */
  get value(): CallSite | undefined {
    if (this.#error !== undefined) {
      this.#value = callSiteOf(this.#error.stack);
      this.#error = undefined;
    }
    return this.#value;
  }
}
