/** What the methods of models take as examples, and how much they are told that examples count. */
import type { Examples } from './host-examples.ts';

/** Examples for a model: one, or one for each input (or output), in their order or by their names. */
export type ModelExamples = Examples | readonly Examples[] | { readonly [name: string]: Examples };

/** Option of whatever measures: how much examples count for the loss and for weighted metrics. */
export interface SampleWeightOption {
  /** A weight for every example, or for every position of it; of several outputs, one for each. */
  readonly sampleWeight?: ModelExamples;
}

/** Option of training: how much classes count for the loss and for weighted metrics. */
export interface ClassWeightOption {
  /**
   * Weights by class number, 1 for classes that are not named; targets are class numbers or distributions, whose largest
   * entry is the class. Multiplied with `sampleWeight`. Validation has none.
   */
  readonly classWeight?: { readonly [classNumber: number]: number };
}
