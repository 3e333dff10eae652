/**
 * Trains the network with `fit`, every epoch on freshly shifted images, feeds the progress bar, and keeps what the loss
 * curve is drawn from.
 */
import type { Callback, Logs, Model } from '@deft/keras';
import type { Digits } from './digits-source.ts';
import { inputsOf, learningRateOver } from './network.ts';
import { ProgressBar, type ProgressStream } from './progress-bar.ts';
import { RandomNumbers } from './random-numbers.ts';
import { shiftImages } from './shifting.ts';

/** Pixels by which training images are moved at most. */
const REACH = 1;

/** How to train, and where to show it. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly batchSize: number;
  /** Decides how images are shifted. */
  readonly seed: number;
  readonly stream: ProgressStream;
  /** Milliseconds from any origin. */
  readonly now: () => number;
}

/** What was measured on the way. */
export interface TrainingRecord {
  /** Loss of every step's batch. */
  readonly stepLosses: readonly number[];
  /** Steps in an epoch. */
  readonly stepsPerEpoch: number;
  /** Loss on the test images after each epoch. */
  readonly testLosses: readonly number[];
  /** Images trained on per second, pauses for testing left out. */
  readonly imagesPerSecond: number;
}

/**
 * Trains `model` in place. The test images are looked at after each epoch for the curve only: nothing is decided by what
 * they show.
 */
export async function trainNetwork(model: Model, { train, test }: Digits, plan: TrainingPlan): Promise<TrainingRecord> {
  const { epochs, batchSize, seed, stream, now } = plan;
  const total = train.labels.length;
  const stepsPerEpoch = Math.ceil(total / batchSize);
  const rate = learningRateOver(stepsPerEpoch * epochs);
  const bar = new ProgressBar({ stream, now });
  const stepLosses: number[] = [];
  const testLosses: number[] = [];
  const random = new RandomNumbers(seed);
  let trainingTime = 0;

  const trainEpoch = async (epoch: number): Promise<void> => {
    let [done, milliseconds] = [0, 0];
    const show = (logs: Logs): void =>
      bar.update({
        epoch: epoch + 1,
        epochs,
        done,
        total,
        loss: logs['loss'] ?? Number.NaN,
        accuracy: logs['accuracy'] ?? Number.NaN,
        imagesPerSecond: (1000 * done) / milliseconds,
        testAccuracy: logs['valAccuracy'],
      });
    const images = shiftImages(train.images, REACH, random);
    const start = now();
    const callback: Callback = {
      onBatchEnd: (_, logs, control) => {
        stepLosses.push(logs.batchLoss);
        control.learningRate = rate(stepLosses.length);
        done += logs.size;
        milliseconds = now() - start;
        show(logs);
      },
      onEpochEnd: (_, logs) => {
        testLosses.push(logs['valLoss'] ?? Number.NaN);
        show(logs);
      },
    };
    await model.fit(inputsOf({ ...train, images }), train.labels, {
      initialEpoch: epoch,
      epochs: epoch + 1,
      batchSize,
      validationData: [inputsOf(test), test.labels],
      callbacks: [callback],
    });
    trainingTime += milliseconds;
  };

  try {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      await trainEpoch(epoch);
    }
  } finally {
    bar.end();
  }
  return { stepLosses, stepsPerEpoch, testLosses, imagesPerSecond: (1000 * total * epochs) / trainingTime };
}
