/** The losses under one name: `losses.sparseCategoricalCrossentropy({ fromLogits: true })`. */
export { circle } from './losses/circle.ts';
export { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './losses/crossentropies.ts';
export { ctc } from './losses/ctc.ts';
export { klDivergence, poisson } from './losses/distributions.ts';
export {
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
} from './losses/focal.ts';
export { categoricalHinge, hinge, squaredHinge } from './losses/hinge.ts';
export { defineLoss } from './losses/loss.ts';
export {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './losses/regression.ts';
export { dice, tversky } from './losses/segmentation.ts';
