/** Laws of all losses: written-out formulas in float64, gradients against differences, capture, backends, far-out values. */
import { grad, jit, mul, setBackend, sum, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { losses } from '../index.ts';
import { type Loss, weigh } from './loss.ts';

type Rows = readonly (readonly number[])[];
const exact = (rows: unknown): Tensor => tensor(rows as never, { dtype: 'float64' }) as Tensor;
const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync() as unknown as ArrayLike<number>, Number);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;
const clip = (x: number, low = 1e-7, high = 1 - 1e-7): number => Math.min(Math.max(x, low), high);
const softmax = (row: readonly number[]): number[] => {
  const top = Math.max(...row);
  const powers = row.map((z) => Math.exp(z - top));
  return powers.map((power) => power / total(powers));
};
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const entropy = (t: number, p: number): number => -t * Math.log(p) - (1 - t) * Math.log(1 - p);
const dot = (a: readonly number[], b: readonly number[]): number => total(a.map((x, i) => x * (b[i] as number)));
const unit = (a: readonly number[]): number[] => a.map((x) => x / Math.max(Math.sqrt(dot(a, a)), 1e-7));

type Values = 'number' | 'positive' | 'probability' | 'distribution';
type Targets = Values | 'sides' | 'classes' | 'oneHot';

interface Case {
  readonly make: () => Loss;
  readonly target: Targets;
  readonly prediction: Values;
  /** The cost of one example. */
  readonly cost: (t: readonly number[], p: readonly number[]) => number;
}

const pairwise =
  (cost: (t: number, p: number) => number) =>
  (t: readonly number[], p: readonly number[]): number =>
    mean(t.map((x, i) => cost(x, p[i] as number)));
const smoothed = (t: readonly number[]): number[] => t.map((x) => x * 0.8 + 0.2 / t.length);
const focal = (t: readonly number[], p: readonly number[]): number =>
  total(t.map((x, i) => -x * 0.25 * (1 - (p[i] as number)) ** 2 * Math.log(p[i] as number)));
const binaryFocal = (t: number, p: number): number => (1 - (t * p + (1 - t) * (1 - p))) ** 2 * entropy(t, clip(p));
const side = (t: number): number => (t === 0 ? -1 : t);

