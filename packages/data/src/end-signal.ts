/**
 * How sources hear that a pass has ended. A step that reads ahead may wait for an element just then, and the pass waits for that
 * step to close: a source whose elements come from outside stops waiting when it is told.
 */

/** The `AbortSignal` of the environment, as far as the types of one are there. */
export type EndSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : {
      readonly aborted: boolean;
      addEventListener(type: 'abort', listener: () => void): void;
      removeEventListener(type: 'abort', listener: () => void): void;
    };

/** Tells the sources of one pass that it has ended. */
export interface Ending {
  readonly signal: EndSignal;
  abort(): void;
}

const environment = globalThis as unknown as { readonly AbortController: new () => Ending };

/** The end of a pass that begins. */
export function passEnding(): Ending {
  return new environment.AbortController();
}
