/** Gradients grow by the scale of the state at each step back, and clipping keeps a training alive. */
import { describe, expect, it } from 'vitest';
import { firstWeights, makeExamples, normsThroughTime, train } from './explosion/network.ts';
import { runForTest } from './testing/run-for-test.ts';

describe('explosion', () => {
  it.each([0.8, 1, 1.2])('multiplies the gradient by %f at each step back', (scale) => {
    const norms = normsThroughTime(firstWeights(scale, 1), makeExamples(10, 1));
    for (let t = 1; t < norms.length; t += 1) {
      expect((norms[t - 1] as number) / (norms[t] as number)).toBeCloseTo(scale, 3);
    }
  });

  it('ends a training that does not clip, and not one that does', () => {
    const plan = { length: 30, steps: 150, rate: 0.5, scale: 1.2, seed: 1 };
    expect(train(plan).losses.at(-1)).not.toBeLessThan(1e6);
    const { losses } = train({ ...plan, limit: 0.5 });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  });

  it('runs as a program', async () => {
    const { printed, pictures } = await runForTest(['explosion', '--steps', '10', '--length', '8']);
    expect(printed).toContain('Not clipped:');
    expect(pictures).toEqual(['explosion-loss.svg', 'explosion-norms.svg', 'explosion-time.svg']);
  });
});
