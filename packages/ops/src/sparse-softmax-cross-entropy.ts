/** `sparseSoftmaxCrossEntropy`: cross-entropy of class positions and logits. */
import {
  type CheckAxes,
  isFloating,
  nd,
  normalizeAxis,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  sameShape,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { greaterEqual } from './greater-equal.ts';
import { less } from './less.ts';
import { logSoftmax } from './log-softmax.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { oneHot } from './one-hot.ts';
import { softmax } from './softmax.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/** Options of `sparseSoftmaxCrossEntropy`. */
export interface SparseSoftmaxCrossEntropyOptions<A extends number = number> {
  /** The axis of the classes in the logits; the last unless told. */
  readonly axis?: A;
}

type SparseSoftmaxCrossEntropy = <const X extends TensorLike, const A extends number = -1>(
  logits: X,
  labels: TensorLike,
  options?: SparseSoftmaxCrossEntropyOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, A, []>, FloatOf<DTypeOfOne<X>>>;

/**
 * The cross-entropy between labels (positions of classes) and the softmax of logits, per example. Labels have the shape of
 * the logits without the axis of the classes; one that is no class gives NaN.
 *
 * @throws `E_SHAPE` when the shapes do not fit, `E_DTYPE` unless labels are integers and logits floating, `E_AXIS`.
 * @example
 * ```ts
 * import { sparseSoftmaxCrossEntropy, tensor } from '@deft/tensor';
 * console.log(sparseSoftmaxCrossEntropy(tensor([[0, 0]]), tensor([1], { dtype: 'int32' })).toArray()); // [0.693…]
 * ```
 */
export const sparseSoftmaxCrossEntropy: OperationFunction<SparseSoftmaxCrossEntropy> = defineComposite({
  name: 'sparseSoftmaxCrossEntropy',
  inputs: ['logits', 'labels'],
  doc: {
    group: 'loss',
    summary: 'Cross-entropy of class positions and the softmax of logits, per example.',
    math: 'sparseSoftmaxCrossEntropy(x, k) = −logSoftmax(x)[k]',
    notes: [
      'A label that is no class gives NaN, for the loss and its gradient.',
      'The gradient by the logits is softmax(x) − oneHot(k).',
    ],
    see: ['softmaxCrossEntropy', 'logSoftmax', 'oneHot'],
  },
  arguments: (logits: TensorLike, labels: TensorLike, { axis = -1 }: SparseSoftmaxCrossEntropyOptions = {}) => {
    const input = operand('sparseSoftmaxCrossEntropy', 'logits', logits);
    return {
      inputs: [input, asIndices('sparseSoftmaxCrossEntropy', labels)],
      attributes: { axis: normalizeAxis('sparseSoftmaxCrossEntropy', axis, input.rank) },
    };
  },
  compose: ([logits, labels], { axis }): Tensor => {
    check(logits, labels, axis);
    const depth = logits.abstract.shape[axis] as number;
    const chosen = oneHot(labels, depth, { axis, dtype: 'bool' });
    const loss = neg(sum(where(chosen, logSoftmax(logits, { axis }), 0), { axis }));
    return where(isClass(labels, depth), loss, Number.NaN) as Tensor;
  },
  vjp: (ct, { logits, labels }, { axis }) => {
    const depth = logits.abstract.shape[axis] as number;
    const given = where(isClass(labels, depth), ct, Number.NaN) as Tensor;
    const hot = oneHot(labels, depth, { axis, dtype: logits.dtype });
    return [mul(expandDims(given, axis), sub(softmax(logits, { axis }), hot)) as Tensor, null];
  },
  saves: ['logits', 'labels'],
  reference: ([logits, labels], { axis }) =>
    generate(labels.shape, logits.dtype, (point) => {
      const label = elementAt(labels, point);
      const depth = logits.shape[axis] as number;
      if (label < 0 || label >= depth) return Number.NaN;
      const all = Array.from({ length: depth }, (_, k) =>
        elementAt(logits, [...point.slice(0, axis), k, ...point.slice(axis)]),
      );
      const top = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      return Math.log(all.reduce((a, b) => a + Math.exp(b - top), 0)) - ((all[label] as number) - top);
    }),
  samples: [
    {
      label: 'two examples',
      inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3]), nd([2], [1, 0], 'int32')],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'classes first',
      inputs: [nd([2, 2], [1, 2, -1, 0.5]), nd([2], [0, 1], 'int32')],
      rest: [{ axis: 0 }],
      grad: 'check',
      ulp: 32,
    },
    { label: 'one example', inputs: [nd([2], [1000, 990]), nd([], [1], 'int32')], grad: 'check', ulp: 32 },
    {
      label: 'unsigned labels, more axes',
      inputs: [nd([1, 2, 2], [1, 2, -1, 0.5]), nd([1, 2], [0, 1], 'uint32')],
      grad: 'check',
      ulp: 32,
    },
    { label: 'a class with no chance', inputs: [nd([1, 2], [0, -Infinity]), nd([1], [0], 'int32')], grad: [[0, 0]] },
    { label: 'no class', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [-1, 2], 'int32')], grad: 'skip' },
    { label: 'no examples', inputs: [nd([0, 2], []), nd([0], [], 'int32')] },
    { label: 'nan', inputs: [nd([1, 2], [NaN, 1]), nd([1], [1], 'int32')], grad: 'skip' },
  ],
  errors: [
    {
      label: 'one-hot labels',
      inputs: [{ shape: [2, 3] }, { shape: [2, 3], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /sparseSoftmaxCrossEntropy: labels: expected shape \[2\], got int32\[2, 3\]/,
    },
    {
      label: 'broken labels',
      inputs: [{ shape: [2, 3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /labels: expected int32 or uint32, got float32/,
    },
    {
      label: 'integer logits',
      inputs: [
        { shape: [2, 3], dtype: 'int32' },
        { shape: [2], dtype: 'int32' },
      ],
      code: 'E_DTYPE',
      says: /expected floating input, got int32/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [], dtype: 'int32' }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /from -1 to 0, got 1/,
    },
  ],
});

function check(logits: Tensor, labels: Tensor, axis: number): void {
  const op = 'sparseSoftmaxCrossEntropy';
  floating(op, logits.abstract);
  const operands = [logits.abstract, labels.abstract];
  if (isFloating(labels.dtype) || labels.dtype === 'bool') {
    raise('E_DTYPE', {
      op,
      argument: 'labels',
      expected: 'int32 or uint32',
      found: labels.dtype,
      operands,
      hint: "cast them: cast(labels, 'int32')",
    });
  }
  const expected = logits.abstract.shape.filter((_, a) => a !== axis);
  if (sameShape(expected, labels.abstract.shape)) return;
  raise('E_SHAPE', {
    op,
    argument: 'labels',
    expected: `shape [${expected.join(', ')}]`,
    found: labels.abstract.text,
    operands,
    hint: 'for labels that are probabilities or one-hot write softmaxCrossEntropy',
  });
}

function isClass(labels: Tensor, depth: number): Tensor {
  return logicalAnd(greaterEqual(labels, 0), less(labels, depth)) as Tensor;
}
