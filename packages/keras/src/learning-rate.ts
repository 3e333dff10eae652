/**
 * The learning rate of the steps to come: a number that may be set, or the value of the optimiser's schedule at the number
 * of steps taken. It is an input of the step, so neither causes a new capture.
 */
import { baseInterpreter, nd, raise, type Tensor } from '@deft/core';
import type { Optimizer, Schedule } from '@deft/optim';

/** A learning rate that goes with the steps. */
export class LearningRate {
  readonly #schedule: Schedule | undefined;
  #value: number;
  #steps = 0;
  #tensor: Tensor | undefined;

  constructor({ learningRate, schedule }: Optimizer) {
    this.#value = learningRate;
    this.#schedule = schedule;
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

  /** Goes on to the rate of the step after one more. */
  advance(): void {
    this.#steps++;
    if (!this.#schedule) return;
    const value = this.#schedule(this.#steps);
    if (value !== this.#value) this.#change(value);
  }

  #change(value: number): void {
    this.#value = value;
    this.#tensor = undefined;
  }
}
