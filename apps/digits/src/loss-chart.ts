/** The loss curve: every step's loss, smoothed, and the loss on the test images after each epoch. */
import { type Chart, movingAverage } from './drawing/chart.ts';
import type { TrainingRecord } from './training.ts';

/** About so many steps are averaged: a tenth of an epoch, and at least a few. */
function smoothing(stepsPerEpoch: number): number {
  return 1 - 1 / Math.max(4, stepsPerEpoch / 10);
}

/** The chart of a training; steps count from 1. */
export function lossChart({ stepLosses, stepsPerEpoch, testLosses }: TrainingRecord): Chart {
  return {
    title: 'Loss',
    xLabel: 'step',
    yLabel: 'cross-entropy',
    scale: 'logarithmic',
    series: [
      {
        name: 'training, smoothed',
        x: stepLosses.map((_, index) => index + 1),
        y: movingAverage(stepLosses, smoothing(stepsPerEpoch)),
        unsmoothed: stepLosses,
      },
      {
        name: 'test, after each epoch',
        x: testLosses.map((_, epoch) => (epoch + 1) * stepsPerEpoch),
        y: testLosses,
        marks: true,
      },
    ],
  };
}
