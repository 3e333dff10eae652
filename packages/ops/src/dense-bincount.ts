/** `denseBincount`: how often every number occurs, row by row. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { max } from './max.ts';
import { oneHot } from './one-hot.ts';
import { sum } from './sum.ts';

type DenseBincount = <const X extends TensorLike, const N extends number>(
  x: X,
  size: N,
  binary?: boolean,
) => Tensor<ReplaceAxes<ShapeOf<X>, -1, [N]>, 'int32'>;

/**
 * How often each of the numbers 0 to size − 1 occurs along the last axis; with `binary` whether it does, as 0 or 1.
 *
 * @throws `E_RANK` for a scalar, `E_DTYPE` unless the numbers are integers.
 *
 * @example
 * ```ts
 * import { denseBincount, tensor } from '@deft/tensor';
 * console.log(denseBincount(tensor([[0, 2, 2]], { dtype: 'int32' }), 3).toArray()); // [[1, 0, 2]]
 * ```
 */
export const denseBincount: OperationFunction<DenseBincount> = defineComposite({
  name: 'denseBincount',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'How often each number occurs along the last axis.',
    notes: ['Numbers outside are left out.'],
    see: ['bincount', 'oneHot'],
  },
  arguments: (x: TensorLike, size: number, binary = false) => {
    checkWhole('denseBincount', 'size', size, 0);
    const numbers = asIndices('denseBincount', x);
    requireRank('denseBincount', 'x', numbers.abstract, 1, true);
    return { inputs: [numbers], attributes: { size, once: binary } };
  },
  compose: ([x], { size, once }): Tensor => {
    const places = oneHot(x, size, { dtype: 'int32' }) as Tensor;
    return (once ? max(places, { axis: -2 }) : sum(places, { axis: -2 })) as Tensor;
  },
  nonDifferentiable: 'the result is a number of elements',
  samples: [
    { label: 'a vector', inputs: [nd([4], [0, 2, 2, 9], 'int32')], rest: [3] },
    { label: 'rows', inputs: [nd([2, 2], [0, 1, 1, 1], 'int32')], rest: [2] },
    { label: 'whether', inputs: [nd([3], [1, 1, 0], 'int32')], rest: [3, true] },
    { label: 'no rows', inputs: [nd([0, 2], [], 'int32')], rest: [2] },
  ],
  errors: [
    { label: 'floats', inputs: [{ shape: [2] }], rest: [2], code: 'E_DTYPE', says: /denseBincount/ },
    {
      label: 'a scalar',
      inputs: [{ shape: [], dtype: 'int32' }],
      rest: [2],
      code: 'E_RANK',
      says: /denseBincount: x: expected at least rank 1/,
    },
  ],
});
