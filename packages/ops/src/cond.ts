/** `cond`: one of two functions, by a condition. */
import type { Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { chooseState } from './definition/choose-state.ts';
import type { TensorLike } from './definition/convert.ts';
import { knownScalar, predicateOf } from './definition/loop-state.ts';
import { sub } from './sub.ts';

/**
 * The result of `onTrue(...operands)` where the condition holds, else of `onFalse(...operands)`: any tree of tensors. Where
 * the condition is known only the function taken is run. In a capture both are traced, with results of one structure and equal
 * shapes and dtypes, and the program computes the one that is taken, of which alone derivatives know. Under `vmap`, where
 * the condition depends on the example, both are computed and selected from, as in `where`.
 *
 * @throws `E_DTYPE`, `E_SHAPE` unless the condition is a bool scalar; `E_TREE`, `E_SHAPE`, `E_DTYPE` where both are traced
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
  if (typeof condition === 'boolean') return (condition ? onTrue : onFalse)(...operands);
  const predicate = predicateOf('cond', 'condition', condition);
  const known = knownScalar(predicate);
  if (known !== undefined) return (known === 0 ? onFalse : onTrue)(...operands);
  const branches = [
    { name: 'result of onTrue', f: () => onTrue(...operands) },
    { name: 'result of onFalse', f: () => onFalse(...operands) },
  ];
  return chooseState('cond', sub(1, cast(predicate, 'int32')) as Tensor, branches) as R;
}
