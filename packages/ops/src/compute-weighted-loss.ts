/** `computeWeightedLoss`: losses times weights, reduced. */
import { nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll } from './definition/signatures.ts';
import { checkReduction, type LossOptions, type LossReduction, weightedLoss } from './definition/weighted-loss.ts';

type ComputeWeightedLossFunction = <
  const L extends TensorLike,
  const W extends TensorLike = number,
  const R extends LossReduction = 'sum',
>(
  losses: L,
  weights?: W,
  options?: LossOptions<R>,
) => Tensor<'none' extends R ? Shape : [], FloatOfAll<L | W>>;

/**
 * Losses times weights (which broadcast to them), reduced to one number as `reduction` says.
 *
 * @throws `E_ATTRIBUTE` for an unknown reduction, `E_BROADCAST`.
 * @example
 * ```ts
 * import { computeWeightedLoss, tensor } from '@deft/tensor';
 * console.log(computeWeightedLoss(tensor([1, 3])).item()); // 2
 * ```
 */
export const computeWeightedLoss: OperationFunction<ComputeWeightedLossFunction> = defineComposite({
  name: 'computeWeightedLoss',
  inputs: ['losses', 'weights'],

  doc: {
    group: 'loss',
    summary: 'Losses times weights, reduced.',

    see: ['meanSquaredError'],
  },
  promote: 'float',
  arguments: (losses: TensorLike, weights: TensorLike = 1, { reduction = 'sumByNonzeroWeights' }: LossOptions = {}) => {
    checkReduction('computeWeightedLoss', reduction);
    return { inputs: [losses, weights], attributes: { reduction } };
  },
  compose: ([losses, weights], { reduction }): Tensor => {
    floating('computeWeightedLoss', losses.abstract);
    return weightedLoss(losses, weights, reduction);
  },

  samples: [
    { label: 'no weights', inputs: [nd([3], [1, 2, 3]), nd([], [1])], grad: 'check' },
    {
      label: 'weights',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1], [2, 0])],
      rest: [{ reduction: 'mean' }],
      grad: 'check',
    },
    { label: 'the sum', inputs: [nd([2], [1, 2]), nd([2], [2, 3])], rest: [{ reduction: 'sum' }], grad: 'check' },
    { label: 'nothing', inputs: [nd([0], []), nd([], [1])] },
  ],
  errors: [
    {
      label: 'an unknown reduction',
      inputs: [{ shape: [2] }, { shape: [] }],
      rest: [{ reduction: 'all' }],
      code: 'E_ATTRIBUTE',
      says: /computeWeightedLoss: reduction: expected 'none'/,
    },
  ],
});
