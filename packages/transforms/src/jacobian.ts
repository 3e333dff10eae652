/**
 * Matrices of derivatives: `jacfwd` batches `jvp` over the directions of the input, `jacrev` batches the pullback over
 * those of the result, `hessian` is one over the other.
 */
import { algebra, currentInterpreter, isFloating, ndZeros, raise, sizeOf, type Tensor } from '@deft/core';
import { mapExamples } from './batch-interpreter.ts';
import { recordFlat } from './grad.ts';
import { jvp } from './jvp.ts';
import { describe, differentiableLeaves, type Leaves, tensorLeaves } from './leaves.ts';
import type { Jacobian } from './types.ts';
import { vmap } from './vmap.ts';

/** Options of `jacfwd`, `jacrev` and `hessian`. */
export interface JacobianOptions<N extends number = number> {
  /** Which argument to differentiate by; the first unless told. */
  readonly argnum?: N;
}

/** All unit directions of a tensor, along a new first axis. */
function unitDirections({ abstract }: Tensor): Tensor {
  const size = sizeOf(abstract.shape);
  const array = ndZeros([size, ...abstract.shape], abstract.dtype);
  for (let i = 0; i < size; i++) array.data[i * size + i] = 1;
  return currentInterpreter().constant(array, false);
}

function target(op: string, args: readonly unknown[], argnum: number): Leaves {
  if (!Number.isInteger(argnum) || argnum < 0 || argnum >= args.length) {
    const expected = `the position of an argument (there are ${args.length})`;
    raise('E_ARGUMENT', { op, argument: 'argnum', expected, found: String(argnum) });
  }
  return differentiableLeaves(op, args[argnum], `args[${argnum}]`);
}

function resultLeaves(op: string, result: unknown): Leaves {
  const leaves = tensorLeaves(result, 'result');
  if (leaves.tensors.length !== leaves.structure.leafCount || !leaves.tensors.every((one) => isFloating(one.dtype))) {
    raise('E_GRAD', {
      op,
      argument: 'result of the function',
      expected: 'floating-point tensors',
      found: leaves.tensors.find((one) => !isFloating(one.dtype))?.abstract.text ?? describe(result),
    });
  }
  return leaves;
}

/**
 * The function that gives the derivatives of every element of the result of `f` by every element of an argument, in
 * forward mode: best where the argument is small. The shape is that of the result followed by that of the argument. For
 * structures it is the structure of the result with the argument's in place of every tensor.
 *
 * Throws `E_GRAD` as `grad` does, save that the result may have any shape.
 *
 * @example
 * ```ts
 * import { jacfwd, mul, type Tensor, tensor } from '@deft/tensor';
 * console.log(jacfwd((x: Tensor) => mul(x, x))(tensor([1, 2])).toArray()); // [[2, 0], [0, 4]]
 * ```
 */
export function jacfwd<A extends unknown[], R, const N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<R, A[N]> {
  return (...args) => {
    const argnum = options.argnum ?? 0;
    const inputs = target('jacfwd', args, argnum);
    const along = (tangents: readonly Tensor[]): unknown => {
      const call = (primal: unknown): unknown => f(...(args.map((arg, i) => (i === argnum ? primal : arg)) as A));
      const [, tangent] = jvp(call, [inputs.rebuild(inputs.tensors)], [inputs.rebuild(tangents)] as never);
      resultLeaves('jacfwd', tangent);
      return tangent;
    };
    const columns = inputs.tensors.map((input, i) => {
      const byDirection = vmap((direction: Tensor) => {
        const zeros = inputs.tensors.map((one, k) => (k === i ? one : algebra().zeros(one.abstract.shape, one.dtype)));
        return along(zeros.map((one, k) => (k === i ? direction : one)));
      })(unitDirections(input) as never);
      const outputs = tensorLeaves(byDirection, 'result');
      const matrices = outputs.tensors.map((all) => {
        const shape = all.abstract.shape.slice(1);
        return algebra().reshape(algebra().moveAxis(all, 0, shape.length), [...shape, ...input.abstract.shape]);
      });
      return { outputs, matrices };
    });
    const first = columns[0];
    if (!first) return inputs.rebuild([]) as Jacobian<R, A[N]>;
    return first.outputs.rebuild(
      first.matrices.map((_, k) => inputs.rebuild(columns.map((column) => column.matrices[k]))),
    ) as Jacobian<R, A[N]>;
  };
}

/**
 * Like `jacfwd`, in reverse mode: best where the result is small.
 *
 * @example
 * ```ts
 * import { jacrev, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * console.log(jacrev((x: Tensor) => sum(mul(x, x), { axis: 1 }))(tensor([[1, 2]])).toArray()); // [[[2, 4]]]
 * ```
 */
export function jacrev<A extends unknown[], R, const N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<R, A[N]> {
  return (...args) => {
    const argnum = options.argnum ?? 0;
    const inputs = target('jacrev', args, argnum);
    let results: Leaves | undefined;
    const { outputs, pullback } = recordFlat(
      'jacrev',
      (tensors) => {
        const result = f(...(args.map((arg, i) => (i === argnum ? inputs.rebuild(tensors) : arg)) as A));
        if (result instanceof Promise) return result as never; // withInterpreter raises the error
        results = resultLeaves('jacrev', result);
        return results.tensors;
      },
      inputs.tensors,
    );
    const blocks = outputs.map((output, k) => {
      const size = sizeOf(output.abstract.shape);
      const rows = mapExamples(
        ([direction]) => pullback(outputs.map((_, i) => (i === k ? direction : undefined))),
        [unitDirections(output)],
        [true],
        size,
      );
      return inputs.rebuild(
        rows.map((row, i) =>
          algebra().reshape(row as Tensor, [...output.abstract.shape, ...(inputs.tensors[i] as Tensor).abstract.shape]),
        ),
      );
    });
    return (results as unknown as Leaves).rebuild(blocks) as Jacobian<R, A[N]>;
  };
}

/**
 * The function that gives the second derivatives of the scalar function `f` by an argument: forward mode over reverse
 * mode. The shape is that of the argument twice.
 *
 * @example
 * ```ts
 * import { hessian, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * console.log(hessian((x: Tensor) => sum(mul(x, mul(x, x))))(tensor([1, 2])).toArray()); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<A extends unknown[], R, const N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): (...args: A) => Jacobian<Jacobian<R, A[N]>, A[N]> {
  return jacfwd(jacrev(f, options), options);
}
