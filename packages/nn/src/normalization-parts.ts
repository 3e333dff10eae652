/** What normalisations share: options, the weights `gamma` and `beta`, and the arithmetic of mean and variance. */
import type { Tensor } from '@deft/core';
import { add, div, mean, mul, reshape, sqrt, square, sub } from '@deft/tensor';
import { checkInitializer, type Initializer, type InitializerOption } from './initializers.ts';
import type { ExampleShape, Fail, WeightDeclaration } from './layer.ts';
import { axisNumber, flag, numberBetween, placeOf, reject } from './options.ts';
/** What normalisations with `gamma` and `beta` share. */
export interface AffineOptions {
  /** Added to the variance; 0.001 unless told. */
  readonly epsilon?: number;
  /** Whether `beta` is added; true unless told. */
  readonly center?: boolean;
  /** Whether the result is multiplied by `gamma`; true unless told. */
  readonly scale?: boolean;
  /** `zeros` unless told. */
  readonly betaInitializer?: InitializerOption;
  /** `ones` unless told. */
  readonly gammaInitializer?: InitializerOption;
  readonly name?: string;
}

/** Shared options after their checks. */
export type CheckedOptions = {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
};

/** Checks the options that normalisations share. */
export function checkOptions(kind: string, options: AffineOptions): CheckedOptions {
  return {
    epsilon: numberBetween(kind, 'epsilon', options.epsilon ?? 1e-3, 0, Infinity),
    center: flag(kind, 'center', options.center ?? true),
    scale: flag(kind, 'scale', options.scale ?? true),
    betaInitializer: checkInitializer(kind, 'betaInitializer', options.betaInitializer ?? 'zeros'),
    gammaInitializer: checkInitializer(kind, 'gammaInitializer', options.gammaInitializer ?? 'ones'),
  };
}

/** The weights `gamma` and `beta` that a layer has. */
export const affine = (shape: readonly number[], checked: CheckedOptions): WeightDeclaration[] => [
  ...(checked.scale ? [{ name: 'gamma', shape, initializer: checked.gammaInitializer }] : []),
  ...(checked.center ? [{ name: 'beta', shape, initializer: checked.betaInitializer }] : []),
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

/** Mean and variance over axes, the variance from the distances to the mean. */
export function moments(
  x: Tensor,
  axis: number | readonly number[],
  keepDims: boolean,
): { center: Tensor; variance: Tensor } {
  const kept = mean(x, { axis, keepDims: true });
  const variance = mean(square(sub(x, kept)), { axis, keepDims });
  return { center: keepDims ? kept : mean(x, { axis }), variance };
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
