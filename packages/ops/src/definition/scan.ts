/** What cumulative ops share: the call `(x, { axis, exclusive, reverse })`, its types, and the plain reference. */
import { type CheckAxes, type NdArray, normalizeAxis, type Tensor } from '@deft/core';
import { pad } from '../pad.ts';
import { slice } from '../slice.ts';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { operand } from './operand.ts';
import { elementAt, generate } from './reference.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './signatures.ts';

/** Options of a cumulative op. */
export interface CumulativeOptions<A extends number = number> {
  /** The axis to accumulate along; the first unless told. */
  readonly axis?: A;
  /** Whether an element is left out of its own result, so that the first result is of nothing. */
  readonly exclusive?: boolean;
  /** Whether to start at the end. */
  readonly reverse?: boolean;
}

/** Attributes of a cumulative op. */
export type ScanAttributes = { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };

/** A cumulative op that keeps the dtype. */
export type Scan = <const X extends TensorLike, const A extends number = 0>(
  x: X,
  options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, DTypeOfOne<X>>;

/** A cumulative op of real numbers. */
export type FloatScan = <const X extends TensorLike, const A extends number = 0>(
  x: X,
  options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;

/** The `arguments` of a cumulative op. */
export function scanArguments(op: string): (x: TensorLike, options?: CumulativeOptions) => Call<ScanAttributes> {
  return (x, { axis = 0, exclusive = false, reverse = false } = {}) => {
    const input = operand(op, 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis(op, axis, input.rank), exclusive, reverse } };
  };
}

/** The options of the same call on an operand with one more axis in front. */
export function oneAxisOn({ axis, exclusive, reverse }: ScanAttributes): Required<CumulativeOptions> {
  return { axis: axis + 1, exclusive, reverse };
}

/** The elements moved along an axis by `step`, away from where an accumulation starts, with a constant coming in. */
export function moved(x: Tensor, axis: number, step: number, reverse: boolean, constantValue: number): Tensor {
  const { shape } = x.abstract;
  const padded = pad(
    x,
    shape.map((_, a): [number, number] => (a !== axis ? [0, 0] : reverse ? [0, step] : [step, 0])),
    { constantValue },
  );
  return slice(
    padded,
    shape.map((_, a) => (a === axis && reverse ? step : 0)),
    shape,
  );
}

/** The reference: one element after the other. */
export function scanReference(
  x: NdArray,
  { axis, exclusive, reverse }: ScanAttributes,
  neutral: number,
  combine: (total: number, element: number) => number,
): NdArray {
  const dim = x.shape[axis] as number;
  return generate(x.shape, x.dtype, (point) => {
    const own = point[axis] as number;
    let total = neutral;
    const include = (i: number): void => {
      if (exclusive && i === own) return;
      total = combine(
        total,
        elementAt(
          x,
          point.map((p, a) => (a === axis ? i : p)),
        ),
      );
    };
    if (reverse) for (let i = dim - 1; i >= own; i--) include(i);
    else for (let i = 0; i <= own; i++) include(i);
    return total;
  });
}
