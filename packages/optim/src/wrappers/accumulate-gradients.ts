/** `accumulateGradients`: an optimiser that steps with the mean of several gradients. */
import { mapTree, recorded, type Tensor } from '@deft/core';
import { add, div, equal, mod, where } from '@deft/tensor';
import { checkCount } from '../hyper-parameters.ts';
import { inDType, selectTree, zerosLikeTree } from '../leaves.ts';
import type { Optimizer } from '../optimizer.ts';
import { wrapOptimizer } from './wrap-optimizer.ts';

/**
 * An optimiser that collects gradients over so many steps and then steps once with their mean; in between parameters and
 * inner state stay. It does what one step on a batch that much larger would do, without its memory.
 *
 * The inner optimiser counts its own steps, so the corrections of `adam` are those of the updates it made. (Keras counts
 * the calls there.)
 *
 * Throws `E_ATTRIBUTE` unless the number of steps is a whole one of at least 1.
 *
 * @example
 * ```ts
 * import { accumulateGradients, sgd } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = accumulateGradients(sgd(), 2);
 * const w = tensor([1, 2]);
 * const once = optimizer.update(tensor([1, 1]), optimizer.initialize(w), w, tensor(1));
 * console.log(once.parameters.toArray()); // [1, 2]
 * const twice = optimizer.update(tensor([3, 1]), once.state, once.parameters, tensor(1));
 * console.log(twice.parameters.toArray()); // [-1, 1]
 * ```
 */
export function accumulateGradients(optimizer: Optimizer, gradientAccumulationSteps: number): Optimizer {
  checkCount(optimizer.name, 'gradientAccumulationSteps', gradientAccumulationSteps);
  const recipe = { optimizer, gradientAccumulationSteps };
  return recorded(
    'accumulateGradients',
    recipe,
    wrapOptimizer(optimizer, {
      name: `${optimizer.name}, accumulating`,
      config: { gradientAccumulationSteps },
      start: (parameters) => ({ accumulated: zerosLikeTree(parameters) }),
      update({ gradients, own, inner, parameters, step, apply }) {
        const isLast = equal(mod(step, gradientAccumulationSteps), 0) as Tensor;
        const total: unknown = mapTree(
          (sum: Tensor, g: Tensor) => add(sum, inDType(g, sum.dtype)),
          own['accumulated'],
          gradients,
        );
        const next = apply(mapTree((sum: Tensor) => div(sum, gradientAccumulationSteps), total));
        return {
          parameters: selectTree(isLast, next.parameters, parameters),
          inner: selectTree(isLast, next.state, inner),
          own: { accumulated: mapTree((sum: Tensor) => where(isLast, 0, sum), total) },
        };
      },
    }),
  );
}
