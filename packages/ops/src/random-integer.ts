/** `randomInteger`: random whole numbers. */
import { nd, type OperationFunction, raise, type Shape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { checkWhole } from './definition/operand.ts';
import { type KeyOptions, unitNumbers, withOptionalKey } from './definition/random.ts';
import { floor } from './floor.ts';
import { mul } from './mul.ts';

/** Options of `randomInteger`. */
export interface RandomIntegerOptions extends KeyOptions {
  /** The smallest number; 0 unless told. */
  readonly minimum?: number;
  /** The number that is just not reached. */
  readonly maximum: number;
}

type RandomInteger = <const S extends Shape>(shape: S, options: RandomIntegerOptions) => Tensor<S, 'int32'>;

const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], options: RandomIntegerOptions) => Tensor> =
  defineComposite({
    name: 'randomInteger',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random whole numbers, minimum ≤ n < maximum, as int32.',
      notes: ['Drawn from 53 random bits, so no number is likelier than another by more than 2⁻²¹ of itself.'],
      see: ['key', 'randomUniform', 'randomPermutation'],
    },
    arguments: (key: Tensor, shape: readonly number[], { minimum = 0, maximum }: RandomIntegerOptions) => {
      checkWhole('randomInteger', 'minimum', minimum, -(2 ** 31));
      checkWhole('randomInteger', 'maximum', maximum, -(2 ** 31));
      if (minimum >= maximum || maximum > 2 ** 31) {
        const expected = `more than the minimum, ${minimum}, and at most 2^31`;
        raise('E_ATTRIBUTE', { op: 'randomInteger', argument: 'maximum', expected, found: String(maximum) });
      }
      return { inputs: [key], attributes: { shape, minimum, maximum } };
    },
    compose: ([key], { shape, minimum, maximum }) => {
      const unit = unitNumbers('randomInteger', key, shape, 'float64');
      return cast(add(floor(mul(unit, maximum - minimum)), minimum), 'int32');
    },
    nonDifferentiable: 'the result is an integer',
    samples: [
      { label: 'a die', inputs: [nd([2], [0, 42], 'uint32')], rest: [[8], { minimum: 1, maximum: 7 }] },
      {
        label: 'all int32',
        inputs: [nd([2], [0, 42], 'uint32')],
        rest: [[4], { minimum: -2147483648, maximum: 2147483648 }],
      },
      { label: 'one choice', inputs: [nd([2], [0, 1], 'uint32')], rest: [[2], { maximum: 1 }] },
      { label: 'empty', inputs: [nd([2], [0, 0], 'uint32')], rest: [[0], { maximum: 3 }] },
    ],
    errors: [
      {
        label: 'no key',
        inputs: [{ shape: [2] }],
        rest: [[3], { maximum: 2 }],
        code: 'E_DTYPE',
        says: /randomInteger: key: expected a key/,
      },
      {
        label: 'no room',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { maximum: 0 }],
        code: 'E_ATTRIBUTE',
        says: /randomInteger: maximum: expected more than the minimum, 0, .*got 0/,
      },
    ],
  });

/**
 * Random whole numbers, minimum ≤ n < maximum, as int32.
 *
 * @throws `E_ATTRIBUTE` for bad ends, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomInteger } from '@deft/tensor';
 * console.log(randomInteger([10], { key: key(42), minimum: 1, maximum: 7 }).dtype); // 'int32'
 * ```
 */
export const randomInteger: OperationFunction<RandomInteger> = withOptionalKey(fromKey, (shape, options) =>
  fromKey(keyOrNext(options.key), shape as readonly number[], options),
);
