/** Laws of the ops that choose boxes; how many they choose depends on the elements, so they have no samples. */
import { AbstractInterpreter, withInterpreter } from '@deft/core';
import { expect, test } from 'vitest';
import {
  nonMaxSuppression,
  nonMaxSuppressionPadded,
  nonMaxSuppressionPaddedAsync,
  nonMaxSuppressionWithScore,
  ones,
} from './index.ts';

const boxes = [
  [0, 0, 1, 1],
  [0, 0.1, 1, 1.1],
  [0, -0.1, 1, 0.9],
  [0, 10, 1, 11],
  [1, 11.1, 0, 10.1],
  [0, 100, 1, 101],
];
const scores = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3];

test('chooses one box of each heap, best first', () => {
  expect(nonMaxSuppression(boxes, scores, 3).toArray()).toEqual([3, 0, 5]);
  expect(nonMaxSuppression(boxes, scores, 2).toArray()).toEqual([3, 0]);
  expect(nonMaxSuppression(boxes, scores, 9, { scoreThreshold: 0.4 }).toArray()).toEqual([3, 0]);
  expect(nonMaxSuppression(boxes, scores, 0).shape).toEqual([0]);
});

test('takes score from those that overlap', () => {
  const { selectedIndices, selectedScores } = nonMaxSuppressionWithScore(boxes, scores, 6, {
    iouThreshold: 1,
    softNmsSigma: 0.5,
  });
  expect(selectedIndices.toArray()).toEqual([3, 0, 1, 5, 4, 2]);
  const share = 0.9 / 1.1;
  expect((selectedScores.toArray() as number[])[2]).toBeCloseTo(0.75 * Math.exp(-share * share), 5);
});

test('refuses what is no box, and captures', () => {
  expect(() => nonMaxSuppression([[0, 0, 1]], [1], 1)).toThrow(/rows of four numbers and one score for each.*E_SHAPE/);
  expect(() => nonMaxSuppression(boxes, [1], 1)).toThrow(/one score for each/);
  expect(() => nonMaxSuppression(boxes, scores, 1, { iouThreshold: 2 })).toThrow(/iouThreshold.*from 0 to 1, got 2/);
  const captured = (): unknown =>
    withInterpreter(new AbstractInterpreter(), () => nonMaxSuppression(ones([1, 4]), ones([1]), 1), true);
  expect(captured).toThrow(/E_CAPTURE_READ/);
});

test('pads the choice, and says how many it is', async () => {
  const options = { padToMaxOutputSize: true, scoreThreshold: 0.4 };
  for (const give of [nonMaxSuppressionPadded, nonMaxSuppressionPaddedAsync]) {
    const { selectedIndices, validOutputs } = await give(boxes, scores, 4, options);
    expect([selectedIndices.toArray(), validOutputs.item()]).toEqual([[3, 0, 0, 0], 2]);
    const unpadded = await give(boxes, scores, 4);
    expect([unpadded.selectedIndices.toArray(), unpadded.validOutputs.item()]).toEqual([[3, 0, 5], 3]);
  }
  await expect(nonMaxSuppressionPaddedAsync(boxes, [1], 1)).rejects.toThrow(/one score for each/);
});
