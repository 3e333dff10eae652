/** Every rule against its formulas written out for plain doubles, over random trees and gradients. */
import type { Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  ftrl,
  lamb,
  lion,
  muon,
  nadam,
  type Optimizer,
  rmsprop,
} from '../index.ts';

/** What a parameter of a rule written out does: its elements after a step with the gradient `g` at the rate `eta`. */
type PlainRule = (count: number) => (p: readonly number[], g: readonly number[], eta: number, t: number) => number[];

const zeros = (count: number, value = 0): number[] => Array.from({ length: count }, () => value);
const length = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
const at = (values: readonly number[], i: number): number => values[i] as number;

/** A rule that does the same to every element; `kept` holds the element's slots. */
function elementwise(
  slots: readonly number[],
  step: (p: number, g: number, kept: number[], eta: number, t: number) => number,
): PlainRule {
  return (count) => {
    const kept = Array.from({ length: count }, () => [...slots]);
    return (p, g, eta, t) => p.map((x, i) => step(x, at(g, i), kept[i] as number[], eta, t));
  };
}

const beta1 = 0.8;
const beta2 = 0.95;
const epsilon = 1e-3;

/** The averages of Adam's family in slots 0 and 1. */
function moments(kept: number[], g: number): readonly [m: number, v: number] {
  kept[0] = beta1 * at(kept, 0) + (1 - beta1) * g;
  kept[1] = beta2 * at(kept, 1) + (1 - beta2) * g * g;
  return [at(kept, 0), at(kept, 1)];
}

const correctedRate = (eta: number, t: number): number => (eta * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
const nadamMomentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** t);

