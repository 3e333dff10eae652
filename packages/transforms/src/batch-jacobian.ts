/**
 * `batchJacobian`: one Jacobian for each example of a batch, for the price of one. It holds only where no example's result
 * depends on another example, which can be checked.
 */
import { algebra, currentInterpreter, ndZeros, raise, sizeOf, type Tensor, type TypedArray } from '@deft/core';
import { alongUnits, checkChunkSize } from './directions.ts';
import { FlatFunction } from './flat-function.ts';
import { recordOn } from './grad.ts';
import { describe } from './leaves.ts';
import { Tape } from './tape.ts';

/** Options of `batchJacobian`. */
export interface BatchJacobianOptions {
  /** Moves one example and throws unless the results of all others stay the same, bit for bit; reads elements. */
  readonly checkIndependence?: boolean;
  /** How many directions are computed at once: all unless told. */
  readonly chunkSize?: number;
}

/**
 * The function that gives, for each example along axis 0, the derivatives of its result by its argument: `[batch, ...result,
 * ...argument]`. One way back for each element of an example's result, whatever the size of the batch.
 *
 * The examples must not depend on each other, as they do behind a batch normalisation that is training: then the numbers mean
 * nothing. `checkIndependence` finds out by moving one example. For any function, `vmap(jacrev(f))` of one example is the safe
 * form.
 *
 * Throws `E_GRAD` where results depend on other examples and that is checked, `E_SHAPE` where argument and result differ in
 * the size of the batch.
 *
 * @example
 * ```ts
 * import { batchJacobian, mul, type Tensor, tensor } from '@deft/tensor';
 * const squares = batchJacobian((x: Tensor) => mul(x, x));
 * console.log(squares(tensor([[1, 2], [3, 4]])).toArray()); // [[[2, 0], [0, 4]], [[6, 0], [0, 8]]]
 * ```
 */
export function batchJacobian(f: (x: Tensor) => Tensor, options: BatchJacobianOptions = {}): (x: Tensor) => Tensor {
  const { checkIndependence = false, chunkSize } = options;
  checkChunkSize('batchJacobian', chunkSize);
  return (x) => {
    const flat = new FlatFunction('batchJacobian', f as (...args: never[]) => unknown, [x]);
    const { outputs, pullback } = recordOn(new Tape('batchJacobian'), flat.call, flat.operands);
    const [y] = outputs;
    if (y === undefined || outputs.length !== 1) {
      const found = describe(flat.results.rebuild(outputs));
      return raise('E_GRAD', { op: 'batchJacobian', argument: 'result of the function', expected: 'a tensor', found });
    }
    const [batch, ...own] = x.abstract.shape;
    const [count, ...result] = y.abstract.shape;
    if (batch === undefined || count !== batch) {
      return raise('E_SHAPE', {
        op: 'batchJacobian',
        argument: 'result of the function',
        expected: 'as many examples as the argument',
        found: y.abstract.text,
        operands: [x.abstract],
      });
    }
    if (checkIndependence && batch > 1) checkExamples(f, x, y);
    // The same direction for all examples at once.
    const like = algebra().zeros(result, y.dtype);
    const pull = (direction: Tensor): readonly Tensor[] =>
      pullback([algebra().broadcastTo(direction, y.abstract.shape)]);
    const [rows] = alongUnits(like, pull, chunkSize) as [Tensor];
    return algebra().reshape(algebra().moveAxis(rows, 0, 1), [batch, ...result, ...own]);
  };
}

/** Moves the first example and compares the results of the others. */
function checkExamples(f: (x: Tensor) => Tensor, x: Tensor, y: Tensor): void {
  const { shape, dtype } = x.abstract;
  const batch = shape[0] as number;
  const moves = ndZeros(shape, dtype);
  for (let i = 0; i < sizeOf(shape) / batch; i++) moves.data[i] = 1 + (i % 3);
  const moved = f(algebra().add(x, currentInterpreter().constant(moves, false)));
  const [before, after] = [y, moved].map((one) => one.dataSync() as unknown as TypedArray) as [TypedArray, TypedArray];
  const own = before.length / batch;
  for (let i = own; i < before.length; i++) {
    if (Object.is(before[i], after[i])) continue;
    raise('E_GRAD', {
      op: 'batchJacobian',
      says: `the result of example ${Math.floor(i / own)} changes when example 0 does`,
      operands: [x.abstract],
      hint: 'a Jacobian per example means nothing here; jacrev(f) gives the derivatives by all examples',
    });
  }
}
