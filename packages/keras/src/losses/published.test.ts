/** Figures that Keras states for its losses: `keras/src/losses/losses_test.py` of keras-team/keras. */
import { sub, type Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { losses } from '../index.ts';
import type { Loss, Reduction } from './loss.ts';

type Nested = number | readonly Nested[];
const t = (values: Nested): Tensor => tensor(values as never) as Tensor;
const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync() as unknown as ArrayLike<number>, Number);

function expectFigures(loss: Loss, target: Nested, prediction: Nested, expected: Nested, weight?: Nested): void {
  const found = numbersOf(loss.compute(t(target), t(prediction), weight === undefined ? undefined : t(weight)));
  const wanted = [expected].flat(9) as number[];
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    const at = wanted[i] as number;
    expect(Math.abs(value - at), `${loss.name}: ${value} for ${at}`).toBeLessThanOrEqual(
      6e-4 * Math.max(1, Math.abs(at)),
    );
  });
}

const numbers = {
  target: [
    [1, 9, 2],
    [-5, -2, 6],
  ],
  prediction: [
    [4, 8, 12],
    [8, 1, 3],
  ],
};
const each = [[1.2], [3.4]];
const steps = [
  [3, 6, 5],
  [0, 4, 2],
];
const column = (rows: readonly (readonly number[])[]): Nested => rows.map((row) => row.map((value) => [value]));

describe('losses on numbers', () => {
  it.each([
    ['meanSquaredError', 49.5, 113.85, 767.8 / 6, 97.833336, ((110 / 3) * 1.2 + (187 / 3) * 3.4) / 4.6],
    ['meanAbsoluteError', 5.5, 12.65, 81.4 / 6, 13.833333, ((14 / 3) * 1.2 + (19 / 3) * 3.4) / 4.6],
    ['meanAbsolutePercentageError', 211.8518, 487.259, 422.8888, 694.4444, 183.865],
    ['meanSquaredLogarithmicError', 1.437, 3.3051, 3.7856, 2.647374, 1.646],
  ] as const)('%s', (name, plain, scaled, weighted, stepped, mean) => {
    const make = (reduction?: Reduction): Loss => losses[name](reduction === undefined ? {} : { reduction });
    const { target, prediction } = numbers;
    expectFigures(make(), target, target, 0);
    expectFigures(make(), target, prediction, plain);
    expectFigures(make('mean'), target, prediction, plain);
    expectFigures(make(), target, prediction, scaled, 2.3);
    expectFigures(make(), target, prediction, 0, 0);
    expectFigures(make(), target, prediction, weighted, each);
    expectFigures(make('meanWithSampleWeight'), target, prediction, mean, each);
    expectFigures(make('sum'), target, prediction, 2 * scaled, 2.3);
    expectFigures(make(), column(target), column(prediction), stepped, steps);
  });

  it('of one position and of many take the same weights', () => {
    const loss = losses.meanSquaredError({ reduction: 'none' });
    expectFigures(loss, numbers.target, numbers.prediction, [84.3333, 143.3666], 2.3);
    expectFigures(loss, [4, 8, 12], [[3], [0], [1]], [1, 64, 121]);
  });
});

describe('hinges', () => {
  const target = [
    [0, 1],
    [0, 0],
  ];
  const prediction = [
    [0.6, 0.4],
    [0.4, 0.6],
  ];
  it.each([
    ['hinge', [1.1, 1.5]],
    ['squaredHinge', [1.46, 2.26]],
    ['categoricalHinge', [1.2, 1.6]],
  ] as const)('%s', (name, [first, second]) => {
    expectFigures(losses[name]({ reduction: 'none' }), target, prediction, [first, second]);
    expectFigures(losses[name](), target, prediction, (first + second) / 2);
    expectFigures(losses[name]({ reduction: 'sum' }), target, prediction, first, [1, 0]);
  });
});

