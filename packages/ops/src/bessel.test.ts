/** The Bessel functions against their integral, which the trapezoidal rule gives to the last digits: it is periodic and smooth. */
import { nd } from '@deft/core';
import { i0, i0e, i1, i1e, tensor } from '@deft/tensor';
import { ulpDistance } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';

/** e^−|x| · Iₙ(x) = 1 / π · ∫ e^(−2 |x| sin² θ/2) cos nθ dθ over 0 … π, with the sign of xⁿ. */
function scaled(order: number, x: number): number {
  const steps = 60 + Math.ceil(30 * Math.sqrt(Math.abs(x)));
  let total = 0;
  for (let k = 0; k < steps; k++) {
    const angle = (Math.PI * (k + 0.5)) / steps;
    total += Math.exp(-2 * Math.abs(x) * Math.sin(angle / 2) ** 2) * Math.cos(order * angle);
  }
  return (Math.sign(x) || 1) ** order * (total / steps);
}

const points = [-700, -30, -8, -7.99, -1, 0, 1e-3, 0.3, 1, 2.5, 5, 7.9, 8, 8.1, 12, 39, 41, 60, 300, 1e4];
const functions = { i0e: [i0e, 0, false], i1e: [i1e, 1, false], i0: [i0, 0, true], i1: [i1, 1, true] } as const;

describe.each(Object.entries(functions))('%s', (_, [f, order, grows]) => {
  const exact = (x: number): number => scaled(order, x) * (grows ? Math.exp(Math.abs(x)) : 1);

  it('is its integral in float64', () => {
    const given = grows ? points.filter((x) => Math.abs(x) <= 700) : points;
    const found = f(tensor(given, { dtype: 'float64' })).dataSync();
    given.forEach((x, i) => {
      const want = exact(x);
      expect(Math.abs(Number(found[i]) - want), `at ${x}`).toBeLessThanOrEqual(2e-14 * Math.abs(want) + 4e-16);
    });
  });

  it('is within 8 units of it in float32', () => {
    const given = points.filter((x) => Math.abs(x) <= 80).map(Math.fround);
    const found = f(tensor(nd([given.length], given).data)).dataSync();
    given.forEach((x, i) => {
      const want = Math.fround(exact(x));
      if (x === 0 && order === 1) expect(found[i]).toBe(0);
      else expect(ulpDistance(want, Number(found[i]), 'float32'), `at ${x}`).toBeLessThanOrEqual(8);
    });
  });
});
