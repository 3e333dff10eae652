/** What reductions share: the call `(x, { axis, keepDims })`, its types, and the plain reference. */
import {
  type Axes,
  algebra,
  type CheckAxes,
  type DType,
  type NdArray,
  normalizeAxes,
  type Reduced,
  reducedShape,
  Tensor,
} from '@deft/core';
import { constantTensor, type TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { arrayFromNested, type NestedNumbers } from './nested.ts';
import { optionsOf } from './options.ts';
import { elementAt, forEachPoint, generate } from './reference.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './signatures.ts';

/** Options of a reduction. */
export interface ReductionOptions<Axis = Axes | undefined, Keep extends boolean = boolean> {
  /** Axis or axes to reduce; negative ones count from the end; all if left out. */
  readonly axis?: Axis;
  /** Whether reduced axes stay as axes of size 1. */
  readonly keepDims?: Keep;
}

/** A reduction that keeps the dtype. */
export type Reduction = <
  const X extends TensorLike,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Reduced<ShapeOf<X>, Axis, Keep>, DTypeOfOne<X>>;

/** Attributes of a reduction: axes counted from the front, ascending. */
export type ReductionAttributes = { readonly axes: readonly number[]; readonly keepDims: boolean };

function asTensor(op: string, x: TensorLike): Tensor {
  return x instanceof Tensor ? x : constantTensor(arrayFromNested(op, 'x', x as NestedNumbers | number | boolean));
}

/** The dtypes whose sums and products would leave their range at once, and the one in which they are taken. */
const wider: Partial<Readonly<Record<DType, DType>>> = { int8: 'int32', uint8: 'uint32' };

/** The tensor in the dtype in which it is added up. */
export function widened(x: Tensor): Tensor {
  const dtype = wider[x.dtype];
  return dtype === undefined ? x : algebra().cast(x, dtype);
}

/** The `arguments` of a reduction; `grows` says that results are larger than elements, so bytes become wider integers. */
export function reduceArguments(
  op: string,
  grows?: 'grows',
): (x: TensorLike, options?: ReductionOptions) => Call<ReductionAttributes> {
  return (x, options = {}) => {
    optionsOf(op, options, '{ axis: 0 }');
    const tensor = grows ? widened(asTensor(op, x)) : asTensor(op, x);
    const axes = normalizeAxes(
      op,
      options.axis as number | readonly number[] | undefined,
      tensor.abstract.shape.length,
    );
    return { inputs: [tensor], attributes: { axes, keepDims: options.keepDims === true } };
  };
}

/** The reference of a reduction: `combine` gets the elements along the reduced axes in row-major order. */
export function reduceReference(
  x: NdArray,
  axes: readonly number[],
  keepDims: boolean,
  combine: (values: number[]) => number | boolean,
  dtype: DType = x.dtype,
): NdArray {
  const inner = axes.map((axis) => x.shape[axis] as number);
  const kept = generate(reducedShape(x.shape, axes, true), dtype, (point) => {
    const values: number[] = [];
    forEachPoint(inner, (offsets) => {
      const at = [...point];
      axes.forEach((axis, i) => {
        at[axis] = offsets[i] as number;
      });
      values.push(elementAt(x, at));
    });
    return combine(values);
  });
  return { ...kept, shape: reducedShape(x.shape, axes, keepDims) };
}

/** The dtype of a sum: small integers are added up in 32 bits. */
export type SumOf<D extends DType> = D extends 'int8' ? 'int32' : D extends 'uint8' ? 'uint32' : D;

/** A reduction that adds up. */
export type SumReduction = <
  const X extends TensorLike,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Reduced<ShapeOf<X>, Axis, Keep>, SumOf<DTypeOfOne<X>>>;

/** A reduction of real numbers: integers become float32. */
export type FloatReduction<Options extends ReductionOptions = ReductionOptions> = <
  const X extends TensorLike,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  options?: Omit<Options, keyof ReductionOptions> & ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOf<DTypeOfOne<X>>>;

/** A reduction whose result has one dtype. */
export type ReductionTo<R extends DType> = <
  const X extends TensorLike,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Reduced<ShapeOf<X>, Axis, Keep>, R>;

/** Number of elements that are combined into one. */
export function countOver(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * (shape[axis] as number), 1);
}

/** A tree of the same shapes and dtypes, in which a number has become a scalar. */
export type ExtremesOf<T> = T extends Tensor
  ? T
  : T extends number
    ? Tensor<[]>
    : T extends object
      ? { [K in keyof T]: ExtremesOf<T[K]> }
      : T;
