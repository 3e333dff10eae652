/** `randomCauchy`: random numbers of a Cauchy distribution, which has no mean. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type LocationScaleOptions, moved, parameter } from './definition/distributions.ts';
import { keyOrNext, type RandomFloats, randomDType, symmetricNumbers, withOptionalKey } from './definition/random.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { sub } from './sub.ts';
import { tan } from './tan.ts';

/** Options of `randomCauchy`. */
export interface RandomCauchyOptions extends LocationScaleOptions {}

type Options = RandomCauchyOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomCauchy',
  inputs: ['key', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers of a Cauchy distribution, which has no mean.',
    math: 'p(x) = 1 / (π · scale · (1 + ((x − location) / scale)²))',
    notes: [
      'By the inverse of the distribution function: sign(u) / tan(π/2 · (1 − |u|)), −1 < u < 1.',
      'It differentiates through location and scale.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomNormal'],
  },
  arguments: (
    key: Tensor,
    location: TensorLike,
    scale: TensorLike,
    shape: readonly number[],
    options: Options = {},
  ) => {
    const dtype = randomDType('randomCauchy', options.dtype);
    const inputs = [
      key,
      parameter('randomCauchy', 'location', location, dtype),
      parameter('randomCauchy', 'scale', scale, dtype),
    ];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, location, scale], { shape, dtype }): Tensor => {
    const u = symmetricNumbers('randomCauchy', key, shape, dtype);
    // 1 − |u| is exact, so the far tails keep their digits.
    return moved(div(sign(u), tan(mul(sub(1, abs(u)), Math.PI / 2))) as Tensor, location, scale, dtype);
  },
  samples: [
    {
      label: 'float64',
      inputs: [nd([2], [5, 6], 'uint32'), nd([], [1]), nd([], [2])],
      rest: [[3], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [100, -200, 300]), nd([1], [2])],
      rest: [[3, 2], { dtype: 'float64' }],
      grad: 'check',
    },
    { label: 'standard', inputs: [nd([2], [0, 42], 'uint32'), nd([], [0]), nd([], [1])], rest: [[2, 3]], grad: 'skip' },
    { label: 'a scalar', inputs: [nd([2], [1, 2], 'uint32'), nd([], [0]), nd([], [3])], rest: [[]], grad: 'skip' },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [0]), nd([], [1])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomCauchy: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomCauchy: dtype: expected a floating dtype, got int32/,
    },
    {
      label: 'a parameter that does not fit',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }, { shape: [] }],
      rest: [[3]],
      code: 'E_BROADCAST',
      says: /randomCauchy/,
    },
  ],
});

/**
 * Random numbers of a Cauchy distribution, which has no mean. Location and scale are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomCauchy } from '@deft/tensor';
 * console.log(randomCauchy([2, 3], { key: key(42), location: 1 }).shape); // [2, 3]
 * ```
 */
export const randomCauchy: OperationFunction<RandomFloats<RandomCauchyOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { location = 0, scale = 1 } = options;
    return fromKey(keyOrNext('randomCauchy', options.key), location, scale, shape as readonly number[], options);
  },
);
