/**
 * A number that is tuned while passes run: how many elements a step works on at once. More are tried while the reader waits, and
 * kept if elements come faster then; when more are no gain, fewer are tried once, and then it rests. The next pass goes on where
 * the last one stood. Which elements come, and in which order, does not depend on it.
 */

/** Below this share of the time that its reader waits, a step is fast enough. */
const tolerableWait = 0.03;
/** More at once must bring so much. */
const leastGain = 1.05;
/** Fewer at once must keep so much. */
const leastKept = 0.98;
/** So many measurements pass after trials in vain before there are others, and twice as many after those. */
const shortestRest = 32;
const longestRest = 512;

/** What is tried next, from what stands. */
const trials: readonly ((count: number) => number)[] = [
  (count) => 2 * count,
  (count) => Math.floor(1.5 * count),
  (count) => Math.floor(1.2 * count),
  (count) => Math.ceil(count / 1.4),
  (count) => Math.ceil(count / 2),
];

/** How a number is tuned. */
export interface TuningOptions {
  /** Milliseconds after a change before something is measured, at least. */
  readonly settling: number;
  /** Milliseconds of a measurement, at least. */
  readonly window: number;
}

/** A number, tuned by one pass at a time. */
export class TunedCount {
  readonly #options: TuningOptions;
  #grants: (count: number) => boolean = () => false;
  #count: number;
  #isSettling = true;
  #began: number | undefined;
  #given = 0;
  #waited = 0;
  /** What stood before the trial that runs, and its elements a millisecond. */
  #before: { readonly count: number; readonly rate: number } | undefined;
  #nextTrial = 0;
  #rest = 0;
  #nextRest = shortestRest;

  constructor(count: number, options: TuningOptions) {
    this.#count = count;
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** A pass begins, which says whether it may have so many. What an earlier one found may be too many for it. */
  begin(grants: (count: number) => boolean): void {
    this.#grants = grants;
    while (!grants(this.#count) && this.#count > 1) this.#count = Math.floor(this.#count / 2);
    this.#measure(true);
  }

  /** Takes at least so many at once, if they are granted. */
  raise(count: number): void {
    if (count <= this.#count || !this.#grants(count)) return;
    this.#count = count;
    this.#measure(true);
  }

  /** An element was given at a time, for which its reader had waited so many milliseconds. */
  gave(at: number, waited: number): void {
    this.#began ??= at;
    this.#given++;
    this.#waited += waited;
    const elapsed = at - this.#began;
    const isLong = this.#given >= this.#count && elapsed > this.#options[this.#isSettling ? 'settling' : 'window'];
    if (!isLong) return;
    const before = this.#count;
    if (!this.#isSettling) this.#judge(this.#given / elapsed, this.#waited / elapsed);
    this.#measure(this.#count !== before, at);
  }

  #measure(isSettling: boolean, from?: number): void {
    this.#isSettling = isSettling;
    this.#began = from;
    this.#given = 0;
    this.#waited = 0;
  }

  #judge(rate: number, wait: number): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined) {
      const least = this.#count > before.count ? leastGain : leastKept;
      if (rate < before.rate * least) {
        this.#count = before.count;
        this.#grants(before.count);
        this.#goOn();
        return;
      }
      this.#nextRest = shortestRest;
    }
    if (this.#rest > 0) this.#rest--;
    else if (wait > tolerableWait) this.#try(rate);
  }

  #try(rate: number): void {
    const count = this.#count;
    const wanted = (trials[this.#nextTrial] as (count: number) => number)(count);
    if (wanted !== count && this.#grants(wanted)) {
      this.#before = { count, rate };
      this.#count = wanted;
    } else {
      this.#goOn();
    }
  }

  /** To the next trial; after the last, a rest. */
  #goOn(): void {
    this.#nextTrial = (this.#nextTrial + 1) % trials.length;
    if (this.#nextTrial !== 0) return;
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(longestRest, 2 * this.#nextRest);
  }
}
