/** `optimizationBarrier`: the same value, which compilers take for another one. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import type { Unary } from './definition/signatures.ts';

/**
 * The same tensor. In a capture, what is computed from it is computed anew and after what stands before it: equal work on both
 * sides of the barrier is not shared. `checkpoint` stands on it; by hand it is rarely needed.
 *
 * @example
 * ```ts
 * import { jit, add, exp, optimizationBarrier, tensor } from '@deft/tensor';
 * const twice = jit((x) => add(exp(x), exp(optimizationBarrier(x)))); // two exponentials
 * console.log(twice(tensor([0])).toArray()); // [2]
 * ```
 */
export const optimizationBarrier: OperationFunction<Unary> = definePrimitive({
  name: 'optimizationBarrier',
  inputs: ['x'],
  doc: {
    group: 'control flow',
    summary: 'The same value, which the compiler takes for another one: equal work on both sides is not shared.',
  },
  barrier: true,
  infer: ([x]) => x,
  jvp: (_, [dx]) => optimizationBarrier(dx),
  vjp: (ct) => [optimizationBarrier(ct)],
  batch: ([x]): Tensor => optimizationBarrier(x),
  lower: () => ({ form: 'reshape' }),
  complex: 'parts',
  reference: ([x]) => x,
  samples: [
    { label: 'floats', inputs: [nd([3], [-1, 0, 2])], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [],
});
