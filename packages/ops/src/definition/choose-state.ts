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

/** The result of the branch with that number, an `int32` scalar; the nearest one if there is none. Branches may all give nothing. */
export function chooseState(op: string, index: Tensor, branches: readonly Branch[]): unknown {
  let first: LoopState | undefined;
  const run = ({ name, f }: Branch): LoopState => {
    const made = f();
    const state = made === undefined ? nothing : stateOf(op, name, made);
    first ??= state;
    checkSameState(op, name, first, state);
    return state;
  };
  if (!hasRegionTools()) {
    const nearest = clip(index, 0, branches.length - 1);
    const chosen = branches
      .map(run)
      .reduce((before, state, i) => selectState(equal(nearest, i) as Tensor, state, before));
    return first === nothing ? undefined : treeOf(chosen, chosen.tensors);
  }
  const tensors = applySwitch(
    index,
    branches.map((branch) => () => run(branch).tensors),
  );
  return first === nothing ? undefined : treeOf(first as unknown as LoopState, tensors);
}

/** What functions give that are called for their effects. */
const nothing: LoopState = stateOf('cond', 'result', []);
