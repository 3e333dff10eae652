/** `saturateCast`: the elements in another dtype, limited to its range. */
import { type DType, dtypeNames, dtypes, isDType, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { highestOf, largestFinite, lowestOf } from './definition/extremes.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';

type SaturateCast = <const X extends TensorLike, const E extends DType>(x: X, dtype: E) => Tensor<ShapeOf<X>, E>;

/**
 * The elements in another dtype, where those outside of its range become its lowest or highest (finite) number instead of
 * wrapping or becoming infinite. Floats become integers by truncation.
 *
 * @throws `E_ATTRIBUTE` for an unknown dtype.
 * @example
 * ```ts
 * import { saturateCast, tensor } from '@deft/tensor';
 * console.log(saturateCast(tensor([-5, 7], { dtype: 'int32' }), 'uint32').toArray()); // [0, 7]
 * ```
 */
export const saturateCast: OperationFunction<SaturateCast> = defineComposite({
  name: 'saturateCast',
  inputs: ['x'],
  doc: {
    group: 'conversion',
    summary: 'The elements in another dtype, limited to its range.',
    notes: ['NaN stays NaN between floats and becomes 0 in integers. To bool: whether the element is not 0.'],
    see: ['cast', 'clip'],
  },
  arguments: (x: TensorLike, dtype: DType) => {
    if (!isDType(dtype)) {
      raise('E_ATTRIBUTE', {
        op: 'saturateCast',
        argument: 'dtype',
        expected: `one of ${dtypeNames.join(', ')}`,
        found: String(dtype),
      });
    }
    return { inputs: [x], attributes: { dtype } };
  },
  compose: ([x], { dtype }): Tensor => cast(limited(x, dtype), dtype) as Tensor,
  samples: [
    { label: 'signed to unsigned', inputs: [nd([3], [-5, 7, 2147483647], 'int32')], rest: ['uint32'] },
    { label: 'unsigned to signed', inputs: [nd([3], [5, 2147483648, 4294967295], 'uint32')], rest: ['int32'] },
    { label: 'float to integer', inputs: [nd([6], [1.9, -1.9, 3e9, -Infinity, Infinity, NaN])], rest: ['int32'] },
    { label: 'float to double', inputs: [nd([3], [1.5, -2, 0.25])], rest: ['float64'], grad: 'check' },
    {
      label: 'double to float',
      inputs: [nd([5], [0.1, 1e300, -1e300, Infinity, 2], 'float64')],
      rest: ['float32'],
      grad: [[1, 0, 0, 0, 1]],
    },
    { label: 'nan', inputs: [nd([2], [NaN, 1], 'float64')], rest: ['float32'], grad: 'skip' },
    { label: 'to bool', inputs: [nd([3], [0, 0.5, NaN])], rest: ['bool'] },
    { label: 'bool to float', inputs: [nd([2], [1, 0], 'bool')], rest: ['float32'] },
    { label: 'scalar', inputs: [nd([], [-2], 'int32')], rest: ['uint32'] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: ['int32'] },
  ],
  errors: [
    {
      label: 'an unknown dtype',
      inputs: [{ shape: [2] }],
      rest: ['double'],
      code: 'E_ATTRIBUTE',
      says: /saturateCast: dtype: expected one of bool, .*, got double/,
    },
  ],
});

/** The elements limited to what both dtypes hold. `cast` itself limits floats that become integers. */
function limited(x: Tensor, dtype: DType): Tensor {
  const [from, to] = [dtypes[x.dtype].kind, dtypes[dtype].kind];
  if (from === 'bool' || to === 'bool') return x;
  if (to === 'float') {
    const most = largestFinite(dtype);
    return from === 'float' && most <= largestFinite(x.dtype) ? (clip(x, -most, most) as Tensor) : x;
  }
  if (from === 'float') return x;
  const above = lowestOf(dtype) > lowestOf(x.dtype) ? (maximum(x, lowestOf(dtype)) as Tensor) : x;
  return highestOf(dtype) < highestOf(x.dtype) ? (minimum(above, highestOf(dtype)) as Tensor) : above;
}
