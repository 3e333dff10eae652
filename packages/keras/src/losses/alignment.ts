/**
 * Targets, weights and masks brought to the shape of what they belong to. Only axes of size 1 are forgiven: a shape that
 * fits by broadcasting alone would cost examples against each other's targets.
 */
import { isFloating, raise, sameShape, type Tensor } from '@deft/core';
import { broadcastTo, cast, mean, reshape } from '@deft/tensor';

/** Probabilities and divisors are kept this far from 0, as in Keras. */
export const smallest = 1e-7;

const shapeText = (shape: readonly number[]): string => `shape [${shape.join(', ')}]`;

/** Targets in the shape of the predictions; axes of size 1 may be missing. Throws `E_MODEL`. */
export function alignTargets(op: string, target: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(target.shape, shape)) return target;
  const essential = (dims: readonly number[]): number[] => dims.filter((dim, axis) => axis === 0 || dim !== 1);
  if (!sameShape(essential(target.shape), essential(shape))) {
    raise('E_MODEL', { op, argument: 'targets', expected: shapeText(shape), found: target.abstract.text });
  }
  return reshape(target, shape);
}

/** Class numbers as int32 in the shape of the predictions without their last axis. Throws `E_MODEL`. */
export function alignLabels(op: string, target: Tensor, prediction: Tensor): Tensor {
  if (prediction.rank < 2) {
    raise('E_MODEL', {
      op,
      argument: 'predictions',
      expected: 'shape [batch, ..., classes]',
      found: prediction.abstract.text,
    });
  }
  const labels = alignTargets(op, target, prediction.shape.slice(0, -1));
  return labels.dtype === 'int32' ? labels : cast(labels, 'int32');
}

/** A tensor in the dtype of another. */
export const inDTypeOf = (x: Tensor, other: Tensor): Tensor => (x.dtype === other.dtype ? x : cast(x, other.dtype));

/** Predictions that can be computed with: floating ones as they are, others in float32. */
export const floatingOf = (x: Tensor): Tensor => (isFloating(x.dtype) ? x : cast(x, 'float32'));

/** Targets and predictions in one shape and one floating dtype. Throws `E_MODEL`. */
export function alignPair(op: string, target: Tensor, prediction: Tensor): readonly [Tensor, Tensor] {
  const predicted = floatingOf(prediction);
  return [inDTypeOf(alignTargets(op, target, predicted.shape), predicted), predicted];
}

/**
 * Weights or a mask in the shape of values. Axes are matched from the first one on, so `[batch]` weighs whole examples;
 * axes of size 1 are repeated. Throws `E_MODEL`.
 */
export function alignWeights(op: string, argument: string, weights: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(weights.shape, shape)) return weights;
  let dims: readonly number[] = weights.shape;
  while (dims.length > shape.length && dims.at(-1) === 1) dims = dims.slice(0, -1);
  const fits = dims.length <= shape.length && dims.every((dim, axis) => dim === 1 || dim === shape[axis]);
  if (!fits) {
    const expected = `${shapeText(shape)}, or its first axes`;
    raise('E_MODEL', { op, argument, expected, found: weights.abstract.text });
  }
  const full = [...dims, ...shape.slice(dims.length).map(() => 1)];
  return broadcastTo(reshape(weights, full), shape) as Tensor;
}

/** The mean over the last axis; predictions of rank 1 are one value an example already. */
export function meanOfExample(values: Tensor, axis = -1): Tensor {
  return values.rank < 2 ? values : mean(values, { axis });
}
