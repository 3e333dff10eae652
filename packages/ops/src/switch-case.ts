/** `switchCase`: one of several functions, by its number. */
import { isInteger, raise } from '@deft/core';
import { cast } from './cast.ts';
import { chooseState } from './definition/choose-state.ts';
import type { TensorLike } from './definition/convert.ts';
import { knownScalar } from './definition/loop-state.ts';
import { operand } from './definition/operand.ts';

/**
 * The result of `branches[index](...operands)`; an index outside of the branches takes the nearest. As with `cond`, only
 * the branch that is taken is computed, but where the index depends on the example of a `vmap`.
 *
 * @throws `E_DTYPE`, `E_SHAPE` unless the index is a whole scalar, `E_ARGUMENT` without branches; `E_TREE`, `E_SHAPE`, `E_DTYPE`
 * where all are traced and their results differ in kind.
 * @example
 * ```ts
 * import { mul, neg, switchCase, tensor } from '@deft/tensor';
 * const index = tensor(1, { dtype: 'int32' });
 * console.log(switchCase(index, [(x) => mul(x, 2), (x) => neg(x)], tensor(5)).item()); // -5
 * ```
 */
export function switchCase<A extends unknown[], R>(
  index: TensorLike,
  branches: readonly ((...operands: A) => R)[],
  ...operands: A
): R {
  const place = operand('switchCase', 'index', index);
  const whole = typeof index === 'number' ? Number.isInteger(index) : isInteger(place.dtype);
  if (!whole) {
    raise('E_DTYPE', { op: 'switchCase', argument: 'index', expected: 'a whole number', found: place.dtype });
  }
  if (place.rank !== 0) {
    raise('E_SHAPE', { op: 'switchCase', argument: 'index', expected: 'a scalar', found: place.abstract.text });
  }
  if (branches.length === 0) {
    raise('E_ARGUMENT', { op: 'switchCase', argument: 'branches', expected: 'at least one function', found: 'none' });
  }
  const last = branches.length - 1;
  const known = knownScalar(place);
  if (known !== undefined) {
    const branch = branches[Math.max(0, Math.min(last, known))] as (...given: A) => R;
    return branch(...operands);
  }
  return chooseState(
    'switchCase',
    cast(place, 'int32'),
    branches.map((branch, i) => ({ name: `result of branch ${i}`, f: () => branch(...operands) })),
  ) as R;
}
