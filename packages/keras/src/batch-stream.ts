/** Streams of batches, as users make them. */
import type { ModelExamples } from './example-options.ts';

/** One batch of a stream: inputs and targets, with weights if wanted. Of a stream for `predict`, inputs alone will do. */
export type StreamedBatch =
  | readonly [x: ModelExamples, y: ModelExamples, sampleWeight?: ModelExamples]
  | { readonly x: ModelExamples; readonly y?: ModelExamples; readonly sampleWeight?: ModelExamples };

type Batches = Iterable<StreamedBatch> | AsyncIterable<StreamedBatch>;

/**
 * A stream of batches: something that can be iterated, or a function that gives that for every epoch. A generator that was made
 * once ends with its first pass; give the function that makes it, or `stepsPerEpoch`. Of a `Dataset` epoch k is its pass k, in
 * every run, so that a run that goes on sees what it would have seen.
 */
export type BatchStream = Batches | (() => Batches);

/** Batches whose passes have numbers, as those of datasets have: what a pass gives is a function of its number. */
export interface NumberedPasses {
  /** A pass. What only looks at its beginning says that nothing of it is to be kept. */
  iterator(options: { readonly epoch: number; readonly keep?: boolean }): PassOfBatches;
}

/** Batches in turn. */
export interface PassOfBatches extends AsyncIterator<StreamedBatch> {
  /** Passes by so many batches, and gives how many there were. Without it they are taken and dropped. */
  skip?(count: number): Promise<number>;
}

/** Whether passes over a stream have numbers. */
export function hasNumberedPasses(stream: object): stream is NumberedPasses {
  return 'iterator' in stream && typeof stream.iterator === 'function';
}
