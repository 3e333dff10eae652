/** `argWhere`: the places where a condition holds. */
import { stridesOf, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { operand } from './definition/operand.ts';

/**
 * The positions of all elements that are true (or not 0), one row of positions for each, in row-major order. How many
 * there are depends on the elements, so it cannot be captured.
 *
 * @throws `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { argWhere, tensor } from '@deft/tensor';
 * console.log(argWhere(tensor([[0, 5], [6, 0]])).toArray()); // [[0, 1], [1, 0]]
 * ```
 */
export function argWhere(condition: TensorLike): Tensor {
  const input = operand('argWhere', 'condition', condition);
  const { shape } = input.abstract;
  const strides = stridesOf(shape);
  const rows: number[] = [];
  let count = 0;
  (input.dataSync() as unknown as Float32Array).forEach((element, position) => {
    if (!element && !Number.isNaN(element)) return;
    count++;
    for (const [axis, stride] of strides.entries()) rows.push(Math.floor(position / stride) % (shape[axis] as number));
  });
  return constantTensor({ shape: [count, shape.length], dtype: 'int32', data: Int32Array.from(rows) });
}
