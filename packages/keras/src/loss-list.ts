/** The losses under one name: `losses.sparseCategoricalCrossentropy({ fromLogits: true })`. */
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from './losses.ts';
