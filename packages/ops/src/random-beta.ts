/** `randomBeta`: random numbers of a beta distribution. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keysFrom, parameter, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import { gammaNumbers } from './definition/rejection.ts';
import { greaterEqual } from './greater-equal.ts';
import { log } from './log.ts';
import { logicalAnd } from './logical-and.ts';
import { sigmoid } from './sigmoid.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `randomBeta`. */
export interface RandomBetaOptions extends KeyOptions {
  /** What draws towards 1, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly alpha?: TensorLike;
  /** What draws towards 0, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly beta?: TensorLike;
}

type Options = RandomBetaOptions & { readonly dtype?: DType };

const fromKey: OperationFunction<
  (key: Tensor, alpha: TensorLike, beta: TensorLike, shape: readonly number[], options?: Options) => Tensor
> = defineComposite({
  name: 'randomBeta',
  inputs: ['key', 'alpha', 'beta'],
  doc: {
    group: 'random',
    summary: 'Random numbers between 0 and 1 of a beta distribution.',
    math: 'p(x) ∝ x^(α − 1) (1 − x)^(β − 1)',
    notes: [
      'x = a / (a + b) for gamma distributed a and b, by their logarithms, so that small parameters give 0 or 1 rather than 0 / 0.',
      'It differentiates through both parameters as `randomStandardGamma` does through its own.',
      'A negative parameter gives NaN. Computed in float64 and then rounded.',
    ],
    see: ['key', 'randomGamma', 'randomUniform'],
  },
  arguments: (key: Tensor, alpha: TensorLike, beta: TensorLike, shape: readonly number[], options: Options = {}) => {
    const dtype = randomDType('randomBeta', options.dtype);
    const inputs = [key, parameter('randomBeta', 'alpha', alpha, dtype), parameter('randomBeta', 'beta', beta, dtype)];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, alpha, beta], { shape, dtype }): Tensor => {
    const keys = keysFrom('randomBeta', key, 2);
    const wanted = [alpha, beta].map((one) => spread(one, shape, 'float64')) as [Tensor, Tensor];
    const [a, b] = wanted.map((one, i) => {
      const { grown, power } = gammaNumbers('randomBeta', keys[i] as Tensor, one);
      return add(log(grown), power);
    }) as [Tensor, Tensor];
    const good = logicalAnd(greaterEqual(wanted[0], 0), greaterEqual(wanted[1], 0)) as Tensor;
    return cast(where(good, sigmoid(sub(a, b)), Number.NaN), dtype) as Tensor;
  },
  samples: [
    { label: 'even', inputs: [nd([2], [0, 42], 'uint32'), nd([], [1]), nd([], [1])], rest: [[2, 3]], grad: 'skip' },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [0.5, 2, 30]), nd([1], [4])],
      rest: [[3, 2], { dtype: 'float64' }],
      // From those of the gamma distributed numbers, which 60 digits of their power series give.
      grad: [[], [0.23806382020409322, 0.22101595473060076, 0.005442472668725244], [-0.20686923541157892]],
    },
    {
      label: 'towards the ends',
      inputs: [nd([2], [0, 3], 'uint32'), nd([], [0.125]), nd([], [0.25])],
      rest: [[4]],
      grad: 'skip',
    },
    {
      label: 'no distribution',
      inputs: [nd([2], [0, 3], 'uint32'), nd([], [-1]), nd([], [1])],
      rest: [[2]],
      grad: 'skip',
    },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1]), nd([], [1])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomBeta: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomBeta: dtype: expected a floating dtype, got int32/,
    },
  ],
});

/**
 * Random numbers between 0 and 1 of a beta distribution. Alpha and beta are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomBeta } from '@deft/tensor';
 * console.log(randomBeta([2, 3], { key: key(42), alpha: 2, beta: 5 }).shape); // [2, 3]
 * ```
 */
export const randomBeta: OperationFunction<RandomFloats<RandomBetaOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { alpha = 1, beta = 1 } = options;
    return fromKey(keyOrNext(options.key), alpha, beta, shape as readonly number[], options);
  },
);
