/** `nanToNum`: numbers in place of NaN and the infinities. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { isNaN } from './is-nan.ts';
import { where } from './where.ts';

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** In place of NaN; 0 unless told. */
  readonly nan?: number;
  /** In place of Infinity; the largest number of the dtype unless told. */
  readonly posInf?: number;
  /** In place of −Infinity; the lowest number of the dtype unless told. */
  readonly negInf?: number;
}

/**
 * Numbers in place of NaN and the infinities. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { nanToNum, tensor } from '@deft/tensor';
 * console.log(nanToNum(tensor([1, Number.NaN])).toArray()); // [1, 0]
 * ```
 */
export const nanToNum: OperationFunction<UnaryFloatWith<NanToNumOptions>> = defineComposite({
  name: 'nanToNum',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'Numbers in place of NaN and the infinities.',
    notes: ['The derivative of a replaced element is 0.'],
    see: ['isNaN', 'isFinite'],
  },
  arguments: (x: TensorLike, options: NanToNumOptions = {}) => ({
    inputs: [x],
    attributes: {
      nan: finiteNumber('nanToNum', 'nan', options.nan ?? 0),
      posInf: options.posInf === undefined ? null : finiteNumber('nanToNum', 'posInf', options.posInf),
      negInf: options.negInf === undefined ? null : finiteNumber('nanToNum', 'negInf', options.negInf),
    },
  }),
  promote: 'float',
  compose: ([x], { nan, posInf, negInf }): Tensor => {
    floating('nanToNum', x.abstract);
    const [most, least] =
      x.dtype === 'float64' ? [Number.MAX_VALUE, -Number.MAX_VALUE] : [largestFloat32, -largestFloat32];
    const above = where(equal(x, Number.POSITIVE_INFINITY), posInf ?? most, x);
    const below = where(equal(x, Number.NEGATIVE_INFINITY), negInf ?? least, above);
    return where(isNaN(x), nan, below);
  },
  samples: [
    { label: 'numbers stay', inputs: [nd([4], [-2, -0.5, 0.5, 3])], grad: 'check' },
    {
      label: 'given numbers',
      inputs: [nd([4], [NaN, Infinity, -Infinity, 1])],
      rest: [{ nan: 7, posInf: 8, negInf: 9 }],
      grad: [[0, 0, 0, 1]],
    },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /nanToNum: expected floating input, got bool/,
    },
    {
      label: 'a replacement that is none',
      inputs: [{ shape: [2] }],
      rest: [{ nan: Number.NaN }],
      code: 'E_ATTRIBUTE',
      says: /nanToNum: nan: expected a finite number, got NaN/,
    },
  ],
});

/** The largest number of float32. */
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;
