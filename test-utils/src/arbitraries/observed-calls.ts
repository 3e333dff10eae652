/**
 * What the functions of the host see that random programs call, and something to do in the midst of each call: compute, dispose,
 * throw. Calls of programs that run in the midst of a call are another observer's.
 */
import type { TypedArray } from '@deft/core';

let current: CallObserver | undefined;

/** Watches the calls of what it runs. */
export class CallObserver {
  /** Every call with its operands, in order. */
  readonly seen: string[] = [];
  readonly #during: (number: number) => void;

  /** `during` is run in every call, and is told its number. */
  constructor(during: (number: number) => void = () => {}) {
    this.#during = during;
  }

  run<T>(f: () => T): T {
    return watchedBy(this, f);
  }

  /** @internal */
  note(name: string, operands: readonly TypedArray[]): void {
    const texts = operands.map((operand) => `${operand.constructor.name} ${Array.from(operand, String).join()}`);
    const number = this.seen.push(`${name}(${texts.join('; ')})`) - 1;
    watchedBy(undefined, () => this.#during(number));
  }
}

function watchedBy<T>(observer: CallObserver | undefined, f: () => T): T {
  const around = current;
  current = observer;
  try {
    return f();
  } finally {
    current = around;
  }
}

/** Called by every function of a random program. */
export function noteCall(name: string, operands: readonly TypedArray[]): void {
  current?.note(name, operands);
}
