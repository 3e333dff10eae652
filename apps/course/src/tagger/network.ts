/** A tagger that reads in one direction or in both: an embedding, an LSTM, and scores for each word. */
import { layers, losses, type Model, sequential } from '@deft/keras';
import { adam } from '@deft/optim';
import { argMax, type Tensor, tensor } from '@deft/tensor';
import { fitModel } from '../fit-model.ts';
import type { Progress } from '../progress.ts';
import { type Sentences, TAGS, WORDS } from './sentences.ts';

/** How a tagger reads. */
export type Direction = 'forwards' | 'both ways';

/**
 * The tagger, compiled for training. Both kinds have about as many weights: the one that reads both ways has half as many
 * numbers in each state.
 */
export function makeTagger(direction: Direction, { hidden, seed }: { hidden: number; seed: number }): Model {
  const reader =
    direction === 'both ways'
      ? layers.bidirectional(layers.lstm(Math.ceil(hidden / 2), { returnSequences: true }))
      : layers.lstm(hidden, { returnSequences: true });
  const model = sequential([layers.embedding(WORDS.length, 8), reader, layers.dense(TAGS.length)], {
    inputShape: [null],
    seed,
  });
  model.compile({
    optimizer: adam({ globalClipnorm: 1 }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains a tagger; gives the loss of each step. */
export function trainTagger(
  model: Model,
  { words, tags }: Sentences,
  plan: { epochs: number; batchSize: number; rate: number; progress: (steps: number) => Progress },
): Promise<number[]> {
  const inputs = asTensor(words);
  return fitModel(model, { ...plan, count: words.length, inputs: () => inputs, targets: asTensor(tags) });
}

/** The tags that a model gives to sentences, and the share of them that is right, at each place of a sentence. */
export async function readSentences(
  model: Model,
  { words, tags }: Sentences,
): Promise<{ read: number[][]; accuracy: number; byPlace: number[] }> {
  const scores = await model.predict(asTensor(words), { batchSize: 250 });
  const read = argMax(scores, { axis: 2 }).toArray() as number[][];
  const places = (tags[0] ?? []).map((_, place) => place);
  const byPlace = places.map(
    (place) => read.filter((row, at) => row[place] === tags[at]?.[place]).length / Math.max(read.length, 1),
  );
  return { read, byPlace, accuracy: byPlace.reduce((sum, share) => sum + share, 0) / byPlace.length };
}

const asTensor = (rows: readonly (readonly number[])[]): Tensor =>
  tensor(
    rows.map((row) => [...row]),
    { dtype: 'int32' },
  );