const cases: Readonly<Record<string, Case>> = {
  meanSquaredError: {
    make: losses.meanSquaredError,
    target: 'number',
    prediction: 'number',
    cost: pairwise((t, p) => (t - p) ** 2),
  },
  meanAbsoluteError: {
    make: losses.meanAbsoluteError,
    target: 'number',
    prediction: 'number',
    cost: pairwise((t, p) => Math.abs(t - p)),
  },
  meanAbsolutePercentageError: {
    make: losses.meanAbsolutePercentageError,
    target: 'number',
    prediction: 'number',
    cost: pairwise((t, p) => (100 * Math.abs(t - p)) / Math.max(Math.abs(t), 1e-7)),
  },
  meanSquaredLogarithmicError: {
    make: losses.meanSquaredLogarithmicError,
    target: 'positive',
    prediction: 'number',
    cost: pairwise((t, p) => (Math.log1p(Math.max(t, 1e-7)) - Math.log1p(Math.max(p, 1e-7))) ** 2),
  },
  huber: {
    make: () => losses.huber({ delta: 0.7 }),
    target: 'number',
    prediction: 'number',
    cost: pairwise((t, p) => (Math.abs(t - p) <= 0.7 ? (t - p) ** 2 / 2 : 0.7 * Math.abs(t - p) - 0.245)),
  },
  logCosh: {
    make: losses.logCosh,
    target: 'number',
    prediction: 'number',
    cost: pairwise((t, p) => Math.log(Math.cosh(p - t))),
  },
  cosineSimilarity: {
    make: losses.cosineSimilarity,
    target: 'number',
    prediction: 'number',
    cost: (t, p) => -dot(unit(t), unit(p)),
  },
  poisson: {
    make: losses.poisson,
    target: 'positive',
    prediction: 'positive',
    cost: pairwise((t, p) => p - t * Math.log(p + 1e-7)),
  },
  klDivergence: {
    make: losses.klDivergence,
    target: 'distribution',
    prediction: 'distribution',
    cost: (t, p) =>
      total(t.map((x, i) => clip(x, 1e-7, 1) * Math.log(clip(x, 1e-7, 1) / clip(p[i] as number, 1e-7, 1)))),
  },
  hinge: {
    make: losses.hinge,
    target: 'sides',
    prediction: 'number',
    cost: pairwise((t, p) => Math.max(1 - side(t) * p, 0)),
  },
  squaredHinge: {
    make: losses.squaredHinge,
    target: 'sides',
    prediction: 'number',
    cost: pairwise((t, p) => Math.max(1 - side(t) * p, 0) ** 2),
  },
  categoricalHinge: {
    make: losses.categoricalHinge,
    target: 'oneHot',
    prediction: 'number',
    cost: (t, p) => Math.max(1 + Math.max(...t.map((x, i) => (1 - x) * (p[i] as number))) - dot(t, p), 0),
  },
  binaryCrossentropy: {
    make: () => losses.binaryCrossentropy({ labelSmoothing: 0.2 }),
    target: 'probability',
    prediction: 'probability',
    cost: pairwise((t, p) => entropy(t * 0.8 + 0.1, clip(p))),
  },
  'binaryCrossentropy of logits': {
    make: () => losses.binaryCrossentropy({ fromLogits: true }),
    target: 'probability',
    prediction: 'number',
    cost: pairwise((t, z) => entropy(t, sigmoid(z))),
  },
  binaryFocalCrossentropy: {
    make: losses.binaryFocalCrossentropy,
    target: 'probability',
    prediction: 'probability',
    cost: pairwise(binaryFocal),
  },
  'binaryFocalCrossentropy of logits': {
    make: () => losses.binaryFocalCrossentropy({ fromLogits: true, applyClassBalancing: true, alpha: 0.3 }),
    target: 'probability',
    prediction: 'number',
    cost: pairwise((t, z) => (t * 0.3 + (1 - t) * 0.7) * binaryFocal(t, sigmoid(z))),
  },
  categoricalCrossentropy: {
    make: () => losses.categoricalCrossentropy({ labelSmoothing: 0.2 }),
    target: 'distribution',
    prediction: 'positive',
    cost: (t, p) =>
      -dot(
        smoothed(t),
        p.map((x) => Math.log(clip(x / total(p)))),
      ),
  },
  'categoricalCrossentropy of logits': {
    make: () => losses.categoricalCrossentropy({ fromLogits: true }),
    target: 'distribution',
    prediction: 'number',
    cost: (t, z) => -dot(t, softmax(z).map(Math.log)),
  },
  categoricalFocalCrossentropy: {
    make: losses.categoricalFocalCrossentropy,
    target: 'oneHot',
    prediction: 'positive',
    cost: (t, p) =>
      focal(
        t,
        p.map((x) => clip(x / total(p))),
      ),
  },
  'categoricalFocalCrossentropy of logits': {
    make: () => losses.categoricalFocalCrossentropy({ fromLogits: true }),
    target: 'oneHot',
    prediction: 'number',
    cost: (t, z) => focal(t, softmax(z)),
  },
  sparseCategoricalCrossentropy: {
    make: losses.sparseCategoricalCrossentropy,
    target: 'classes',
    prediction: 'distribution',
    cost: ([t], p) => -Math.log(clip(p[t as number] as number) / total(p.map((x) => clip(x)))),
  },
  'sparseCategoricalCrossentropy of logits': {
    make: () => losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    target: 'classes',
    prediction: 'number',
    cost: ([t], z) => -Math.log(softmax(z)[t as number] as number),
  },
  categoricalGeneralizedCrossEntropy: {
    make: () => losses.categoricalGeneralizedCrossEntropy({ q: 0.7 }),
    target: 'classes',
    prediction: 'distribution',
    cost: ([t], p) => (1 - Math.max(p[t as number] as number, 1e-7) ** 0.7) / 0.7,
  },
  dice: {
    make: () => losses.dice({ axis: 1 }),
    target: 'probability',
    prediction: 'probability',
    cost: (t, p) => 1 - (2 * dot(t, p)) / (total(t) + total(p) + 1e-7),
  },
  tversky: {
    make: () => losses.tversky({ axis: 1, alpha: 0.3, beta: 0.6 }),
    target: 'probability',
    prediction: 'probability',
    cost: (t, p) => {
      const [o, ones] = [dot(t, p), t.map(() => 1)];
      return 1 - o / (o + 0.3 * (dot(t, ones) - o) + 0.6 * (dot(p, ones) - o) + 1e-7);
    },
  },
};

