/** The layers under one name: `layers.dense(10)`. */
export {
  activation,
  averagePooling2d,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling2d,
  layerNormalization,
  maxPooling2d,
  reshape,
} from '@deft/nn';
