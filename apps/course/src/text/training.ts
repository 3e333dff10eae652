/** Trains a network on passages of a text, and looks from time to time at what it makes of the part that is held back. */
import type { Model } from '@deft/keras';
import type { Progress } from '../progress.ts';
import { allPassages, type Corpus, passages } from './corpus.ts';

/** How to train. */
export interface TextPlan {
  readonly steps: number;
  readonly batchSize: number;
  readonly block: number;
  readonly seed: number;
  /** How often the held-back part is looked at. */
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
  /** Steps between looks. */
  readonly every: number;
}

const BATCH_OF_EVALUATION = 48;
/** Passages of a look. */
const LOOKED_AT = 240;

/** Trains `network` in place. */
export async function trainOnText(
  network: Model,
  { training, heldBack }: Corpus,
  plan: TextPlan,
): Promise<TextHistory> {
  const { steps, batchSize, block, seed } = plan;
  const every = Math.ceil(steps / plan.looks);
  const epochs = Math.ceil(steps / every);
  const stride = Math.max(1, Math.floor(heldBack.length / block / LOOKED_AT));
  const bar = plan.progress(epochs * every);
  const losses: number[] = [];
  try {
    const { history } = await network.fit(
      passages(training, { block, batchSize, batches: epochs * every, seed }).prefetch(),
      {
        epochs,
        stepsPerEpoch: every,
        validationData: allPassages(heldBack, { block, batchSize: BATCH_OF_EVALUATION, stride }),
        callbacks: [
          {
            onBatchEnd: (_, { batchLoss, loss }) => {
              losses.push(batchLoss);
              bar.update(losses.length, { loss });
            },
          },
        ],
      },
    );
    return { training: losses, heldBack: history['valLoss'] ?? [], every };
  } finally {
    bar.end();
  }
}

/** Nats per character over all of what is held back, in passages one behind the other. */
export async function heldBackLoss(network: Model, { heldBack }: Corpus, block: number): Promise<number> {
  const { loss } = await network.evaluate(allPassages(heldBack, { block, batchSize: BATCH_OF_EVALUATION }));
  return loss;
}
