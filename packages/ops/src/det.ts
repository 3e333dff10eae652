/** `det`: the determinant of square matrices. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { eliminated } from './definition/determinant.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { prod } from './prod.ts';

/**
 * The determinant of the square matrices in the last two axes. Of large matrices it easily leaves the range of the dtype:
 * take `slogdet` there.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { det, tensor } from '@deft/tensor';
 * console.log(det(tensor([[2, 1], [1, 4]])).item()); // 7
 * ```
 */
export const det: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'det',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The determinant of square matrices.',
    notes: ['The derivative is that of the elimination; at a singular matrix it is NaN.'],
    see: ['slogdet', 'inv'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    const { diagonal, sign } = eliminated('det', x);
    return mul(prod(diagonal, { axis: -1 }), sign) as Tensor;
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 4])], grad: 'check' },
    { label: 'rows exchanged', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [-4])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [1, 2, 2, 4])], grad: 'skip' },
    { label: 'no rows', inputs: [nd([0, 0], [])] },
    { label: 'integers', inputs: [nd([1, 1], [4], 'int32')] },
    { label: 'nan', inputs: [nd([2, 2], [1, 2, 2, NaN])], grad: 'skip' },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /det: x: expected at least rank 2/ },
    { label: 'not square', inputs: [{ shape: [2, 3] }], code: 'E_SHAPE', says: /det: x: expected square matrices/ },
  ],
});