const rules: readonly (readonly [string, Optimizer, PlainRule])[] = [
  [
    'adam with amsgrad',
    adam({ beta1, beta2, epsilon, amsgrad: true }),
    elementwise([0, 0, 0], (p, g, kept, eta, t) => {
      const [m, v] = moments(kept, g);
      kept[2] = Math.max(at(kept, 2), v);
      return p - (correctedRate(eta, t) * m) / (Math.sqrt(at(kept, 2)) + epsilon);
    }),
  ],
  [
    'nadam',
    nadam({ beta1, beta2, epsilon }),
    elementwise([0, 0, 1], (p, g, kept, eta, t) => {
      const [m, v] = moments(kept, g);
      kept[2] = at(kept, 2) * nadamMomentum(t);
      const product = at(kept, 2);
      const mean =
        (nadamMomentum(t + 1) * m) / (1 - product * nadamMomentum(t + 1)) +
        ((1 - nadamMomentum(t)) * g) / (1 - product);
      return p - (eta * mean) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    }),
  ],
  [
    'adamax',
    adamax({ beta1, beta2, epsilon }),
    elementwise([0, 0], (p, g, kept, eta, t) => {
      kept[0] = beta1 * at(kept, 0) + (1 - beta1) * g;
      kept[1] = Math.max(beta2 * at(kept, 1), Math.abs(g));
      return p - (eta * at(kept, 0)) / ((1 - beta1 ** t) * (at(kept, 1) + epsilon));
    }),
  ],
  [
    'adagrad',
    adagrad({ initialAccumulatorValue: 0.2, epsilon }),
    elementwise([0.2], (p, g, kept, eta) => {
      kept[0] = at(kept, 0) + g * g;
      return p - (eta * g) / Math.sqrt(at(kept, 0) + epsilon);
    }),
  ],
  [
    'adadelta',
    adadelta({ rho: 0.9, epsilon }),
    elementwise([0, 0], (p, g, kept, eta) => {
      kept[0] = 0.9 * at(kept, 0) + 0.1 * g * g;
      const move = (Math.sqrt(at(kept, 1) + epsilon) / Math.sqrt(at(kept, 0) + epsilon)) * g;
      kept[1] = 0.9 * at(kept, 1) + 0.1 * move * move;
      return p - eta * move;
    }),
  ],
  ...[0, 0.7].flatMap((momentum) =>
    [false, true].map(
      (centered) =>
        [
          `rmsprop with momentum ${momentum}, centered ${centered}`,
          rmsprop({ rho: 0.9, momentum, epsilon, centered }),
          elementwise([0, 0, 0], (p, g, kept, eta) => {
            kept[0] = 0.9 * at(kept, 0) + 0.1 * g * g;
            kept[1] = 0.9 * at(kept, 1) + 0.1 * g;
            const variance = at(kept, 0) - (centered ? at(kept, 1) ** 2 : 0);
            kept[2] = momentum * at(kept, 2) + (eta * g) / Math.sqrt(variance + epsilon);
            return p - at(kept, 2);
          }),
        ] as const,
    ),
  ),
  ...[-0.5, -0.3].map(
    (power) =>
      [
        `ftrl with the power ${power}`,
        ftrl({
          learningRatePower: power,
          initialAccumulatorValue: 0.2,
          l1RegularizationStrength: 0.5,
          l2RegularizationStrength: 0.1,
          l2ShrinkageRegularizationStrength: 0.05,
          beta: 0.3,
        }),
        elementwise([0.2, 0], (p, g, kept, eta) => {
          const before = at(kept, 0);
          const after = before + g * g;
          const sigma = (after ** -power - before ** -power) / eta;
          kept[0] = after;
          kept[1] = at(kept, 1) + g + 2 * 0.05 * p - sigma * p;
          const z = at(kept, 1);
          return Math.abs(z) <= 0.5 ? 0 : (Math.sign(z) * 0.5 - z) / (after ** -power / eta + 2 * 0.1 + 0.3 / eta);
        }),
      ] as const,
  ),
  [
    'lion',
    lion({ beta1, beta2 }),
    elementwise([0], (p, g, kept, eta) => {
      const m = at(kept, 0);
      kept[0] = beta2 * m + (1 - beta2) * g;
      return p - eta * Math.sign(beta1 * m + (1 - beta1) * g);
    }),
  ],
  [
    'lamb',
    lamb({ beta1, beta2, epsilon }),
    (count) => {
      const kept = Array.from({ length: count }, () => [0, 0]);
      return (p, g, eta, t) => {
        const move = g.map((one, i) => {
          const [m, v] = moments(kept[i] as number[], one);
          return m / (1 - beta1 ** t) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
        });
        const ratio = length(p) > 0 && length(move) > 0 ? length(p) / length(move) : 1;
        return p.map((x, i) => x - eta * ratio * at(move, i));
      };
    },
  ],
  [
    'adafactor on vectors',
    adafactor({ epsilon1: 1e-6, epsilon2: 0.01, clipThreshold: 0.8 }),
    (count) => {
      const v = zeros(count);
      const rms = (values: readonly number[]): number => length(values) / Math.sqrt(values.length);
      return (p, g, eta, t) => {
        const share = t ** -0.8;
        const move = g.map((one, i) => {
          v[i] = (1 - share) * at(v, i) + share * (one * one + 1e-6);
          return one / Math.sqrt(at(v, i));
        });
        const scale = Math.max(0.01, rms(p)) * Math.min(eta, 1 / Math.sqrt(t));
        return p.map((x, i) => x - (scale * at(move, i)) / Math.max(1, rms(move) / 0.8));
      };
    },
  ],
];

const number = (limit: number): fc.Arbitrary<number> => fc.double({ min: -limit, max: limit, noNaN: true });
/** Gradients whose squares stay in float64's normal range, so that 0/0 does not hang on underflow. */
const gradient = number(5).map((g) => (Math.abs(g) < 1e-6 ? 0 : g));
const vectors = (element: fc.Arbitrary<number>, count: number): fc.Arbitrary<number[]> =>
  fc.array(element, { minLength: count, maxLength: count });

