/** What functions along an axis that keep the shape share: the call `(x, { axis })`, its types, and the plain reference. */
import { type Axes, type CheckAxes, type NdArray, normalizeAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { operand } from './operand.ts';
import { optionsOf } from './options.ts';
import { elementAt, forEachPoint, generate } from './reference.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './signatures.ts';

/** Options of a function along an axis. */
export interface AlongAxisOptions<A extends Axes = Axes> {
  /** Axis or axes; negative ones count from the end. The last unless told. */
  readonly axis?: A;
}

/** A function of real numbers along an axis that keeps the shape. */
export type AlongAxis = <const X extends TensorLike, const A extends Axes = -1>(
  x: X,
  options?: AlongAxisOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;

/** The `arguments` of a function along an axis. */
export function alongAxisArguments(
  op: string,
): (x: TensorLike, options?: AlongAxisOptions) => Call<{ readonly axes: readonly number[] }> {
  return (x, options = {}) => {
    const { axis = -1 } = optionsOf(op, options, '{ axis: 0 }');
    const input = operand(op, 'x', x);
    return { inputs: [input], attributes: { axes: normalizeAxes(op, axis, input.rank) } };
  };
}

/** The reference: `f` of every element and all those along the axes. */
export function alongAxisReference(
  x: NdArray,
  axes: readonly number[],
  f: (x: number, all: readonly number[]) => number,
): NdArray {
  const inner = axes.map((axis) => x.shape[axis] as number);
  return generate(x.shape, x.dtype, (point) => {
    const all: number[] = [];
    forEachPoint(inner, (offsets) => {
      const at = [...point];
      axes.forEach((axis, i) => {
        at[axis] = offsets[i] as number;
      });
      all.push(elementAt(x, at));
    });
    return f(elementAt(x, point), all);
  });
}
