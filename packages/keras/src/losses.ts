/** Losses by the names that `compile` takes. */
import { raise, type Tensor } from '@deft/core';
import { circle } from './losses/circle.ts';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './losses/crossentropies.ts';
import { ctc } from './losses/ctc.ts';
import { klDivergence, poisson } from './losses/distributions.ts';
import {
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
} from './losses/focal.ts';
import { categoricalHinge, hinge, squaredHinge } from './losses/hinge.ts';
import { defineLoss, type Loss, type LossRule } from './losses/loss.ts';
import {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './losses/regression.ts';
import { dice, tversky } from './losses/segmentation.ts';

/** Name of a loss, as Keras has it. */
export type LossName =
  | 'binaryCrossentropy'
  | 'binaryFocalCrossentropy'
  | 'categoricalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalGeneralizedCrossEntropy'
  | 'categoricalHinge'
  | 'circle'
  | 'cosineSimilarity'
  | 'ctc'
  | 'dice'
  | 'hinge'
  | 'huber'
  | 'klDivergence'
  | 'logCosh'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'poisson'
  | 'sparseCategoricalCrossentropy'
  | 'squaredHinge'
  | 'tversky'
  | 'bce'
  | 'kld'
  | 'mae'
  | 'mape'
  | 'mse'
  | 'msle';

const byName: Readonly<Record<LossName, () => Loss>> = {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  categoricalHinge,
  circle,
  cosineSimilarity,
  ctc,
  dice,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
  tversky,
  // Keras's short names.
  bce: binaryCrossentropy,
  kld: klDivergence,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  mse: meanSquaredError,
  msle: meanSquaredLogarithmicError,
};

/** A function that gives one value an example. */
export type LossFunction = (target: Tensor, prediction: Tensor) => Tensor;

/** A loss from its name, a rule or a function, or the one given. Throws `E_MODEL` for an unknown name. */
export function resolveLoss(loss: unknown): Loss {
  if (typeof loss === 'string' && Object.hasOwn(byName, loss)) return byName[loss as LossName]();
  if (typeof loss === 'function') return defineLoss({ name: loss.name || 'loss', values: loss as LossFunction });
  if (typeof loss === 'object' && loss !== null && typeof (loss as LossRule).values === 'function') {
    return typeof (loss as Loss).compute === 'function' ? (loss as Loss) : defineLoss(loss as LossRule);
  }
  return raise('E_MODEL', {
    op: 'compile',
    argument: 'loss',
    expected: `one of ${Object.keys(byName).join(', ')}, or an object with values(target, prediction)`,
    found: typeof loss === 'string' ? JSON.stringify(loss) : typeof loss,
  });
}
