/** `foriLoop`: a counted loop. */
import { checkSameState, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';

/**
 * Applies `body(i, state)` for i from `lower` up to `upper` (without it) to a state, any tree of tensors, and gives the last
 * state. Every step gives back the structure, shapes and dtypes that it was given.
 *
 * @throws `E_ATTRIBUTE` unless the bounds are whole numbers; `E_TREE`, `E_SHAPE`, `E_DTYPE` where a step changes the kind of the state.
 * @example
 * ```ts
 * import { add, foriLoop, tensor } from '@deft/tensor';
 * console.log(foriLoop(0, 4, (i, sum) => add(sum, i), tensor(0)).item()); // 6
 * ```
 */
export function foriLoop<S>(lower: number, upper: number, body: (i: number, state: S) => S, initial: S): S {
  checkWhole('foriLoop', 'lower', lower);
  checkWhole('foriLoop', 'upper', upper);
  let state = stateOf('foriLoop', 'initial', initial);
  const start = state;
  for (let i = lower; i < upper; i++) {
    state = stateOf('foriLoop', 'the state after a step', body(i, treeOf(state, state.tensors) as S));
    checkSameState('foriLoop', 'the state after a step', start, state);
  }
  return treeOf(state, state.tensors) as S;
}
