/** `@deft/nn`: layers as plain descriptions with pure functions over pytrees. */
export { activation } from './activation.ts';
export { type ActivationName, activationNames } from './activations.ts';
export { type Conv2dOptions, conv2d } from './conv2d.ts';
export { type DenseOptions, dense } from './dense.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export {
  createWeight,
  type Initializer,
  type InitializerName,
  type InitializerOption,
  initializerNames,
} from './initializers.ts';
export {
  type ConfigValue,
  defineLayer,
  type ExampleShape,
  type Fail,
  type Layer,
  type LayerConfig,
  type LayerContext,
  type LayerDefinition,
  type LayerOutput,
  type LayerVariables,
  type WeightDeclaration,
  type WeightSpecification,
  type Weights,
} from './layer.ts';
export { layerFromConfig, layerKinds } from './layer-registry.ts';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
} from './normalization.ts';
export {
  averagePooling2d,
  type GlobalPooling2dOptions,
  globalAveragePooling2d,
  maxPooling2d,
  type Pooling2dOptions,
} from './pooling.ts';
export { type SequentialLayer, type SequentialLayerOptions, sequentialLayer } from './sequential-layer.ts';
export { flatten, type NameOptions, reshape } from './shape-layers.ts';
export type { Padding } from './spatial.ts';
