/** Five ways to one gradient agree, at any line through any points. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descend, scatter, TRUTH } from './regression/app.ts';
import { forwardMode, manual, numerical, reverseMode, symbolic } from './regression/gradients.ts';
import { runForTest } from './testing/run-for-test.ts';

describe('regression', () => {
  it('has five gradients that agree', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 0, max: 1000 }), (slope, height, seed) => {
        const points = scatter(12, seed);
        const [bySlope, byHeight] = manual(points, slope, height);
        const others = [
          [numerical(points, slope, height), 6],
          [symbolic(points, slope, height).gradient, 10],
          [forwardMode(points, slope, height), 10],
          [reverseMode(points, slope, height), 10],
        ] as const;
        for (const [gradient, digits] of others) {
          expect(gradient[0]).toBeCloseTo(bySlope, digits);
          expect(gradient[1]).toBeCloseTo(byHeight, digits);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('finds the line', () => {
    const points = scatter(60, 1);
    const { line } = descend(points, { steps: 60, rate: 0.1, gradient: manual });
    expect(Math.abs(line[0] - TRUTH.slope)).toBeLessThan(0.2);
    expect(Math.abs(line[1] - TRUTH.height)).toBeLessThan(0.2);
    const [bySlope, byHeight] = manual(points, ...line);
    expect(Math.hypot(bySlope, byHeight)).toBeLessThan(1e-3);
  });

  it('runs as a program', async () => {
    const { printed, pictures } = await runForTest(['regression', '--steps', '5']);
    for (const way of ['manual', 'numerical', 'symbolic', 'forward', 'reverse']) expect(printed).toContain(`  ${way} `);
    expect(pictures).toEqual(['regression-fit.svg', 'regression-loss.svg']);
  });
});
