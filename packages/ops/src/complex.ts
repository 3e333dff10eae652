/** `complex`: complex numbers of their real and imaginary parts. */
import {
  abstractValue,
  type Broadcast,
  internal,
  nd,
  ndZeros,
  type OperationFunction,
  raise,
  Tensor,
  tryBroadcast,
} from '@deft/core';
import { broadcastArrays } from './broadcast-arrays.ts';
import { cast } from './cast.ts';
import { noDoubleComplex } from './definition/complex-samples.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { elementAt, forEachPoint } from './definition/reference.ts';
import { broadcastAll } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { imag } from './imag.ts';
import { real } from './real.ts';
import { stack } from './stack.ts';

type Complex = <const A extends TensorLike, const B extends TensorLike>(
  re: A,
  im: B,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'complex64'>;

/**
 * Complex numbers of their real and imaginary parts, which broadcast against each other. Both are float32; parts of other
 * dtypes are converted.
 *
 * @throws `E_BROADCAST`, `E_DTYPE` for parts that are complex or float64 (there is no complex dtype of that precision).
 * @example
 * ```ts
 * import { complex, tensor } from '@deft/tensor';
 * console.log(complex(tensor([1, 2]), tensor([0, -1])).toArray()); // [[1, 0], [2, -1]]
 * ```
 */
export const complex: OperationFunction<Complex> = definePrimitive({
  name: 'complex',
  inputs: ['re', 'im'],
  doc: {
    group: 'complex',
    summary: 'Complex numbers of their real and imaginary parts.',
    math: 'z = re + i·im',
    notes: ['On the host the parts take turns.'],
    see: ['real', 'imag', 'polar'],
  },
  promote: 'float',
  arguments: (re: TensorLike, im: TensorLike) => ({ inputs: [single(re), single(im)], attributes: {} }),
  infer: ([re, im]) => {
    for (const part of [re, im]) {
      if (part.dtype === 'float32') continue;
      raise('E_DTYPE', {
        op: 'complex',
        expected: 'float32 parts',
        found: part.dtype,
        operands: [re, im],
        hint: "cast them: cast(x, 'float32')",
      });
    }
    return abstractValue(broadcastAll('complex', [re, im]).shape, 'complex64');
  },
  jvp: (_, [dre, dim]) => complex(dre, dim) as Tensor,
  vjp: (ct) => [real(ct) as Tensor, imag(ct) as Tensor],
  batch: 'elementwise',
  lower: () => internal('kernels see the parts of complex numbers'),
  onPlanes: (parts) => [stack(broadcastArrays(parts) as readonly Tensor[]) as Tensor],
  reference: ([re, im]) => {
    const array = ndZeros(tryBroadcast([re.shape, im.shape]) as number[], 'complex64');
    forEachPoint(array.shape, (point, position) => {
      array.data[2 * position] = elementAt(re, point);
      array.data[2 * position + 1] = elementAt(im, point);
    });
    return array;
  },
  samples: [
    {
      label: 'a vector',
      inputs: [nd([3], [1, 2, -3]), nd([3], [0, -1, 0.5])],
      grad: [
        [1, 1, 1],
        [0, 0, 0],
      ],
    },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 2]), nd([3], [10, 20, 30])] },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [-1])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2], [1, 2])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, 0]), nd([3], [0, NaN, -Infinity])] },
  ],
  limitations: [noDoubleComplex],
  errors: [
    {
      label: 'parts of float64',
      inputs: [{ shape: [2], dtype: 'float64' }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /complex: expected float32 parts, got float64/,
    },
    {
      label: 'parts that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /complex: shapes do not broadcast together/,
    },
  ],
});

/** Parts of half precision become float32, which holds them exactly. */
function single(part: TensorLike): TensorLike {
  const isHalf = part instanceof Tensor && (part.dtype === 'float16' || part.dtype === 'bfloat16');
  return isHalf ? (cast(part, 'float32') as Tensor) : part;
}
