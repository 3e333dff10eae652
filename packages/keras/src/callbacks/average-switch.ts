/** Which weights a model computes with: its own, or the average of them that its optimiser keeps. */
import { raise } from '@deft/core';
import type { Weights } from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';

/** Where the weights of a model stand. */
interface WeightsPlace {
  parameters: Weights;
  /** Missing before the optimiser took a step. */
  readonly optimizerState?: OptimizerState;
}

/** Puts the average in the place of the weights, and the weights back. */
export class AverageSwitch {
  readonly #optimizer: Optimizer | undefined;
  readonly #place: () => WeightsPlace;
  /** The weights whose place the average has taken, and the average. */
  #taken: { readonly own: Weights; readonly average: Weights } | undefined;

  /** @param place gives where the weights are now */
  constructor(optimizer: Optimizer | undefined, place: () => WeightsPlace) {
    this.#optimizer = optimizer;
    this.#place = place;
  }

  get isOn(): boolean {
    return this.#taken !== undefined;
  }

  /** Throws `E_MODEL` where the optimiser keeps no average. Before its first step there is none, and the weights stay. */
  turn(on: boolean): void {
    if (on === this.isOn) return;
    const place = this.#place();
    if (this.#taken !== undefined) {
      // Weights that were set in the meantime are there to stay.
      if (place.parameters === this.#taken.average) place.parameters = this.#taken.own;
      this.#taken = undefined;
      return;
    }
    const { parameters: own, optimizerState } = place;
    if (!this.#optimizer?.finalize) {
      raise('E_MODEL', {
        op: 'usesAverage',
        says: 'the optimiser keeps no average of the weights',
        hint: 'compile with one that does: adam({ useEma: true })',
      });
    }
    place.parameters = optimizerState ? this.#optimizer.finalize(own, optimizerState) : own;
    this.#taken = { own, average: place.parameters };
  }

  /** Takes what stands in the place of the weights for their own from now on. */
  forget(): void {
    this.#taken = undefined;
  }
}
