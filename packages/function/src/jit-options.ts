/** How a function is captured. */
import { raise } from '@deft/core';
import type { SignatureTree } from './stated-signature.ts';

/** Options of a capture. */
export interface JitOptions {
  /** Name for messages; the function's own unless told. */
  readonly name?: string;
  /**
   * Positions of arguments whose tensors are given up: using them later throws `E_DISPOSED`. A result takes the memory of one of
   * them where that is safe and nobody else has it, as an updated weight that of the weight before; the rest is free after the call.
   * A call that throws before anything was computed takes nothing.
   *
   * @example
   * ```ts
   * import { jit, mul, sub, tensor } from '@deft/tensor';
   * const step = jit((weights, gradients) => sub(weights, mul(gradients, 0.1)), { donate: [0] });
   * const weights = step(step(tensor([1, 2]), tensor([10, 0])), tensor([10, 0]));
   * console.log(weights.toArray()); // [-1, 2]
   * ```
   */
  readonly donate?: readonly number[];
  /**
   * Bytes that values between the kernels of a call may take at once, arguments and results aside. What does not fit is computed again
   * where it is needed, cheap things first; results keep every bit. `explain` says whether the budget is met: a function for which
   * it is too small runs all the same, with as little memory as it can. Every size is compiled for itself.
   *
   * @example
   * ```ts
   * import { grad, jit, matmul, mean, ones, type Tensor, tanh } from '@deft/tensor';
   * const loss = (x: Tensor): Tensor => mean(tanh(matmul(tanh(matmul(tanh(matmul(x, x)), x)), x)));
   * const slope = jit(grad(loss), { memoryBudget: 2000 });
   * console.log(slope.explain(ones([8, 8])).includes('memory budget 2 kB met')); // true
   * ```
   */
  readonly memoryBudget?: number;
  /**
   * Positions of arguments whose plain numbers and booleans are inputs, not part of the signature: the function gets them as
   * scalars, numbers as float32 ones that take the dtype of a floating tensor beside them. A learning rate that changes is one.
   *
   * @example
   * ```ts
   * import { jit, mul, sub, type Tensor, tensor } from '@deft/tensor';
   * const step = jit((w: Tensor, rate: number | Tensor) => sub(w, mul(w, rate)), { dynamic: [1] });
   * console.log(step(tensor(4), 0.5).item(), step(tensor(4), 0.25).item(), step.compileCount); // 2 3 1
   * ```
   */
  readonly dynamic?: readonly number[];
  /** Runs at once, like the function itself; `runEagerly` does so for all. */
  readonly eager?: boolean;
  /** While the function is captured, `Math.random`, `Date.now` and `new Date()` throw `E_CAPTURE_IMPURE`: their values would be frozen. */
  readonly strict?: boolean;
  /**
   * Compares every call with what the function does at once, which costs more than both: a value from outside that was frozen and is
   * another now, and a result that differs, throw `E_CHECK` and name the first op. For tests, and for finding out.
   */
  readonly check?: boolean;
  /** How many signatures stay compiled; 64 unless told. */
  readonly cacheSize?: number;
  /**
   * What the tensors of the arguments must be, nested as the arguments are; `undefined` where anything goes. Dims that have a
   * name may have any size: the first call compiles the function for all of them.
   */
  readonly signature?: readonly SignatureTree[];
  /**
   * `auto`, the default: when a second call differs from the first in sizes only, the function is compiled once more, for all
   * sizes of the axes that have changed, and further sizes compile nothing. To find out what it does at every size its body
   * is run at some, and once for each new one; where it is not the same, sizes are compiled for themselves. `symbolic`: that
   * it is not the same is an error. `exact`: every size is compiled for itself.
   */
  readonly shapes?: 'auto' | 'exact' | 'symbolic';
}

/** Throws `E_ARGUMENT` unless `shapes` is one of its values. */
export function checkShapes(op: string, shapes: string): void {
  if (['auto', 'exact', 'symbolic'].includes(shapes)) return;
  raise('E_ARGUMENT', { op, argument: 'shapes', expected: "'auto', 'exact' or 'symbolic'", found: String(shapes) });
}

/** Throws `E_ARGUMENT` unless the budget is a number of bytes that can be kept. */
export function checkBudget(op: string, bytes: number | undefined, shapes: string): void {
  if (bytes === undefined) return;
  const argument = 'memoryBudget';
  if (!(bytes >= 0)) raise('E_ARGUMENT', { op, argument, expected: 'a number of bytes', found: String(bytes) });
  if (shapes === 'symbolic') {
    raise('E_ARGUMENT', {
      op,
      argument,
      expected: 'no memory budget beside symbolic shapes',
      found: String(bytes),
      hint: "what is computed again depends on the sizes: use shapes: 'exact'",
    });
  }
}