const values: Readonly<Record<Values, (classes: number) => fc.Arbitrary<number[]>>> = {
  number: (classes) =>
    fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: classes, maxLength: classes }),
  positive: (classes) =>
    fc.array(fc.double({ min: 0.05, max: 3, noNaN: true }), { minLength: classes, maxLength: classes }),
  probability: (classes) =>
    fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), { minLength: classes, maxLength: classes }),
  distribution: (classes) => values.number(classes).map(softmax),
};
const targets = (kind: Targets, classes: number): fc.Arbitrary<number[]> => {
  if (kind === 'sides') return fc.array(fc.constantFrom(0, 1, -1), { minLength: classes, maxLength: classes });
  const label = fc.nat(classes - 1);
  if (kind === 'classes') return label.map((at) => [at]);
  if (kind === 'oneHot') return label.map((at) => Array.from({ length: classes }, (_, i) => (i === at ? 1 : 0)));
  return values[kind](classes);
};
const examples = ({
  target,
  prediction,
}: Case): fc.Arbitrary<readonly [Rows, Rows, readonly number[], readonly boolean[]]> =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 4 })).chain(([count, classes]) => {
    const times = { minLength: count, maxLength: count };
    return fc.tuple(
      fc.array(targets(target, classes), times),
      fc.array(values[prediction](classes), times),
      fc.array(fc.double({ min: 0, max: 4, noNaN: true }), times),
      fc.array(fc.boolean(), times),
    );
  });

