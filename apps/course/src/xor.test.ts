/** Exclusive or is learnt, and the mode changes nothing. */
import { describe, expect, it } from 'vitest';
import { runForTest } from './testing/run-for-test.ts';
import { capturedStep, INPUTS, probabilities, step, TARGETS, train } from './xor/network.ts';

describe('xor', () => {
  it.each([1, 2])('gives the same numbers in both modes, seed %i', (seed) => {
    const plan = { hidden: 8, steps: 60, rate: 0.5, seed };
    const [eager, captured] = [train(step, plan), train(capturedStep, plan)];
    for (const [at, loss] of eager.losses.entries()) expect(captured.losses[at]).toBeCloseTo(loss, 5);
  });

  it.each([1, 2, 3])('is learnt, seed %i', (seed) => {
    const { weights } = train(capturedStep, { hidden: 8, steps: 400, rate: 0.5, seed });
    expect(probabilities(weights, INPUTS).map(Math.round)).toEqual(TARGETS);
  });

  it('runs as a program', async () => {
    const { printed, pictures } = await runForTest(['xor', '--steps', '10']);
    expect(printed).toContain('0 xor 1 = 1');
    expect(pictures).toEqual(['xor-loss.svg', 'xor-plane.svg']);
  });
});
