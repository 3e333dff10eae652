/** `whileLoop`: steps until a condition fails. */
import { hasRegionTools, isCapturing } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { traceLoop } from './definition/loop-operation.ts';
import { checkSameState, knownScalar, predicateOf, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /** The loop ends after so many steps; any number unless told. */
  readonly maximumIterations?: number;
}

/**
 * Applies `body` to a state (any tree of tensors) while `condition(state)` holds, and gives the last state. Every step gives
 * back the structure, shapes and dtypes that it was given. Derivatives pass through the steps that were taken.
 *
 * In a capture `condition` and `body` are traced once, and the program has a loop that decides at every step whether it goes
 * on. Backwards, such a loop keeps what the way back needs of `maximumIterations` steps; without that bound it keeps 64
 * states and computes steps again. Under `vmap` it runs until the last example has ended; those that have keep
 * their state.
 *
 * @throws `E_DTYPE`, `E_SHAPE` unless the condition gives a bool scalar; `E_TREE`, `E_SHAPE`, `E_DTYPE` where a step changes the kind
 * of the state.
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
  const isBounded = maximumIterations !== Number.POSITIVE_INFINITY;
  if (isBounded) checkWhole('whileLoop', 'maximumIterations', maximumIterations, 0);
  let state = stateOf('whileLoop', 'initial', initial);
  const start = state;
  const after = 'the state after a step';
  // The state as trees of tensors from the first step on, so that a number given at the start is a tensor in every step.
  const current = (): S => treeOf(state, state.tensors) as S;
  const asOp = (steps: number | null): S => {
    const { carries } = traceLoop({
      steps,
      carries: state.tensors,
      condition: (tensors) => predicateOf('whileLoop', 'condition', condition(treeOf(start, tensors) as S)),
      body: (tensors) => {
        const next = stateOf('whileLoop', after, body(treeOf(start, tensors) as S));
        checkSameState('whileLoop', after, start, next);
        return { carries: next.tensors };
      },
    });
    return treeOf(start, carries) as S;
  };
  if (isCapturing() && hasRegionTools()) return asOp(isBounded ? maximumIterations : null);
  for (let step = 0; step < maximumIterations; step++) {
    const known = knownScalar(predicateOf('whileLoop', 'condition', condition(current())));
    if (known === undefined) return asOp(isBounded ? maximumIterations - step : null);
    if (known === 0) break;
    const next = stateOf('whileLoop', after, body(current()));
    checkSameState('whileLoop', after, start, next);
    state = next;
  }
  return current();
}
