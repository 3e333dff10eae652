/** `averageWeights`: an optimiser that keeps an exponential moving average of the parameters. */
import { mapTree, recorded, type Tensor } from '@deft/core';
import { add, equal, mod, mul, where } from '@deft/tensor';
import { checkCount, checkHyperParameter } from '../hyper-parameters.ts';
import { inDType, zerosLikeTree } from '../leaves.ts';
import type { Optimizer } from '../optimizer.ts';
import { wrapOptimizer } from './wrap-optimizer.ts';

/** Options of `averageWeights`. */
export interface AveragingOptions {
  /** Share of the average that a step keeps; 0.99 unless told. */
  readonly emaMomentum?: number;
  /** After every so many steps the parameters are set to their average; never unless told. */
  readonly emaOverwriteFrequency?: number;
}

/**
 * An optimiser that keeps the exponential moving average of the parameters (Polyak and Juditsky, 1992):
 * `a ← μ·a + (1 − μ)·p` after each step, beginning with the parameters after the first. `finalize(parameters, state)`
 * gives the average, in the dtypes of the parameters; models of `@deft/keras` take it when `fit` ends.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { averageWeights, sgd } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = averageWeights(sgd(), { emaMomentum: 0.5 });
 * let parameters = tensor([3]);
 * let state = optimizer.initialize(parameters);
 * for (let i = 0; i < 2; i++) ({ parameters, state } = optimizer.update(tensor([1]), state, parameters, tensor(1)));
 * console.log(parameters.toArray(), optimizer.finalize?.(parameters, state).toArray()); // [1] [1.5]
 * ```
 */
export function averageWeights(optimizer: Optimizer, options: AveragingOptions = {}): Optimizer {
  const { emaMomentum = 0.99, emaOverwriteFrequency } = options;
  checkHyperParameter(optimizer.name, 'emaMomentum', emaMomentum, 0, 1);
  if (emaOverwriteFrequency !== undefined) {
    checkCount(optimizer.name, 'emaOverwriteFrequency', emaOverwriteFrequency);
  }
  return recorded(
    'averageWeights',
    { optimizer, ...options },
    wrapOptimizer(optimizer, {
      name: `${optimizer.name}, averaging`,
      config: { useEma: true, emaMomentum, ...(emaOverwriteFrequency !== undefined && { emaOverwriteFrequency }) },
      start: (parameters) => ({ average: zerosLikeTree(parameters) }),
      update<P>({ gradients, own, step, apply }: Parameters<Parameters<typeof wrapOptimizer>[1]['update']>[0]) {
        const next = apply(gradients);
        const isFirst = equal(step, 1) as Tensor;
        const average: unknown = mapTree(
          (a: Tensor, p: Tensor) => {
            const now = inDType(p, a.dtype);
            return where(isFirst, now, add(mul(a, emaMomentum), mul(now, 1 - emaMomentum)));
          },
          own['average'],
          next.parameters,
        );
        let parameters = next.parameters as P;
        if (emaOverwriteFrequency !== undefined) {
          const overwrites = equal(mod(step, emaOverwriteFrequency), 0) as Tensor;
          parameters = mapTree<P>(
            (p: Tensor, a: Tensor) => where(overwrites, inDType(a, p.dtype), p),
            next.parameters,
            average,
          );
        }
        return { parameters, inner: next.state, own: { average } };
      },
      finalize<P>(
        parameters: P,
        { step, slots }: { readonly step: Tensor; readonly slots: { readonly [slot: string]: unknown } },
      ): P {
        const hasNone = equal(step, 0) as Tensor;
        return mapTree<P>(
          (p: Tensor, a: Tensor) => where(hasNone, p, inDType(a, p.dtype)),
          parameters,
          slots['average'],
        );
      },
    }),
  );
}
