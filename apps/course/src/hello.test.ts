/** "hell" → "ello": by hand, by `grad`, captured, and by layers it is one network. */
import { grad, jit } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { byHand, furthest } from './hello/by-hand.ts';
import { answer, asTensors, firstWeights, loss, stepLosses } from './hello/network.ts';
import { layersAnswer, trainLayers, trainWritten } from './hello/training.ts';
import { runForTest } from './testing/run-for-test.ts';

describe('hello', () => {
  it.each([1, 2, 3])('has the gradients by hand that grad has, seed %i', (seed) => {
    const { losses, gradients } = byHand(firstWeights(seed));
    const weights = asTensors(firstWeights(seed), 'float64');
    for (const [t, cost] of (stepLosses(weights).toArray() as number[]).entries()) {
      expect(losses[t]).toBeCloseTo(cost, 12);
    }
    expect(furthest(gradients, grad(loss)(weights))).toBeLessThan(1e-12);
    expect(furthest(gradients, jit(grad(loss))(weights))).toBeLessThan(1e-12);
  });

  it.each([1, 2, 3])('answers "ello", written out and with simpleRnn, seed %i', async (seed) => {
    const plan = { steps: 300, rate: 0.2, seed };
    const written = trainWritten(plan);
    expect(answer(written.network, 'hell')).toBe('ello');
    const made = await trainLayers(plan);
    expect(await layersAnswer(made.network, 'hell')).toBe('ello');
    for (const [step, cost] of written.losses.slice(0, 50).entries()) {
      expect(made.losses[step]).toBeCloseTo(cost, 4);
    }
  });

  it('runs as a program', async () => {
    const { printed, pictures } = await runForTest(['hello', '--steps', '20']);
    expect(printed).toMatch(/Gradients by hand and by grad differ by \d\.\de-1\d/);
    const [, table = ''] = printed.split('Loss of every step, written out:\n');
    const rows = table.split('\n').slice(0, 2);
    expect(rows.map((row) => row.trim().split(/ +/)[0])).toEqual(['1', '11']);
    expect(rows.flatMap((row) => row.trim().split(/ +/).slice(1).map(Number))).toEqual(
      trainWritten({ steps: 20, rate: 0.2, seed: 1 }).losses.map((cost) => Number(cost.toFixed(4))),
    );
    expect(pictures).toEqual(['hello-loss.svg', 'hello-probabilities.svg']);
  });
});
