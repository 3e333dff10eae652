/** `foriLoop`: a counted loop. */
import { hasRegionTools, isCapturing, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { traceLoop } from './definition/loop-operation.ts';
import { checkSameState, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';
import { intScalar } from './definition/whole-scalars.ts';

/**
 * Applies `body(i, state)` for i from `lower` up to `upper` (without it) to a state, any tree of tensors, and gives the last
 * state. Every step gives back the structure, shapes and dtypes that it was given. `i` is an `int32` scalar.
 *
 * In a capture `body` is traced once, whatever the bounds, and the program has a loop.
 *
 * @throws `E_ATTRIBUTE` unless the bounds are whole numbers; `E_TREE`, `E_SHAPE`, `E_DTYPE` where a step changes the kind of the state.
 * @example
 * ```ts
 * import { add, foriLoop, type Tensor, tensor } from '@deft/tensor';
 * console.log(foriLoop(0, 4, (i, sum: Tensor): Tensor => add(sum, i), tensor(0)).item()); // 6
 * ```
 */
export function foriLoop<S>(
  lower: number,
  upper: number,
  body: (i: Tensor<[], 'int32'>, state: S) => S,
  initial: S,
): S {
  checkWhole('foriLoop', 'lower', lower);
  checkWhole('foriLoop', 'upper', upper);
  let state = stateOf('foriLoop', 'initial', initial);
  const start = state;
  const step = (i: Tensor, tensors: readonly Tensor[]): typeof start => {
    const given = treeOf(start, tensors) as S;
    const next = stateOf('foriLoop', 'the state after a step', body(i as unknown as Tensor<[], 'int32'>, given));
    checkSameState('foriLoop', 'the state after a step', start, next);
    return next;
  };
  if (lower < upper && isCapturing() && hasRegionTools()) {
    const { carries } = traceLoop({
      steps: upper - lower,
      carries: [intScalar(lower), ...start.tensors],
      body: ([i, ...tensors]) => ({ carries: [add(i as Tensor, 1) as Tensor, ...step(i as Tensor, tensors).tensors] }),
    });
    return treeOf(start, carries.slice(1)) as S;
  }
  for (let i = lower; i < upper; i++) state = step(intScalar(i), state.tensors);
  return treeOf(state, state.tensors) as S;
}
