/** Stateful layers in models: sequences in pieces, in prediction, evaluation and training. */
import { describe, expect, it } from 'vitest';
import { deserializeModel, layers, type Model, sequential } from './index.ts';

const numbersOf = (x: { dataSync(): unknown }): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number);
const [batch, steps, features] = [2, 6, 3];
const values = Float32Array.from({ length: batch * steps * features }, (_, i) => Math.sin(i * 1.3));
/** Steps from `from` to before `to` of both sequences. */
function piece(from: number, to: number) {
  const data = new Float32Array(batch * (to - from) * features);
  for (let i = 0; i < batch; i++) {
    data.set(values.subarray((i * steps + from) * features, (i * steps + to) * features), i * (to - from) * features);
  }
  return { data, shape: [batch, to - from, features] };
}

function made(stateful: boolean): Model {
  return sequential(
    [
      layers.lstm(4, { returnSequences: true, ...(stateful && { stateful, batchSize: batch }) }),
      layers.gru(3, stateful ? { stateful, batchSize: batch } : {}),
    ],
    { inputShape: [null, features], seed: 3 },
  );
}

describe('a stateful model', () => {
  it('goes on from batch to batch until its states are reset', async () => {
    const [whole, pieces] = [made(false), made(true)];
    const expected = numbersOf(await whole.predict(piece(0, steps)));
    for (let round = 0; round < 2; round++) {
      await pieces.predict(piece(0, 2));
      await pieces.predict(piece(2, 3));
      const found = numbersOf(await pieces.predict(piece(3, steps)));
      expected.forEach((value, i) => void expect(found[i]).toBeCloseTo(value, 5));
      pieces.resetStates();
    }
  });

  it('goes on in evaluation and training too, and keeps where it is in a file', async () => {
    const pieces = made(true);
    pieces.compile({ optimizer: 'sgd', loss: 'mse' });
    const y = { data: new Float32Array(batch * 3), shape: [batch, 3] };
    const first = await pieces.evaluate(piece(0, 3), y, { batchSize: batch });
    const second = await pieces.evaluate(piece(0, 3), y, { batchSize: batch });
    expect(second.loss).not.toBe(first.loss);
    pieces.resetStates();
    expect((await pieces.evaluate(piece(0, 3), y, { batchSize: batch })).loss).toBe(first.loss);
    await pieces.fit(piece(0, 3), y, {
      batchSize: batch,
      shuffle: false,
      callbacks: [{ onEpochEnd: () => pieces.resetStates() }],
    });
    await pieces.trainOnBatch(piece(0, 3), y);
    const copy = deserializeModel(await pieces.serialize());
    expect(numbersOf(await copy.predict(piece(3, 5)))).toEqual(numbersOf(await pieces.predict(piece(3, 5))));
    await expect(pieces.predict({ data: new Float32Array(3 * features), shape: [1, 3, features] })).rejects.toThrow(
      /batchSize of a stateful layer/,
    );
  });
});
