/** `gammaPathwise`: a gamma distributed number that follows its shape parameter. */
import { type Broadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { logGammaRate } from './definition/pathwise-gamma.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sumTo } from './sum-to.ts';

/** The factor of a change of alpha, from the number as it follows alpha. */
function slope(alpha: Tensor, number: Tensor, exponent: Tensor): Tensor {
  const { shape, dtype } = number.abstract;
  const [a, x, power] = [alpha, number, exponent].map(
    (one) => cast(broadcastTo(one, shape) as Tensor, 'float64') as Tensor,
  ) as [Tensor, Tensor, Tensor];
  return cast(mul(x, logGammaRate(a, add(log(x), power) as Tensor)) as Tensor, dtype) as Tensor;
}

/**
 * `number`, drawn so that `x = number · exp(exponent)` is gamma distributed of shape `alpha`, with the derivative by alpha that x
 * has at its place in the distribution. Derivatives of means then are means of derivatives, which they are not through
 * the draw by rejection. With broadcasting.
 *
 * @throws `E_BROADCAST` when the shapes do not broadcast, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { gammaPathwise, grad, type Tensor, tensor } from '@deft/tensor';
 * console.log(grad((alpha: Tensor) => gammaPathwise(alpha, 2, 0))(tensor(1)).item()); // 1.6316…
 * ```
 */
export const gammaPathwise: OperationFunction<
  <const A extends TensorLike, const X extends TensorLike, const E extends TensorLike>(
    alpha: A,
    number: X,
    exponent: E,
  ) => Tensor<Broadcast<Broadcast<ShapeOf<A>, ShapeOf<X>>, ShapeOf<E>>, FloatOfAll<A | X | E>>
> = defineComposite({
  name: 'gammaPathwise',
  inputs: ['alpha', 'number', 'exponent'],
  doc: {
    group: 'special',
    summary: 'A gamma distributed number that follows its shape parameter.',
    math: 'dx/dα = −(∂F/∂α) / p(x), x = number · exp(exponent)',
    notes: [
      'F is the distribution function, p the density of the gamma distribution of rate 1: Figurnov, Mohamed and Mnih, “Implicit reparameterization gradients” (2018).',
      '`number` and `exponent` count as drawn: the result does not differentiate through them.',
    ],
    see: ['randomStandardGamma', 'randomGamma', 'randomBeta', 'digamma'],
  },
  promote: 'float',
  compose: ([alpha, number, exponent]): Tensor => {
    const { shape } = floating('gammaPathwise', alpha.abstract, number.abstract, exponent.abstract);
    return broadcastTo(number, shape) as Tensor;
  },
  jvp: ([alpha, , exponent], [da], _, output) => mul(da, slope(alpha, output, exponent)) as Tensor,
  vjp: (ct, { alpha, exponent, output }) => [
    sumTo(mul(ct, slope(alpha, output, exponent)) as Tensor, alpha.abstract.shape),
    null,
    null,
  ],
  saves: ['alpha', 'exponent', 'output'],
  samples: [
    {
      // −(∂F/∂α) / p(x) from 60 digits of the power series of F.
      label: 'typical',
      inputs: [nd([4], [1, 2, 30, 5]), nd([4], [2, 1.5, 28, 5]), nd([], [0])],
      grad: [[1.6316914623497007, 0.9366390678772174, 0.9712823684740912, 1.0339193521127075], [0, 0, 0, 0], [0]],
    },
    {
      label: 'broadcast',
      inputs: [nd([], [2]), nd([3], [0.5, 1.5, 3]), nd([], [0])],
      grad: [[0.4980267179922236 + 0.9366390678772174 + 1.321798518177963], [0, 0, 0], [0]],
    },
    {
      label: 'with an exponent',
      inputs: [nd([2], [0.5, 0.125]), nd([2], [1, 1]), nd([2], [-1.5, -40])],
      grad: [
        [3.8027191359808277, 316.8920586936332],
        [0, 0],
        [0, 0],
      ],
    },
    { label: 'integers', inputs: [nd([], [2], 'int32'), nd([2], [1, 3], 'int32'), nd([], [0], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2], [1, 2]), nd([], [0])] },
    { label: 'no distribution', inputs: [nd([], [-1]), nd([], [1]), nd([], [0])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
        { shape: [], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /gammaPathwise: expected floating/,
    },
    {
      label: 'shapes',
      inputs: [{ shape: [2] }, { shape: [3] }, { shape: [] }],
      code: 'E_BROADCAST',
      says: /gammaPathwise: shapes do not broadcast/,
    },
  ],
});