const near = (found: number, expected: number, tolerance: number): void => {
  const distance = Math.abs(found - expected);
  expect(distance, `${found} for ${expected}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
};
const runs = { numRuns: 15 };

afterEach(() => setBackend('wasm'));

describe.each(Object.entries(cases))('%s', (_, one) => {
  const loss = one.make();

  it('is its formula, with weights, masks and reductions', () => {
    fc.assert(
      fc.property(examples(one), ([target, prediction, weights, mask]) => {
        const costs = target.map((row, i) => one.cost(row, prediction[i] as readonly number[]));
        const [t, p] = [exact(target), exact(prediction)];
        numbersOf(loss.values(t, p)).forEach((value, i) => {
          near(value, costs[i] as number, 1e-9);
        });
        const w = exact(weights);
        const counted = costs.map((cost, i) => (mask[i] ? cost * (weights[i] as number) : 0));
        const number = mask.filter(Boolean).length;
        const weight = total(weights.filter((_, i) => mask[i]));
        const reduced = (reduction: Loss['reduction']): number[] => {
          const { cost } = weigh({ ...loss, reduction }, t, p, w, tensor([...mask]) as Tensor);
          return numbersOf(cost);
        };
        near(reduced('sum')[0] as number, total(counted), 1e-9);
        near(reduced('sumOverBatchSize')[0] as number, number === 0 ? 0 : total(counted) / number, 1e-9);
        near(reduced('meanWithSampleWeight')[0] as number, weight === 0 ? 0 : total(counted) / weight, 1e-9);
        reduced('none').forEach((value, i) => {
          near(value, counted[i] as number, 1e-9);
        });
        near(loss.compute(t, p).item() as number, mean(costs), 1e-9);
      }),
      runs,
    );
  });

  it('has the gradient of its formula', () => {
    fc.assert(
      fc.property(examples(one), ([target, prediction]) => {
        const step = 1e-6;
        const t = exact(target);
        const slopes = numbersOf(grad((p: Tensor) => sum(loss.values(t, p)))(exact(prediction)));
        const costAt = (i: number, j: number, shift: number): number => {
          const row = (prediction[i] as readonly number[]).map((x, k) => (k === j ? x + shift : x));
          return one.cost(target[i] as readonly number[], row);
        };
        prediction.forEach((row, i) => {
          row.forEach((__, j) => {
            const [low, middle, high] = [-step, 0, step].map((shift) => costAt(i, j, shift)) as [
              number,
              number,
              number,
            ];
            // A kink shows in the second difference; there both sides have a slope.
            if (Math.abs(high - 2 * middle + low) > 1e-3 * step) return;
            const expected = (high - low) / (2 * step);
            // How far off a difference is shows in one with a wider step.
            const wider = (costAt(i, j, 2 * step) - costAt(i, j, -2 * step)) / (4 * step);
            const found = slopes[i * row.length + j] as number;
            const rounding = (1e-15 * Math.abs(middle)) / step;
            const tolerance = 2e-5 * Math.max(1, Math.abs(expected)) + 40 * Math.abs(wider - expected) + rounding;
            expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(tolerance);
          });
        });
      }),
      runs,
    );
  });

  it('is the same captured, and on the reference backend', () => {
    const compute = (t: Tensor, p: Tensor, w: Tensor): Tensor => loss.compute(t, p, w);
    const captured = jit(compute);
    fc.assert(
      fc.property(examples(one), ([target, prediction, weights]) => {
        const args = (): [Tensor, Tensor, Tensor] => [exact(target), exact(prediction), exact(weights)];
        const eager = compute(...args()).item() as number;
        near(captured(...args()).item() as number, eager, 1e-12);
        setBackend('reference');
        near(compute(...args()).item() as number, eager, 1e-12);
        setBackend('wasm');
      }),
      { numRuns: 4 },
    );
  });

  it('stays a number for far-out predictions, and so does its gradient', () => {
    const isChance = ['probability', 'distribution'].includes(one.prediction);
    const rows = isChance
      ? [
          [0, 1],
          [1, 0],
          [0.5, 0.5],
        ]
      : [
          [100, -100],
          [-100, 100],
          [0, 0],
        ];
    if (one.prediction === 'positive') rows.splice(0, 3, [100, 1e-6], [1e-6, 100], [1, 1]);
    for (const first of [0, 1]) {
      const target = rows.map(() => (one.target === 'classes' ? [first] : first === 0 ? [1, 0] : [0, 1]));
      const t = tensor(target) as Tensor;
      const value = numbersOf(loss.values(t, tensor(rows) as Tensor));
      const slope = numbersOf(grad((p: Tensor) => sum(mul(loss.values(t, p), 2)))(tensor(rows) as Tensor));
      for (const x of [...value, ...slope]) expect(Number.isFinite(x), `${value}; ${slope}`).toBe(true);
    }
  });
});

it('circle has a gradient that is a number, without partners too', () => {
  const loss = losses.circle();
  const embeddings = tensor([
    [1, 0],
    [0, 1],
    [0.6, 0.8],
  ]) as Tensor;
  for (const labels of [
    [0, 1, 2],
    [0, 0, 0],
    [0, 0, 1],
  ]) {
    const slope = numbersOf(grad((p: Tensor) => sum(loss.values(tensor(labels) as Tensor, p)))(embeddings));
    expect(slope.every(Number.isFinite), String(slope)).toBe(true);
  }
});
