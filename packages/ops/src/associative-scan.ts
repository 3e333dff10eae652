/** `associativeScan`: running combinations in few steps. */
import { normalizeAxis, raise, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import { checkSameState, type LoopState, stateOf, treeOf } from './definition/loop-state.ts';
import { flip } from './flip.ts';
import { slice } from './slice.ts';

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** The axis to go along; the first unless told. */
  readonly axis?: number;
  /** Combine from the last element to the first. */
  readonly reverse?: boolean;
}

/**
 * The combination of every slice along an axis with all those before it: `y[i] = f(y[i − 1], x[i])`, for an associative `f`.
 * `f` gets trees of many slices at once, and combines them slice by slice; it is called about log₂ n times.
 *
 * @throws `E_AXIS`, `E_SHAPE` where the tensors differ in length, `E_TREE`, `E_SHAPE`, `E_DTYPE` where `f` changes their kind.
 * @example
 * ```ts
 * import { associativeScan, mul, tensor } from '@deft/tensor';
 * console.log(associativeScan((a, b) => mul(a, b), tensor([1, 2, 3, 4])).toArray()); // [1, 2, 6, 24]
 * ```
 */
export function associativeScan<S>(f: (a: S, b: S) => S, xs: S, options: AssociativeScanOptions = {}): S {
  const { axis = 0, reverse = false } = options;
  const given = stateOf('associativeScan', 'xs', xs);
  const axes = given.tensors.map((x) => normalizeAxis('associativeScan', axis, x.rank));
  const turned = (tensors: readonly Tensor[]): readonly Tensor[] =>
    reverse ? tensors.map((x, i) => flip(x, axes[i] as number) as Tensor) : tensors;
  const lengths = new Set(given.tensors.map((x, i) => x.abstract.shape[axes[i] as number]));
  if (lengths.size > 1) {
    raise('E_SHAPE', {
      op: 'associativeScan',
      argument: 'xs',
      expected: 'one length',
      found: [...lengths].join(' and '),
    });
  }
  const [length = 0] = lengths;
  const part = (tensors: readonly Tensor[], from: number, count: number): Tensor[] =>
    tensors.map((x, i) => {
      const { shape } = x.abstract;
      const begin = shape.map((_, k) => (k === axes[i] ? from : 0));
      return slice(
        x,
        begin,
        shape.map((dim, k) => (k === axes[i] ? count : dim)),
      ) as Tensor;
    });
  let tensors = turned(given.tensors);
  for (let step = 1; step < length; step *= 2) {
    const state = (list: readonly Tensor[]): LoopState => ({ tensors: list, structure: given.structure });
    const [before, after] = [part(tensors, 0, length - step), part(tensors, step, length - step)];
    const combined = stateOf(
      'associativeScan',
      'what f gives',
      f(treeOf(given, before) as S, treeOf(given, after) as S),
    );
    checkSameState('associativeScan', 'what f gives', state(after), combined);
    const head = part(tensors, 0, step);
    tensors = combined.tensors.map((x, i) => concat([head[i] as Tensor, x], axes[i] as number) as Tensor);
  }
  return treeOf(given, turned(tensors)) as S;
}
