/**
 * The kernel of cumulative ops: a routine that goes along the axis once and holds what it has accumulated so far. On the last
 * axis that stands in variables, and four rows are gone through together, as each step of a row waits for the one before. On another axis every element of the axes behind it has a total of its own in scratch, and
 * these are gone through in the inner loop, so that memory is read in order. The code is the same for every length.
 */
import { type AbstractValue, isFloating, sizeOf } from '@deft/core';
import { buildRoutine, type Form, type RoutineWriter, routineForms, type Scalar } from '@deft/kernel';

/** How one result follows from those before it. */
export interface Accumulation {
  /** Letters only. */
  readonly label: string;
  /** What is held from one element to the next, and what it begins as. */
  readonly held: readonly { readonly dtype: AbstractValue['dtype']; readonly start: number }[];
  /** What is held after one more element, given that of every operand. */
  readonly next: (held: readonly Scalar[], elements: readonly Scalar[], r: RoutineWriter) => readonly Scalar[];
  /** The result; the first thing held unless told. */
  readonly result?: (held: readonly Scalar[], r: RoutineWriter) => Scalar;
  /** The results are sums over the operands, whose terms may cancel. */
  readonly sums?: boolean;
}

/** Along which axis to go, from which end, and whether a result is without the element at its own place. */
interface Direction {
  readonly axis: number;
  readonly reverse: boolean;
  readonly exclusive?: boolean;
}

const rowsTogether = 4;

/** The lowering of an accumulation over operands of one shape. */
export function scanForms(
  operands: readonly AbstractValue[],
  { dtype, shape }: AbstractValue,
  { axis, reverse, exclusive = false }: Direction,
  { label, held, next, result = ([total]) => total as Scalar, sums = false }: Accumulation,
): readonly Form[] {
  const [before, n, behind] = [sizeOf(shape.slice(0, axis)), shape[axis] as number, sizeOf(shape.slice(axis + 1))];
  const isLast = axis === shape.length - 1;
  const length = isLast ? before * n : n * behind;
  const arrays = {
    inputs: operands.map((operand) => ({ dtype: operand.dtype, length })),
    results: [{ dtype, length }],
    scratch: isLast ? [] : held.map((each) => ({ dtype: each.dtype, length: behind })),
  };
  const routine = buildRoutine(label, arrays, (r, inputs, results, scratch) => {
    const along = (body: (i: Scalar) => void): void => (reverse ? r.loopDown(n, 0, body) : r.loop(0, n, body));
    const visit = (place: Scalar, earlier: readonly Scalar[]): readonly Scalar[] => {
      const elements = inputs.map((input) => r.let(input.at(place)));
      const later = next(earlier, elements, r).map((value) => r.let(value));
      results[0]?.set(place, result(exclusive ? earlier : later, r));
      return later;
    };
    const rows = (first: Scalar, count: number): void => {
      const all = Array.from({ length: count }, (_, row) => ({
        start: r.let(first.add(row).mul(n)),
        totals: held.map((each) => r.variable(each.dtype, each.start)),
      }));
      along((i) => {
        for (const { start, totals } of all) {
          visit(r.let(start.add(i)), totals).forEach((value, k) => {
            totals[k]?.set(value);
          });
        }
      });
    };
    if (isLast) {
      const together = r.let(r.constant('int32', before).div(rowsTogether));
      r.loop(0, together, (block) => rows(block.mul(rowsTogether), rowsTogether));
      r.loop(together.mul(rowsTogether), before, (row) => rows(row, 1));
      return;
    }
    r.loop(0, behind, (c) => {
      scratch.forEach((total, k) => {
        total.set(c, held[k]?.start as number);
      });
    });
    along((i) => {
      const first = r.let(i.mul(behind));
      r.loop(0, behind, (c) => {
        const totals = scratch.map((total) => r.let(total.at(c)));
        visit(r.let(first.add(c)), totals).forEach((value, k) => {
          scratch[k]?.set(c, value);
        });
      });
    });
  });
  return routineForms(routine, isLast ? 1 : before, 1, sums);
}

/**
 * A running sum. Floats are added in double precision, and of doubles the rounding errors are carried along (T. Ogita, S. Rump
 * and S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), algorithm 4.4), so that the error
 * does not grow with the length. A sum begins as −0, to which adding changes nothing, not even the sign of a zero.
 */
export function runningSum({ dtype }: AbstractValue, exclusive: boolean): Accumulation {
  const start = isFloating(dtype) && !exclusive ? -0 : 0;
  const carriesErrors = dtype === 'float64';
  const totals = isFloating(dtype) ? 'float64' : dtype;
  return {
    label: 'runningSum',
    held: carriesErrors
      ? [
          { dtype, start },
          { dtype, start: 0 },
        ]
      : [{ dtype: totals, start }],
    next: ([total, lost], [x], r) => {
      const [before, element] = [total as Scalar, (x as Scalar).to(totals)];
      const sum = r.let(before.add(element));
      if (!carriesErrors) return [sum];
      const added = r.let(sum.sub(before));
      const error = before.sub(sum.sub(added)).add(element.sub(added));
      return [sum, (lost as Scalar).add(error)];
    },
    // What is lost of an infinite sum is NaN, for which neither comparison holds.
    result: ([sum, lost], r) => {
      const total = sum as Scalar;
      if (lost === undefined) return total;
      const corrected = r.let(total.add(lost));
      return corrected.less(total).or(corrected.greater(total)).select(corrected, total);
    },
    sums: true,
  };
}