describe('cross-entropies', () => {
  const classes = [[0], [1], [2]];
  const oneHot = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const probabilities = [
    [0.9, 0.05, 0.05],
    [0.5, 0.89, 0.6],
    [0.05, 0.01, 0.94],
  ];
  const logits = [
    [8, 1, 1],
    [0, 9, 1],
    [2, 3, 5],
  ];
  const weight = [[1.2], [3.4], [5.6]];

  it('of classes', () => {
    for (const [loss, target] of [
      [losses.sparseCategoricalCrossentropy, classes],
      [losses.categoricalCrossentropy, oneHot],
    ] as const) {
      expectFigures(loss(), target, probabilities, 0.7449, 2.3);
      expectFigures(loss(), target, probabilities, 1.0696, weight);
      expectFigures(loss({ fromLogits: true }), target, logits, 0.0573);
      expectFigures(loss({ fromLogits: true }), target, logits, 0.1317, 2.3);
      expectFigures(loss({ fromLogits: true }), target, logits, 0.31829, weight);
      expectFigures(loss({ fromLogits: true, reduction: 'none' }), target, logits, [0.001822, 0.000459, 0.169846]);
    }
  });

  it('leave a class out', () => {
    const scores = [
      [
        [0.854, 0.698, 0.598],
        [0.088, 0.86, 0.018],
      ],
    ];
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1, reduction: 'none' });
    expectFigures(loss, [[-1, 2]], scores, [0, 1.480129]);
    expectFigures(loss, [[[-1], [2]]], scores, [0, 1.480129]);
    // What does not count is not in the mean either.
    expectFigures(
      losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 }),
      [[-1, 2]],
      scores,
      1.480129,
    );
  });

  it('focused on what is hard, of yes-or-no answers', () => {
    const target = [
      [1, 0],
      [1, 0],
    ];
    const prediction = [
      [0.9, 0.8],
      [0.7, 0.2],
    ];
    const make = losses.binaryFocalCrossentropy;
    expectFigures(make(), target, prediction, 0.268);
    expectFigures(make(), target, prediction, 0.3296, 1.23);
    expectFigures(make(), target, prediction, 0.34415, [[1.2], [3.4]]);
    expectFigures(make({ reduction: 'none' }), target, prediction, [0.515547, 0.020513]);
    const scores = [
      [1.5, -2.7, 2.9],
      [-3.8, 1.2, -4.5],
    ];
    const wanted = [
      [1, 1, 0],
      [0, 1, 0],
    ];
    expectFigures(make({ gamma: 3, fromLogits: true }), wanted, scores, 0.799);
    expectFigures(make({ gamma: 3, fromLogits: true }), wanted, scores, 2.565, 3.21);
  });

  it('focused on what is hard, of classes', () => {
    const make = losses.categoricalFocalCrossentropy;
    expectFigures(make(), oneHot, probabilities, 0.02059);
    expectFigures(make(), oneHot, probabilities, 0.06987, weight);
    expectFigures(make({ fromLogits: true }), oneHot, logits, 0.000345);
    expectFigures(make({ fromLogits: true, labelSmoothing: 0.1 }), [[1, 0, 0]], [[4.9, -0.5, 2.05]], 0.06685);
  });

  it('that forgive wrong labels', () => {
    const prediction = [
      [0.7, 0.3],
      [0.2, 0.8],
      [0.6, 0.4],
      [0.4, 0.6],
    ];
    for (const q of [0.5, 0.8]) {
      const expected = [0.7, 0.8, 0.6, 0.6].map((p) => (1 - p ** q) / q).reduce((a, b) => a + b) / 4;
      expectFigures(losses.categoricalGeneralizedCrossEntropy({ q }), [0, 1, 0, 1], prediction, expected);
    }
  });
});

