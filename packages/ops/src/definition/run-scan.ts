/**
 * The engine of `scan` and `map`. At once it is a plain loop over slices; in a capture the step is traced once, and a `loop`
 * goes into the graph.
 */
import { algebra, hasRegionTools, inferByRunning, isCapturing, raise, type Tensor } from '@deft/core';
import { fill } from '../fill.ts';
import { traceLoop } from './loop-operation.ts';
import { checkSameState, type LoopState, stateOf, treeOf } from './loop-state.ts';
import { checkWhole } from './operand.ts';

/** Which way to go, and how far where there is nothing to go along. */
export interface ScanDirection {
  readonly reverse?: boolean;
  readonly length?: number;
}

/** `scan`, under the name of the function that the user called; gives the last state and the stacked results. */
export function runScan<C>(
  op: string,
  f: (carry: C, x: unknown) => readonly [carry: C, y: unknown],
  initial: C,
  xs: unknown,
  options: ScanDirection = {},
): [carry: C, ys: unknown] {
  const { reverse = false } = options;
  const given = xs === null || xs === undefined ? undefined : stateOf(op, 'xs', xs);
  const length = lengthOf(op, given, options.length);
  const start = stateOf(op, 'initial', initial);
  if (isCapturing() && hasRegionTools()) {
    let made: LoopState | undefined;
    const { carries, stacks } = traceLoop({
      steps: length,
      reverse,
      carries: start.tensors,
      stacked: given?.tensors ?? [],
      body: (carry, slice) => {
        const x = given === undefined ? xs : treeOf(given, slice);
        const [next, y] = f(treeOf(start, carry) as C, x);
        const state = stateOf(op, 'the state after a step', next);
        checkSameState(op, 'the state after a step', start, state);
        made = stateOf(op, 'the result of a step', y);
        return { carries: state.tensors, slices: made.tensors };
      },
    });
    return [treeOf(start, carries) as C, treeOf(made as unknown as LoopState, stacks)];
  }
  const slices = given?.tensors.map((tensor) => algebra().unstack(tensor)) ?? [];
  let results: LoopState | undefined;
  let carry = start;
  const step = (x: unknown): LoopState => {
    const [next, y] = f(treeOf(carry, carry.tensors) as C, x);
    carry = stateOf(op, 'the state after a step', next);
    checkSameState(op, 'the state after a step', start, carry);
    const made = stateOf(op, 'the result of a step', y);
    if (results !== undefined) checkSameState(op, 'the result of a step', results, made);
    results = made;
    return made;
  };
  if (length === 0) return [treeOf(start, start.tensors) as C, noResults(op, f, start, given)];
  const rows = new Array<readonly Tensor[]>(length);
  for (let i = 0; i < length; i++) {
    const place = reverse ? length - 1 - i : i;
    const x =
      given === undefined
        ? xs
        : treeOf(
            given,
            slices.map((slice) => slice[place] as Tensor),
          );
    rows[place] = step(x).tensors;
  }
  const last = results as unknown as LoopState;
  const stacked = last.tensors.map((_, k) => algebra().stack(rows.map((row) => row[k] as Tensor)));
  return [treeOf(carry, carry.tensors) as C, treeOf(last, stacked)];
}

function lengthOf(op: string, given: LoopState | undefined, stated: number | undefined): number {
  if (stated !== undefined) checkWhole(op, 'length', stated, 0);
  const lengths = (given?.tensors ?? []).map(({ abstract }) => {
    if (abstract.shape.length === 0) {
      raise('E_RANK', {
        op,
        argument: 'xs',
        expected: 'at least rank 1',
        found: 'rank 0',
        operands: [abstract],
      });
    }
    return abstract.shape[0] as number;
  });
  const all = stated === undefined ? lengths : [stated, ...lengths];
  const [first] = all;
  if (first === undefined) {
    return raise('E_ARGUMENT', {
      op,
      argument: 'length',
      expected: 'a number where xs has no tensors',
      found: 'none',
    });
  }
  if (all.some((length) => length !== first)) {
    raise('E_SHAPE', { op, argument: 'xs', expected: 'one length', found: all.join(' and ') });
  }
  return first;
}

/** The results of no steps: zero long, shaped as those of a step would be. */
function noResults<C>(
  op: string,
  f: (carry: C, x: unknown) => readonly [C, unknown],
  start: LoopState,
  given: LoopState | undefined,
): unknown {
  let structure = start;
  const carries = start.tensors.map(({ abstract }) => abstract);
  const slices = (given?.tensors ?? []).map(({ abstract }) => ({
    ...abstract,
    shape: abstract.shape.slice(1),
    text: `${abstract.dtype}[${abstract.shape.slice(1).join(', ')}]`,
  }));
  const types = inferByRunning(
    (tensors) => {
      const carry = treeOf(start, tensors.slice(0, carries.length)) as C;
      const x = given === undefined ? null : treeOf(given, tensors.slice(carries.length));
      structure = stateOf(op, 'the result of a step', f(carry, x)[1]);
      return structure.tensors;
    },
    [...carries, ...slices],
  );
  return treeOf(
    structure,
    types.map(({ shape, dtype }) => fill([0, ...shape], 0, dtype)),
  );
}
