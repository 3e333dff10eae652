/** What the trained network makes of the test images: the scores, the confusion matrix, and what it read wrongly. */
import type { Model } from '@deft/keras';
import { type ConfusionMatrix, confusionMatrix } from './drawing/confusion-matrix.ts';
import type { Reading } from './drawing/terminal-digits.ts';
import { CLASS_COUNT, imageAt, type LabelledImages } from './labelled-images.ts';
import { inputsOf, type Predictions, READING_BATCH, readImages } from './network.ts';

/** The result on the test images. */
export interface TestReport {
  readonly loss: number;
  /** Share of images that were read correctly, 0 to 1. */
  readonly accuracy: number;
  readonly predictions: Predictions;
  readonly matrix: ConfusionMatrix;
  /** Wrongly read images, those first that the network was most sure of. */
  readonly wrong: readonly Reading[];
}

/** Evaluates the model on `test` and predicts every image of it. */
export async function testNetwork(model: Model, test: LabelledImages): Promise<TestReport> {
  const { loss, accuracy } = await model.evaluate(inputsOf(test), test.labels, { batchSize: READING_BATCH });
  const predictions = await readImages(model, test);
  return {
    loss,
    accuracy: accuracy ?? Number.NaN,
    predictions,
    matrix: confusionMatrix(test.labels, predictions.classes, CLASS_COUNT),
    wrong: wrongReadings(test, predictions),
  };
}

/** The images whose most probable class is not their label, the surest first. */
export function wrongReadings(set: LabelledImages, { classes, probabilities }: Predictions): Reading[] {
  const wrong: Reading[] = [];
  for (const [index, read] of classes.entries()) {
    const truth = set.labels[index] ?? -1;
    if (truth !== read) {
      wrong.push({ pixels: imageAt(set, index), truth, read, confidence: probabilities[index * CLASS_COUNT + read] });
    }
  }
  return wrong.sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0));
}
