/** `det`: the determinant of square matrices. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { cofactors } from './definition/cofactors.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { eliminated } from './definition/determinant.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { mul } from './mul.ts';
import { prod } from './prod.ts';
import { sum } from './sum.ts';

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
    notes: [
      'The derivative is the matrix of cofactors, also at singular matrices. There are two derivatives at every matrix; the third is NaN where the rank is below n − 1.',
    ],
    see: ['slogdet', 'inv'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    const { diagonal, sign } = eliminated('det', x);
    return mul(prod(diagonal, { axis: -1 }), sign) as Tensor;
  },
  jvp: ([x], [dx]) => sum(mul(cofactors('det', x), dx), { axis: [-2, -1] }) as Tensor,
  vjp: (ct, { x }) => [mul(expandDims(expandDims(ct, -1), -1), cofactors('det', x)) as Tensor],
  saves: ['x'],
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 4])], grad: 'check' },
    { label: 'rows exchanged', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [-4])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [1, 2, 2, 4])], grad: 'check' },
    { label: 'a column of zeros', inputs: [nd([2, 2], [0, 2, 0, 3])], grad: 'check' },
    { label: 'of rank n − 1', inputs: [nd([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])], grad: 'check' },
    { label: 'zeros in the middle', inputs: [nd([3, 3], [0, 0, 1, 0, 0, 2, 3, 4, 5])], grad: 'check' },
    {
      label: 'of a lower rank',
      inputs: [nd([2, 3, 3], [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
      grad: 'check',
    },
    { label: 'of rank 1, filled', inputs: [nd([3, 3], [1, 2, -1, 2, 4, -2, 3, 6, -3])], grad: 'check' },
    {
      label: 'four rows of rank 2',
      inputs: [nd([4, 4], [1, 2, 3, 4, 2, -1, 0, 1, 3, 1, 3, 5, 1, -3, -3, -3])],
      grad: 'check',
    },
    { label: 'zeros of two rows', inputs: [nd([2, 2], [0, 0, 0, 0])], grad: 'check' },
    { label: 'the unit matrix', inputs: [nd([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])], grad: 'check' },
    { label: 'no rows', inputs: [nd([0, 0], [])] },
    { label: 'integers', inputs: [nd([1, 1], [4], 'int32')] },
    { label: 'nan', inputs: [nd([2, 2], [1, 2, 2, NaN])], grad: 'skip' },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /det: x: expected at least rank 2/ },
    { label: 'not square', inputs: [{ shape: [2, 3] }], code: 'E_SHAPE', says: /det: x: expected square matrices/ },
  ],
});
