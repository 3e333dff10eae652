/** What normalisations share: options, the weights `gamma` and `beta`, and the arithmetic of mean and variance. */
import type { Tensor } from '@deft/core';
import { add, cast, div, divNoNan, mean, mul, onesLike, reshape, sqrt, square, sub, sum } from '@deft/tensor';
import type { WeightDeclaration } from './define-layer.ts';
import type { ExampleShape, LayerConfig, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { axisNumber, flag, numberBetween, placeOf, reject } from './options.ts';
import { type CheckedWeights, checkWeightOptions, type WeightOptions } from './weight-options.ts';
/** What normalisations with `gamma` and `beta` share. They begin as `ones` and `zeros` unless told. */
export interface AffineOptions extends LayerOptions, WeightOptions<'gamma' | 'beta'> {
  /** Added to the variance; 0.001 unless told. */
  readonly epsilon?: number;
  /** Whether `beta` is added; true unless told. */
  readonly center?: boolean;
  /** Whether the result is multiplied by `gamma`; true unless told. */
  readonly scale?: boolean;
}

/** Shared options after their checks. */
export type CheckedOptions = {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly own: CheckedWeights<'gamma' | 'beta'>;
  /** All of them as the layer's configuration has them. */
  readonly config: LayerConfig;
};

/** Checks the options that normalisations share. */
export function checkOptions(kind: string, options: AffineOptions): CheckedOptions {
  const epsilon = numberBetween(kind, 'epsilon', options.epsilon ?? 1e-3, 0, Infinity);
  const center = flag(kind, 'center', options.center ?? true);
  const scale = flag(kind, 'scale', options.scale ?? true);
  const own = checkWeightOptions(kind, options, { beta: 'zeros', gamma: 'ones' });
  return { epsilon, center, scale, own, config: { epsilon, center, scale, ...own.config } };
}

/** The weights `gamma` and `beta` that a layer has. */
export const affine = (shape: readonly number[], checked: CheckedOptions): WeightDeclaration[] => [
  ...(checked.scale ? [checked.own.declare('gamma', shape)] : []),
  ...(checked.center ? [checked.own.declare('beta', shape)] : []),
];

/** A weight with one element for each place of some axes, so that it broadcasts with a batch. */
export function alongAxes(weight: Tensor, rank: number, places: readonly number[]): Tensor {
  const isTail = places.every((place, i) => place === rank - 1 - places.length + i);
  if (isTail) return weight;
  const shape = Array.from({ length: rank - 1 }, (_, axis) => {
    const i = places.indexOf(axis);
    return i < 0 ? 1 : (weight.shape[i] as number);
  });
  return reshape(weight, shape) as Tensor;
}

/** Mean 0 and variance 1, by a given mean and variance, then `gamma` and `beta`. */
export function normalize(
  x: Tensor,
  center: Tensor,
  variance: Tensor,
  epsilon: number,
  gamma?: Tensor,
  beta?: Tensor,
): Tensor {
  const normal = div(sub(x, center), sqrt(add(variance, epsilon)));
  const scaled = gamma === undefined ? normal : mul(normal, gamma);
  return beta === undefined ? scaled : add(scaled, beta);
}

/** Mean and variance over axes, the variance from the distances to the mean; of what a mask counts, where there is one. */
export function moments(
  x: Tensor,
  axis: number | readonly number[],
  keepDims: boolean,
  mask?: Tensor,
): { center: Tensor; variance: Tensor } {
  if (mask !== undefined) return maskedMoments(x, axis, keepDims, mask);
  const kept = mean(x, { axis, keepDims: true });
  const variance = mean(square(sub(x, kept)), { axis, keepDims });
  return { center: keepDims ? kept : mean(x, { axis }), variance };
}

/** The same over the places where a mask holds, whose axes are the first ones of `x`. */
function maskedMoments(
  x: Tensor,
  axis: number | readonly number[],
  keepDims: boolean,
  mask: Tensor,
): { center: Tensor; variance: Tensor } {
  const spread = reshape(cast(mask, x.dtype), [...mask.shape, ...x.shape.slice(mask.rank).map(() => 1)]) as Tensor;
  const counted = mul(onesLike(x), spread) as Tensor;
  const meanOf = (values: Tensor, keep: boolean): Tensor =>
    divNoNan(sum(mul(values, spread), { axis, keepDims: keep }), sum(counted, { axis, keepDims: keep })) as Tensor;
  const kept = meanOf(x, true);
  const variance = meanOf(square(sub(x, kept)) as Tensor, keepDims);
  return { center: keepDims ? kept : meanOf(x, false), variance };
}

/** One axis or several. */
export function axisList(kind: string, axis: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  if (list.length === 0 || list.length > 32) reject(kind, 'axis', 'one axis or several', axis);
  return list.map((one) => axisNumber(kind, 'axis', one));
}

/** The places of axes in an example, in order. */
export function placesOf(axes: readonly number[], inputShape: ExampleShape, fail: Fail): number[] {
  return [...new Set(axes.map((axis) => placeOf(axis, inputShape, fail)))].sort((a, b) => a - b);
}