/** Two parameters of a tree, gradients for some steps, and their rates. */
const runs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })).chain(([a, b]) =>
  fc.record({
    a: vectors(number(10), a),
    b: vectors(number(10), b),
    steps: fc.array(
      fc.record({
        a: vectors(gradient, a),
        b: vectors(gradient, b),
        rate: fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

const vector = (values: readonly number[]): Tensor => tensor(new Float64Array(values));
const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' });
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float64Array)];

function expectClose(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, i) => {
    const wanted = at(expected, i);
    expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(
      1e-8 * Math.max(1, Math.abs(wanted)),
    );
  });
}

describe('rules follow their formulas', () => {
  it.each(rules)('%s', (_, optimizer, plain) => {
    fc.assert(
      fc.property(runs, ({ a, b, steps }) => {
        let parameters = { outer: [vector(a)], b: vector(b) };
        let state = optimizer.initialize(parameters);
        let expected = { a, b };
        const rule = { a: plain(a.length), b: plain(b.length) };
        steps.forEach((step, i) => {
          const gradients = { outer: [vector(step.a)], b: vector(step.b) };
          ({ parameters, state } = optimizer.update(gradients, state, parameters, scalar(step.rate)));
          expected = {
            a: rule.a(expected.a, step.a, step.rate, i + 1),
            b: rule.b(expected.b, step.b, step.rate, i + 1),
          };
          expectClose(numbersOf(parameters.outer[0] as Tensor), expected.a);
          expectClose(numbersOf(parameters.b), expected.b);
        });
      }),
      { numRuns: 25 },
    );
  });
});

/** Rows of a matrix. */
const product = (a: readonly number[][], b: readonly number[][]): number[][] =>
  a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k] as number[])[j]!, 0)));
const turned = (a: readonly number[][]): number[][] => (a[0] as number[]).map((_, j) => a.map((row) => at(row, j)));

describe('muon', () => {
  it.each([
    [2, 3],
    [3, 2],
    [1, 4],
  ])('follows its formulas on a matrix of %i × %i', (rows, columns) => {
    const optimizer = muon({ weightDecay: 0.1, momentum: 0.7, rmsRate: 0.3 });
    const matrices = fc.array(vectors(number(5), columns), { minLength: rows, maxLength: rows });
    fc.assert(
      fc.property(matrices, fc.array(matrices, { minLength: 1, maxLength: 3 }), (start, gradients) => {
        let parameters = tensor(new Float64Array(start.flat()), { shape: [rows, columns] }) as Tensor;
        let state = optimizer.initialize(parameters);
        let p = start;
        let m = start.map((row) => zeros(row.length));
        for (const g of gradients) {
          const given = tensor(new Float64Array(g.flat()), { shape: [rows, columns] });
          ({ parameters, state } = optimizer.update(given, state, parameters, scalar(0.05)));
          m = m.map((row, i) => row.map((x, j) => 0.7 * x + at(g[i] as number[], j)));
          let x = m.map((row, i) => row.map((one, j) => at(g[i] as number[], j) + 0.7 * one));
          if (rows > columns) x = turned(x);
          const size = length(x.flat()) + 1e-7;
          x = x.map((row) => row.map((one) => one / size));
          for (let k = 0; k < 5; k++) {
            const squares = product(x, turned(x));
            const fourths = product(squares, squares);
            const correction = squares.map((row, i) =>
              row.map((one, j) => -4.775 * one + 2.0315 * at(fourths[i] as number[], j)),
            );
            const added = product(correction, x);
            x = x.map((row, i) => row.map((one, j) => 3.4445 * one + at(added[i] as number[], j)));
          }
          if (rows > columns) x = turned(x);
          const scale = 0.05 * 0.3 * Math.sqrt(Math.max(rows, columns));
          p = p.map((row, i) => row.map((one, j) => one * (1 - 0.05 * 0.1) - scale * at(x[i] as number[], j)));
          expectClose(numbersOf(parameters), p.flat());
        }
      }),
      { numRuns: 25 },
    );
  });

  it('leaves vectors, embeddings and excluded layers to Adam', () => {
    const matrix = tensor([
      [1, 2],
      [3, 4],
    ]);
    const parameters = {
      hidden: matrix,
      tokenEmbedding: matrix,
      output: matrix,
      bias: tensor([1]),
      cube: tensor([[[1]]]),
    };
    const { square } = muon({ excludeLayers: ['output'] }).initialize(parameters).slots as {
      square: typeof parameters;
    };
    expect(Object.entries(square).map(([name, slot]) => [name, slot.rank])).toEqual([
      ['bias', 1],
      ['cube', 3],
      ['hidden', 0],
      ['output', 2],
      ['tokenEmbedding', 2],
    ]);
  });
});

