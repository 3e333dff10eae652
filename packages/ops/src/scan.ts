/** `scan`: a state carried along the first axis. */
import { algebra, type DType, inferByRunning, raise, type Tensor } from '@deft/core';
import { checkSameState, type LoopState, stateOf, treeOf } from './definition/loop-state.ts';
import { checkWhole } from './definition/operand.ts';
import { fill } from './fill.ts';

/** Options of `scan`. */
export interface ScanOptions {
  /** From the last slice to the first; results stay at the places of their slices. */
  readonly reverse?: boolean;
  /** How many steps; needed only where there is nothing to go along. */
  readonly length?: number;
}

/** One slice of a tree of tensors along their first axes. */
export type SliceOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? S extends readonly [unknown, ...infer R extends readonly (number | string)[]]
      ? Tensor<[...R], D>
      : Tensor
    : T extends object
      ? { [K in keyof T]: SliceOf<T[K]> }
      : T;

/** Trees of tensors stacked along a new first axis. */
export type StackOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? Tensor<[number, ...S], D>
    : T extends object
      ? { [K in keyof T]: StackOf<T[K]> }
      : T;

/**
 * Carries a state along the first axis of `xs`: `f(carry, x)` gives the next state and a result for this slice. Gives the
 * last state and all results, stacked. State, slices and results are any trees of tensors; all tensors of `xs` are equally
 * long. Without `xs` (`null`), give the `length`.
 *
 * @throws `E_SHAPE` where the tensors of `xs` differ in length, `E_ARGUMENT` without `xs` and length; `E_TREE`, `E_SHAPE`, `E_DTYPE`
 * where a step changes the kind of the state.
 * @example
 * ```ts
 * import { add, scan, tensor } from '@deft/tensor';
 * const [total, sums] = scan((sum, x) => [add(sum, x), add(sum, x)], tensor(0), tensor([1, 2, 3]));
 * console.log(total.item(), sums.toArray()); // 6 [1, 3, 6]
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: SliceOf<X>) => readonly [carry: C, y: Y],
  initial: C,
  xs: X,
  options: ScanOptions = {},
): [carry: C, ys: StackOf<Y>] {
  const { reverse = false } = options;
  const given = xs === null || xs === undefined ? undefined : stateOf('scan', 'xs', xs);
  const length = lengthOf(given, options.length);
  const start = stateOf('scan', 'initial', initial);
  const slices = given?.tensors.map((tensor) => algebra().unstack(tensor)) ?? [];
  let results: LoopState | undefined;
  let carry = start;
  const step = (x: SliceOf<X>): LoopState => {
    const [next, y] = f(treeOf(carry, carry.tensors) as C, x);
    carry = stateOf('scan', 'the state after a step', next);
    checkSameState('scan', 'the state after a step', start, carry);
    const made = stateOf('scan', 'the result of a step', y);
    if (results !== undefined) checkSameState('scan', 'the result of a step', results, made);
    results = made;
    return made;
  };
  if (length === 0) return [treeOf(start, start.tensors) as C, noResults(f, start, given) as StackOf<Y>];
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
    rows[place] = step(x as SliceOf<X>).tensors;
  }
  const last = results as unknown as LoopState;
  const stacked = last.tensors.map((_, k) => algebra().stack(rows.map((row) => row[k] as Tensor)));
  return [treeOf(carry, carry.tensors) as C, treeOf(last, stacked) as StackOf<Y>];
}

function lengthOf(given: LoopState | undefined, stated: number | undefined): number {
  if (stated !== undefined) checkWhole('scan', 'length', stated, 0);
  const lengths = (given?.tensors ?? []).map(({ abstract }) => {
    if (abstract.shape.length === 0) {
      raise('E_RANK', {
        op: 'scan',
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
      op: 'scan',
      argument: 'length',
      expected: 'a number where xs has no tensors',
      found: 'none',
    });
  }
  if (all.some((length) => length !== first)) {
    raise('E_SHAPE', { op: 'scan', argument: 'xs', expected: 'one length', found: all.join(' and ') });
  }
  return first;
}

/** The results of no steps: zero long, shaped as those of a step would be. */
function noResults<C, X, Y>(
  f: (carry: C, x: SliceOf<X>) => readonly [C, Y],
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
      structure = stateOf('scan', 'the result of a step', f(carry, x as SliceOf<X>)[1]);
      return structure.tensors;
    },
    [...carries, ...slices],
  );
  return treeOf(
    structure,
    types.map(({ shape, dtype }) => fill([0, ...shape], 0, dtype)),
  );
}
