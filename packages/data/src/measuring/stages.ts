/**
 * What the stages of a pass do: figures that are taken while it runs. Reading the clock costs more than a small element does, so
 * calls that are short are measured now and then, each for those since the last.
 */
const clock = (globalThis as unknown as { readonly performance: { now(): number } }).performance;

/** Milliseconds of the environment's clock. */
export const now = (): number => clock.now();

/** Reading the clock twice takes about a hundredth of this; calls shorter than it are measured less often. */
const longMilliseconds = 0.01;
const mostGap = 64;

/** Time that calls take together, estimated from some of them. */
export class SampledTime {
  total = 0;
  #mean = longMilliseconds;
  #left = 1;
  #gap = 1;
  #random = 1;

  /** For how many calls the next one is to be measured: 0 if it is not. */
  due(): number {
    if (--this.#left > 0) return 0;
    const weight = this.#gap;
    const gap = Math.min(mostGap, longMilliseconds / this.#mean);
    // Not in equal steps, in which long calls may come too.
    this.#random = (Math.imul(this.#random, 1103515245) + 12345) & 0x7fffffff;
    this.#gap = Math.max(1, Math.round(gap * (0.5 + this.#random / 2 ** 31)));
    this.#left = this.#gap;
    return weight;
  }

  /** Adds a call that was measured for so many. */
  add(milliseconds: number, weight: number): void {
    this.total += milliseconds * weight;
    this.#mean += (Math.max(milliseconds, 1e-5) - this.#mean) / 8;
  }
}

/** One step of a dataset during a pass, however often it is opened in it. */
export class Stage {
  readonly text: string;
  /** The stage that takes its elements. */
  readonly reader: Stage | undefined;
  elements = 0;
  readonly waited: SampledTime = new SampledTime();
  /** Of stages that work while nobody waits for them: the time that their functions take. */
  own: SampledTime | undefined;
  /** What was chosen for it while the pass ran. */
  chosen: Readonly<Record<string, number>> | undefined;
  #fill = 0;
  #fills = 0;

  constructor(text: string, reader: Stage | undefined) {
    this.text = text;
    this.reader = reader;
  }

  /** Where such a stage adds it. */
  ownTime(): SampledTime {
    this.own ??= new SampledTime();
    return this.own;
  }

  /** Of stages with a queue: how full it was when an element was asked for, from 0 to 1. */
  addFill(fill: number): void {
    this.#fill += fill;
    this.#fills++;
  }

  get meanFill(): number | undefined {
    return this.#fills === 0 ? undefined : this.#fill / this.#fills;
  }
}

/** The stages of one pass, readers before those they read from. */
export class PassMeasures {
  readonly #stages = new Map<object, Stage>();
  #began: number | undefined;
  #ended: number | undefined;

  /** The pass begins, or goes on. */
  begin(): void {
    this.#began ??= now();
    this.#ended = undefined;
  }

  end(): void {
    this.#ended ??= now();
  }

  /** From its beginning on, to its end if it has ended. */
  get milliseconds(): number {
    return this.#began === undefined ? 0 : (this.#ended ?? now()) - this.#began;
  }

  stageOf(step: { readonly text: string }, reader: Stage | undefined): Stage {
    const known = this.#stages.get(step);
    if (known !== undefined) return known;
    const stage = new Stage(step.text, reader);
    this.#stages.set(step, stage);
    return stage;
  }

  get stages(): readonly Stage[] {
    return [...this.#stages.values()];
  }
}
