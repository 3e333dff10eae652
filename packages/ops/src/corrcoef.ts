/** `corrcoef`: correlations of the rows of a matrix. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { matmul } from './matmul.ts';
import { mean } from './mean.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/**
 * The correlation coefficients of the variables in the rows of a matrix, each with each: `[n, n]` from `[n, samples]`.
 *
 * @throws `E_RANK` unless it is a matrix, `E_DTYPE`.
 * @example
 * ```ts
 * import { corrcoef, tensor } from '@deft/tensor';
 * console.log(corrcoef(tensor([[1, 2, 3], [3, 2, 1]])).shape); // [2, 2]
 * ```
 */
export const corrcoef: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<[DimAt<ShapeOf<X>, 0>, DimAt<ShapeOf<X>, 0>], FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'corrcoef',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'Correlations of the rows of a matrix.',

    see: ['variance', 'mean'],
  },
  promote: 'float',

  compose: ([x]): Tensor => {
    requireRank('corrcoef', 'x', x.abstract, 2);
    floating('corrcoef', x.abstract);
    const centred = sub(x, mean(x, { axis: 1, keepDims: true })) as Tensor;
    const unit = div(centred, sqrt(sum(square(centred) as Tensor, { axis: 1, keepDims: true }) as Tensor)) as Tensor;
    return matmul(unit, unit, { transposeB: true }) as Tensor;
  },

  samples: [
    { label: 'two variables', inputs: [nd([2, 4], [1, 2, 4, 3, 2, 1, 5, 7])], grad: 'check' },
    { label: 'three variables', inputs: [nd([3, 3], [1, 2, 4, 2, 1, 5, 7, 3, 0])], grad: 'check' },
    { label: 'no spread', inputs: [nd([1, 2], [1, 1])], grad: 'skip' },
  ],
  errors: [{ label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /corrcoef: x: expected rank 2/ }],
});
