/** `@deft/nn`: layers as plain descriptions with pure functions over pytrees. */

export { activation } from './activation.ts';
export {
  type EluOptions,
  elu,
  type LeakyReluOptions,
  leakyRelu,
  type PreluOptions,
  prelu,
  type ReluOptions,
  relu,
  type SoftmaxOptions,
  softmax,
} from './activation-layers.ts';
export { type ActivationName, activationNames } from './activations.ts';
export {
  type AdditiveAttentionOptions,
  type AttentionLayerOptions,
  additiveAttention,
  attention,
} from './attention/attention.ts';
export type { HeadsOptions } from './attention/heads-options.ts';
export {
  type GroupedQueryAttentionOptions,
  groupedQueryAttention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './attention/multi-head-attention.ts';
export {
  type PositionEmbeddingOptions,
  positionEmbedding,
  type RotaryEmbeddingOptions,
  rotaryEmbedding,
  type SinePositionEncodingOptions,
  sinePositionEncoding,
} from './attention/positions.ts';
export { type ResidualOptions, residual } from './attention/residual.ts';
export type { RotationOptions } from './attention/rotation.ts';
export { startDecoding } from './attention/start-decoding.ts';
export {
  type ReversibleEmbedding,
  type ReversibleEmbeddingOptions,
  reversibleEmbedding,
  type TokenAndPositionEmbeddingOptions,
  tokenAndPositionEmbedding,
} from './attention/token-embeddings.ts';
export {
  type TransformerDecoderOptions,
  type TransformerEncoderOptions,
  transformerDecoder,
  transformerEncoder,
} from './attention/transformer.ts';
export { branches } from './branches.ts';
export { type ComposedCall, type ComposedLayer, type ComposedOptions, composedLayer } from './composed-layer.ts';
export { type Constraint, type ConstraintName, type ConstraintOption, constrain } from './constraints.ts';
export {
  type Conv2dOptions,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  conv3d,
  type WindowOptions,
} from './convolution.ts';
export {
  type DefinitionContext,
  defineLayer,
  type LayerDefinition,
  type OwnWeights,
  type WeightDeclaration,
} from './define-layer.ts';
export { type DenseOptions, dense } from './dense.ts';
export {
  type DepthwiseConvolutionOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  type SeparableConvolutionOptions,
  separableConv1d,
  separableConv2d,
} from './depthwise-convolution.ts';
export {
  type DropoutOptions,
  dropout,
  type SpatialDropoutOptions,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './dropout.ts';
export type { DTypePolicy } from './dtype-policy.ts';
export { type EinsumDenseOptions, einsumDense } from './einsum-dense.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export {
  type FunctionalLayer,
  type FunctionalOptions,
  functional,
  type PlacedCall,
  type SignalOf,
  type Symbols,
} from './functional.ts';
export {
  type AdaptivePoolingOptions,
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './global-pooling.ts';
export {
  type GroupNormalizationOptions,
  groupNormalization,
  type InstanceNormalizationOptions,
  instanceNormalization,
} from './group-normalization.ts';
export {
  createWeight,
  type Initializer,
  type InitializerName,
  type InitializerOption,
  initializerNames,
} from './initializers.ts';
export { type LambdaOptions, lambda } from './lambda.ts';
export type {
  ConfigValue,
  Decoding,
  ExampleShape,
  Layer,
  LayerConfig,
  LayerContext,
  LayerLike,
  LayerOptions,
  LayerOutput,
  LayerVariables,
  Mask,
  OutputShapesOf,
  ShapesOf,
  Signal,
  SymbolsOf,
  Trainable,
  WeightSpecification,
  Weights,
} from './layer.ts';
export { isLayer } from './layer-call.ts';
export type { Fail } from './layer-errors.ts';
export { layerFromConfig, layerKinds } from './layer-registry.ts';
export {
  type RmsNormalizationOptions,
  rmsNormalization,
  type UnitNormalizationOptions,
  unitNormalization,
} from './length-normalization.ts';
export { type MaskingOptions, masking } from './masking.ts';
export {
  add,
  average,
  type ConcatenateOptions,
  concatenate,
  type DotOptions,
  dot,
  type MergeLayer,
  maximum,
  minimum,
  multiply,
  subtract,
} from './merge.ts';
export type { Named, NamedOption, SettingValue } from './named-settings.ts';
export { alphaDropout, gaussianDropout, gaussianNoise } from './noise.ts';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
} from './normalization.ts';
export type { AffineOptions } from './normalization-parts.ts';
export type { PerAxis, Sides, SpatialRank } from './options.ts';
export {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  type Pooling2dOptions,
  type PoolingOptions,
} from './pooling.ts';
export { autoContrast, type EqualizationOptions, equalization } from './preprocessing/auto-contrast.ts';
export {
  type CategoryEncodingOptions,
  categoryEncoding,
} from './preprocessing/category-encoding.ts';
export {
  type AdaptDiscretizationOptions,
  adaptDiscretization,
  type DiscretizationOptions,
  discretization,
} from './preprocessing/discretization.ts';
export { type HashedCrossingOptions, type HashingOptions, hashedCrossing, hashing } from './preprocessing/hashing.ts';
export { type ActivityRegularizationOptions, activityRegularization, identity } from './preprocessing/identity.ts';
export type { ColorOptions, Factor, ImageOptions } from './preprocessing/image-layer.ts';
export {
  type AdaptIntegerLookupOptions,
  adaptIntegerLookup,
  type IntegerLookupOptions,
  integerLookup,
} from './preprocessing/integer-lookup.ts';
export { type MelSpectrogramOptions, melSpectrogram } from './preprocessing/mel-spectrogram.ts';
export {
  type AdaptNormalizationOptions,
  adaptNormalization,
  type NormalizationOptions,
  normalization,
} from './preprocessing/normalization-layer.ts';
export type { AdaptData, NestedNumbers } from './preprocessing/numbers.ts';
export {
  type RandomShearOptions,
  type RandomZoomOptions,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
} from './preprocessing/random-affine.ts';
export {
  type RandomGrayscaleOptions,
  randomColorDegeneration,
  randomGrayscale,
  randomHue,
  randomSaturation,
} from './preprocessing/random-color.ts';
export { type RandomColorJitterOptions, randomColorJitter } from './preprocessing/random-color-jitter.ts';
export { type RandomErasingOptions, randomErasing } from './preprocessing/random-erasing.ts';
export { type FlipMode, randomFlip } from './preprocessing/random-flip.ts';
export { type RandomGaussianBlurOptions, randomGaussianBlur, randomSharpness } from './preprocessing/random-focus.ts';
export { randomBrightness, randomContrast } from './preprocessing/random-light.ts';
export { type RandomPerspectiveOptions, randomPerspective } from './preprocessing/random-perspective.ts';
export {
  type RandomInvertOptions,
  randomInvert,
  randomPosterization,
  type SolarizationOptions,
  solarization,
} from './preprocessing/random-tone.ts';
export { type RescalingOptions, rescaling } from './preprocessing/rescaling.ts';
export { centerCrop, type ResizingOptions, randomCrop, resizing } from './preprocessing/resizing.ts';
export type { EdgeMode, SamplingOptions } from './preprocessing/sampling.ts';
export type { SpectrumWindow } from './preprocessing/spectrum.ts';
export { type StftSpectrogramOptions, stftSpectrogram } from './preprocessing/stft-spectrogram.ts';
export type { CategoryOutput } from './preprocessing/whole-numbers.ts';
export {
  type BidirectionalOptions,
  type BidirectionalOutput,
  bidirectional,
  type MergeMode,
} from './recurrent/bidirectional.ts';
export {
  type Cell,
  type CellDefinition,
  type CellResult,
  type CellStates,
  type DrawContext,
  defineCell,
} from './recurrent/cell.ts';
export type { CellOptions, GatedCellOptions } from './recurrent/cell-options.ts';
export { type ConvLstmOptions, convLstm1d, convLstm2d, convLstm3d } from './recurrent/conv-lstm.ts';
export { type GruOptions, gru } from './recurrent/gru.ts';
export { type GruCellOptions, gruCell } from './recurrent/gru-cell.ts';
export { type LstmOptions, lstm } from './recurrent/lstm.ts';
export { type LstmCellOptions, lstmCell } from './recurrent/lstm-cell.ts';
export type {
  CheckedRecurrent,
  RecurrentLayer,
  RecurrentOptions,
  RecurrentOutput,
} from './recurrent/recurrent-layer.ts';
export { rnn } from './recurrent/rnn.ts';
export { type SimpleRnnOptions, simpleRnn } from './recurrent/simple-rnn.ts';
export { simpleRnnCell } from './recurrent/simple-rnn-cell.ts';
export { stackedRnnCells } from './recurrent/stacked-cells.ts';
export { timeDistributed } from './recurrent/time-distributed.ts';
export { type Regularizer, type RegularizerName, type RegularizerOption, regularize } from './regularizers.ts';
export {
  cropping1d,
  cropping2d,
  cropping3d,
  type ResamplingOptions,
  type SidesPerAxis,
  type UpSampling2dOptions,
  upSampling1d,
  upSampling2d,
  upSampling3d,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
} from './resampling.ts';
export { type SequentialLayer, sequentialLayer } from './sequential-layer.ts';
export { type FlattenOptions, flatten, permute, repeatVector, reshape } from './shape-layers.ts';
export type { DataFormat, Padding } from './spatial.ts';
export { type SpectralNormalizationOptions, spectralNormalization } from './spectral-normalization.ts';
export { type InputOptions, input, type LayerCall, SymbolicTensor } from './symbolic-tensor.ts';
export {
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  type TransposedConvolutionOptions,
} from './transposed-convolution.ts';
export type { WeightOptions } from './weight-options.ts';
export { constrainWeights, weightPenalty } from './weight-rules.ts';
