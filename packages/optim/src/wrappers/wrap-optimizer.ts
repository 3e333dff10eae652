/**
 * `wrapOptimizer`: an optimiser around another one. Its state holds the inner one's in the slot `inner` beside what it
 * keeps itself, and its own count of steps.
 */
import type { Tensor } from '@deft/core';
import { add, jit } from '@deft/tensor';
import { filled } from '../leaves.ts';
import type { Optimizer, OptimizerConfig, OptimizerState, OptimizerUpdate } from '../optimizer.ts';

type Slots = OptimizerState['slots'];

/** What a wrapper does. */
export interface Wrapper {
  /** For the names of captured programs. */
  readonly name: string;
  readonly config: OptimizerConfig;
  /** What it keeps, before the first step. */
  start(parameters: unknown): Slots;
  /**
   * One step. `own` is what it keeps, `step` the number of steps with this one, `apply` a step of the inner optimiser.
   */
  update<P>(now: WrappedStep<P>): { readonly parameters: P; readonly inner: OptimizerState; readonly own: Slots };
  /** The loss to take gradients of. */
  scaleLoss?(loss: Tensor, own: Slots): Tensor;
  /** What the parameters become when training ends. */
  finalize?<P>(parameters: P, state: OptimizerState): P;
}

/** A step that a wrapper is asked for. */
export interface WrappedStep<P> {
  readonly gradients: unknown;
  readonly own: Slots;
  readonly inner: OptimizerState;
  readonly parameters: P;
  readonly step: Tensor;
  apply(gradients: unknown): OptimizerUpdate<P>;
}

/** The state of the optimiser that a wrapper holds. */
function innerOf(state: OptimizerState): OptimizerState {
  return state.slots['inner'] as OptimizerState;
}

/** The optimiser in its wrapper. */
export function wrapOptimizer(optimizer: Optimizer, wrapper: Wrapper): Optimizer {
  const scalesLoss = wrapper.scaleLoss !== undefined || optimizer.scaleLoss !== undefined;
  const finalizes = wrapper.finalize !== undefined || optimizer.finalize !== undefined;
  function update<P>(gradients: unknown, state: OptimizerState, parameters: P, rate: Tensor): OptimizerUpdate<P> {
    const inner = innerOf(state);
    const step = add(state.step, 1) as Tensor;
    const apply = (given: unknown): OptimizerUpdate<P> => optimizer.update(given, inner, parameters, rate);
    const next = wrapper.update({ gradients, own: state.slots, inner, parameters, step, apply });
    return { parameters: next.parameters, state: { step, slots: { ...next.own, inner: next.inner } } };
  }
  return {
    ...optimizer,
    config: { ...optimizer.config, ...wrapper.config },
    initialize(parameters) {
      const inner = optimizer.initialize(parameters);
      return { step: filled([], 0, 'int32'), slots: { ...wrapper.start(parameters), inner } };
    },
    update: jit(update, { name: `${wrapper.name}.update` }),
    ...(scalesLoss && {
      scaleLoss(loss: Tensor, state: OptimizerState): Tensor {
        const scaled = wrapper.scaleLoss?.(loss, state.slots) ?? loss;
        return optimizer.scaleLoss?.(scaled, innerOf(state)) ?? scaled;
      },
    }),
    ...(finalizes && {
      finalize<P>(parameters: P, state: OptimizerState): P {
        const inner = optimizer.finalize?.(parameters, innerOf(state)) ?? parameters;
        return wrapper.finalize?.(inner, state) ?? inner;
      },
    }),
  };
}
