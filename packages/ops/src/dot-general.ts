/** `dotGeneral`: the batched, generalised product of which all others are made. */
import {
  type AbstractValue,
  abstractValue,
  type DType,
  isInteger,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  type Shape,
  type Tensor,
} from '@deft/core';
import { add } from './add.ts';
import { complex } from './complex.ts';
import { partsOf } from './definition/complex-part.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import { operand } from './definition/operand.ts';
import { elementAt, forEachPoint, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary } from './definition/scalar.ts';
import { tangentSum } from './definition/tangents.ts';
import { wrappingProduct } from './definition/whole-numbers.ts';
import { moveAxis } from './move-axis.ts';
import { sub } from './sub.ts';
import { transpose } from './transpose.ts';

/** Axes of the left operand and the axes of the right one that they go with, in order. */
export type AxisPairs = readonly [left: readonly number[], right: readonly number[]];

/** Which axes a product pairs up. */
export interface DotGeneralOptions {
  /** Axes that both operands share and the result keeps. */
  readonly batch?: AxisPairs;
  /** Axes that are multiplied and summed over. */
  readonly contract?: AxisPairs;
}

type Attributes = { readonly batch: AxisPairs; readonly contract: AxisPairs };

interface DotGeneral {
  <D extends DType>(a: Tensor<Shape, D>, b: Tensor<Shape, D>, options?: DotGeneralOptions): Tensor<Shape, D>;
  (a: TensorLike, b: TensorLike, options?: DotGeneralOptions): Tensor;
}

/**
 * Multiplies two tensors and sums over the contracted axes. Axes of the result: the batch axes in the order given, then
 * the axes of `a` that are in neither list, then those of `b`.
 *
 * @throws `E_AXIS` for an axis out of range or used twice, `E_SHAPE` when paired axes differ in size.
 * @example
 * ```ts
 * import { dotGeneral, ones } from '@deft/tensor';
 * const y = dotGeneral(ones([8, 2, 3]), ones([8, 3, 4]), { batch: [[0], [0]], contract: [[2], [1]] });
 * console.log(y.shape); // [8, 2, 4]
 * ```
 */