describe('adafactor on matrices', () => {
  const optimizer = adafactor({ epsilon1: 1e-6 });
  it('keeps row and column means', () => {
    const stacks = vectors(gradient, 12);
    fc.assert(
      fc.property(stacks, fc.array(stacks, { minLength: 1, maxLength: 4 }), (start, gradients) => {
        const shape = [2, 3, 2];
        let parameters = tensor(new Float64Array(start), { shape }) as Tensor;
        let state = optimizer.initialize(parameters);
        let p = start;
        const rows = zeros(6);
        const columns = zeros(4);
        const rms = (values: readonly number[]): number => length(values) / Math.sqrt(values.length);
        gradients.forEach((g, k) => {
          const t = k + 1;
          const given = tensor(new Float64Array(g), { shape });
          ({ parameters, state } = optimizer.update(given, state, parameters, scalar(0.2)));
          const share = t ** -0.8;
          const squares = g.map((one) => one * one + 1e-6);
          for (let s = 0; s < 2; s++) {
            for (let i = 0; i < 3; i++) {
              const mean = (at(squares, s * 6 + i * 2) + at(squares, s * 6 + i * 2 + 1)) / 2;
              rows[s * 3 + i] = (1 - share) * at(rows, s * 3 + i) + share * mean;
            }
            for (let j = 0; j < 2; j++) {
              const mean = [0, 1, 2].reduce((sum, i) => sum + at(squares, s * 6 + i * 2 + j), 0) / 3;
              columns[s * 2 + j] = (1 - share) * at(columns, s * 2 + j) + share * mean;
            }
          }
          const move = g.map((one, place) => {
            const s = Math.floor(place / 6);
            const i = Math.floor((place % 6) / 2);
            const mean = (at(rows, s * 3) + at(rows, s * 3 + 1) + at(rows, s * 3 + 2)) / 3;
            return one / Math.sqrt((at(rows, s * 3 + i) / mean) * at(columns, s * 2 + (place % 2)));
          });
          const scale = Math.max(1e-3, rms(p)) * Math.min(0.2, 1 / Math.sqrt(t));
          p = p.map((x, i) => x - (scale * at(move, i)) / Math.max(1, rms(move)));
          expectClose(numbersOf(parameters), p);
        });
      }),
      { numRuns: 25 },
    );
  });
});

it('rmsprop, centered, stays finite where the variance is lost in rounding', () => {
  const optimizer = rmsprop({ centered: true });
  let parameters = tensor([1, 1, 1]) as Tensor;
  let state = optimizer.initialize(parameters);
  const constant = tensor([1e3, 333.3, 7.7e4]);
  for (let i = 0; i < 300; i++) ({ parameters, state } = optimizer.update(constant, state, parameters, tensor(1e-9)));
  expect(numbersOf(parameters).every(Number.isFinite)).toBe(true);
});

it('ftrl gives 0 where nothing ever pulled', () => {
  const optimizer = ftrl({ initialAccumulatorValue: 0 });
  const parameters = tensor([3]);
  const next = optimizer.update(tensor([0]), optimizer.initialize(parameters), parameters, tensor(0.1));
  expect(next.parameters.toArray()).toEqual([0]);
});
