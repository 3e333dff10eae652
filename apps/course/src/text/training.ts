/** Trains a network on passages of a text, and looks from time to time at what it makes of the part that is held back. */
import type { Model } from '@deft/keras';
import type { Progress } from '../progress.ts';
import { allPassages, type Batch, type Corpus, passages } from './corpus.ts';

/** How to train. */
export interface TextPlan {
  readonly steps: number;
  readonly batchSize: number;
  readonly block: number;
  readonly seed: number;
  /** How often the held-back part is looked at: after so many parts of the steps, as equal as can be; at most after every step. */
  readonly looks: number;
  /** Begins a progress line of so many steps. */
  readonly progress: (steps: number) => Progress;
}

/** Nats per character in the course of a training. */
export interface TextHistory {
  /** Of each step's batch. */
  readonly training: readonly number[];
  /** Of a part of what is held back, at each look. */
  readonly heldBack: readonly number[];
  /** How many steps were done at each look. */
  readonly looks: readonly number[];
}

const BATCH_OF_EVALUATION = 48;
/** Passages of a look. */
const LOOKED_AT = 240;

/** Trains `network` in place, for exactly the steps that are planned. */
export async function trainOnText(
  network: Model,
  { training, heldBack }: Corpus,
  plan: TextPlan,
): Promise<TextHistory> {
  const { steps, batchSize, block, seed } = plan;
  const looks = looksOf(steps, plan.looks);
  const stride = Math.max(1, Math.floor(heldBack.length / block / LOOKED_AT));
  const bar = plan.progress(steps);
  const losses: number[] = [];
  const batches = passages(training, { block, batchSize, batches: steps, seed }).prefetch().iterator();
  try {
    // Epochs of differing lengths, each of which goes on where the one before ended: it takes what is left until the next look.
    const epoch = (): AsyncGenerator<Batch> => {
      const end = looks.find((step) => step > losses.length) ?? steps;
      return taken(batches, end - losses.length);
    };
    const { history } = await network.fit(epoch, {
      epochs: looks.length,
      validationData: allPassages(heldBack, { block, batchSize: BATCH_OF_EVALUATION, stride }),
      callbacks: [
        {
          onBatchEnd: (_, { batchLoss, loss }) => {
            losses.push(batchLoss);
            bar.update(losses.length, { loss });
          },
        },
      ],
    });
    return { training: losses, heldBack: history['valLoss'] ?? [], looks };
  } finally {
    await batches.return?.();
    bar.end();
  }
}

/** How many steps are done at each of so many looks, the last of which is at the end. */
export function looksOf(steps: number, looks: number): readonly number[] {
  const count = Math.min(steps, looks);
  return Array.from({ length: count }, (_, look) => Math.round((steps * (look + 1)) / count));
}

/** The next batches, so many. */
async function* taken<T>(batches: AsyncIterator<T>, count: number): AsyncGenerator<T> {
  for (let at = 0; at < count; at += 1) {
    const { done, value } = await batches.next();
    if (done === true) return;
    yield value;
  }
}

/** Nats per character over all of what is held back, in passages one behind the other. */
export async function heldBackLoss(network: Model, { heldBack }: Corpus, block: number): Promise<number> {
  const { loss } = await network.evaluate(allPassages(heldBack, { block, batchSize: BATCH_OF_EVALUATION }));
  return loss;
}
