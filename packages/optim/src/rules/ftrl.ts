/** `ftrl`: follow the regularised leader, in Keras's formulation. */
import { raise, type Tensor } from '@deft/core';
import { add, clip, div, divNoNan, mul, pow, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';

/** Options of `ftrl`. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the learning rate falls with the sum of squares; at most 0 (constant), −0.5 unless told. */
  readonly learningRatePower?: number;
  /** What the sum of squares begins with; 0.1 unless told. */
  readonly initialAccumulatorValue?: number;
  /** λ₁: parameters whose pull is weaker are 0; 0 unless told. */
  readonly l1RegularizationStrength?: number;
  /** λ₂: a penalty on squares, as the paper has it; 0 unless told. */
  readonly l2RegularizationStrength?: number;
  /** A penalty on squares in the gradient; 0 unless told. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The paper's β; 0 unless told. */
  readonly beta?: number;
}

/**
 * FTRL-Proximal (McMahan et al., 2013), as Keras states it. With the power `κ` and the shrinkage `λₛ`:
 * `n′ = n + g²`, `z ← z + g + 2λₛ·p − (n′^−κ − n^−κ)/η · p` and `p ← (clip(z, −λ₁, λ₁) − z) / (n′^−κ/η + 2λ₂ + β/η)`.
 * Where the divisor is 0 the parameter becomes 0, which it is in the limit; Keras gives NaN. `learningRate` is 0.001 unless
 * told.
 *
 * A parameter is a function of the gradients alone: what it was initialised to is forgotten in the first step.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { ftrl } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = ftrl({ l1RegularizationStrength: 0.5 });
 * const w = tensor([0, 0]);
 * console.log(optimizer.update(tensor([0.1, -3]), optimizer.initialize(w), w, tensor(0.1)).parameters.toArray());
 * ```
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  const { learningRatePower = -0.5, initialAccumulatorValue = 0.1, beta = 0, ...others } = options;
  const { l1RegularizationStrength = 0, l2RegularizationStrength = 0, ...more } = others;
  const { l2ShrinkageRegularizationStrength = 0, ...rest } = more;
  if (!(learningRatePower <= 0 && learningRatePower > -Infinity)) {
    const expected = 'a finite number of at most 0';
    raise('E_ATTRIBUTE', { op: 'ftrl', argument: 'learningRatePower', expected, found: String(learningRatePower) });
  }
  const config = {
    initialAccumulatorValue,
    l1RegularizationStrength,
    l2RegularizationStrength,
    l2ShrinkageRegularizationStrength,
    beta,
  };
  for (const [argument, value] of Object.entries(config)) checkHyperParameter('ftrl', argument, value, 0, Infinity);
  const power = (n: Tensor): Tensor => (learningRatePower === -0.5 ? sqrt(n) : pow(n, -learningRatePower));
  return defineOptimizer(
    {
      name: 'ftrl',
      learningRate: 0.001,
      config: { learningRatePower, ...config },
      slots: {
        accumulator: ({ shape }) => ({ shape, value: initialAccumulatorValue }),
        linear: zerosLikeParameter,
      },
      scalars: ({ rate }) => rate,
      step({ parameter, gradient, slots }, rate) {
        const accumulator = add(slots.accumulator, square(gradient));
        const after = power(accumulator);
        const pull = add(gradient, mul(parameter, 2 * l2ShrinkageRegularizationStrength));
        const kept = mul(div(sub(after, power(slots.accumulator)), rate), parameter);
        const linear = add(slots.linear, sub(pull, kept));
        const divisor = add(div(add(after, beta), rate), 2 * l2RegularizationStrength);
        const beyond = sub(clip(linear, -l1RegularizationStrength, l1RegularizationStrength), linear);
        return { parameter: divNoNan(beyond, divisor), slots: { accumulator, linear } };
      },
    },
    rest,
  );
}
