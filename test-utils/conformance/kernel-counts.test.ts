/** How many kernels an eager call runs: what people think of as one op must be one pass over memory. */
import type { Tensor } from '@deft/core';
import { eagerExecutor } from '@deft/eager';
import {
  cumMax,
  cumProd,
  cumSum,
  gelu,
  key,
  layerNormalization,
  logCumSumExp,
  logSoftmax,
  logSumExp,
  normalize,
  randomNormal,
  rmsNormalization,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  std,
  variance,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const x = randomNormal([64, 32], { key: key(1) });
const image = randomNormal([8, 12, 12, 16], { key: key(2) });
const targets = softmax(randomNormal([64, 32], { key: key(3) }));
const classes = Array.from({ length: 64 }, (_, i) => i % 32);

const calls: readonly (readonly [name: string, run: () => Tensor])[] = [
  ['softmax', () => softmax(x)],
  ['softmax of columns', () => softmax(x, { axis: 0 })],
  ['softmax of the channels of an image', () => softmax(image)],
  ['softmax of the rows of an image', () => softmax(image, { axis: 1 })],
  ['logSoftmax', () => logSoftmax(x)],
  ['logSumExp', () => logSumExp(x, { axis: 1 })],
  ['layerNormalization', () => layerNormalization(x, 1, 0)],
  ['layerNormalization of images', () => layerNormalization(image, 1, 0, { axis: [1, 2, 3] })],
  ['rmsNormalization', () => rmsNormalization(x)],
  ['normalize', () => normalize(x)],
  ['variance', () => variance(x, { axis: 1 })],
  ['std', () => std(x, { axis: 0 })],
  ['gelu', () => gelu(x)],
  ['softmaxCrossEntropy', () => softmaxCrossEntropy(x, targets)],
  ['sparseSoftmaxCrossEntropy', () => sparseSoftmaxCrossEntropy(x, classes)],
  ['sigmoidCrossEntropy', () => sigmoidCrossEntropy(x, targets)],
  ['cumSum', () => cumSum(x)],
  ['cumSum of rows, exclusive, from the end', () => cumSum(x, { axis: 1, exclusive: true, reverse: true })],
  ['cumProd', () => cumProd(x, { axis: 1 })],
  ['cumMax', () => cumMax(x)],
  ['logCumSumExp', () => logCumSumExp(x)],
];

describe('eager calls that are one kernel', () => {
  it.each(calls)('%s', (_, run) => {
    run(); // what it makes of numbers and arrays is uploaded once
    const before = eagerExecutor().kernelCount;
    run();
    expect(eagerExecutor().kernelCount - before).toBe(1);
  });
});
