/** One of several functions that give trees of tensors, by a number that is not known yet. */
import { hasRegionTools, type Tensor } from '@deft/core';
import { clip } from '../clip.ts';
import { equal } from '../equal.ts';
import { checkSameState, type LoopState, selectState, stateOf, treeOf } from './loop-state.ts';
import { applySwitch } from './switch-operation.ts';

/** A function, and what its result is called in errors. */
export interface Branch {
  readonly name: string;
  readonly f: () => unknown;
}

/** The result of the branch with that number, an `int32` scalar; the nearest one if there is none. */
export function chooseState(op: string, index: Tensor, branches: readonly Branch[]): unknown {
  let first: LoopState | undefined;
  const run = ({ name, f }: Branch): LoopState => {
    const state = stateOf(op, name, f());
    first ??= state;
    checkSameState(op, name, first, state);
    return state;
  };
  if (!hasRegionTools()) {
    const nearest = clip(index, 0, branches.length - 1);
    const chosen = branches
      .map(run)
      .reduce((before, state, i) => selectState(equal(nearest, i) as Tensor, state, before));
    return treeOf(chosen, chosen.tensors);
  }
  const tensors = applySwitch(
    index,
    branches.map((branch) => () => run(branch).tensors),
  );
  return treeOf(first as unknown as LoopState, tensors);
}
