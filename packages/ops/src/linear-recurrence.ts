/** `linearRecurrence`: every element follows from the one before by a factor and a summand. */
import {
  type AbstractValue,
  isFloating,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  sameShape,
  type Tensor,
} from '@deft/core';
import type { Scalar } from '@deft/kernel';
import { withBatchAxis } from './definition/batching.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { moved } from './definition/scan.ts';
import { scanForms } from './definition/scan-routine.ts';
import type { CheckSameShape, DTypeOf, ShapeOf } from './definition/signatures.ts';
import { tangentSum } from './definition/tangents.ts';
import { mul } from './mul.ts';

/** Options of `linearRecurrence`. */
export interface LinearRecurrenceOptions {
  /** The axis to go along; the first unless told. */
  readonly axis?: number;
  /** Whether to start at the end. */
  readonly reverse?: boolean;
}

type LinearRecurrence = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckSameShape<ShapeOf<A>, ShapeOf<B>>,
  options?: LinearRecurrenceOptions,
) => Tensor<ShapeOf<B>, DTypeOf<A, B>>;

/**
 * Every element is the one before it times `a`, plus `b`, along an axis (the first unless told); before the first there is 0.
 * Averages that forget, filters with feedback and discounted sums are such. Both operands have one shape.
 *
 * @throws `E_SHAPE` where the shapes differ, `E_AXIS` when the axis is out of range, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { linearRecurrence, tensor } from '@deft/tensor';
 * console.log(linearRecurrence(tensor([0.5, 0.5, 0.5]), tensor([4, 4, 4])).toArray()); // [4, 6, 7]
 * ```
 */
export const linearRecurrence: OperationFunction<LinearRecurrence> = definePrimitive({
  name: 'linearRecurrence',
  inputs: ['a', 'b'],
  doc: {
    group: 'scan',
    summary: 'Every element is the one before it times `a`, plus `b`, along an axis (the first unless told).',
    math: 'yᵢ = aᵢ · yᵢ₋₁ + bᵢ',
    notes: ['Before the first there is 0. Floats are held in double precision between elements. Integers wrap.'],
    see: ['cumSum', 'cumProd'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, { axis = 0, reverse = false }: LinearRecurrenceOptions = {}) => {
    const input = operand('linearRecurrence', 'a', a);
    return { inputs: [input, b], attributes: { axis: normalizeAxis('linearRecurrence', axis, input.rank), reverse } };
  },
  infer: ([a, b]) => {
    checkShapes(a, b);
    return numeric('linearRecurrence', a, b);
  },
  jvp: ([a], [da, db], { axis, reverse }, y, varies) => {
    const change = tangentSum(
      varies,
      () => mul(da, moved(y, axis, 1, reverse, 0)) as Tensor,
      () => db,
    );
    return linearRecurrence(a, change, { axis, reverse }) as Tensor;
  },
  vjp: (ct, { a, output }, { axis, reverse }, [needsA]) => {
    const following = moved(a, axis, 1, !reverse, 0);
    const ctB = linearRecurrence(following, ct, { axis, reverse: !reverse }) as Tensor;
    return [needsA ? (mul(ctB, moved(output, axis, 1, reverse, 0)) as Tensor) : null, ctB];
  },
  saves: ['a', 'output'],
  savedFor: { output: ['a'] },
  batch: (inputs, batched, { axis, reverse }, size) => {
    const [a, b] = inputs.map((input, i) => withBatchAxis(input, batched[i] === true, size)) as [Tensor, Tensor];
    return linearRecurrence(a, b, { axis: axis + 1, reverse }) as Tensor;
  },
  lower: ([a, b], attributes, y) => {
    const dtype = isFloating(y.dtype) ? 'float64' : y.dtype;
    return scanForms([a, b], y, attributes, {
      label: 'linearRecurrence',
      held: [{ dtype, start: 0 }],
      next: (held, elements) => {
        const [factor, summand] = elements.map((element) => element.to(dtype)) as [Scalar, Scalar];
        return [factor.mul(held[0] as Scalar).add(summand)];
      },
      sums: true,
    });
  },
  reference: ([a, b], { axis, reverse }) => {
    const dim = a.shape[axis] as number;
    return generate(a.shape, a.dtype, (point) => {
      const own = point[axis] as number;
      const places = reverse
        ? Array.from({ length: dim - own }, (_, i) => dim - 1 - i)
        : Array.from({ length: own + 1 }, (_, i) => i);
      return places.reduce((total, i) => {
        const place = point.map((p, k) => (k === axis ? i : p));
        return elementAt(a, place) * total + elementAt(b, place);
      }, 0);
    });
  },
  samples: [
    { label: 'vectors', inputs: [nd([4], [2, 0.5, -1, 3]), nd([4], [1, 3, 2, -4])], grad: 'check' },
    {
      label: 'rows, from the end',
      inputs: [nd([2, 3], [1, -2, 0.5, 1.5, 2, -1]), nd([2, 3], [1, -2, 3, 4, 6, 5])],
      rest: [{ axis: -1, reverse: true }],
      grad: 'check',
    },
    {
      label: 'the axis in the middle',
      inputs: [nd([2, 2, 2], [2, 1, -1, 3, 0.5, 2, 1, -2]), nd([2, 2, 2], [1, 3, 2, -4, 5, 0, -1, 6])],
      rest: [{ axis: 1 }],
      grad: 'check',
    },
    { label: 'factors of 0', inputs: [nd([4], [0, 0, 2, 0]), nd([4], [1, 2, 3, 4])], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 1], [2, 3]), nd([2, 1], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32'), nd([4], [1, 5, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([0, 2], [])] },
    {
      label: 'nan and infinities',
      inputs: [nd([5], [1, 2, 0, 1, 1]), nd([5], [1, Infinity, 2, NaN, 2])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /linearRecurrence: b: expected the shape of a, got float32\[3\]/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /linearRecurrence: axis: .*from -1 to 0, got 1/,
    },
    { label: 'scalars', inputs: [{ shape: [] }, { shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /linearRecurrence: expected numeric input, got bool/,
    },
  ],
});

function checkShapes(a: AbstractValue, b: AbstractValue): void {
  if (sameShape(a.shape, b.shape)) return;
  raise('E_SHAPE', {
    op: 'linearRecurrence',
    argument: 'b',
    expected: 'the shape of a',
    found: b.text,
    operands: [a, b],
    hint: 'broadcastTo brings one to the shape of the other',
  });
}
