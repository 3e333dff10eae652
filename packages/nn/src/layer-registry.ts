/**
 * Layers by kind: how each is made again from its configuration. Configurations may come from files, so kinds are looked
 * up as own keys only, options pass the same checks as a user's, and nothing else of a configuration is read.
 */
import { raise } from '@deft/core';
import { activation } from './activation.ts';
import { elu, leakyRelu, prelu, relu, softmax } from './activation-layers.ts';
import { additiveAttention, attention } from './attention/attention.ts';
import { groupedQueryAttention, multiHeadAttention } from './attention/multi-head-attention.ts';
import { positionEmbedding, rotaryEmbedding, sinePositionEncoding } from './attention/positions.ts';
import { residualFromConfig } from './attention/residual.ts';
import { reversibleEmbedding, tokenAndPositionEmbedding } from './attention/token-embeddings.ts';
import { transformerDecoder, transformerEncoder } from './attention/transformer.ts';
import { branches } from './branches.ts';
import { conv1d, conv2d, conv3d } from './convolution.ts';
import { dense } from './dense.ts';
import { depthwiseConv1d, depthwiseConv2d, separableConv1d, separableConv2d } from './depthwise-convolution.ts';
import { dropout, spatialDropout1d, spatialDropout2d, spatialDropout3d } from './dropout.ts';
import { einsumDense } from './einsum-dense.ts';
import { embedding } from './embedding.ts';
import { functionalFromConfig } from './functional.ts';
import {
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './global-pooling.ts';
import { groupNormalization, instanceNormalization } from './group-normalization.ts';
import { stored } from './inner-layers.ts';
import type { LayerLike } from './layer.ts';
import { isLayer } from './layer-call.ts';
import { rmsNormalization, unitNormalization } from './length-normalization.ts';
import { masking } from './masking.ts';
import * as merging from './merge.ts';
import { alphaDropout, gaussianDropout, gaussianNoise } from './noise.ts';
import { batchNormalization, layerNormalization } from './normalization.ts';
import { isRecord } from './options.ts';
import {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
} from './pooling.ts';
import { autoContrast, equalization } from './preprocessing/auto-contrast.ts';
import { categoryEncoding } from './preprocessing/category-encoding.ts';
import { discretization } from './preprocessing/discretization.ts';
import { hashedCrossing, hashing } from './preprocessing/hashing.ts';
import { activityRegularization, identity } from './preprocessing/identity.ts';
import { integerLookup } from './preprocessing/integer-lookup.ts';
import { melSpectrogram } from './preprocessing/mel-spectrogram.ts';
import { normalization } from './preprocessing/normalization-layer.ts';
import { randomRotation, randomShear, randomTranslation, randomZoom } from './preprocessing/random-affine.ts';
import { randomColorDegeneration, randomGrayscale, randomHue, randomSaturation } from './preprocessing/random-color.ts';
import { randomColorJitter } from './preprocessing/random-color-jitter.ts';
import { randomErasing } from './preprocessing/random-erasing.ts';
import { randomFlip } from './preprocessing/random-flip.ts';
import { randomGaussianBlur, randomSharpness } from './preprocessing/random-focus.ts';
import { randomBrightness, randomContrast } from './preprocessing/random-light.ts';
import { randomPerspective } from './preprocessing/random-perspective.ts';
import { randomInvert, randomPosterization, solarization } from './preprocessing/random-tone.ts';
import { rescaling } from './preprocessing/rescaling.ts';
import { centerCrop, randomCrop, resizing } from './preprocessing/resizing.ts';
import { stftSpectrogram } from './preprocessing/stft-spectrogram.ts';
import { bidirectionalFromConfig } from './recurrent/bidirectional.ts';
import { convLstm1d, convLstm2d, convLstm3d } from './recurrent/conv-lstm.ts';
import { gru } from './recurrent/gru.ts';
import { lstm } from './recurrent/lstm.ts';
import { rnn } from './recurrent/rnn.ts';
import { simpleRnn } from './recurrent/simple-rnn.ts';
import { timeDistributed } from './recurrent/time-distributed.ts';
import {
  cropping1d,
  cropping2d,
  cropping3d,
  upSampling1d,
  upSampling2d,
  upSampling3d,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
} from './resampling.ts';
import { sequentialLayer } from './sequential-layer.ts';
import { flatten, permute, repeatVector, reshape } from './shape-layers.ts';
import { spectralNormalization } from './spectral-normalization.ts';
import { conv1dTranspose, conv2dTranspose, conv3dTranspose } from './transposed-convolution.ts';

// Options of a configuration are of unknown types until the layer's own checks have passed them.
type Maker = (...args: never[]) => LayerLike;

/** How deep layers made of layers may be nested in a configuration. */
const deepestNesting = 8;

/**
 * The function that makes a layer, and the names of the options that it takes before all others; `@` marks those that are a
 * layer, or several, and `?` those of them that may be missing.
 */
const makers: { readonly [kind: string]: readonly [make: Maker, ...positional: string[]] } = {
  activation: [activation, 'activation'],
  activityRegularization: [activityRegularization],
  adaptiveAveragePooling1d: [adaptiveAveragePooling1d, 'outputSize'],
  adaptiveAveragePooling2d: [adaptiveAveragePooling2d, 'outputSize'],
  adaptiveAveragePooling3d: [adaptiveAveragePooling3d, 'outputSize'],
  adaptiveMaxPooling1d: [adaptiveMaxPooling1d, 'outputSize'],
  adaptiveMaxPooling2d: [adaptiveMaxPooling2d, 'outputSize'],
  adaptiveMaxPooling3d: [adaptiveMaxPooling3d, 'outputSize'],
  add: [merging.add],
  additiveAttention: [additiveAttention],
  alphaDropout: [alphaDropout, 'rate'],
  attention: [attention],
  autoContrast: [autoContrast],
  average: [merging.average],
  averagePooling1d: [averagePooling1d, 'poolSize'],
  averagePooling2d: [averagePooling2d, 'poolSize'],
  averagePooling3d: [averagePooling3d, 'poolSize'],
  batchNormalization: [batchNormalization],
  bidirectional: [bidirectionalFromConfig, '@layer', '@backwardLayer'],
  branches: [branches, '@merge', '@layers'],
  categoryEncoding: [categoryEncoding, 'numTokens'],
  centerCrop: [centerCrop, 'height', 'width'],
  concatenate: [merging.concatenate],
  conv1d: [conv1d, 'filters', 'kernelSize'],
  conv1dTranspose: [conv1dTranspose, 'filters', 'kernelSize'],
  conv2d: [conv2d, 'filters', 'kernelSize'],
  conv2dTranspose: [conv2dTranspose, 'filters', 'kernelSize'],
  conv3d: [conv3d, 'filters', 'kernelSize'],
  conv3dTranspose: [conv3dTranspose, 'filters', 'kernelSize'],
  convLstm1d: [convLstm1d, 'filters', 'kernelSize'],
  convLstm2d: [convLstm2d, 'filters', 'kernelSize'],
  convLstm3d: [convLstm3d, 'filters', 'kernelSize'],
  cropping1d: [cropping1d, 'cropping'],
  cropping2d: [cropping2d, 'cropping'],
  cropping3d: [cropping3d, 'cropping'],
  dense: [dense, 'units'],
  depthwiseConv1d: [depthwiseConv1d, 'kernelSize'],
  depthwiseConv2d: [depthwiseConv2d, 'kernelSize'],
  discretization: [discretization],
  dot: [merging.dot],
  dropout: [dropout, 'rate'],
  einsumDense: [einsumDense, 'equation', 'outputShape'],
  elu: [elu],
  embedding: [embedding, 'inputDim', 'outputDim'],
  equalization: [equalization],
  flatten: [flatten],
  functional: [functionalFromConfig, '@layers', 'inputs', 'calls', 'outputs'],
  gaussianDropout: [gaussianDropout, 'rate'],
  gaussianNoise: [gaussianNoise, 'stddev'],
  globalAveragePooling1d: [globalAveragePooling1d],
  globalAveragePooling2d: [globalAveragePooling2d],
  globalAveragePooling3d: [globalAveragePooling3d],
  globalMaxPooling1d: [globalMaxPooling1d],
  globalMaxPooling2d: [globalMaxPooling2d],
  globalMaxPooling3d: [globalMaxPooling3d],
  groupedQueryAttention: [groupedQueryAttention, 'headDim', 'numQueryHeads', 'numKeyValueHeads'],
  groupNormalization: [groupNormalization],
  gru: [gru, 'units'],
  hashedCrossing: [hashedCrossing, 'numBins'],
  hashing: [hashing, 'numBins'],
  identity: [identity],
  instanceNormalization: [instanceNormalization],
  integerLookup: [integerLookup],
  layerNormalization: [layerNormalization],
  leakyRelu: [leakyRelu],
  lstm: [lstm, 'units'],
  masking: [masking],
  maximum: [merging.maximum],
  maxPooling1d: [maxPooling1d, 'poolSize'],
  maxPooling2d: [maxPooling2d, 'poolSize'],
  maxPooling3d: [maxPooling3d, 'poolSize'],
  melSpectrogram: [melSpectrogram],
  minimum: [merging.minimum],
  multiHeadAttention: [multiHeadAttention, 'numHeads', 'keyDim'],
  multiply: [merging.multiply],
  normalization: [normalization],
  permute: [permute, 'dims'],
  positionEmbedding: [positionEmbedding, 'sequenceLength'],
  prelu: [prelu],
  randomBrightness: [randomBrightness, 'factor'],
  randomColorDegeneration: [randomColorDegeneration, 'factor'],
  randomColorJitter: [randomColorJitter],
  randomContrast: [randomContrast, 'factor'],
  randomCrop: [randomCrop, 'height', 'width'],
  randomErasing: [randomErasing],
  randomFlip: [randomFlip, 'mode'],
  randomGaussianBlur: [randomGaussianBlur],
  randomGrayscale: [randomGrayscale],
  randomHue: [randomHue, 'factor'],
  randomInvert: [randomInvert],
  randomPerspective: [randomPerspective],
  randomPosterization: [randomPosterization, 'factor'],
  randomRotation: [randomRotation, 'factor'],
  randomSaturation: [randomSaturation, 'factor'],
  randomSharpness: [randomSharpness, 'factor'],
  randomShear: [randomShear],
  randomTranslation: [randomTranslation, 'heightFactor', 'widthFactor'],
  randomZoom: [randomZoom, 'heightFactor'],
  relu: [relu],
  repeatVector: [repeatVector, 'n'],
  rescaling: [rescaling, 'scale'],
  reshape: [reshape, 'targetShape'],
  residual: [residualFromConfig, '@layers', '@projection?'],
  resizing: [resizing, 'height', 'width'],
  reversibleEmbedding: [reversibleEmbedding, 'inputDim', 'outputDim'],
  rmsNormalization: [rmsNormalization],
  rnn: [rnn, 'cell'],
  rotaryEmbedding: [rotaryEmbedding],
  separableConv1d: [separableConv1d, 'filters', 'kernelSize'],
  separableConv2d: [separableConv2d, 'filters', 'kernelSize'],
  sequential: [sequentialLayer, '@layers'],
  simpleRnn: [simpleRnn, 'units'],
  sinePositionEncoding: [sinePositionEncoding],
  softmax: [softmax],
  solarization: [solarization],
  spatialDropout1d: [spatialDropout1d, 'rate'],
  spatialDropout2d: [spatialDropout2d, 'rate'],
  spatialDropout3d: [spatialDropout3d, 'rate'],
  spectralNormalization: [spectralNormalization, '@layer'],
  stftSpectrogram: [stftSpectrogram],
  subtract: [merging.subtract],
  timeDistributed: [timeDistributed, '@layer'],
  tokenAndPositionEmbedding: [tokenAndPositionEmbedding, 'vocabularySize', 'sequenceLength', 'embeddingDim'],
  transformerDecoder: [transformerDecoder, 'intermediateDim', 'numHeads'],
  transformerEncoder: [transformerEncoder, 'intermediateDim', 'numHeads'],
  unitNormalization: [unitNormalization],
  upSampling1d: [upSampling1d, 'size'],
  upSampling2d: [upSampling2d, 'size'],
  upSampling3d: [upSampling3d, 'size'],
  zeroPadding1d: [zeroPadding1d, 'padding'],
  zeroPadding2d: [zeroPadding2d, 'padding'],
  zeroPadding3d: [zeroPadding3d, 'padding'],
};

/** All kinds of layers that a configuration may name. */
export const layerKinds: readonly string[] = Object.keys(makers);

function reject(argument: string, expected: string, found: unknown): never {
  const text = typeof found === 'string' ? JSON.stringify(found.slice(0, 40)) : found === null ? 'null' : typeof found;
  return raise('E_LAYER', { op: 'layerFromConfig', argument, expected, found: text });
}

/** A layer of which `depth` levels may be nested. */
function make(serialized: unknown, path: string, depth: number): LayerLike {
  if (depth === 0) reject(path, `at most ${deepestNesting} levels of layers`, serialized);
  if (!isRecord(serialized) && !isLayer(serialized))
    return reject(path, 'an object with kind, name and config', serialized);
  const { kind, name, config, trainable, dtype, activityRegularizer } = isLayer(serialized)
    ? stored(serialized)
    : serialized;
  if (!isRecord(config)) return reject(`${path}.config`, 'an object', config);
  if (typeof kind !== 'string' || !Object.hasOwn(makers, kind)) {
    return reject(`${path}.kind`, `one of ${layerKinds.join(', ')}`, kind);
  }
  const [maker, ...positional] = makers[kind] as (typeof makers)[string];
  const options: Record<string, unknown> = { ...config, name, trainable, dtype, activityRegularizer };
  const given = positional.map((marked) => {
    const option = marked.replace(/[@?]/g, '');
    const value = Object.hasOwn(config, option) ? config[option] : undefined;
    delete options[option];
    if (option === marked) return value;
    if (marked.endsWith('?') && (value === undefined || value === null)) return null;
    const place = `${path}.config.${option}`;
    return Array.isArray(value)
      ? value.map((one: unknown, i) => make(one, `${place}[${i}]`, depth - 1))
      : make(value, place, depth - 1);
  });
  return maker(...(given as never[]), options as never);
}

/**
 * A layer from what its `kind`, `name` and `config` say.
 *
 * @throws `E_LAYER` for an unknown kind and for options that the layer does not take, naming the place
 * @example
 * ```ts
 * import { dense, layerFromConfig } from '@deft/nn';
 * const { kind, name, config } = dense(4, { name: 'out' });
 * console.log(layerFromConfig({ kind, name, config }).name); // out
 * ```
 */
export function layerFromConfig(serialized: unknown): LayerLike {
  return make(serialized, 'layer', deepestNesting + 1);
}
