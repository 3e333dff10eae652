/**
 * Losses: what a prediction costs, one value per example (or per position of it). The model takes the mean. They are
 * plain objects with a pure function, known by Keras's names.
 */
import { raise, sameShape, type Tensor } from '@deft/core';
import {
  abs,
  add,
  cast,
  clip,
  div,
  log,
  logSoftmax,
  mean,
  mul,
  neg,
  reshape,
  softplus,
  sparseSoftmaxCrossEntropy,
  square,
  sub,
  sum,
} from '@deft/tensor';

/** A loss. */
export interface Loss {
  readonly name: string;
  /** Whether predictions are scores rather than probabilities. */
  readonly fromLogits: boolean;
  /** The cost of every example: `[batch]`, or `[batch, …]` for predictions with positions. */
  values(target: Tensor, prediction: Tensor): Tensor;
}

/** Option of the losses on probabilities. */
export interface LogitsOption {
  /** Predictions are scores before the softmax or sigmoid, which is both faster and more exact; false unless told. */
  readonly fromLogits?: boolean;
}

/** Probabilities are kept this far from 0 and 1, as in Keras. */
const smallest = 1e-7;

function mismatch(loss: string, expected: string, target: Tensor): never {
  return raise('E_MODEL', { op: loss, argument: 'targets', expected, found: target.abstract.text });
}

/** Targets in the shape of the predictions; axes of size 1 may be missing. Throws `E_MODEL`. */
export function alignTargets(op: string, target: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(target.shape, shape)) return target;
  const essential = (dims: readonly number[]): number[] => dims.filter((dim, axis) => axis === 0 || dim !== 1);
  if (!sameShape(essential(target.shape), essential(shape))) mismatch(op, `shape [${shape.join(', ')}]`, target);
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

const inFloat = (target: Tensor, prediction: Tensor): Tensor =>
  target.dtype === prediction.dtype ? target : cast(target, prediction.dtype);

/**
 * Cross-entropy against class numbers: targets `[batch]` (any numeric dtype), predictions `[batch, classes]`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
 * console.log(loss.values(tensor([1]), tensor([[0, 2]])).toArray());
 * ```
 */
export function sparseCategoricalCrossentropy(options: LogitsOption = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  const { fromLogits = false } = options;
  return {
    name,
    fromLogits,
    values: (target, prediction) => {
      const labels = alignLabels(name, target, prediction);
      // The logarithm of probabilities is a valid score: the softmax of it gives them back, divided by their sum.
      const scores = fromLogits ? prediction : log(clip(prediction, smallest, 1 - smallest));
      return sparseSoftmaxCrossEntropy(scores, labels);
    },
  };
}

/** Cross-entropy against distributions: targets (one-hot, say) and predictions `[batch, classes]`. */
export function categoricalCrossentropy(options: LogitsOption = {}): Loss {
  const name = 'categoricalCrossentropy';
  const { fromLogits = false } = options;
  return {
    name,
    fromLogits,
    values: (target, prediction) => {
      const wanted = inFloat(alignTargets(name, target, prediction.shape), prediction);
      const logarithms = fromLogits
        ? logSoftmax(prediction)
        : log(clip(div(prediction, sum(prediction, { axis: -1, keepDims: true })), smallest, 1 - smallest));
      return neg(sum(mul(wanted, logarithms), { axis: -1 }));
    },
  };
}

/** Cross-entropy of independent yes-or-no predictions, the mean over the last axis. Targets 0 or 1. */
export function binaryCrossentropy(options: LogitsOption = {}): Loss {
  const name = 'binaryCrossentropy';
  const { fromLogits = false } = options;
  return {
    name,
    fromLogits,
    values: (target, prediction) => {
      const wanted = inFloat(alignTargets(name, target, prediction.shape), prediction);
      if (fromLogits) return meanOfExample(sub(softplus(prediction), mul(prediction, wanted)));
      const p = clip(prediction, smallest, 1 - smallest);
      const yes = mul(wanted, log(p));
      const no = mul(sub(1, wanted), log(sub(1, p)));
      return meanOfExample(neg(add(yes, no)));
    },
  };
}

/** The squared difference, the mean over the last axis. */
export function meanSquaredError(): Loss {
  const name = 'meanSquaredError';
  return {
    name,
    fromLogits: false,
    values: (target, prediction) =>
      meanOfExample(square(sub(prediction, inFloat(alignTargets(name, target, prediction.shape), prediction)))),
  };
}

/** The absolute difference, the mean over the last axis. */
export function meanAbsoluteError(): Loss {
  const name = 'meanAbsoluteError';
  return {
    name,
    fromLogits: false,
    values: (target, prediction) =>
      meanOfExample(abs(sub(prediction, inFloat(alignTargets(name, target, prediction.shape), prediction)))),
  };
}

function meanOfExample(values: Tensor): Tensor {
  return values.rank < 2 ? values : mean(values, { axis: -1 });
}

/** Name of a loss, as Keras has it. */
export type LossName =
  | 'sparseCategoricalCrossentropy'
  | 'categoricalCrossentropy'
  | 'binaryCrossentropy'
  | 'meanSquaredError'
  | 'meanAbsoluteError';

const byName: Readonly<Record<LossName, () => Loss>> = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
};

/** A loss from its name, or the one given. Throws `E_MODEL` for an unknown name. */
export function resolveLoss(loss: unknown): Loss {
  if (typeof loss === 'string' && Object.hasOwn(byName, loss)) return byName[loss as LossName]();
  if (typeof loss === 'object' && loss !== null && typeof (loss as Loss).values === 'function') return loss as Loss;
  return raise('E_MODEL', {
    op: 'compile',
    argument: 'loss',
    expected: `one of ${Object.keys(byName).join(', ')}, or an object with values(target, prediction)`,
    found: typeof loss === 'string' ? JSON.stringify(loss) : typeof loss,
  });
}
