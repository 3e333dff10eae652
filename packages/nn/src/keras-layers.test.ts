/**
 * The public layers of Keras 3, by the list of its API documentation (keras.io/api/layers): each is exported under its name in
 * camelCase, or stands in a table with the reason why not. Second names (`MaxPool2D`, `Convolution2D`) are left out.
 */
import * as tensorFunctions from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import * as nn from './index.ts';

const l = new Map<string, unknown>(Object.entries(nn));

const kerasLayers = `
Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout Attention AugMix AutoContrast
Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Bidirectional CategoryEncoding CenterCrop
Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Cropping1D
Cropping2D Cropping3D CutMix Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense Embedding
Equalization Flatten FlaxLayer GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization GroupQueryAttention
HashedCrossing Hashing Identity Input InputLayer InputSpec IntegerLookup JaxLayer LSTM LSTMCell Lambda Layer LayerNormalization
LeakyReLU Masking MaxNumBoundingBoxes MaxPooling1D MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp
MultiHeadAttention Multiply Normalization PReLU Permute Pipeline RMSNormalization RNN RandAugment RandomBrightness
RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation
RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom ReLU ReconstructPatches2D
ReconstructPatches3D RepeatVector Rescaling Reshape Resizing
ReversibleEmbedding STFTSpectrogram SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNCell Softmax Solarization
SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells StringLookup Subtract TFSMLayer
TextVectorization TimeDistributed TorchModuleWrapper UnitNormalization UpSampling1D UpSampling2D UpSampling3D Wrapper
ZeroPadding1D ZeroPadding2D ZeroPadding3D`
  .trim()
  .split(/\s+/);

/** Layers that have another name here. */
const renamed: Readonly<Record<string, keyof typeof nn>> = {
  GroupQueryAttention: 'groupedQueryAttention',
  InputLayer: 'input',
  Layer: 'defineLayer',
  Pipeline: 'sequentialLayer',
};

const labels = 'it changes labels along with images, so it is a step of the data, not a layer of one batch';
const strings = 'tensors hold no strings';
const frameworks = 'it wraps a function of a framework that is not there';

/** Layers that are not there, and why. */
const missing: Readonly<Record<string, string>> = {
  AugMix: 'not yet: mixtures of several chains of the layers for images',
  ContrastLimitedAdaptiveHistogramEqualization: 'not yet: equalization of parts of an image, with a limit',
  CutMix: labels,
  FlaxLayer: frameworks,
  InputSpec: 'no layer: layers check the shapes of their inputs themselves',
  JaxLayer: frameworks,
  MaxNumBoundingBoxes: 'boxes around objects are no tensors of one shape here',
  MixUp: labels,
  RandAugment: 'not yet: a random choice among the layers for images',
  RandomElasticTransform: 'not yet: mapCoordinates can move pixels by smooth noise',
  ReconstructPatches2D: 'not yet: reshape and permute put patches together that do not overlap',
  ReconstructPatches3D: 'not yet: reshape and permute put patches together that do not overlap',
  StringLookup: strings,
  TFSMLayer: frameworks,
  TextVectorization: strings,
  TorchModuleWrapper: frameworks,
  Wrapper: 'a base class; a function that takes a layer and calls defineLayer is one',
};

/** A name in camelCase, its digits followed by a small letter: `Conv2DTranspose` is `conv2dTranspose`. */
function camelCase(name: string): string {
  const words = name
    .replace(/(\d)D/g, '$1d')
    .replace(/^PReLU/, 'Prelu')
    .replace(/ReLU/, 'Relu')
    .replace(/[A-Z]{2,}(?=[A-Z][a-z]|\d|$)/g, (capitals) => capitals[0] + capitals.slice(1).toLowerCase());
  return (words[0] as string).toLowerCase() + words.slice(1);
}

describe('the layers of Keras 3', () => {
  it('are named as Keras names them, in camelCase', () => {
    const samples = [
      'Conv2DTranspose',
      'ConvLSTM2D',
      'PReLU',
      'LeakyReLU',
      'ELU',
      'RMSNormalization',
      'StackedRNNCells',
    ];
    const expected = [
      'conv2dTranspose',
      'convLstm2d',
      'prelu',
      'leakyRelu',
      'elu',
      'rmsNormalization',
      'stackedRnnCells',
    ];
    expect(samples.map(camelCase)).toEqual(expected);
    expect(new Set(kerasLayers).size).toBe(kerasLayers.length);
  });

  it.each(kerasLayers.filter((name) => !(name in missing)))('%s is there', (name) => {
    const here = renamed[name] ?? camelCase(name);
    expect(l.get(here), here).toBeTypeOf('function');
  });

  it.each(Object.keys(missing))('%s is not there, and is a layer of Keras', (name) => {
    expect(kerasLayers).toContain(name);
    expect(l.has(camelCase(name))).toBe(false);
  });

  it('names only functions that there are where it says what to use', () => {
    const names = Object.values(missing).flatMap((reason) => reason.match(/\b[a-z]+[A-Z]\w+/g) ?? []);
    for (const name of names) expect(l.has(name) || name in tensorFunctions, name).toBe(true);
  });
});
