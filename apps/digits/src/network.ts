/**
 * The network that reads the digits, how it is trained, and how it reads: two convolutions with pooling, then two dense
 * layers. Whoever needs the same network again (another mode, another process) gets it from here.
 */
import { type ArrayWithShape, layers, losses, type Model, sequential } from '@deft/keras';
import { adam, cosineDecay, type Schedule } from '@deft/optim';
import { softmax } from '@deft/tensor';
import { CLASS_COUNT, IMAGE_SIDE, type LabelledImages } from './labelled-images.ts';

/**
 * Twice the usual rate of Adam, for there are few steps; the cosine down to almost nothing lets the last ones settle. On
 * the default data 0.002 and 0.003 do equally well.
 */
const LEARNING_RATE = 0.002;
/** What is left of the learning rate at the end. */
const LAST_SHARE = 0.01;

/** The network with its initial weights, compiled for training. The same seed gives the same weights. */
export function makeNetwork(seed: number): Model {
  const model = sequential(
    [
      layers.conv2d(32, 3, { activation: 'relu' }),
      layers.maxPooling2d(2),
      layers.conv2d(64, 3, { activation: 'relu' }),
      layers.maxPooling2d(2),
      layers.flatten(),
      layers.dense(128, { activation: 'relu' }),
      layers.dense(CLASS_COUNT),
    ],
    { inputShape: [IMAGE_SIDE, IMAGE_SIDE, 1], seed, name: 'digits' },
  );
  model.compile({
    optimizer: adam({ learningRate: LEARNING_RATE }),
    // The last layer gives scores: their softmax is part of the loss, where it costs nothing and loses no digits.
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return model;
}

/** The learning rate after each step of a training of `steps` steps. */
export function learningRateOver(steps: number): Schedule {
  return cosineDecay(LEARNING_RATE, { decaySteps: steps, alpha: LAST_SHARE });
}

/** Images in the form that the model's methods take. */
export function inputsOf({ images, labels }: LabelledImages): ArrayWithShape {
  return { data: images, shape: [labels.length, IMAGE_SIDE, IMAGE_SIDE, 1] };
}

/** What a model makes of images. */
export interface Predictions {
  /** One probability per image and class, shape `[n, 10]`. */
  readonly probabilities: Float32Array;
  /** The most probable class of each image, shape `[n]`. */
  readonly classes: Int32Array;
}

/** Images that are read at once: enough to keep the kernels busy, few enough to stay in the cache. */
export const READING_BATCH = 250;

/** Reads images: all probabilities, and the class that got the highest. */
export async function readImages(model: Model, set: LabelledImages): Promise<Predictions> {
  const scores = await model.predict(inputsOf(set), { batchSize: READING_BATCH });
  const probabilities = (await softmax(scores).data()) as Float32Array;
  return { probabilities, classes: mostProbable(probabilities) };
}

/** The class with the highest of each image's ten probabilities; the lowest such class if several have it. */
export function mostProbable(probabilities: Float32Array): Int32Array {
  return Int32Array.from({ length: probabilities.length / CLASS_COUNT }, (_, image) => {
    const row = probabilities.subarray(image * CLASS_COUNT, (image + 1) * CLASS_COUNT);
    return Math.max(row.indexOf(Math.max(...row)), 0);
  });
}
