/** `matrixPower`: whole powers of square matrices. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { squareMatrices } from './definition/matrices.ts';
import { checkWhole } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { inv } from './inv.ts';
import { matmul } from './matmul.ts';

/**
 * The square matrices in the last two axes multiplied by themselves: `exponent` factors, the unit matrix for 0, powers of the
 * inverse below. By repeated squaring.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square, `E_ATTRIBUTE` unless the exponent is whole.
 * @example
 * ```ts
 * import { matrixPower, tensor } from '@deft/tensor';
 * console.log(matrixPower(tensor([[1, 1], [1, 0]]), 10).toArray()); // [[89, 55], [55, 34]]
 * ```
 */
export const matrixPower: OperationFunction<
  <const X extends TensorLike>(x: X, exponent: number) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'matrixPower',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'Whole powers of square matrices.',
    math: 'matrixPower(x, n) = x · x · … · x',
    see: ['matmul', 'inv', 'expm'],
  },
  promote: 'float',
  arguments: (x: TensorLike, exponent: number) => {
    checkWhole('matrixPower', 'exponent', exponent);
    return { inputs: [x], attributes: { exponent } };
  },
  compose: ([x], { exponent }): Tensor => {
    const { rows } = squareMatrices('matrixPower', 'x', x.abstract);
    floating('matrixPower', x.abstract);
    if (exponent === 0) return broadcastTo(eye(rows, rows, x.dtype) as Tensor, x.abstract.shape as number[]) as Tensor;
    let square = exponent < 0 ? inv(x) : x;
    let power: Tensor | undefined;
    for (let left = Math.abs(exponent); ; square = matmul(square, square) as Tensor) {
      if (left % 2 === 1) power = power ? (matmul(power, square) as Tensor) : square;
      left = Math.floor(left / 2);
      if (left === 0) return power as Tensor;
    }
  },
  samples: [
    { label: 'third', inputs: [nd([2, 2], [1, 2, 3, 1])], rest: [3], grad: 'check' },
    { label: 'tenth', inputs: [nd([2, 2], [1, 1, 1, 0])], rest: [10], grad: 'check' },
    { label: 'none', inputs: [nd([2, 2], [1, 2, 3, 1])], rest: [0] },
    { label: 'of the inverse', inputs: [nd([2, 2], [1, 2, 3, 1])], rest: [-2], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 1, 1], [2, -3])], rest: [2], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])], rest: [2] },
  ],
  errors: [
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }],
      rest: [2],
      code: 'E_SHAPE',
      says: /matrixPower: x: expected square matrices/,
    },
    {
      label: 'half a factor',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /matrixPower: exponent: .*got 0.5/,
    },
  ],
});
