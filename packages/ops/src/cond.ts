/** `cond`: one of two functions, by a condition. */
import type { TensorLike } from './definition/convert.ts';
import { checkSameState, knownScalar, predicateOf, selectState, stateOf, treeOf } from './definition/loop-state.ts';

/**
 * The result of `onTrue(...operands)` where the condition holds, else of `onFalse(...operands)`: any tree of tensors. Where
 * the condition is known only the function taken is run. In a capture, and for one example of a `vmap`, both are computed
 * and their results, of one structure with equal shapes and dtypes, are selected from; a derivative then passes through both, as in
 * `where`.
 *
 * @throws `E_DTYPE`, `E_SHAPE` unless the condition is a bool scalar; `E_TREE`, `E_SHAPE`, `E_DTYPE` where both are computed
 * and their results differ in kind.
 * @example
 * ```ts
 * import { cond, greater, mul, neg, tensor } from '@deft/tensor';
 * const x = tensor(-3);
 * console.log(cond(greater(x, 0), (x) => mul(x, 2), (x) => neg(x), x).item()); // 3
 * ```
 */
export function cond<A extends unknown[], R>(
  condition: TensorLike,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: A
): R {
  const predicate = predicateOf('cond', 'condition', condition);
  const known = knownScalar(predicate);
  if (known !== undefined) return (known === 0 ? onFalse : onTrue)(...operands);
  const first = stateOf('cond', 'result of onTrue', onTrue(...operands));
  const second = stateOf('cond', 'result of onFalse', onFalse(...operands));
  checkSameState('cond', 'result of onFalse', first, second);
  const chosen = selectState(predicate, first, second);
  return treeOf(chosen, chosen.tensors) as R;
}
