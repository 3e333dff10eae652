/** `whileLoop`: steps until a condition fails. */
import { raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { checkSameState, knownScalar, predicateOf, selectState, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';
import { logicalAnd } from './logical-and.ts';

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /** The loop ends after so many steps; any number unless told. */
  readonly maximumIterations?: number;
}

/**
 * Applies `body` to a state (any tree of tensors) while `condition(state)` holds, and gives the last state. Every step gives
 * back the structure, shapes and dtypes that it was given. Derivatives pass through the steps that were taken.
 *
 * In a capture, and for one example of a `vmap`, it is not known when the loop ends: then it takes `maximumIterations`
 * steps, of which those after the end keep the state as it is.
 *
 * @throws `E_DTYPE`, `E_SHAPE` unless the condition gives a bool scalar; `E_TREE`, `E_SHAPE`, `E_DTYPE` where a step changes the kind
 * of the state; `E_CAPTURE_READ` where the end is not known and no `maximumIterations` is given.
 * @example
 * ```ts
 * import { less, mul, tensor, whileLoop } from '@deft/tensor';
 * console.log(whileLoop((x) => less(x, 100), (x) => mul(x, 2), tensor(3)).item()); // 192
 * ```
 */
export function whileLoop<S>(
  condition: (state: S) => TensorLike,
  body: (state: S) => S,
  initial: S,
  options: WhileLoopOptions = {},
): S {
  const { maximumIterations = Number.POSITIVE_INFINITY } = options;
  if (maximumIterations !== Number.POSITIVE_INFINITY)
    checkWhole('whileLoop', 'maximumIterations', maximumIterations, 0);
  let state = stateOf('whileLoop', 'initial', initial);
  const start = state;
  // The state as trees of tensors from the first step on, so that a number given at the start is a tensor in every step.
  const current = (): S => treeOf(state, state.tensors) as S;
  let going: Tensor | undefined;
  for (let step = 0; step < maximumIterations; step++) {
    const holds = predicateOf('whileLoop', 'condition', condition(current()));
    const known = going === undefined ? knownScalar(holds) : undefined;
    if (known === 0) break;
    if (known === undefined) {
      if (maximumIterations === Number.POSITIVE_INFINITY) {
        raise('E_CAPTURE_READ', {
          op: 'whileLoop',
          says: 'when the loop ends is not known yet: its condition depends on a deferred tensor',
          hint: 'give a bound: whileLoop(condition, body, initial, { maximumIterations: 100 })',
        });
      }
      going = going === undefined ? holds : (logicalAnd(going, holds) as Tensor);
    }
    const next = stateOf('whileLoop', 'the state after a step', body(current()));
    checkSameState('whileLoop', 'the state after a step', start, next);
    state = going === undefined ? next : selectState(going, next, state);
  }
  return current();
}
