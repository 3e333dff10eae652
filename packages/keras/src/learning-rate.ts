/**
 * The learning rate of the steps to come: a number that may be set, or the value of the optimiser's schedule at the number
 * of steps taken. It is an input of the step, so neither causes a new capture.
 */
import { baseInterpreter, nd, raise, type Tensor } from '@deft/core';
import type { Optimizer, Schedule } from '@deft/optim';

/** How far a learning rate has gone. */
export interface RateProgress {
  readonly learningRate: number;
  /** Steps that its schedule has gone on. */
  readonly steps: number;
}

/** More steps than an optimiser's count of them can hold. */
const mostSteps = 2 ** 31;

/** Whether data of a file say how far a learning rate has gone. */
export function isRateProgress(value: unknown): value is RateProgress {
  const { learningRate, steps } = Object(value) as { readonly [part: string]: unknown };
  return (
    typeof learningRate === 'number' &&
    Number.isInteger(steps) &&
    (steps as number) >= 0 &&
    (steps as number) < mostSteps
  );
}

/** A learning rate that goes with the steps. */
export class LearningRate {
  readonly #schedule: Schedule | undefined;
  #value: number;
  #steps = 0;
  #tensor: Tensor | undefined;

  /** @param progress how far a run is that this one continues */
  constructor({ learningRate, schedule }: Optimizer, progress?: RateProgress) {
    this.#value = progress?.learningRate ?? learningRate;
    this.#steps = progress?.steps ?? 0;
    this.#schedule = schedule;
  }

  /** Goes on from where another was. */
  restore({ learningRate, steps }: RateProgress): void {
    this.#change(learningRate);
    this.#steps = steps;
  }

  /** What it takes to go on from here. */
  get progress(): RateProgress {
    return { learningRate: this.#value, steps: this.#steps };
  }

  get value(): number {
    return this.#value;
  }

  /** Throws `E_MODEL` for another value where the optimiser has a schedule. */
  set value(value: number) {
    if (value === this.#value) return;
    if (this.#schedule) {
      raise('E_MODEL', {
        op: 'fit',
        says: `the optimiser has a schedule, so the learning rate can't be set to ${value}`,
        hint: 'give the optimiser a number, or leave the learning rate to its schedule',
      });
    }
    this.#change(value);
  }

  /** `float32[]`: what the next step is given. */
  get tensor(): Tensor {
    this.#tensor ??= baseInterpreter().constant(nd([], [this.#value]), false);
    return this.#tensor;
  }

  /** `float32[count]`: what the next steps are given. */
  upcoming(count: number): Tensor {
    const values = Array.from({ length: count }, (_, i) => this.#schedule?.(this.#steps + i) ?? this.#value);
    return baseInterpreter().constant(nd([count], values), false);
  }

  /** Goes on to the rate of the step after `count` more. */
  advance(count = 1): void {
    this.#steps += count;
    if (!this.#schedule) return;
    const value = this.#schedule(this.#steps);
    if (value !== this.#value) this.#change(value);
  }

  #change(value: number): void {
    this.#value = value;
    this.#tensor = undefined;
  }
}
