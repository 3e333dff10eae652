/**
 * How sources hear that nobody reads from them any more. A step that reads ahead may wait for an element just then, and whoever
 * closes it waits for that: a source whose elements come from outside stops waiting when it is told.
 */

/** Tells whoever asked that a pass has ended, or the part of it that reads from them. */
export class PassEnd {
  readonly #listeners = new Set<() => void>();
  #leave: (() => void) | undefined;

  /** The end of a part of it, which ends with the whole or before. */
  part(): PassEnd {
    const part = new PassEnd();
    part.#leave = this.whenReached(() => part.reach());
    return part;
  }

  /** Calls a function at the end. The function that is given takes that back. */
  whenReached(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** It has ended. */
  reach(): void {
    this.#leave?.();
    for (const listener of this.#listeners) listener();
  }
}

/** The `AbortSignal` of the environment, as far as the types of one are there. */
export type EndSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : {
      readonly aborted: boolean;
      addEventListener(type: 'abort', listener: () => void): void;
      removeEventListener(type: 'abort', listener: () => void): void;
    };

/** What aborts a signal. */
export interface EndController {
  readonly signal: EndSignal;
  abort(): void;
}

const environment = globalThis as unknown as { readonly AbortController: new () => EndController };

/** A signal of the environment: one for each source, since environments warn where many listen to one. */
export function endController(): EndController {
  return new environment.AbortController();
}
