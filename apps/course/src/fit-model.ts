/** Trains a model with `fit`: a progress line, a learning rate that falls along a cosine, and the loss of every step kept. */
import type { Model, ModelExamples } from '@deft/keras';
import { cosineDecay } from '@deft/optim';
import type { Progress } from './progress.ts';

/** How to train. */
export interface FitPlan {
  readonly epochs: number;
  readonly batchSize: number;
  /** Number of examples. */
  readonly count: number;
  /** The learning rate to begin with; a hundredth of it is left at the end. */
  readonly rate: number;
  /** The inputs of an epoch, counted from 0: the same ones, or others each time. */
  readonly inputs: (epoch: number) => ModelExamples;
  readonly targets: ModelExamples;
  /** Begins a progress line of so many steps. */
  readonly progress: (steps: number) => Progress;
}

/** The loss of each step's batch. */
export async function fitModel(model: Model, plan: FitPlan): Promise<number[]> {
  const steps = Math.ceil(plan.count / plan.batchSize) * plan.epochs;
  const rate = cosineDecay(plan.rate, { decaySteps: steps, alpha: 0.01 });
  const bar = plan.progress(steps);
  const losses: number[] = [];
  try {
    for (let epoch = 0; epoch < plan.epochs; epoch += 1) {
      await model.fit(plan.inputs(epoch), plan.targets, {
        initialEpoch: epoch,
        epochs: epoch + 1,
        batchSize: plan.batchSize,
        callbacks: [
          {
            onBatchEnd: (_, logs, control) => {
              losses.push(logs.batchLoss);
              control.learningRate = rate(losses.length);
              const { loss, accuracy } = logs;
              bar.update(losses.length, accuracy === undefined ? { loss } : { loss, accuracy });
            },
          },
        ],
      });
    }
  } finally {
    bar.end();
  }
  return losses;
}
