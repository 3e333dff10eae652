/** Lets a network write on behind a beginning. */
import type { Model } from '@deft/keras';
import type { Characters } from './characters.ts';

/** What is written, and how. */
export interface WritingPlan {
  readonly prompt: string;
  /** Characters to write. */
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
  /** Characters that the network remembers, where it has room for so many alone. */
  readonly context?: number;
}

/** A character, and how probable the network said it was. */
export interface Written {
  readonly character: string;
  readonly probability: number;
}

/** Writes character after character. */
export async function* writeOn(network: Model, characters: Characters, plan: WritingPlan): AsyncGenerator<Written> {
  const { prompt, length, temperature, seed, context } = plan;
  const tokens = Array.from(characters.encode(prompt));
  const options = { maxNewTokens: length, temperature, seed, ...(context !== undefined && { context }) };
  for await (const { token, probability } of network.generate(tokens, options)) {
    yield { character: characters.decode([token]), probability };
  }
}
