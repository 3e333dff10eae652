/** So many at once: what waits for its turn. */

/** Runs asynchronous functions, at most `room` of them at a time, in the order in which they come. */
export class Gate {
  #room: number;
  readonly #waiting: (() => void)[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  async run<R>(f: () => PromiseLike<R>): Promise<R> {
    if (this.#room > 0) this.#room--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await f();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#room++;
    }
  }
}