export const dotGeneral: OperationFunction<DotGeneral> = definePrimitive({
  name: 'dotGeneral',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'Multiplies two tensors and sums over pairs of axes.',
    math: 'dotGeneral(a, b)[β, m, n] = Σₖ a[β, m, k] · b[β, k, n]',
    notes: [
      'Axes of the result: batch axes in the order given, free axes of a, free axes of b.',
      'Without contracted axes it is the outer product.',
    ],
    see: ['matmul', 'dot', 'outer'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, options: DotGeneralOptions = {}) => {
    const [left, right] = [operand('dotGeneral', 'a', a), operand('dotGeneral', 'b', b)];
    const batch = pairsOf('batch', options.batch, left.rank, right.rank);
    const contract = pairsOf('contract', options.contract, left.rank, right.rank);
    for (const side of [0, 1] as const) {
      const used = [...batch[side], ...contract[side]];
      if (new Set(used).size === used.length) continue;
      raise('E_AXIS', {
        op: 'dotGeneral',
        argument: side === 0 ? 'axes of a' : 'axes of b',
        expected: 'each axis once',
        found: `[${used.join(', ')}]`,
      });
    }
    return { inputs: [left, right], attributes: { batch, contract } };
  },
  infer: ([a, b], attributes) => {
    const { dtype } = numericPair(a, b);
    for (const [left, right] of [attributes.batch, attributes.contract]) {
      left.forEach((axis, i) => {
        const other = right[i] as number;
        if (a.shape[axis] === b.shape[other]) return;
        raise('E_SHAPE', {
          op: 'dotGeneral',
          says: `axis ${axis} of a has ${a.shape[axis]} elements, axis ${other} of b has ${b.shape[other]}`,
          operands: [a, b],
        });
      });
    }
    return abstractValue(productShape(a.shape, b.shape, attributes), dtype);
  },
  jvp: ([a, b], [da, db], attributes, _, varies) =>
    tangentSum(
      varies,
      () => dotGeneral(da, b, attributes),
      () => dotGeneral(a, db, attributes),
    ),
  vjp: (ct, saved, attributes, [needsA, needsB], [a, b]) => [
    needsA ? pullBack(ct, a, saved.b, attributes, 0) : null,
    needsB ? pullBack(ct, b, saved.a, attributes, 1) : null,
  ],
  saves: ['a', 'b'],
  savedFor: { a: ['b'], b: ['a'] },
  contraction: true,
  batch: ([a, b], [aBatched, bBatched], attributes) => {
    const batch = shifted(attributes.batch, aBatched, bBatched);
    const contract = shifted(attributes.contract, aBatched, bBatched);
    if (aBatched && bBatched)
      return dotGeneral(a, b, {
        batch: [
          [0, ...batch[0]],
          [0, ...batch[1]],
        ],
        contract,
      });
    const shared = attributes.batch[0].length;
    const product = dotGeneral(a, b, { batch, contract });
    return moveAxis(product, aBatched ? shared : shared + freeAxes(a.rank, { batch, contract }, 0).length, 0);
  },
  summed: ([as, bs], attributes) => {
    const batch = shifted(attributes.batch, true, true);
    const [left, right] = shifted(attributes.contract, true, true);
    return dotGeneral(as, bs, {
      batch,
      contract: [
        [0, ...left],
        [0, ...right],
      ],
    });
  },
  lower: ([a, b], attributes, output) => {
    const { batch, contract } = attributes;
    const paired = ([left, right]: AxisPairs): (readonly [number, number])[] =>
      left.map((axis, i) => [axis, right[i] as number]);
    if (contract[0].length > 0) return { form: 'contract', batch: paired(batch), contracted: paired(contract) };
    // Nothing to sum: an elementwise product of two broadcasts.
    const freeA = freeAxes(a.shape.length, attributes, 0);
    const freeB = freeAxes(b.shape.length, attributes, 1);
    const rank = output.shape.length;
    const shared = batch[0].length;
    const place = (own: readonly number[], free: readonly number[], lead: number, axis: number): number =>
      own.includes(axis) ? own.indexOf(axis) : lead + free.indexOf(axis);
    return {
      form: 'map',
      value: ([x, y]) => binary('mul', x as Parameters<typeof binary>[1], y as Parameters<typeof binary>[2]),
      maps: [
        {
          shape: output.shape,
          axes: a.shape.map((_, axis) => affine(rank, [[place(batch[0], freeA, shared, axis), 1]])),
          fill: 0,
        },
        {
          shape: output.shape,
          axes: b.shape.map((_, axis) => affine(rank, [[place(batch[1], freeB, shared + freeA.length, axis), 1]])),
          fill: 0,
        },
      ],
    };
  },
  complex: ([a, b], attributes) => {
    const [[ar, ai], [br, bi]] = [partsOf(a), partsOf(b)];
    const product = (x: Tensor, y: Tensor): Tensor => dotGeneral(x, y, attributes) as Tensor;
    return complex(sub(product(ar, br), product(ai, bi)), add(product(ar, bi), product(ai, br))) as Tensor;
  },
  reference: ([a, b], attributes) => {
    const { batch, contract } = attributes;
    const [freeA, freeB] = [freeAxes(a.shape.length, attributes, 0), freeAxes(b.shape.length, attributes, 1)];
    const inner = contract[0].map((axis) => a.shape[axis] as number);
    const at = (
      side: 0 | 1,
      free: readonly number[],
      lead: number,
      point: readonly number[],
      k: readonly number[],
    ): number[] => {
      const result: number[] = [];
      batch[side].forEach((axis, i) => {
        result[axis] = point[i] as number;
      });
      free.forEach((axis, i) => {
        result[axis] = point[lead + i] as number;
      });
      contract[side].forEach((axis, i) => {
        result[axis] = k[i] as number;
      });
      return result;
    };
    const product = isInteger(a.dtype) ? wrappingProduct(a.dtype) : (x: number, y: number) => x * y;
    const wraps = isInteger(a.dtype) && a.dtype !== 'int64';
    return generate(productShape(a.shape, b.shape, attributes), a.dtype, (point) => {
      let total = 0;
      forEachPoint(inner, (k) => {
        const x = elementAt(a, at(0, freeA, batch[0].length, point, k));
        const y = elementAt(b, at(1, freeB, batch[0].length + freeA.length, point, k));
        total += product(x, y);
        if (wraps) total |= 0;
      });
      return total;
    });
  },
  samples: [
    {
      label: 'matrices',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([3, 2], [1, 0, 2, 1, 0, 3])],
      rest: [{ contract: [[1], [0]] }],
      grad: 'check',
    },
    {
      label: 'batched',
      inputs: [nd([2, 1, 2], [1, 2, 3, 4]), nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [{ batch: [[0], [0]], contract: [[2], [1]] }],
      grad: 'check',
    },
    {
      label: 'two contracted axes in another order, a batch axis behind',
      inputs: [
        nd([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
        nd([3, 2, 2, 1], [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1]),
      ],
      rest: [
        {
          batch: [[2], [2]],
          contract: [
            [0, 1],
            [1, 0],
          ],
        },
      ],
      grad: 'check',
    },
    { label: 'outer', inputs: [nd([2], [1, 2]), nd([3], [3, 4, 5])], grad: 'check' },
    {
      label: 'batched outer',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([3, 2], [1, 2, 3, 4, 5, 6])],
      rest: [{ batch: [[1], [1]] }],
      grad: 'check',
    },
    {
      label: 'vectors',
      inputs: [nd([3], [1, 2, 3]), nd([3], [4, 5, 6])],
      rest: [{ contract: [[0], [0]] }],
      grad: 'check',
    },
    { label: 'scalars', inputs: [nd([], [3]), nd([], [4])], grad: 'check' },
    { label: 'an empty sum', inputs: [nd([2, 0], []), nd([0, 2], [])], rest: [{ contract: [[1], [0]] }] },
    {
      label: 'an empty result',
      inputs: [nd([0, 2], []), nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [{ contract: [[1], [0]] }],
    },
    {
      label: 'integers',
      inputs: [nd([1, 2], [3, -4], 'int32'), nd([2, 1], [5, 6], 'int32')],
      rest: [{ contract: [[1], [0]] }],
    },
    {
      label: 'nan and infinity',
      inputs: [nd([2, 2], [NaN, 1, Infinity, 1]), nd([2, 1], [1, 2])],
      rest: [{ contract: [[1], [0]] }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'sizes differ',
      inputs: [{ shape: [2, 3] }, { shape: [4, 2] }],
      rest: [{ contract: [[1], [0]] }],
      code: 'E_SHAPE',
      says: /dotGeneral: axis 1 of a has 3 elements, axis 0 of b has 4 \(operands float32\[2, 3\], float32\[4, 2\]\)/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [{ contract: [[1], [0]] }],
      code: 'E_AXIS',
      says: /contract\[0\]: .*from -1 to 0, got 1/,
    },
    {
      label: 'an axis twice',
      inputs: [{ shape: [2, 2] }, { shape: [2, 2] }],
      rest: [{ batch: [[0], [0]], contract: [[0], [1]] }],
      code: 'E_AXIS',
      says: /axes of a: expected each axis once, got \[0, 0\]/,
    },
    {
      label: 'no pairs',
      inputs: [{ shape: [2, 2] }, { shape: [2, 2] }],
      rest: [{ contract: [[0, 1], [0]] }],
      code: 'E_AXIS',
      says: /contract: expected as many axes of a as of b, got 2 and 1/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /numeric input, got bool/,
    },
  ],
});

function numericPair(a: AbstractValue, b: AbstractValue): AbstractValue {
  numeric('dotGeneral', a);
  return numeric('dotGeneral', { ...b, shape: a.shape }, a);
}

function pairsOf(argument: string, pairs: AxisPairs | undefined, leftRank: number, rightRank: number): AxisPairs {
  const [left, right] = pairs ?? [[], []];
  if (left.length !== right.length) {
    raise('E_AXIS', {
      op: 'dotGeneral',
      argument,
      expected: 'as many axes of a as of b',
      found: `${left.length} and ${right.length}`,
    });
  }
  return [
    left.map((axis) => normalizeAxis('dotGeneral', axis, leftRank, `${argument}[0]`)),
    right.map((axis) => normalizeAxis('dotGeneral', axis, rightRank, `${argument}[1]`)),
  ];
}

/** The axes of one operand that are in neither list. */
function freeAxes(rank: number, { batch, contract }: Attributes, side: 0 | 1): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => !batch[side].includes(axis) && !contract[side].includes(axis),
  );
}

function productShape(a: readonly number[], b: readonly number[], attributes: Attributes): number[] {
  return [
    ...attributes.batch[0].map((axis) => a[axis] as number),
    ...freeAxes(a.length, attributes, 0).map((axis) => a[axis] as number),
    ...freeAxes(b.length, attributes, 1).map((axis) => b[axis] as number),
  ];
}

/** The axes of the operands when each may have got a batch axis in front. */
function shifted([left, right]: AxisPairs, a: boolean, b: boolean): AxisPairs {
  return [left.map((axis) => axis + Number(a)), right.map((axis) => axis + Number(b))];
}

/**
 * The cotangent of operand `side`: the product of `ct` and the other operand over the other's free axes, its axes brought
 * into the order of the operand.
 */
function pullBack(ct: Tensor, self: AbstractValue, other: Tensor, attributes: Attributes, side: 0 | 1): Tensor {
  const { batch, contract } = attributes;
  const back = side === 0 ? 1 : 0;
  const shared = batch[0].length;
  const free = freeAxes(self.shape.length, attributes, side);
  const otherFree = freeAxes(other.rank, attributes, back);
  const start = side === 0 ? shared + free.length : shared;
  const own: AxisPairs[0] = Array.from({ length: shared }, (_, i) => i);
  const summed = otherFree.map((_, i) => start + i);
  // The axes that were contracted stand in the order in which `other` has them.
  const contracted = contract[back]
    .map((axis, i) => [axis, contract[side][i] as number] as const)
    .sort((x, y) => x[0] - y[0])
    .map(([, axis]) => axis);
  // Of the two orders of the product, the one whose axes already lie as the operand's in a matrix product.
  const product =
    side === 0
      ? dotGeneral(ct, other, { batch: [own, batch[back]], contract: [summed, otherFree] })
      : dotGeneral(other, ct, { batch: [batch[back], own], contract: [otherFree, summed] });
  const places = side === 0 ? [...batch[side], ...free, ...contracted] : [...batch[side], ...contracted, ...free];
  const order = places.map((_, axis) => places.indexOf(axis));
  return order.every((axis, i) => axis === i) ? product : transpose(product, order);
}
