/**
 * Matrices of derivatives: `jacfwd` batches the way forward over the directions of the arguments, `jacrev` the way back over
 * those of the result, `jacobian` takes the shorter of the two, `hessian` is one over the other.
 */
import { algebra, isFloating, raise, sizeOf, type Tensor, withInterpreter } from '@deft/core';
import { alongUnits, checkChunkSize } from './directions.ts';
import { type AuxiliaryOf, checkedPositions, FlatFunction, type MainOf } from './flat-function.ts';
import { type Recorded, recordOn } from './grad.ts';
import { JvpInterpreter } from './jvp-interpreter.ts';
import { describe, type Leaves } from './leaves.ts';
import { Tape } from './tape.ts';
import type { Jacobian } from './types.ts';

/** Options of `jacfwd`, `jacrev`, `jacobian` and `hessian`. */
export interface JacobianOptions {
  /** Which arguments to differentiate by; the first unless told. With a list, every tensor of the result has a list of blocks. */
  readonly argnums?: number | readonly number[];
  /** The function gives `[result, aux]`, and `aux` (anything) is passed through. */
  readonly hasAux?: boolean;
  /** How many directions are computed at once: all unless told. Smaller chunks take less memory and more time. */
  readonly chunkSize?: number;
}

/** What is differentiated by: an argument, or the list of several. */
export type Differentiated<A extends unknown[], O extends JacobianOptions> = O extends { readonly argnums: infer N }
  ? N extends number
    ? A[N]
    : N extends readonly number[]
      ? { -readonly [K in keyof N]: A[N[K] & number] }
      : A[0]
  : A[0];

/** What a function made by `jacfwd` or `jacrev` gives: the Jacobian, or `[jacobian, aux]`. */
export type JacobianResult<A extends unknown[], R, O extends JacobianOptions> = O extends { readonly hasAux: true }
  ? [Jacobian<MainOf<R>, Differentiated<A, O>>, AuxiliaryOf<R>]
  : Jacobian<R, Differentiated<A, O>>;

/** What a function made by `hessian` gives: the Hessian, or `[hessian, aux]`. */
export type HessianResult<A extends unknown[], R, O extends JacobianOptions> = O extends { readonly hasAux: true }
  ? [Jacobian<Jacobian<MainOf<R>, Differentiated<A, O>>, Differentiated<A, O>>, AuxiliaryOf<R>]
  : Jacobian<Jacobian<R, Differentiated<A, O>>, Differentiated<A, O>>;

type AnyFunction = (...args: never[]) => unknown;

/** Blocks by result and operand, and what the function gave besides. */
interface Blocks {
  readonly results: Leaves;
  /** `blocks[k][i]`: result `k` by operand `i`. */
  readonly blocks: readonly (readonly Tensor[])[];
  readonly aux: unknown;
}

interface Problem {
  readonly op: string;
  readonly flat: FlatFunction;
  readonly chunkSize: number | undefined;
}

function problemOf(op: string, f: AnyFunction, args: readonly unknown[], options: JacobianOptions): Problem {
  const { argnums = 0, hasAux = false, chunkSize } = options;
  checkChunkSize(op, chunkSize);
  const positions = checkedPositions(op, argnums, args);
  return { op, flat: new FlatFunction(op, f, args, { positions, hasAux }), chunkSize };
}

function checkResults(op: string, results: Leaves): void {
  const { tensors, structure } = results;
  if (tensors.length === structure.leafCount && tensors.every((one) => isFloating(one.dtype))) return;
  raise('E_GRAD', {
    op,
    argument: 'result of the function',
    expected: 'floating-point tensors',
    found: tensors.find((one) => !isFloating(one.dtype))?.abstract.text ?? describe(results.rebuild(tensors)),
  });
}

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

function forwardBlocks({ op, flat, chunkSize }: Problem): Blocks {
  let aux: unknown;
  const columns = flat.operands.map((operand, i) => {
    let shapes: readonly (readonly number[])[] = [];
    const byDirection = alongUnits(
      operand,
      (direction) => {
        const interpreter = new JvpInterpreter();
        const inputs = flat.operands.map((one, k) => interpreter.join(one, k === i ? direction : undefined));
        const outputs = withInterpreter(interpreter, () => flat.call(inputs));
        checkResults(op, flat.results);
        aux = flat.auxiliary((tensor) => interpreter.split(tensor).primal);
        const parts = outputs.map((output) => interpreter.split(output));
        shapes = parts.map(({ primal }) => primal.abstract.shape);
        return parts.map(({ primal, tangent }) => tangent ?? zerosLike(primal));
      },
      chunkSize,
    );
    return byDirection.map((all, k) => {
      const shape = shapes[k] as readonly number[];
      return algebra().reshape(algebra().moveAxis(all, 0, shape.length), [...shape, ...operand.abstract.shape]);
    });
  });
  if (columns.length === 0) return { ...reverseBlocks({ op, flat, chunkSize }), aux };
  const count = (columns[0] as readonly Tensor[]).length;
  const blocks = Array.from({ length: count }, (_, k) => columns.map((column) => column[k] as Tensor));
  return { results: flat.results, blocks, aux };
}

