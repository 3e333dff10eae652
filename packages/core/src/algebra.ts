/**
 * The handful of functions that interpreters themselves need in order to work with tensors: adding cotangents, making
 * zeros, undoing a broadcast, moving a batch axis. `@deft/ops` provides them when it is loaded, so nothing here names
 * an op and core depends on nothing.
 */
import type { DType } from './dtype.ts';
import { internal } from './errors.ts';
import type { Tensor } from './tensor.ts';

/** Functions on tensors that transforms are written with. */
export interface Algebra {
  add(a: Tensor, b: Tensor): Tensor;
  zeros(shape: readonly number[], dtype: DType): Tensor;
  ones(shape: readonly number[], dtype: DType): Tensor;
  cast(x: Tensor, dtype: DType): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  broadcastTo(x: Tensor, shape: readonly number[]): Tensor;
  /** The adjoint of broadcasting: sums over the axes that were broadcast, so that the result has `shape`. */
  sumTo(x: Tensor, shape: readonly number[]): Tensor;
  /** Real and imaginary part of complex numbers. */
  parts(x: Tensor): readonly [real: Tensor, imaginary: Tensor];
  /** Complex numbers of their parts, which have one shape. */
  fromParts(real: Tensor, imaginary: Tensor): Tensor;
  /** The complex conjugate. */
  conjugate(x: Tensor): Tensor;
  /** Moves axis `from` to position `to`. */
  moveAxis(x: Tensor, from: number, to: number): Tensor;
  /** Joins tensors along their first axis. */
  concat(tensors: readonly Tensor[]): Tensor;
  /** Joins tensors of one shape along a new first axis. */
  stack(tensors: readonly Tensor[]): Tensor;
  /** The slices along the first axis. */
  unstack(x: Tensor): readonly Tensor[];
  /** The same value, whose users a compiler does not merge with those of `x`. */
  barrier(x: Tensor): Tensor;
}

let provided: Algebra | undefined;

/** Called once by the package that holds the ops. */
export function provideAlgebra(algebra: Algebra): void {
  provided = algebra;
}

/** The functions that the ops package provides. */
export function algebra(): Algebra {
  return provided ?? internal('@deft/ops is not loaded');
}
