/**
 * Random shapes, shapes that broadcast together, and axes of a rank. Empty and 1-sized axes are common, because that is
 * where shape rules break.
 */
import fc from 'fast-check';

/** Bounds of random shapes. */
export interface ShapeOptions {
  /** 0 unless told. */
  readonly minRank?: number;
  /** 4 unless told. */
  readonly maxRank?: number;
  /** 5 unless told. */
  readonly maxDim?: number;
  /** Whether axes may be empty; they may unless told. */
  readonly empty?: boolean;
}

function anyDim({ maxDim = 5, empty = true }: ShapeOptions): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: maxDim }) },
    { weight: 2, arbitrary: fc.constant(1) },
    ...(empty ? [{ weight: 1, arbitrary: fc.constant(0) }] : []),
  );
}

/** A shape; scalars included. */
export function anyShape(options: ShapeOptions = {}): fc.Arbitrary<number[]> {
  return fc.array(anyDim(options), {
    minLength: options.minRank ?? 0,
    maxLength: options.maxRank ?? 4,
    size: 'max',
  });
}

/** A shape and `count` shapes that broadcast to it together: some axes are 1 or left out in front in some of them. */
export function anyBroadcastableShapes(
  count: number,
  options: ShapeOptions = {},
): fc.Arbitrary<{ readonly shape: number[]; readonly operands: number[][] }> {
  return anyShape(options).chain((shape) => {
    const operand = fc.record({
      rank: fc.oneof(
        fc.constant(shape.length),
        fc.integer({ min: Math.min(options.minRank ?? 0, shape.length), max: shape.length }),
      ),
      ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    });
    return fc.array(operand, { minLength: count, maxLength: count }).map((choices) => {
      const operands = choices.map(({ rank, ones }) => {
        const lead = shape.length - rank;
        return shape.slice(lead).map((dim, axis) => (ones[lead + axis] ? 1 : dim));
      });
      // Where every operand has 1 (or no such axis) the result has 1, or no such axis either.
      const rank = Math.max(0, ...operands.map((dims) => dims.length));
      const result = Array.from({ length: rank }, (_, axis) =>
        operands.reduce((dim, dims) => {
          const own = dims[axis - (rank - dims.length)] ?? 1;
          return own === 1 ? dim : own;
        }, 1),
      );
      return { shape: result, operands };
    });
  });
}

/** An axis of a tensor of that rank (at least 1), counted from the front or, negative, from the end. */
export function anyAxis(rank: number): fc.Arbitrary<number> {
  return fc.integer({ min: -rank, max: rank - 1 });
}

/** Some axes of a tensor of that rank, each once, in any order, counted from the front or the end. */
export function anyAxes(rank: number): fc.Arbitrary<number[]> {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  return fc
    .tuple(fc.shuffledSubarray(all), fc.array(fc.boolean(), { minLength: rank, maxLength: rank }))
    .map(([axes, fromEnd]) => axes.map((axis) => (fromEnd[axis] ? axis - rank : axis)));
}
