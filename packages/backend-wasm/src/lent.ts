/**
 * What is given back may be in the midst of its work, when that is calling the host: user code runs meanwhile, which may let go of
 * the program that called it.
 */

/** Something that is freed once it was given back and nobody uses it. */
export class Lent {
  readonly #free: () => void;
  #users = 0;
  #isGivenBack = false;
  #isFreed = false;

  constructor(free: () => void) {
    this.#free = free;
  }

  enter(): void {
    this.#users++;
  }

  leave(): void {
    this.#users--;
    this.#settle();
  }

  giveBack(): void {
    this.#isGivenBack = true;
    this.#settle();
  }

  #settle(): void {
    if (!this.#isGivenBack || this.#isFreed || this.#users > 0) return;
    this.#isFreed = true;
    this.#free();
  }
}
