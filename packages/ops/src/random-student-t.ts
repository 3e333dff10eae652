/** `randomStudentT`: random numbers of Student’s t-distribution. */
import { carrierOf, type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keysFrom, type LocationScaleOptions, moved, parameter, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import type { FloatingDType } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { randomNormal } from './random-normal.ts';
import { randomStandardGamma } from './random-standard-gamma.ts';
import { sqrt } from './sqrt.ts';

/** Options of `randomStudentT`. */
export interface RandomStudentTOptions extends LocationScaleOptions {
  /** Degrees of freedom, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly degreesOfFreedom?: TensorLike;
}

type Options = RandomStudentTOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  degreesOfFreedom: TensorLike,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomStudentT',
  inputs: ['key', 'degreesOfFreedom', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers of Student’s t-distribution.',
    math: 'p(z) ∝ (1 + z² / ν)^(−(ν + 1) / 2), z = (x − location) / scale',
    notes: [
      'A normally distributed number divided by √(2 g / ν), g gamma distributed with α = ν / 2.',
      'It differentiates through all three parameters.',
    ],
    see: ['key', 'randomNormal', 'randomCauchy', 'randomStandardGamma'],
  },
  arguments: (
    key: Tensor,
    degreesOfFreedom: TensorLike,
    location: TensorLike,
    scale: TensorLike,
    shape: readonly number[],
    options: Options = {},
  ) => {
    const dtype = randomDType('randomStudentT', options.dtype);
    const inputs = [
      key,
      parameter('randomStudentT', 'degreesOfFreedom', degreesOfFreedom, dtype),
      parameter('randomStudentT', 'location', location, dtype),
      parameter('randomStudentT', 'scale', scale, dtype),
    ];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, degreesOfFreedom, location, scale], { shape, dtype }): Tensor => {
    const [forNormal, forGamma] = keysFrom('randomStudentT', key, 2) as [Tensor, Tensor];
    const carrier = carrierOf(dtype) as FloatingDType;
    const half = mul(spread(degreesOfFreedom, shape, carrier), 0.5) as Tensor;
    const g = randomStandardGamma(shape as number[], { key: forGamma, alpha: half, dtype: carrier });
    const normal = randomNormal(shape as number[], { key: forNormal, dtype: carrier });
    return moved(mul(normal, sqrt(div(half, g))) as Tensor, location, scale, dtype);
  },
  samples: [
    {
      label: 'float64',
      inputs: [nd([2], [5, 6], 'uint32'), nd([], [3], 'int32'), nd([], [1]), nd([], [2])],
      rest: [[3], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [1, 5, 40], 'int32'), nd([3, 1], [0, -200, 300]), nd([1], [2])],
      rest: [[3, 2], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'float32',
      inputs: [nd([2], [0, 42], 'uint32'), nd([], [4]), nd([], [0]), nd([], [1])],
      rest: [[2, 3]],
      grad: 'skip',
      ulp: 32,
    },
    {
      label: 'empty',
      inputs: [nd([2], [0, 0], 'uint32'), nd([], [1]), nd([], [0]), nd([], [1])],
      rest: [[0, 2]],
    },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomStudentT: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomStudentT: dtype: expected a floating dtype, got int32/,
    },
  ],
});

/**
 * Random numbers of Student’s t-distribution. The parameters are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomStudentT } from '@deft/tensor';
 * console.log(randomStudentT([2, 3], { key: key(42), degreesOfFreedom: 4 }).shape); // [2, 3]
 * ```
 */
export const randomStudentT: OperationFunction<RandomFloats<RandomStudentTOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { degreesOfFreedom = 1, location = 0, scale = 1 } = options;
    const key = keyOrNext(options.key);
    return fromKey(key, degreesOfFreedom, location, scale, shape as readonly number[], options);
  },
);