function recordProblem({ op, flat }: Problem): { recorded: Recorded; aux: unknown } {
  const tape = new Tape(op);
  const call = (inputs: readonly Tensor[]): readonly Tensor[] => {
    const outputs = flat.call(inputs);
    if (!(outputs instanceof Promise)) checkResults(op, flat.results);
    return outputs;
  };
  const recorded = recordOn(tape, call, flat.operands);
  return { recorded, aux: flat.auxiliary((tensor) => tape.primalOf(tensor)) };
}

function reverseBlocks(problem: Problem, known = recordProblem(problem)): Blocks {
  const { flat, chunkSize } = problem;
  const { outputs, pullback } = known.recorded;
  const { results } = flat;
  const blocks = outputs.map((output, k) => {
    const pull = (direction: Tensor): readonly Tensor[] =>
      pullback(outputs.map((_, i) => (i === k ? direction : undefined)));
    return alongUnits(output, pull, chunkSize).map((rows, i) =>
      algebra().reshape(rows, [...output.abstract.shape, ...(flat.operands[i] as Tensor).abstract.shape]),
    );
  });
  return { results, blocks, aux: known.aux };
}

/** The blocks as the result's tree of the arguments' trees. */
function assembled({ flat }: Problem, { results, blocks, aux }: Blocks, options: JacobianOptions): unknown {
  const { argnums = 0, hasAux = false } = options;
  const trees = blocks.map((row) => flat.argumentTrees(row));
  const jacobian = results.rebuild(typeof argnums === 'number' ? trees.map((list) => list[0]) : trees);
  return hasAux ? [jacobian, aux] : jacobian;
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
export function jacfwd<A extends unknown[], R, const O extends JacobianOptions = Record<never, never>>(
  f: (...args: A) => R,
  options?: O,
): (...args: A) => JacobianResult<A, R, O> {
  return (...args) => {
    const problem = problemOf('jacfwd', f, args, options ?? {});
    return assembled(problem, forwardBlocks(problem), options ?? {}) as JacobianResult<A, R, O>;
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
export function jacrev<A extends unknown[], R, const O extends JacobianOptions = Record<never, never>>(
  f: (...args: A) => R,
  options?: O,
): (...args: A) => JacobianResult<A, R, O> {
  return (...args) => {
    const problem = problemOf('jacrev', f, args, options ?? {});
    return assembled(problem, reverseBlocks(problem), options ?? {}) as JacobianResult<A, R, O>;
  };
}

/**
 * Like `jacfwd` and `jacrev`, in the mode with fewer directions: forward where the arguments have fewer elements than the result,
 * else reverse. `f` runs once to learn the size of its result.
 *
 * @example
 * ```ts
 * import { jacobian, matmul, type Tensor, tensor } from '@deft/tensor';
 * const w = tensor([[1, 2], [3, 4], [5, 6]]);
 * const f = (x: Tensor) => matmul(w, x);
 * console.log(jacobian(f)(tensor([1, 1])).toArray()); // [[1, 2], [3, 4], [5, 6]]
 * ```
 */
export function jacobian<A extends unknown[], R, const O extends JacobianOptions = Record<never, never>>(
  f: (...args: A) => R,
  options?: O,
): (...args: A) => JacobianResult<A, R, O> {
  return (...args) => {
    const problem = problemOf('jacobian', f, args, options ?? {});
    const known = recordProblem(problem);
    const total = (tensors: readonly Tensor[]): number =>
      tensors.reduce((sum, { abstract }) => sum + sizeOf(abstract.shape), 0);
    const isForward = total(problem.flat.operands) < total(known.recorded.outputs);
    const blocks = isForward ? forwardBlocks(problem) : reverseBlocks(problem, known);
    return assembled(problem, blocks, options ?? {}) as JacobianResult<A, R, O>;
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
export function hessian<A extends unknown[], R, const O extends JacobianOptions = Record<never, never>>(
  f: (...args: A) => R,
  options?: O,
): (...args: A) => HessianResult<A, R, O> {
  const untyped = (options ?? {}) as JacobianOptions;
  return jacfwd(jacrev(f, untyped) as (...args: A) => unknown, untyped) as (...args: A) => HessianResult<A, R, O>;
}
