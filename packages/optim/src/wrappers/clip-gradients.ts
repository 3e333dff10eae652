/** `clipGradients`: an optimiser that sees gradients of limited size. */
import { flatten, mapTree, raise, recorded, type Tensor } from '@deft/core';
import { add, clip, div, jit, maximum, mul, norm, sqrt, square, sub, sum } from '@deft/tensor';
import { checkPositive } from '../hyper-parameters.ts';
import { filled, inDType, workingDType } from '../leaves.ts';
import type { Optimizer, OptimizerState, OptimizerUpdate } from '../optimizer.ts';

/** How gradients are limited: by one of these. */
export interface ClippingOptions {
  /** The gradient of each parameter is scaled so that its Euclidean norm is at most this. */
  readonly clipnorm?: number;
  /** Every element of a gradient is limited to `[−clipvalue, clipvalue]`. */
  readonly clipvalue?: number;
  /** All gradients are scaled by one factor so that their common norm is at most this. */
  readonly globalClipnorm?: number;
}

type Clipping = keyof ClippingOptions;

/** What brings a norm down to the limit; NaN for a norm that is not finite. */
function factorFor(length: Tensor, limit: number): Tensor {
  return add(div(limit, maximum(length, limit)), sub(length, length));
}

const clippings: { readonly [option in Clipping]: (gradients: readonly Tensor[], limit: number) => Tensor[] } = {
  clipvalue: (gradients, limit) => gradients.map((g) => clip(g, -limit, limit)),
  clipnorm: (gradients, limit) => gradients.map((g) => mul(g, factorFor(norm(g) as Tensor, limit))),
  globalClipnorm: (gradients, limit) => {
    const dtype = gradients.some((g) => g.dtype === 'float64') ? 'float64' : 'float32';
    const squares = gradients.map((g) => inDType(sum(square(g)) as Tensor, dtype));
    const factor = factorFor(
      sqrt(squares.reduce<Tensor>((total, one) => add(total, one), filled([], 0, dtype))),
      limit,
    );
    return gradients.map((g) => mul(g, inDType(factor, g.dtype)));
  },
};

/**
 * An optimiser whose gradients are clipped first: by value, by the norm of each, or by their common norm. The state is
 * that of the optimiser. Where a norm is not finite, the gradients become NaN.
 *
 * Source: Pascanu, Mikolov and Bengio, 2013; options and formulas of Keras.
 *
 * Throws `E_ATTRIBUTE` unless exactly one limit is given and above 0.
 *
 * @example
 * ```ts
 * import { clipGradients, sgd } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = clipGradients(sgd(), { globalClipnorm: 1 });
 * const w = tensor([0, 0]);
 * const next = optimizer.update(tensor([3, 4]), optimizer.initialize(w), w, tensor(10));
 * console.log(next.parameters.toArray()); // [-6, -8]
 * ```
 */
export function clipGradients(optimizer: Optimizer, options: ClippingOptions): Optimizer {
  const given = (Object.keys(clippings) as Clipping[]).filter((option) => options[option] !== undefined);
  const [option] = given;
  if (option === undefined || given.length > 1) {
    return raise('E_ATTRIBUTE', {
      op: optimizer.name,
      argument: given.length > 1 ? given.join(', ') : 'options',
      expected: `one of ${Object.keys(clippings).join(', ')}`,
      found: given.length > 1 ? `${given.length} of them` : 'none',
    });
  }
  const limit = options[option] as number;
  checkPositive(optimizer.name, option, limit);
  function update<P>(gradients: unknown, state: OptimizerState, parameters: P, rate: Tensor): OptimizerUpdate<P> {
    const working: unknown = mapTree((g: Tensor) => inDType(g, workingDType(g.dtype)), gradients);
    const { leaves, structure } = flatten(working);
    const clipped = clippings[option as Clipping](leaves as Tensor[], limit);
    return optimizer.update(structure.rebuild(clipped), state, parameters, rate);
  }
  return recorded(
    'clipGradients',
    { optimizer, [option]: limit },
    {
      ...optimizer,
      config: { ...optimizer.config, [option]: limit },
      update: jit(update, { name: `${optimizer.name}.update, clipped` }),
    },
  );
}
