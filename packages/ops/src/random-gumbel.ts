/** `randomGumbel`: random numbers as the largest of many are distributed. */
import { carrierOf, type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type LocationScaleOptions, moved, openUnitNumbers, parameter } from './definition/distributions.ts';
import { keyOrNext, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import { log } from './log.ts';
import { neg } from './neg.ts';

/** Options of `randomGumbel`. */
export interface RandomGumbelOptions extends LocationScaleOptions {}

type Options = RandomGumbelOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomGumbel',
  inputs: ['key', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers as the largest of many are distributed.',
    math: 'P(x ≤ t) = exp(−exp(−(t − location) / scale))',
    notes: [
      'By the inverse of the distribution function, −ln(−ln u), in float64 and then rounded, so that no digits are lost around 0.',
      'It differentiates through location and scale.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomCategorical', 'randomExponential'],
  },
  arguments: (
    key: Tensor,
    location: TensorLike,
    scale: TensorLike,
    shape: readonly number[],
    options: Options = {},
  ) => {
    const dtype = randomDType('randomGumbel', options.dtype);
    const inputs = [
      key,
      parameter('randomGumbel', 'location', location, dtype),
      parameter('randomGumbel', 'scale', scale, dtype),
    ];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, location, scale], { shape, dtype }): Tensor => {
    const u = openUnitNumbers('randomGumbel', key, shape, 'float64');
    return moved(cast(neg(log(neg(log(u)))), carrierOf(dtype)) as Tensor, location, scale, dtype);
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
      says: /randomGumbel: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomGumbel: dtype: expected a floating dtype, got int32/,
    },
    {
      label: 'a parameter that does not fit',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }, { shape: [] }],
      rest: [[3]],
      code: 'E_BROADCAST',
      says: /randomGumbel/,
    },
  ],
});

/**
 * Random numbers as the largest of many are distributed. Location and scale are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomGumbel } from '@deft/tensor';
 * console.log(randomGumbel([2, 3], { key: key(42) }).shape); // [2, 3]
 * ```
 */
export const randomGumbel: OperationFunction<RandomFloats<RandomGumbelOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { location = 0, scale = 1 } = options;
    return fromKey(keyOrNext('randomGumbel', options.key), location, scale, shape as readonly number[], options);
  },
);
