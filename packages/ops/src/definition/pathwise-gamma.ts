/**
 * How a gamma distributed number x follows its shape parameter α when its place in the distribution stays: with the distribution
 * function F and density p,
 *
 *     d ln x / dα = −(∂F/∂α) / (x · p(x)) = ∫₀¹ (ψ(α) − ln(u·x)) u^(α − 1) e^(x·(1 − u)) du,
 *
 * or minus the same integral from 1 to infinity (Figurnov, Mohamed and Mnih, “Implicit reparameterization gradients”, 2018). Below
 * ψ(α) = E[ln x] the first has a positive integrand, above it the second: nothing cancels there. For small x the first is taken
 * throughout, since the second is flat as far as ln(1 / x) and falls sharply then. With u = e^(∓s) both are integrals over
 * s > 0 that fall at least as e^(−s/σ); 112 points s = σ · exp(t − e^(−t)) at even distances of t (Takahasi and Mori, 1974) give
 * 11 digits. Made of ops, so that it differentiates again.
 */
import type { Tensor } from '@deft/core';
import { abs } from '../abs.ts';
import { add } from '../add.ts';
import { digamma } from '../digamma.ts';
import { div } from '../div.ts';
import { exp } from '../exp.ts';
import { expandDims } from '../expand-dims.ts';
import { expm1 } from '../expm1.ts';
import { less } from '../less.ts';
import { logicalOr } from '../logical-or.ts';
import { minimum } from '../minimum.ts';
import { mul } from '../mul.ts';
import { relu } from '../relu.ts';
import { sqrt } from '../sqrt.ts';
import { sub } from '../sub.ts';
import { sum } from '../sum.ts';
import { where } from '../where.ts';
import { constantTensor } from './convert.ts';

const points = 112;
const [first, last] = [-3.6, 4.3];

/** From here on numbers above the mean of their logarithm take the upper integral. */
const smallest = 0.7;

/** The points in s / σ, and the weights of an integral over them. */
function quadrature(): { readonly nodes: Tensor; readonly weights: Tensor } {
  const distance = (last - first) / (points - 1);
  const places = Array.from({ length: points }, (_, k) => first + k * distance);
  const nodes = places.map((t) => Math.exp(t - Math.exp(-t)));
  const weights = places.map((t, k) => (nodes[k] as number) * (1 + Math.exp(-t)) * distance);
  const vector = (data: readonly number[]): Tensor =>
    constantTensor({ shape: [points], dtype: 'float64', data: Float64Array.from(data) });
  return { nodes: vector(nodes), weights: vector(weights) };
}

/** d ln x / dα of float64 tensors of one shape, from α and ln x. */
export function logGammaRate(alpha: Tensor, logNumber: Tensor): Tensor {
  const mean = digamma(alpha);
  const x = exp(logNumber);
  const isLower = logicalOr(less(logNumber, mean), less(x, smallest)) as Tensor;
  const direction = where(isLower, -1, 1) as Tensor;
  const below = add(relu(sub(alpha, x)), minimum(alpha, sqrt(alpha)));
  const above = add(abs(sub(x, alpha)), sqrt(x));
  const width = div(1, where(isLower, below, above)) as Tensor;
  const { nodes, weights } = quadrature();
  const along = (one: Tensor): Tensor => expandDims(one, -1) as Tensor;
  const s = mul(along(width), nodes) as Tensor;
  const turned = mul(along(direction), s) as Tensor;
  const exponent = sub(mul(along(alpha), turned), mul(along(x), expm1(turned)));
  const distance = add(along(mul(direction, sub(logNumber, mean)) as Tensor), s);
  return mul(width, sum(mul(mul(distance, weights), exp(exponent)), { axis: -1 })) as Tensor;
}
