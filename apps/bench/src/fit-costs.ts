/**
 * What `fit` costs above the bare jitted step of the same network (`mlp_step_b64`): cutting shuffled batches out of arrays on the
 * host, figures over the epoch, callbacks, reading. Both are timed in turns, a whole epoch at a time, so that a busy machine
 * slows both; the ratio is that of the fastest epochs.
 */
import { layers, losses, type Model, sequential } from '@deft/keras';
import { adam } from '@deft/optim';
import { key, randomNormal } from '@deft/tensor';
import { mlpStep } from './networks.ts';

/** Milliseconds a step. */
export interface FitCosts {
  readonly bare: number;
  readonly fit: number;
  /** The same with examples in their order: without gathering rows that lie apart. */
  readonly fitInOrder: number;
  /** With `stepsPerExecution: 10`. */
  readonly fitTogether: number;
  /** The step of the model alone, on batches that are there, read after each. */
  readonly step: number;
}

const batchSize = 64;
const steps = 100;
const rounds = 12;

function model(): Model {
  const made = sequential(
    [layers.dense(256, { activation: 'relu' }), layers.dense(128, { activation: 'relu' }), layers.dense(10)],
    { inputShape: [784] },
  );
  made.compile({ optimizer: adam({ learningRate: 1e-3 }), loss: losses.categoricalCrossentropy({ fromLogits: true }) });
  return made;
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / steps;
}

/** Times epochs of `fit` against as many bare steps. */
export async function fitCosts(): Promise<FitCosts> {
  const count = batchSize * steps;
  const data = (await randomNormal([count, 784], { key: key(9) }).data()) as Float32Array;
  const x = { data, shape: [count, 784] };
  const y = {
    data: Float32Array.from({ length: 10 * count }, (_, i) => ((((i / 10) % 10) | 0) === i % 10 ? 1 : 0)),
    shape: [count, 10],
  };
  const bareStep = mlpStep(true);
  const whole = model();
  const handle = await whole.trainStep();
  const first = { data: x.data.subarray(0, 784 * batchSize), shape: [batchSize, 784] };
  const firstY = { data: y.data.subarray(0, 10 * batchSize), shape: [batchSize, 10] };
  const together = model();
  const best: Record<keyof FitCosts, number> = {
    bare: Infinity,
    fit: Infinity,
    fitInOrder: Infinity,
    fitTogether: Infinity,
    step: Infinity,
  };
  for (let round = 0; round < rounds; round++) {
    const times = {
      bare: await timed(() => {
        for (let i = 0; i < steps; i++) bareStep();
      }),
      fit: await timed(() => whole.fit(x, y, { batchSize })),
      fitInOrder: await timed(() => whole.fit(x, y, { batchSize, shuffle: false })),
      fitTogether: await timed(() => together.fit(x, y, { batchSize, stepsPerExecution: 10 })),
      step: await timed(async () => {
        for (let i = 0; i < steps; i++) await handle.run(first, firstY);
      }),
    };
    // The first rounds compile and warm up.
    if (round < 2) continue;
    for (const name of Object.keys(best) as (keyof FitCosts)[]) best[name] = Math.min(best[name], times[name]);
  }
  return best;
}
