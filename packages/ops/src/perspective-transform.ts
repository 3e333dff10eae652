/** `perspectiveTransform`: images seen from another point. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asBatch, likeGiven, oneOf } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import type { FillOptions, SampledDType } from './definition/sampling.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { transform } from './transform.ts';

/** Four points in an image, each [column, row]. */
export type FourPoints = readonly (readonly [x: number, y: number])[];

/** The solution of a square system by elimination with the largest pivot, or undefined where there is none. */
function solved(system: readonly (readonly number[])[]): number[] | undefined {
  const rows = system.map((row) => [...row]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    const column = rows.slice(k).map((row) => Math.abs(row[k] as number));
    const pivot = k + column.indexOf(Math.max(...column));
    [rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]];
    const lead = rows[k] as number[];
    if (!(Math.abs(lead[k] as number) > 1e-9)) return undefined;
    rows.forEach((row, r) => {
      if (r === k) return;
      const factor = (row[k] as number) / (lead[k] as number);
      for (let c = k; c <= size; c++) row[c] = (row[c] as number) - factor * (lead[c] as number);
    });
  }
  return rows.map((row, k) => (row[size] as number) / (row[k] as number));
}

/** The eight numbers that bring the end points to the start points. */
function transformOf(start: FourPoints, end: FourPoints): number[] | undefined {
  const equations = end.flatMap(([x, y], i) => {
    const [u, v] = start[i] as readonly [number, number];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  return solved(equations);
}

function checkPoints(argument: string, points: unknown): asserts points is FourPoints {
  const good =
    Array.isArray(points) &&
    points.length === 4 &&
    points.every((point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite));
  if (good) return;
  raise('E_ATTRIBUTE', {
    op: 'perspectiveTransform',
    argument,
    expected: 'four points [x, y]',
    found: Array.isArray(points) ? `${points.length} entries` : String(points),
  });
}

/**
 * Images seen from another point: what stood at the four start points stands at the end points. Points are `[x, y]`, column
 * and row. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_ATTRIBUTE` where three of the points lie on a line, or an unknown
 * interpolation.
 * @example
 * ```ts
 * import { ones, perspectiveTransform } from '@deft/tensor';
 * const corners = [[0, 0], [7, 0], [0, 7], [7, 7]] as const;
 * const tilted = perspectiveTransform(ones([8, 8, 3]), corners, [[1, 0], [6, 0], [0, 7], [7, 7]]);
 * console.log(tilted.shape); // [8, 8, 3]
 * ```
 */
export const perspectiveTransform: OperationFunction<
  <const X extends TensorLike>(
    images: X,
    startPoints: FourPoints,
    endPoints: FourPoints,
    options?: Pick<FillOptions, 'interpolation' | 'fillValue'>,
  ) => Tensor<ShapeOf<X>, SampledDType<DTypeOfOne<X>>>
> = defineComposite({
  name: 'perspectiveTransform',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images seen from another point: four points brought to four others.',
    notes: [
      'The `transform` that takes the end points to the start points; bilinear unless told.',
      'Outside of the image is the fill value, 0 unless told.',
    ],
    see: ['transform', 'affineTransform'],
  },
  arguments: (
    images: TensorLike,
    startPoints: FourPoints,
    endPoints: FourPoints,
    { interpolation = 'bilinear', fillValue = 0 }: Pick<FillOptions, 'interpolation' | 'fillValue'> = {},
  ) => {
    checkPoints('startPoints', startPoints);
    checkPoints('endPoints', endPoints);
    const numbers = transformOf(startPoints, endPoints);
    if (numbers === undefined) {
      const expected = 'points of which no three lie on a line';
      raise('E_ATTRIBUTE', { op: 'perspectiveTransform', argument: 'endPoints', expected, found: String(endPoints) });
    }
    return {
      inputs: [operand('perspectiveTransform', 'images', images)],
      attributes: {
        numbers,
        interpolation: oneOf('perspectiveTransform', 'interpolation', ['nearest', 'bilinear'], interpolation),
        fillValue: finiteNumber('perspectiveTransform', 'fillValue', fillValue),
      },
    };
  },
  compose: ([images], { numbers, ...options }): Tensor => {
    const batch = asBatch('perspectiveTransform', images);
    const exact = constantTensor({ shape: [1, 8], dtype: 'float64', data: Float64Array.from(numbers) });
    const places: Tensor = images.dtype === 'float64' ? exact : cast(exact, 'float32');
    return likeGiven(transform(batch, places, options), images);
  },
  samples: [
    {
      label: 'tilted',
      inputs: [nd([3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      rest: [
        [
          [0, 0],
          [2, 0],
          [0, 2],
          [2, 2],
        ],
        [
          [0.3, 0.1],
          [1.8, 0.2],
          [0.1, 1.9],
          [2.2, 2.3],
        ],
      ],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'a batch, nearest',
      inputs: [nd([2, 2, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [
          [0.2, 0.1],
          [1.3, 0],
          [0, 1.2],
          [1.4, 1.3],
        ],
        { interpolation: 'nearest', fillValue: 9 },
      ],
      grad: 'check',
    },
    {
      label: 'no images',
      inputs: [nd([0, 2, 2, 1], [])],
      rest: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [2, 2],
        ],
      ],
    },
  ],
  errors: [
    {
      label: 'points on a line',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 1],
          [2, 2],
          [3, 3],
        ],
      ],
      code: 'E_ATTRIBUTE',
      says: /perspectiveTransform: endPoints: expected points of which no three lie on a line/,
    },
    {
      label: 'three points',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
        [],
      ],
      code: 'E_ATTRIBUTE',
      says: /perspectiveTransform: startPoints: expected four points \[x, y\], got 3 entries/,
    },
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      rest: [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [2, 2],
        ],
      ],
      code: 'E_RANK',
      says: /perspectiveTransform: images: expected rank 3 or 4, got rank 2/,
    },
  ],
});
