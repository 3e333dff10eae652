/** `pad`: a border of one value. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { partsOf } from './definition/complex-part.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { axiswiseMap } from './definition/index-map.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { mirrorPad, type PadMode } from './mirror-pad.ts';
import { slice } from './slice.ts';

/** How many elements come before and after each axis. */
export type Paddings = readonly (readonly [before: number, after: number])[];

/** Options of `pad`. */
export interface PadOptions {
  /** What the border holds: one constant (unless told), or the tensor's own elements as `mirrorPad` says. */
  readonly mode?: 'constant' | PadMode;
  /** The constant; 0 unless told. */
  readonly constantValue?: number;
}

type Pad = <const X extends TensorLike>(
  x: X,
  paddings: Paddings,
  options?: PadOptions,
) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;

const withConstant: OperationFunction<Pad> = definePrimitive({
  name: 'pad',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Adds a border of one value.',
    notes: [
      '`paddings` has a pair [before, after] for every axis.',
      'The border does not depend on x: its derivative is 0.',
    ],
    see: ['mirrorPad', 'slice', 'windows'],
  },
  arguments: (x: TensorLike, paddings: Paddings, options: PadOptions = {}) => {
    const input = operand('pad', 'x', x);
    const { mode = 'constant', constantValue = 0 } = options;
    if (mode !== 'constant')
      raise('E_ATTRIBUTE', {
        op: 'pad',
        argument: 'mode',
        expected: "'constant', 'reflect', 'symmetric' or 'edge'",
        found: String(mode),
      });
    if (typeof constantValue !== 'number') {
      raise('E_ATTRIBUTE', { op: 'pad', argument: 'constantValue', expected: 'a number', found: typeof constantValue });
    }
    if (!Array.isArray(paddings) || paddings.length !== input.rank) {
      raise('E_ATTRIBUTE', {
        op: 'pad',
        argument: 'paddings',
        expected: `a pair [before, after] for each of the ${input.rank} axes`,
        found: Array.isArray(paddings) ? `${paddings.length} entries` : String(paddings),
        operands: [input.abstract],
      });
    }
    for (const [axis, pair] of paddings.entries()) checkWholes('pad', `paddings[${axis}]`, pair, 2, 0);
    return { inputs: [input], attributes: { paddings, value: constantValue } };
  },
  infer: ([x], { paddings }) => withShape(x, paddedShape(x.shape, paddings)),
  jvp: (_, [dx], { paddings }) => pad(dx, paddings),
  vjp: (ct, _, { paddings }, _needs, [x]) => [
    slice(
      ct,
      paddings.map(([before]) => before),
      x.shape,
    ),
  ],
  batch: ([x], _, { paddings, value }) => pad(x, [[0, 0], ...paddings], { constantValue: value }),
  lower: (_, { paddings, value }, output) => ({
    form: 'view',
    map: axiswiseMap(
      output.shape,
      (axis) => ({ offset: -(paddings[axis] as readonly [number, number])[0], scale: 1 }),
      value,
    ),
  }),
  complex: ([x], { paddings, value }) => {
    const [re, im] = partsOf(x);
    return complex(pad(re, paddings, { constantValue: value }), pad(im, paddings)) as Tensor;
  },
  reference: ([x], { paddings, value }) =>
    generate(paddedShape(x.shape, paddings), x.dtype, (point) => {
      const source = point.map((i, axis) => i - (paddings[axis] as readonly [number, number])[0]);
      return source.every((i, axis) => i >= 0 && i < (x.shape[axis] as number)) ? elementAt(x, source) : value;
    }),
  samples: [
    { label: 'a vector', inputs: [nd([2], [1, 2])], rest: [[[1, 2]]], grad: 'check' },
    {
      label: 'a matrix with a constant',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [
        [
          [0, 1],
          [2, 0],
        ],
        { constantValue: 9 },
      ],
      grad: 'check',
    },
    {
      label: 'an axis of size 1',
      inputs: [nd([1, 2], [1, 2])],
      rest: [
        [
          [1, 1],
          [0, 0],
        ],
      ],
      grad: 'check',
    },
    { label: 'nothing added', inputs: [nd([2], [1, 2])], rest: [[[0, 0]]], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[]], grad: 'check' },
    {
      label: 'around nothing',
      inputs: [nd([0, 2], [])],
      rest: [
        [
          [1, 0],
          [0, 1],
        ],
        { constantValue: 3 },
      ],
    },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')], rest: [[[1, 0]], { constantValue: -7 }] },
    {
      label: 'with infinity',
      inputs: [nd([1], [NaN])],
      rest: [[[1, 1]], { constantValue: Number.NEGATIVE_INFINITY }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'too few pairs',
      inputs: [{ shape: [2, 3] }],
      rest: [[[1, 1]]],
      code: 'E_ATTRIBUTE',
      says: /pad: paddings: .*each of the 2 axes, got 1 entries/,
    },
    {
      label: 'a negative amount',
      inputs: [{ shape: [2] }],
      rest: [[[-1, 0]]],
      code: 'E_ATTRIBUTE',
      says: /paddings\[0\]: expected 2 whole numbers of at least 0, got \[-1, 0\]/,
    },
    {
      label: 'an unknown mode',
      inputs: [{ shape: [2] }],
      rest: [[[1, 0]], { mode: 'wrap' }],
      code: 'E_ATTRIBUTE',
      says: /'constant', .*got wrap/,
    },
  ],
});

/**
 * Adds a border: `paddings[axis]` says how many elements come before and after each axis. It holds a constant, or the
 * tensor's own elements in the modes `reflect`, `symmetric` and `edge`.
 *
 * @throws `E_ATTRIBUTE` unless there is a pair of whole numbers of at least 0 for every axis.
 * @example
 * ```ts
 * import { pad, tensor } from '@deft/tensor';
 * console.log(pad(tensor([1, 2]), [[1, 2]]).toArray()); // [0, 1, 2, 0, 0]
 * ```
 */
export const pad: OperationFunction<Pad> = Object.assign(
  (x: TensorLike, paddings: Paddings, options: PadOptions = {}): Tensor => {
    const { mode } = options;
    const mirrors = mode === 'reflect' || mode === 'symmetric' || mode === 'edge';
    return mirrors ? mirrorPad(x, paddings, mode) : withConstant(x, paddings, options);
  },
  { operation: withConstant.operation },
) as OperationFunction<Pad>;

function paddedShape(shape: readonly number[], paddings: Paddings): number[] {
  return shape.map((dim, axis) => {
    const [before, after] = paddings[axis] as readonly [number, number];
    return before + dim + after;
  });
}
