/** `booleanMask`: the slices where a mask holds. */
import { normalizeAxis, raise, sameShape, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { operand } from './definition/operand.ts';
import { gather } from './gather.ts';
import { reshape } from './reshape.ts';

/**
 * The slices of `x` where the mask holds, along as many axes from `axis` on (the first unless told) as the mask has; they
 * stand along one axis in place of those. How many there are depends on the mask's elements, so it cannot be captured.
 *
 * @throws `E_DTYPE` unless the mask is bool, `E_SHAPE` unless it has the shape of those axes, `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { booleanMask, tensor } from '@deft/tensor';
 * console.log(booleanMask(tensor([1, 2, 3]), tensor([true, false, true])).toArray()); // [1, 3]
 * ```
 */
export function booleanMask(x: TensorLike, mask: TensorLike, axis = 0): Tensor {
  const [input, chosen] = [operand('booleanMask', 'x', x), operand('booleanMask', 'mask', mask)];
  const operands = [input.abstract, chosen.abstract];
  if (chosen.dtype !== 'bool') {
    raise('E_DTYPE', { op: 'booleanMask', argument: 'mask', expected: 'bool', found: chosen.dtype, operands });
  }
  const { shape } = input.abstract;
  const first = normalizeAxis('booleanMask', axis, input.rank);
  const end = first + chosen.rank;
  if (chosen.rank === 0 || !sameShape(shape.slice(first, end), chosen.abstract.shape)) {
    raise('E_SHAPE', {
      op: 'booleanMask',
      argument: 'mask',
      expected: `the shape of axes from ${first} on`,
      found: chosen.abstract.text,
      operands,
    });
  }
  const places: number[] = [];
  (chosen.dataSync() as unknown as Uint8Array).forEach((holds, i) => {
    if (holds) places.push(i);
  });
  const joined = reshape(input, [...shape.slice(0, first), chosen.size, ...shape.slice(end)]) as Tensor;
  const indices = constantTensor({ shape: [places.length], dtype: 'int32', data: Int32Array.from(places) });
  return gather(joined, indices, { axis: first });
}
