/** `concat`: tensors joined along an axis. */
import {
  type AbstractValue,
  abstractValue,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  type Tensor,
} from '@deft/core';
import type { Expression } from '@deft/kernel';
import { withBatchAxis } from './definition/batching.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import type { CheckJoined, CheckJoiningAxis, Joined } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { compare, select } from './definition/scalar.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { slice } from './slice.ts';

type Concat = <const T extends readonly TensorLike[], const A extends number = 0>(
  tensors: T & CheckJoined<T, A>,
  axis?: A & CheckJoiningAxis<T, A>,
) => Tensor<Joined<T, A>, DTypeOfOne<T[number]>>;

/**
 * Joins tensors along an existing axis (the first unless told). They agree in rank, dtype and all other dims.
 *
 * @throws `E_CONCAT` when they do not agree, `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { concat, tensor } from '@deft/tensor';
 * console.log(concat([tensor([1, 2]), tensor([3])]).toArray()); // [1, 2, 3]
 * ```
 */
export const concat: OperationFunction<Concat> = definePrimitive({
  name: 'concat',
  inputs: ['tensors'],
  variadic: true,
  doc: {
    group: 'shape',
    summary: 'Joins tensors along an existing axis.',
    notes: ['The tensors agree in rank, dtype and all other dims.'],
    see: ['stack', 'split'],
  },
  arguments: (tensors: readonly TensorLike[], axis = 0) => {
    const inputs = operandList('concat', 'tensors', tensors);
    const place = normalizeAxis('concat', axis, (inputs[0] as Tensor).rank);
    return { inputs: inFew(inputs, place), attributes: { axis: place } };
  },
  infer: (inputs, { axis }) => {
    checkJoinable(inputs, axis);
    return abstractValue(joinedShape(inputs, axis), inputs[0].dtype);
  },
  jvp: (_, tangents, { axis }) => concat(tangents, axis),
  vjp: (ct, _, { axis }, needs, types) =>
    pieces(
      ct,
      (types as readonly AbstractValue[]).map((type) => type.shape[axis] as number),
      axis,
    ).map((piece, i) => ((needs as readonly boolean[])[i] ? piece : null)),
  batch: (inputs, batched, { axis }, size) =>
    concat(
      (inputs as readonly Tensor[]).map((x, i) =>
        withBatchAxis(x, (batched as readonly boolean[])[i] as boolean, size),
      ),
      axis + 1,
    ),
  lower: (inputs, { axis }, output) => {
    const list: readonly AbstractValue[] = inputs;
    const rank = output.shape.length;
    let start = 0;
    const starts = list.map((value) => {
      const here = start;
      start += value.shape[axis] as number;
      return here;
    });
    return {
      form: 'map',
      maps: starts.map((at) => ({
        shape: output.shape,
        axes: output.shape.map((_, a) => affine(rank, [[a, 1]], a === axis ? -at : 0)),
        fill: 0,
      })),
      // From the back: each part holds before its successor starts.
      value: (parts, space) => {
        const filled = parts.flatMap((part, i) =>
          (list[i] as AbstractValue).shape[axis] === 0 ? [] : [{ part, at: starts[i] as number }],
        );
        let value = (filled.at(-1)?.part ?? parts[0]) as Expression;
        for (let i = filled.length - 2; i >= 0; i--) {
          const next = filled[i + 1] as { at: number };
          value = select(compare('less', space.index(axis), next.at), (filled[i] as { part: Expression }).part, value);
        }
        return value;
      },
    };
  },
  complex: 'parts',
  reference: (inputs, { axis }) =>
    generate(joinedShape(inputs, axis), inputs[0].dtype, (point) => {
      const source = [...point];
      for (const x of inputs) {
        if ((source[axis] as number) < (x.shape[axis] as number)) return elementAt(x, source);
        source[axis] = (source[axis] as number) - (x.shape[axis] as number);
      }
      return Number.NaN;
    }),
  samples: [
    { label: 'two vectors', inputs: [nd([2], [1, 2]), nd([3], [3, 4, 5])], grad: 'check' },
    {
      label: 'three matrices, last axis',
      inputs: [nd([2, 1], [1, 2]), nd([2, 2], [3, 4, 5, 6]), nd([2, 1], [7, 8])],
      rest: [-1],
      grad: 'check',
    },
    { label: 'rows', inputs: [nd([1, 2], [1, 2]), nd([2, 2], [3, 4, 5, 6])], rest: [0], grad: 'check' },
    { label: 'one alone', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'an empty part', inputs: [nd([2], [1, 2]), nd([0], []), nd([1], [3])] },
    { label: 'empty parts only', inputs: [nd([0, 2], []), nd([0, 2], [])] },
    { label: 'bool', inputs: [nd([1], [1], 'bool'), nd([2], [0, 1], 'bool')] },
    { label: 'nan', inputs: [nd([1], [NaN]), nd([1], [Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'another dim differs',
      inputs: [{ shape: [2, 3] }, { shape: [2, 4] }],
      code: 'E_CONCAT',
      says: /concat: tensors\[1\]: expected float32\[any, 3\] as tensors\[0\], got float32\[2, 4\]/,
    },
    {
      label: 'another rank',
      inputs: [{ shape: [2] }, { shape: [2, 1] }],
      code: 'E_CONCAT',
      says: /expected float32\[any\] .*got float32\[2, 1\]/,
    },
    {
      label: 'another dtype',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      code: 'E_CONCAT',
      says: /got int32\[2\]/,
    },
    { label: 'scalars', inputs: [{ shape: [] }, { shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [1], code: 'E_AXIS', says: /from -1 to 0, got 1/ },
  ],
});

/** Throws `E_CONCAT` unless the tensors agree in rank, dtype and all other dims. */
function checkJoinable(list: readonly AbstractValue[], axis: number): void {
  const first = list[0] as AbstractValue;
  list.forEach((value, i) => {
    const fits =
      value.dtype === first.dtype &&
      value.shape.length === first.shape.length &&
      value.shape.every((dim, a) => a === axis || dim === first.shape[a]);
    if (fits) return;
    raise('E_CONCAT', {
      op: 'concat',
      argument: `tensors[${i}]`,
      expected: `${first.dtype}[${first.shape.map((dim, a) => (a === axis ? 'any' : dim)).join(', ')}] as tensors[0]`,
      found: value.text,
    });
  });
}

/** As many as one kernel reads with ease: every element of the result asks each part whether it is its own. */
const mostParts = 24;

/** The tensors, many of them joined in groups first, so that work grows with n · log n of their number and not with n². */
function inFew(tensors: readonly Tensor[], axis: number): readonly Tensor[] {
  if (tensors.length <= mostParts) return tensors;
  checkJoinable(
    tensors.map(({ abstract }) => abstract),
    axis,
  );
  const groups: Tensor[] = [];
  for (let i = 0; i < tensors.length; i += mostParts)
    groups.push(concat(tensors.slice(i, i + mostParts), axis) as Tensor);
  return inFew(groups, axis);
}

function joinedShape(parts: readonly { readonly shape: readonly number[] }[], axis: number): number[] {
  const shape = [...(parts[0] as { readonly shape: readonly number[] }).shape];
  shape[axis] = parts.reduce((total, part) => total + (part.shape[axis] as number), 0);
  return shape;
}

/** The slices of the given lengths along an axis, one after the other. */
function pieces(x: Tensor, lengths: readonly number[], axis: number): Tensor[] {
  const shape = x.abstract.shape;
  let start = 0;
  return lengths.map((length) => {
    const begin = shape.map((_, a) => (a === axis ? start : 0));
    start += length;
    return slice(
      x,
      begin,
      shape.map((dim, a) => (a === axis ? length : dim)),
    );
  });
}
