/** `mirrorPad`: a border of the tensor’s own elements. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { flip } from './flip.ts';
import type { Paddings } from './pad.ts';
import { repeat } from './repeat.ts';
import { slice } from './slice.ts';

/** What a border of the tensor’s own elements is made of. */
export type PadMode = 'reflect' | 'symmetric' | 'edge';

type MirrorPad = <const X extends TensorLike>(
  x: X,
  paddings: Paddings,
  mode: PadMode,
) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;

/**
 * Adds a border of the tensor’s own elements: mirrored without the edge (`reflect`), mirrored with it (`symmetric`), or the
 * edge repeated (`edge`).
 *
 * @throws `E_ATTRIBUTE` for broken paddings, an unknown mode, and a border wider than what can be mirrored.
 *
 * @example
 * ```ts
 * import { mirrorPad, tensor } from '@deft/tensor';
 * console.log(mirrorPad(tensor([1, 2, 3]), [[2, 1]], 'reflect').toArray()); // [3, 2, 1, 2, 3, 2]
 * ```
 */
export const mirrorPad: OperationFunction<MirrorPad> = defineComposite({
  name: 'mirrorPad',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'A border of the tensor’s own elements, mirrored or repeated.',
    notes: [
      '`reflect` leaves the edge out: 3 2 | 1 2 3 | 2 1. `symmetric` does not: 2 1 | 1 2 3 | 3 2. `edge` repeats it: 1 1 | 1 2 3 | 3 3.',
    ],
    see: ['pad'],
  },
  arguments: (x: TensorLike, paddings: Paddings, mode: PadMode) => {
    const input = operand('mirrorPad', 'x', x);
    if (mode !== 'reflect' && mode !== 'symmetric' && mode !== 'edge')
      raise('E_ATTRIBUTE', {
        op: 'mirrorPad',
        argument: 'mode',
        expected: "'reflect', 'symmetric' or 'edge'",
        found: String(mode),
      });
    if (!Array.isArray(paddings) || paddings.length !== input.rank) {
      raise('E_ATTRIBUTE', {
        op: 'mirrorPad',
        argument: 'paddings',
        expected: `a pair [before, after] for each of the ${input.rank} axes`,
        found: Array.isArray(paddings) ? `${paddings.length} entries` : String(paddings),
        operands: [input.abstract],
      });
    }
    input.abstract.shape.forEach((dim, axis) => {
      const pair: unknown = paddings[axis];
      checkWholes('mirrorPad', `paddings[${axis}]`, pair, 2, 0);
      const most =
        mode === 'reflect' ? Math.max(0, dim - 1) : mode === 'symmetric' || dim === 0 ? dim : Number.POSITIVE_INFINITY;
      const widest = Math.max(...pair);
      if (widest > most)
        raise('E_ATTRIBUTE', {
          op: 'mirrorPad',
          argument: `paddings[${axis}]`,
          expected: `at most ${most} elements to ${mode} an axis of ${dim}`,
          found: String(widest),
          operands: [input.abstract],
        });
    });
    return { inputs: [input], attributes: { paddings, mode } };
  },
  compose: ([x], { paddings, mode }): Tensor => {
    let result = x;
    paddings.forEach(([before, after], axis) => {
      const dim = result.abstract.shape[axis] as number;
      const part = (start: number, length: number): Tensor =>
        slice(
          result,
          result.abstract.shape.map((_, a) => (a === axis ? start : 0)),
          result.abstract.shape.map((d, a) => (a === axis ? length : d)),
        );
      const skipped = mode === 'reflect' ? 1 : 0;
      const border = (atStart: boolean, width: number): Tensor =>
        mode === 'edge'
          ? (repeat(part(atStart ? 0 : dim - 1, 1), width, axis) as Tensor)
          : (flip(part(atStart ? skipped : dim - skipped - width, width), axis) as Tensor);
      const parts = [
        ...(before > 0 ? [border(true, before)] : []),
        result,
        ...(after > 0 ? [border(false, after)] : []),
      ];
      if (parts.length > 1) result = concat(parts, axis);
    });
    return result;
  },
  samples: [
    { label: 'reflected', inputs: [nd([3], [1, 2, 3])], rest: [[[2, 1]], 'reflect'], grad: 'check' },
    { label: 'symmetric', inputs: [nd([3], [1, 2, 3])], rest: [[[3, 1]], 'symmetric'], grad: 'check' },
    { label: 'the edge', inputs: [nd([3], [1, 2, 3])], rest: [[[2, 1]], 'edge'], grad: 'check' },
    {
      label: 'a matrix',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [
        [
          [1, 0],
          [0, 2],
        ],
        'reflect',
      ],
      grad: 'check',
    },
    { label: 'nothing added', inputs: [nd([2], [1, 2])], rest: [[[0, 0]], 'reflect'], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[], 'edge'], grad: 'check' },
    {
      label: 'around nothing',
      inputs: [nd([0, 1], [])],
      rest: [
        [
          [0, 0],
          [1, 1],
        ],
        'edge',
      ],
    },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')], rest: [[[1, 0]], 'symmetric'] },
  ],
  errors: [
    {
      label: 'too wide',
      inputs: [{ shape: [2] }],
      rest: [[[2, 0]], 'reflect'],
      code: 'E_ATTRIBUTE',
      says: /mirrorPad: paddings\[0\]: expected at most 1 elements to reflect an axis of 2, got 2/,
    },
    {
      label: 'an unknown mode',
      inputs: [{ shape: [2] }],
      rest: [[[1, 0]], 'wrap'],
      code: 'E_ATTRIBUTE',
      says: /mirrorPad: mode: expected 'reflect', 'symmetric' or 'edge', got wrap/,
    },
    {
      label: 'too few pairs',
      inputs: [{ shape: [2, 3] }],
      rest: [[[1, 1]], 'edge'],
      code: 'E_ATTRIBUTE',
      says: /each of the 2 axes, got 1 entries/,
    },
  ],
});
