import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  linearWarmup,
  piecewiseConstantDecay,
  polynomialDecay,
} from '../index.ts';

/** Cases and values of Keras 3, keras/src/optimizers/schedules/learning_rate_schedule_test.py. */
describe("Keras's published cases", () => {
  it('exponentialDecay', () => {
    expect(exponentialDecay(0.05, { decaySteps: 10, decayRate: 0.96 })(5)).toBeCloseTo(0.05 * 0.96 ** 0.5, 12);
    const stairs = exponentialDecay(0.1, { decaySteps: 3, decayRate: 0.96, staircase: true });
    expect([stairs(1), stairs(2)]).toEqual([0.1, 0.1]);
    expect(stairs(100)).toBeCloseTo(0.1 * 0.96 ** 33, 12);
  });

  it('piecewiseConstantDecay', () => {
    const schedule = piecewiseConstantDecay([100, 110, 120], [1, 0.1, 0.01, 0.001]);
    expect([-999, 100, 105, 110, 120, 999].map(schedule)).toEqual([1, 1, 0.1, 0.1, 0.01, 0.001]);
    const dense = piecewiseConstantDecay([1, 2, 3], [0.4, 0.5, 0.6, 0.7]);
    expect([0, 1, 2, 3, 4].map(dense)).toEqual([0.4, 0.4, 0.5, 0.6, 0.7]);
  });

  it.each([1, 0.5])('polynomialDecay with the power %d', (power) => {
    const options = { decaySteps: 10, endLearningRate: 0.001, power };
    const schedule = polynomialDecay(0.05, options);
    expect(schedule(5)).toBeCloseTo(0.049 * 0.5 ** power + 0.001, 12);
    expect([schedule(10), schedule(15)]).toEqual([0.001, 0.001]);
    expect(polynomialDecay(0.05, { ...options, cycle: true })(15)).toBeCloseTo(0.049 * 0.25 ** power + 0.001, 12);
    expect(polynomialDecay(0.05, { ...options, endLearningRate: 0 })(5)).toBeCloseTo(0.05 * 0.5 ** power, 12);
    expect(polynomialDecay(0.001, { decaySteps: 10, cycle: true })(0)).toBeCloseTo(0.001, 12);
  });

  it.each([false, true])('inverseTimeDecay, in stairs: %s', (staircase) => {
    const schedule = inverseTimeDecay(0.1, { decaySteps: 10, decayRate: 0.96, staircase });
    for (let i = 0; i <= 10; i++) {
      expect(schedule(i)).toBeCloseTo(0.1 / (1 + 0.96 * (staircase ? Math.floor(i / 10) : i / 10)), 12);
    }
  });

  it.each([0, 0.1])('cosineDecay with alpha %d', (alpha) => {
    const schedule = cosineDecay(1, { decaySteps: 1000, alpha });
    for (let step = 0; step < 1500; step += 250) {
      const decay = 0.5 * (1 + Math.cos((Math.PI * Math.min(step, 1000)) / 1000));
      expect(schedule(step)).toBeCloseTo((1 - alpha) * decay + alpha, 12);
    }
  });

  it('cosineDecay after warming up', () => {
    const schedule = cosineDecay(0, { decaySteps: 1000, warmupTarget: 10, warmupSteps: 2000 });
    for (let step = 0; step < 3000; step += 250) {
      const decay = 5 * (1 + Math.cos((Math.PI * (step - 2000)) / 1000));
      expect(schedule(step)).toBeCloseTo(step < 2000 ? step / 200 : decay, 10);
    }
  });

  it.each([{}, { alpha: 0.1 }, { mMul: 0.9 }, { tMul: 1 }])('cosineDecayRestarts with %o', (options) => {
    const { tMul = 2, mMul = 1, alpha = 0 }: { tMul?: number; mMul?: number; alpha?: number } = options;
    const schedule = cosineDecayRestarts(1, { firstDecaySteps: 1000, ...options });
    for (let at = 0; at < 1500; at += 250) {
      let step = at;
      let decaySteps = 1000;
      let factor = 1;
      while (step >= decaySteps) {
        step -= decaySteps;
        decaySteps *= tMul;
        factor *= mMul;
      }
      const decay = factor * 0.5 * (1 + Math.cos((Math.PI * step) / decaySteps));
      expect(schedule(at)).toBeCloseTo((1 - alpha) * decay + alpha, 12);
    }
  });
});

