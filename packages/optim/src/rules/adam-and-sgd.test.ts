import type { Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam, adamW, type Optimizer, sgd } from '../index.ts';

const rate = (value: number): Tensor => tensor([value], { shape: [], dtype: 'float64' });
const vector = (values: readonly number[]): Tensor => tensor(new Float64Array(values));
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float64Array)];

/** Parameters after each gradient of a sequence, in float64. */
function run(
  optimizer: Optimizer,
  start: readonly number[],
  gradients: readonly number[][],
  rates?: readonly number[],
): number[][] {
  let parameters = { p: vector(start) };
  let state = optimizer.initialize(parameters);
  return gradients.map((gradient, i) => {
    const next = optimizer.update(
      { p: vector(gradient) },
      state,
      parameters,
      rate(rates?.[i] ?? optimizer.learningRate),
    );
    ({ parameters, state } = next);
    return numbersOf(parameters.p);
  });
}

const finite = (limit: number): fc.Arbitrary<number> => fc.double({ min: -limit, max: limit, noNaN: true });
const sequences = fc.tuple(
  fc.array(finite(10), { minLength: 3, maxLength: 3 }),
  fc.array(fc.array(finite(5), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
);
const rates = fc.array(fc.double({ min: 1e-4, max: 0.5, noNaN: true }), { minLength: 8, maxLength: 8 });

function expectClose(found: readonly number[][], expected: readonly number[][]): void {
  found.forEach((row, i) => {
    row.forEach((value, j) => {
      const wanted = expected[i]?.[j] as number;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
    });
  });
}

describe('sgd', () => {
  it('takes the learning rate times the gradient away', () => {
    fc.assert(
      fc.property(sequences, rates, ([start, gradients], steps) => {
        let p = [...start];
        const expected = gradients.map((g, t) => {
          p = p.map((value, i) => value - (steps[t] as number) * (g[i] as number));
          return p;
        });
        expectClose(run(sgd(), start, gradients, steps), expected);
      }),
      { numRuns: 40 },
    );
  });

  it.each([false, true])('follows Keras with momentum, Nesterov %s', (nesterov) => {
    fc.assert(
      fc.property(
        sequences,
        rates,
        fc.double({ min: 0.1, max: 0.99, noNaN: true }),
        ([start, gradients], steps, momentum) => {
          let p = [...start];
          let velocity = p.map(() => 0);
          const expected = gradients.map((g, t) => {
            const step = steps[t] as number;
            velocity = velocity.map((v, i) => momentum * v - step * (g[i] as number));
            p = p.map((value, i) => {
              const v = velocity[i] as number;
              return value + (nesterov ? momentum * v - step * (g[i] as number) : v);
            });
            return p;
          });
          expectClose(run(sgd({ momentum, nesterov }), start, gradients, steps), expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("gives Keras's published numbers", () => {
    // Keras 3, sgd_test.py and adam_test.py, test_single_step.
    const [first] = run(sgd({ learningRate: 0.5 }), [1, 2, 3, 4], [[1, 6, 7, 2]]);
    expect(first).toEqual([0.5, -1, -0.5, 3]);
    const [adapted] = run(adam({ learningRate: 0.5 }), [1, 2, 3, 4], [[1, 6, 7, 2]]);
    expect((adapted as number[]).map((value) => Number(value.toFixed(4)))).toEqual([0.5, 1.5, 2.5, 3.5]);
  });
});

describe('adam', () => {
  /** The formulas of the paper (with ε̂), in plain doubles. */
  function reference(
    start: readonly number[],
    gradients: readonly number[][],
    steps: readonly number[],
    { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0 } = {},
  ): number[][] {
    let p = [...start];
    let m = p.map(() => 0);
    let v = p.map(() => 0);
    return gradients.map((g, t) => {
      const step = steps[t] as number;
      m = m.map((x, i) => beta1 * x + (1 - beta1) * (g[i] as number));
      v = v.map((x, i) => beta2 * x + (1 - beta2) * (g[i] as number) ** 2);
      const size = (step * Math.sqrt(1 - beta2 ** (t + 1))) / (1 - beta1 ** (t + 1));
      p = p.map(
        (x, i) => x * (1 - step * weightDecay) - (size * (m[i] as number)) / (Math.sqrt(v[i] as number) + epsilon),
      );
      return p;
    });
  }

  it('follows the paper', () => {
    fc.assert(
      fc.property(sequences, rates, ([start, gradients], steps) => {
        expectClose(run(adam(), start, gradients, steps), reference(start, gradients, steps));
      }),
      { numRuns: 40 },
    );
  });

  it('follows the paper with other decays, 0 among them', () => {
    const gradients = [
      [1, -2, 3],
      [0.5, 0, -1],
      [2, 2, 2],
    ];
    for (const options of [{ beta1: 0 }, { beta2: 0 }, { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }]) {
      expectClose(
        run(adam(options), [1, 2, 3], gradients, [0.1, 0.1, 0.1]),
        reference([1, 2, 3], gradients, [0.1, 0.1, 0.1], options),
      );
    }
  });

  it('decays the weights beside the moments, as AdamW', () => {
    fc.assert(
      fc.property(
        sequences,
        rates,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        ([start, gradients], steps, weightDecay) => {
          expectClose(
            run(adamW({ weightDecay }), start, gradients, steps),
            reference(start, gradients, steps, { weightDecay }),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is adam where nothing decays', () => {
    const gradients = [
      [1, -2],
      [3, 4],
    ];
    expect(run(adamW({ weightDecay: 0 }), [1, 2], gradients)).toEqual(run(adam(), [1, 2], gradients));
  });

  it('moves by the learning rate in the first step, whatever the size of the gradient', () => {
    const [first] = run(adam({ learningRate: 0.25, epsilon: 0 }), [0, 0, 0], [[1e-6, -3, 2e5]]);
    expectClose([first as number[]], [[-0.25, 0.25, -0.25]]);
  });
});
