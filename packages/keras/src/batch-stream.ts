/** Streams of batches, as users make them. */
import type { ModelExamples } from './example-options.ts';

/** One batch of a stream: inputs and targets, with weights if wanted. Of a stream for `predict`, inputs alone will do. */
export type StreamedBatch =
  | readonly [x: ModelExamples, y: ModelExamples, sampleWeight?: ModelExamples]
  | { readonly x: ModelExamples; readonly y?: ModelExamples; readonly sampleWeight?: ModelExamples };

type Batches = Iterable<StreamedBatch> | AsyncIterable<StreamedBatch>;

/**
 * A stream of batches: something that can be iterated, or a function that gives that for every epoch. A generator that was made
 * once ends with its first pass; give the function that makes it, or `stepsPerEpoch`.
 */
export type BatchStream = Batches | (() => Batches);