describe('laws', () => {
  const rate = fc.double({ min: 1e-4, max: 1, noNaN: true });
  const steps = fc.integer({ min: 1, max: 500 });
  const step = fc.integer({ min: 0, max: 5000 });

  it('schedules that decay never rise, begin at the initial rate and stay at least 0', () => {
    fc.assert(
      fc.property(rate, steps, fc.double({ min: 0, max: 1, noNaN: true }), step, (initial, decaySteps, share, at) => {
        const schedules = [
          exponentialDecay(initial, { decaySteps, decayRate: share }),
          inverseTimeDecay(initial, { decaySteps, decayRate: share }),
          polynomialDecay(initial, { decaySteps, endLearningRate: initial * share }),
          cosineDecay(initial, { decaySteps, alpha: share }),
        ];
        for (const schedule of schedules) {
          expect(schedule(0)).toBeCloseTo(initial, 12);
          expect(schedule(at + 1)).toBeLessThanOrEqual(schedule(at) + 1e-15);
          expect(schedule(at)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('restarts repeat: a wave that is twice as long takes the values of the first at half the steps', () => {
    fc.assert(
      fc.property(rate, steps, fc.integer({ min: 0, max: 499 }), (initial, firstDecaySteps, at) => {
        const schedule = cosineDecayRestarts(initial, { firstDecaySteps, mMul: 0.5 });
        const within = at % firstDecaySteps;
        expect(schedule(firstDecaySteps + 2 * within)).toBeCloseTo(schedule(within) / 2, 12);
      }),
    );
  });

  it('a warm-up rises by equal steps to the schedule and then follows it', () => {
    fc.assert(
      fc.property(rate, steps, fc.integer({ min: 1, max: 100 }), step, (initial, decaySteps, warmupSteps, at) => {
        const decay = exponentialDecay(initial, { decaySteps, decayRate: 0.5 });
        const schedule = linearWarmup(decay, { warmupSteps, initialLearningRate: initial / 4 });
        expect(schedule(0)).toBe(initial / 4);
        expect(schedule(warmupSteps + at)).toBe(decay(at));
        const within = at % warmupSteps;
        expect(schedule(within + 1) - schedule(within)).toBeCloseTo((initial * 0.75) / warmupSteps, 12);
      }),
    );
    expect(linearWarmup(0.5, { warmupSteps: 2 })(1)).toBe(0.25);
  });
});

it.each([
  ['decaySteps', () => exponentialDecay(1, { decaySteps: 0, decayRate: 1 })],
  ['decayRate', () => exponentialDecay(1, { decaySteps: 1, decayRate: -1 })],
  ['initialLearningRate', () => inverseTimeDecay(-1, { decaySteps: 1, decayRate: 1 })],
  ['power', () => polynomialDecay(1, { decaySteps: 1, power: -1 })],
  ['boundaries', () => piecewiseConstantDecay([2, 1], [1, 2, 3])],
  ['values', () => piecewiseConstantDecay([1], [1])],
  ['values[1]', () => piecewiseConstantDecay([1], [1, Number.NaN])],
  ['warmupTarget', () => cosineDecay(1, { decaySteps: 1, warmupSteps: 1 })],
  ['tMul', () => cosineDecayRestarts(1, { firstDecaySteps: 1, tMul: 0.5 })],
  ['warmupSteps', () => linearWarmup(1, { warmupSteps: 0 })],
])('errors name %s', (argument, make) => {
  expect(make).toThrow(`${argument}: expected`);
  expect(make).toThrow('[E_ATTRIBUTE]');
});
