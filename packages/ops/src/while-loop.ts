/** `whileLoop`: steps until a condition fails. */
import { hasRegionTools, isCapturing, regionTools, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cond } from './cond.ts';
import type { TensorLike } from './definition/convert.ts';
import { traceLoop } from './definition/loop-operation.ts';
import { checkSameState, knownScalar, predicateOf, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';
import { intScalar } from './definition/whole-scalars.ts';
import { less } from './less.ts';

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
  const holds = (tensors: readonly Tensor[]): Tensor =>
    predicateOf('whileLoop', 'condition', condition(treeOf(start, tensors) as S));
  const stepFrom = (tensors: readonly Tensor[]): readonly Tensor[] => {
    const next = stateOf('whileLoop', after, body(treeOf(start, tensors) as S));
    checkSameState('whileLoop', after, start, next);
    return next.tensors;
  };
  /** A condition that changes state is asked as often as it would be at once: before the loop, and in every step but the last possible. */
  const withFlag = (steps: number | null): S => {
    if (steps === 0) return current();
    const { carries } = traceLoop({
      steps,
      carries: [holds(state.tensors), intScalar(1), ...state.tensors],
      condition: ([flag]) => flag as Tensor,
      body: ([, count, ...tensors]) => {
        const next = stepFrom(tensors);
        const again =
          steps === null
            ? holds(next)
            : cond(
                less(count as Tensor, steps),
                () => holds(next),
                () => predicateOf('whileLoop', 'condition', false),
              );
        return { carries: [again, add(count as Tensor, 1) as Tensor, ...next] };
      },
    });
    return treeOf(start, carries.slice(2)) as S;
  };
  const asOp = (steps: number | null): S => {
    const types = state.tensors.map(({ abstract }) => abstract);
    if (regionTools().replacesCells({ f: (tensors) => [holds(tensors)], inputs: types })) return withFlag(steps);
    const { carries } = traceLoop({
      steps,
      carries: state.tensors,
      condition: holds,
      body: (tensors) => ({ carries: stepFrom(tensors) }),
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
