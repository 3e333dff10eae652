/** `polyval`: values of a polynomial. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric, requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { slice } from './slice.ts';
import { squeeze } from './squeeze.ts';
import { zerosLike } from './zeros-like.ts';

type Polyval = <const X extends TensorLike>(coefficients: TensorLike, x: X) => Tensor<ShapeOf<X>>;

/**
 * The values of a polynomial at every element of `x`, by Horner's scheme. The coefficients are a vector, that of the highest power
 * first; of none the value is 0.
 *
 * @throws `E_RANK` unless the coefficients are a vector, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { polyval, tensor } from '@deft/tensor';
 * console.log(polyval(tensor([1, 0, -1]), tensor([2, 3])).toArray()); // [3, 8]
 * ```
 */
export const polyval: OperationFunction<Polyval> = defineComposite({
  name: 'polyval',
  inputs: ['coefficients', 'x'],
  doc: {
    group: 'math',
    summary: 'The values of a polynomial.',
    math: 'polyval(c, x) = Σ c[i] · xⁿ⁻¹⁻ⁱ',
    notes: ['The coefficient of the highest power comes first.'],
    see: ['vander', 'convolve'],
  },
  promote: 'all',
  compose: ([coefficients, x]): Tensor => {
    requireRank('polyval', 'coefficients', coefficients.abstract, 1);
    numeric('polyval', x.abstract);
    let value = zerosLike(x) as Tensor;
    for (let i = 0; i < coefficients.size; i++) {
      const next = squeeze(slice(coefficients, [i], [1])) as Tensor;
      value = (i === 0 ? add(value, next) : add(mul(value, x), next)) as Tensor;
    }
    return value;
  },
  reference: ([coefficients, x]) =>
    generate(x.shape, x.dtype, (point) => {
      const at = elementAt(x, point);
      return Array.from(coefficients.data, Number).reduce((value, c, i) => (i === 0 ? c : value * at + c), 0);
    }),
  samples: [
    { label: 'a vector', inputs: [nd([3], [2, -1, 0.5]), nd([4], [1, -2, 3, 0.5])], grad: 'check' },
    { label: 'a matrix', inputs: [nd([4], [2, -1, 0.5, 3]), nd([2, 2], [1, -2, 3, 0.5])], grad: 'check' },
    { label: 'a scalar', inputs: [nd([2], [2, -1]), nd([], [3])], grad: 'check' },
    { label: 'one coefficient', inputs: [nd([1], [2]), nd([2], [1, 2])], grad: 'check' },
    { label: 'no coefficients', inputs: [nd([0], []), nd([2], [1, 2])] },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([2], [1, -2], 'int32')] },
    { label: 'empty', inputs: [nd([2], [1, 2]), nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([2], [1, 2]), nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a matrix of coefficients',
      inputs: [{ shape: [2, 2] }, { shape: [2] }],
      code: 'E_RANK',
      says: /polyval: coefficients: expected rank 1, got rank 2/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /polyval: expected numeric input, got bool/,
    },
  ],
});
