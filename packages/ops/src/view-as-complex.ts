/** `viewAsComplex`: pairs of real numbers as complex numbers. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { noDoubleComplex } from './definition/complex-samples.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

/**
 * Complex numbers of the pairs along the last axis, which has size 2: real and imaginary part.
 *
 * @throws `E_SHAPE` where the last axis has another size, `E_DTYPE` for float64.
 * @example
 * ```ts
 * import { tensor, viewAsComplex } from '@deft/tensor';
 * console.log(viewAsComplex(tensor([[1, 2], [3, 4]])).shape); // [2]
 * ```
 */
export const viewAsComplex: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, 'complex64'>
> = defineComposite({
  name: 'viewAsComplex',
  inputs: ['x'],
  doc: {
    group: 'complex',
    summary: 'Pairs of real numbers along the last axis as complex numbers.',
    see: ['viewAsReal', 'complex'],
  },
  promote: 'float',
  compose: ([x]) => {
    const shape = x.abstract.shape;
    if (shape.at(-1) !== 2) {
      raise('E_SHAPE', {
        op: 'viewAsComplex',
        argument: 'x',
        expected: 'a last axis of size 2',
        found: x.abstract.text,
      });
    }
    const kept = shape.slice(0, -1);
    const part = (which: number): Tensor =>
      reshape(slice(x, [...kept.map(() => 0), which], [...kept, 1]) as Tensor, kept) as Tensor;
    return complex(part(0), part(1)) as Tensor;
  },
  samples: [
    { label: 'a matrix', inputs: [nd([3, 2], [1, 2, -3, 4, 0, 0.5])], grad: [[1, 0, 1, 0, 1, 0]] },
    { label: 'one number', inputs: [nd([2], [1, 2])] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([2, 2], [NaN, 1, Infinity, -Infinity])] },
  ],
  limitations: [noDoubleComplex],
  errors: [
    {
      label: 'no pairs',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /viewAsComplex: x: expected a last axis of size 2, got float32\[2, 3\]/,
    },
  ],
});
