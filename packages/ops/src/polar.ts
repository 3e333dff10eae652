/** `polar`: complex numbers of their length and direction. */
import { type Broadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { cos } from './cos.ts';
import { noDoubleComplex } from './definition/complex-samples.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sin } from './sin.ts';

type Polar = <const A extends TensorLike, const B extends TensorLike>(
  length: A,
  angle: B,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'complex64'>;

/**
 * Complex numbers of their absolute value and their angle (in radians), which broadcast against each other.
 *
 * @throws `E_BROADCAST`, `E_DTYPE` for float64.
 * @example
 * ```ts
 * import { polar, tensor } from '@deft/tensor';
 * console.log(polar(tensor([2, 3]), 0).toArray()); // [[2, 0], [3, 0]]
 * ```
 */
export const polar: OperationFunction<Polar> = defineComposite({
  name: 'polar',
  inputs: ['length', 'angle'],
  doc: {
    group: 'complex',
    summary: 'Complex numbers of their length and direction.',
    math: 'polar(r, φ) = r·cos(φ) + i·r·sin(φ)',
    see: ['abs', 'angle', 'complex'],
  },
  promote: 'float',
  compose: ([length, angle]) => complex(mul(length, cos(angle)), mul(length, sin(angle))) as Tensor,
  samples: [
    {
      label: 'along the axes',
      inputs: [nd([2], [2, 3]), nd([2], [0, 0])],
      grad: [
        [1, 1],
        [0, 0],
      ],
    },
    { label: 'a vector', inputs: [nd([3], [1, 2, 0.5]), nd([3], [0, 2, -1])] },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 2]), nd([3], [0, 1, -2])] },
    { label: 'scalars', inputs: [nd([], [2]), nd([], [1])] },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
    { label: 'nan', inputs: [nd([2], [NaN, 1]), nd([2], [0, NaN])] },
  ],
  limitations: [noDoubleComplex],
  errors: [
    {
      label: 'float64',
      inputs: [{ shape: [2], dtype: 'float64' }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /polar.*: expected float32 parts, got float64/,
    },
  ],
});
