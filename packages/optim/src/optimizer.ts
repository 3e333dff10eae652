/**
 * What an optimiser is: two pure functions over pytrees. It holds no tensors; its state is a value that goes in and comes
 * out, so a training step captures as one graph, donates its state, and can be run twice from the same point. The number
 * of steps is a tensor of the state and the learning rate an argument, so neither ever causes a new capture.
 */
import type { Tensor } from '@deft/core';
import type { Schedule } from './schedules/schedule.ts';

/** The state of an optimiser: steps taken so far, and its named slots: trees shaped like the parameters, or an inner state. */
export interface OptimizerState {
  /** `int32[]`: steps taken. */
  readonly step: Tensor;
  readonly slots: { readonly [slot: string]: unknown };
}

/** Parameters and state after a step. */
export interface OptimizerUpdate<P> {
  readonly parameters: P;
  readonly state: OptimizerState;
}

/** Hyper-parameters as plain data: the options that make the optimiser again, but for a schedule. */
export interface OptimizerConfig {
  readonly [option: string]: number | boolean | null | readonly string[];
}

/** An update rule for the leaves of a pytree of floating tensors. */
export interface Optimizer {
  /** Name of the rule: `sgd`, `adam`, `adamW`. */
  readonly name: string;
  /** The learning rate to begin with; `update` is told the one to use. */
  readonly learningRate: number;
  /** The learning rate by the number of steps taken, where it was given as a schedule. */
  readonly schedule?: Schedule;
  /** All hyper-parameters as plain data. */
  readonly config: OptimizerConfig;
  /** The state before the first step. Throws `E_DTYPE` unless every leaf is a floating tensor. */
  initialize(parameters: unknown): OptimizerState;
  /**
   * One step against the gradients. Pure: nothing that goes in is changed.
   *
   * @param gradients a tree of the structure of `parameters`
   * @param learningRate a rank-0 tensor, so that a schedule is an input of a captured step
   */
  update<P>(gradients: unknown, state: OptimizerState, parameters: P, learningRate: Tensor): OptimizerUpdate<P>;
  /** The loss to take gradients of, where the optimiser scales it: `update` expects the gradients of this. */
  scaleLoss?(loss: Tensor, state: OptimizerState): Tensor;
  /** What the parameters become when training ends, where the optimiser keeps an average of them. */
  finalize?<P>(parameters: P, state: OptimizerState): P;
}