describe('losses on pictures', () => {
  const target = [
    [1, 2],
    [1, 2],
  ];
  const prediction = [
    [4, 1],
    [6, 1],
  ];
  const masks = [
    [
      [[1], [1]],
      [[0], [0]],
    ],
    [
      [[1], [1]],
      [[0], [0]],
    ],
  ];
  const found = [
    [
      [[0], [1]],
      [[0], [1]],
    ],
    [
      [[0.4], [0]],
      [[0], [0.9]],
    ],
  ];
  it('dice and tversky', () => {
    expectFigures(losses.dice(), target, prediction, -0.55555546);
    expectFigures(losses.tversky(), target, prediction, -0.55555546);
    expectFigures(losses.tversky({ alpha: 0.2, beta: 0.8 }), target, prediction, -0.29629636);
    const axis = [1, 2, 3];
    expectFigures(losses.dice({ axis, reduction: 'none' }), masks, found, [0.5, 0.75757575]);
    expectFigures(losses.tversky({ axis, reduction: 'none' }), masks, found, [0.5, 0.75757575]);
    const sided = losses.tversky({ alpha: 0.2, beta: 0.8, axis, reduction: 'none' });
    expectFigures(sided, masks, found, [0.5, 0.7222222]);
  });
});

describe('circle', () => {
  const target = [1, 1, 2, 2, 3];
  const prediction = [
    [0.70014004, -0.42008403, 0.14002801, 0.56011203],
    [0.17609018, 0.70436073, -0.52827054, 0.44022545],
    [-0.34050261, 0.25537696, -0.68100522, 0.59587957],
    [0.32163376, -0.75047877, 0.53605627, -0.21442251],
    [0.51261459, -0.34174306, 0.17087153, 0.76892189],
  ];
  it('compares all pairs', () => {
    expectFigures(losses.circle(), target, prediction, 188.3883);
    expectFigures(losses.circle({ gamma: 256, margin: 0.25 }), target, prediction, 652.7617);
    const weight = [2, 2, 1, 1, 0.5];
    expectFigures(losses.circle(), target, prediction, 244.91918, weight);
    expectFigures(losses.circle({ reduction: 'meanWithSampleWeight' }), target, prediction, 163.27948, weight);
  });

  it('takes no example without a partner', () => {
    const others = [
      [0.40824829, -0.54433105, 0.27216553, 0.68041382],
      [0.76376261, 0.10910895, -0.54554473, 0.32732684],
      [-0.74420841, 0.24806947, 0.49613894, -0.3721042],
      [0.52981294, -0.13245324, 0.79471941, -0.26490647],
      [0.54554473, -0.32732684, 0.10910895, 0.76376261],
      [-0.27216553, 0.68041382, 0.40824829, -0.54433105],
    ];
    const labels = [1, 1, 2, 2, 3, 4];
    const none = losses.circle({ reduction: 'none' });
    expectFigures(none, labels, others, [82.9116, 36.7942, 92.459, 52.6798, 0, 0]);
    expectFigures(losses.circle({ reduction: 'sum' }), labels, others, 264.845);
  });
});

it('ctc', () => {
  const scores = [0, 1].map((b) => [0, 1, 2, 3].map((s) => [0, 1, 2].map((c) => (12 * b + 3 * s + c - 12) / 100)));
  const labels = [
    [1, 2, 1, 0],
    [1, 2, 0, 2],
  ];
  expectFigures(losses.ctc(), labels, scores, 2.448645);
});

describe('a loss of one’s own', () => {
  it('has reductions, weights and masks', () => {
    const loss = losses.defineLoss({ name: 'difference', values: (target, prediction) => sub(prediction, target) });
    expectFigures(loss, [1, 2, 3], [2, 4, 6], 2);
    expectFigures(loss, [1, 2, 3], [2, 4, 6], 3, [1, 1, 2]);
    const masked = loss.compute(t([1, 2, 3]), t([2, 4, 6]), undefined, t([1, 0, 1]));
    expect(masked.item()).toBe(2);
    expect(() => losses.meanSquaredError({ reduction: 'average' as never })).toThrow(
      /meanSquaredError.*sumOverBatchSize/s,
    );
  });

  it('refuses weights that fit only by chance', () => {
    const loss = losses.meanSquaredError();
    const [target, prediction] = [t([[[1], [2], [3]]]), t([[[1], [2], [4]]])];
    expect(() => loss.compute(target, prediction, t([1, 2, 3]))).toThrow(/E_MODEL/);
  });
});
