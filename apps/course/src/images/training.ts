/** Trains a network on images that are moved a little in each epoch, and reads the test images with it. */
import {
  CLASS_COUNT,
  type ConfusionMatrix,
  confusionMatrix,
  IMAGE_SIDE,
  type LabelledImages,
  RandomNumbers,
  shiftImages,
} from '@deft/digits';
import type { ArrayWithShape, Model } from '@deft/keras';
import { argMax } from '@deft/tensor';
import { fitModel } from '../fit-model.ts';
import type { Progress } from '../progress.ts';

/** How to train. */
export interface ImagePlan {
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  /** Pixels by which images are moved at most; 0 leaves them. */
  readonly shift: number;
  readonly seed: number;
  readonly progress: (steps: number) => Progress;
}

/** Trains `network` in place; gives the loss of each step. */
export function trainOnImages(network: Model, train: LabelledImages, plan: ImagePlan): Promise<number[]> {
  const random = new RandomNumbers(plan.seed);
  return fitModel(network, {
    ...plan,
    count: train.labels.length,
    inputs: () => inputsOf(plan.shift === 0 ? train.images : shiftImages(train.images, plan.shift, random)),
    targets: train.labels,
  });
}

/** How a network reads images: the share that is right, and what was read as what. */
export async function readImages(
  network: Model,
  { images, labels }: LabelledImages,
): Promise<{ accuracy: number; matrix: ConfusionMatrix }> {
  const scores = await network.predict(inputsOf(images), { batchSize: 250 });
  const read = argMax(scores, { axis: 1 }).toArray() as number[];
  const matrix = confusionMatrix(labels, read, CLASS_COUNT);
  const right = matrix.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return { accuracy: right / labels.length, matrix };
}

function inputsOf(images: Float32Array): ArrayWithShape {
  return { data: images, shape: [images.length / IMAGE_SIDE ** 2, IMAGE_SIDE, IMAGE_SIDE, 1] };
}
