/** `dot`: the inner product of two vectors. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { CheckRank } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { CheckTensordot } from './definition/product-types.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';

type Dot = <const A extends TensorLike, const B extends TensorLike>(
  a: A & CheckRank<ShapeOf<A>, 1>,
  b: B & CheckRank<ShapeOf<B>, 1> & CheckTensordot<ShapeOf<A>, ShapeOf<B>, 1>,
) => Tensor<[], DTypeOf<A, B>>;

/**
 * The inner product of two vectors of one length, as a scalar.
 *
 * @throws `E_RANK` unless both are vectors, `E_SHAPE` when their lengths differ.
 * @example
 * ```ts
 * import { dot, tensor } from '@deft/tensor';
 * console.log(dot(tensor([1, 2, 3]), tensor([4, 5, 6])).item()); // 32
 * ```
 */
export const dot: OperationFunction<Dot> = defineComposite({
  name: 'dot',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The inner product of two vectors.',
    math: 'dot(a, b) = Σᵢ aᵢ · bᵢ',
    see: ['matmul', 'outer', 'dotGeneral'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike) => ({ inputs: [a, b], attributes: {} }),
  compose: ([a, b]): Tensor => {
    requireRank('dot', 'a', a.abstract, 1);
    requireRank('dot', 'b', b.abstract, 1);
    if (a.abstract.shape[0] !== b.abstract.shape[0]) {
      raise('E_SHAPE', { op: 'dot', says: 'the vectors differ in length', operands: [a.abstract, b.abstract] });
    }
    return dotGeneral(a, b, { contract: [[0], [0]] });
  },
  samples: [
    { label: 'three elements', inputs: [nd([3], [1, 2, 3]), nd([3], [4, 5, 6])], grad: 'check' },
    { label: 'one element', inputs: [nd([1], [2]), nd([1], [3])], grad: 'check' },
    { label: 'nothing', inputs: [nd([0], []), nd([0], [])] },
    { label: 'nan', inputs: [nd([2], [NaN, 1]), nd([2], [0, 1])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2, 2] }, { shape: [2] }],
      code: 'E_RANK',
      says: /dot: a: expected rank 1, got rank 2/,
    },
    {
      label: 'lengths differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /dot: the vectors differ in length \(operands float32\[2\], float32\[3\]\)/,
    },
  ],
});
