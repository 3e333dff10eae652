/**
 * Numbers that Keras 3 publishes in the tests of its optimisers (keras/src/optimizers/<name>_test.py): one step on
 * [1, 2, 3, 4] with gradients [1, 6, 7, 2] and a learning rate of 0.5, and five steps on ones: the first with gradients
 * of 0.01, the others with 0.1, 0.2 … 1.
 */
import type { Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  ftrl,
  lamb,
  lion,
  muon,
  nadam,
  type Optimizer,
  rmsprop,
  sgd,
} from '../index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];

/** Parameters after each of the gradients, in float32 as there. */
function run(optimizer: Optimizer, start: Tensor, gradients: readonly Tensor[]): number[][] {
  let parameters = start;
  let state = optimizer.initialize(start);
  return gradients.map((gradient) => {
    ({ parameters, state } = optimizer.update(gradient, state, parameters, tensor(optimizer.learningRate)));
    return numbersOf(parameters);
  });
}

/** Within the tolerances of Keras's tests. */
function expectClose(found: readonly number[], expected: readonly number[], relative: number, absolute: number): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    const wanted = expected[i] as number;
    expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(
      absolute + relative * Math.abs(wanted),
    );
  });
}

type Make = (options?: { learningRate?: number; weightDecay?: number; excludeFromWeightDecay?: string[] }) => Optimizer;

const single: readonly (readonly [string, Make, readonly number[]])[] = [
  ['sgd', sgd, [0.5, -1, -0.5, 3]],
  ['adam', adam, [0.5, 1.5, 2.5, 3.5]],
  ['adamW', adamW, [0.498, 1.496, 2.494, 3.492]],
  ['nadam', nadam, [0.4686, 1.4686, 2.4686, 3.4686]],
  ['adamax', adamax, [0.5, 1.5, 2.5, 3.5]],
  ['adagrad', adagrad, [0.5233, 1.5007, 2.5005, 3.5061]],
  ['adadelta', adadelta, [0.9993, 1.9993, 2.9993, 3.9993]],
  ['rmsprop', rmsprop, [-0.5811, 0.4189, 1.4189, 2.4189]],
  ['ftrl', ftrl, [0.2218, 1.3954, 2.3651, 2.8814]],
  ['lion', lion, [0.5, 1.5, 2.5, 3.5]],
  ['lamb', lamb, [-0.3693, 0.6306, 1.6306, 2.6306]],
  ['adafactor', adafactor, [-0.3693, 0.6307, 1.6307, 2.6307]],
];

/** Ten times the same. */
const tenfold = (value: number): number[] => Array.from({ length: 10 }, () => value);

const sequences: readonly (readonly [string, Optimizer, readonly (readonly number[])[]])[] = [
  [
    'sgd({ nesterov })',
    sgd({ nesterov: true }),
    [
      tenfold(0.9999),
      [0.9989, 0.9979, 0.9969, 0.9959, 0.9949, 0.9939, 0.9929, 0.9919, 0.9909, 0.9899],
      [0.9979, 0.9959, 0.9939, 0.9919, 0.9899, 0.9879, 0.9859, 0.9839, 0.9819, 0.9799],
      [0.9969, 0.9939, 0.9909, 0.9879, 0.9849, 0.9819, 0.9789, 0.9759, 0.9729, 0.9699],
      [0.9959, 0.9919, 0.9879, 0.9839, 0.9799, 0.9759, 0.9719, 0.9679, 0.9639, 0.9599],
    ],
  ],
  ['adam({ amsgrad })', adam({ amsgrad: true }), [0.999, 0.9982, 0.9974, 0.9965, 0.9955].map(tenfold)],
  [
    'adamW',
    adamW({ learningRate: 1, weightDecay: 0.5, epsilon: 2 }),
    [
      tenfold(0.4998),
      [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
      [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
      [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
      [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
    ],
  ],
  [
    'nadam',
    nadam({ learningRate: 0.5, beta1: 0.5, beta2: 0.67, epsilon: 1e-5 }),
    [
      tenfold(0.4281),
      [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.172, -0.1719, -0.1718, -0.1718, -0.1717],
      [-0.7115, -0.7103, -0.7096, -0.7092, -0.709, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
      [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.23, -1.2299],
      [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
    ],
  ],
  [
    'adamax',
    adamax({ learningRate: 0.2, beta1: 0.85, beta2: 0.95, epsilon: 1e-6 }),
    [
      tenfold(0.8),
      [0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691],
      [0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466],
      [0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848],
      [0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126],
    ],
  ],
  [
    'adagrad',
    adagrad({ learningRate: 0.2, initialAccumulatorValue: 0.3, epsilon: 1e-6 }),
    [
      tenfold(0.9963),
      [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
      [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
      [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
      [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
    ],
  ],
  [
    'adadelta',
    adadelta({ learningRate: 1, rho: 0.8, epsilon: 1e-6 }),
    [0.9978, 0.9947, 0.9915, 0.9882, 0.9849].map(tenfold),
  ],
  ['rmsprop({ centered })', rmsprop({ centered: true }), [0.9967, 0.9933, 0.9908, 0.9885, 0.9864].map(tenfold)],
  [
    'ftrl',
    ftrl({
      learningRate: 0.05,
      learningRatePower: -0.2,
      initialAccumulatorValue: 0.4,
      l1RegularizationStrength: 0.05,
      l2RegularizationStrength: 0.15,
      l2ShrinkageRegularizationStrength: 0.01,
      beta: 0.3,
    }),
    [
      tenfold(0),
      [-0.0034, -0.0077, -0.0118, -0.0157, -0.0194, -0.023, -0.0263, -0.0294, -0.0325, -0.0354],
      [-0.0078, -0.0162, -0.0242, -0.0317, -0.0387, -0.0454, -0.0516, -0.0575, -0.0631, -0.0685],
      [-0.0121, -0.0246, -0.0363, -0.0472, -0.0573, -0.0668, -0.0757, -0.0842, -0.0922, -0.0999],
      [-0.0164, -0.0328, -0.0481, -0.0623, -0.0753, -0.0875, -0.099, -0.1098, -0.1201, -0.1299],
    ],
  ],
  ['lion', lion(), [0.999, 0.998, 0.997, 0.996, 0.995].map(tenfold)],
  ['lamb', lamb(), [0.999, 0.9982, 0.9974, 0.9965, 0.9955].map(tenfold)],
  [
    'adafactor',
    adafactor({ learningRate: 0.5, beta2Decay: -0.65, epsilon1: 1e-15, epsilon2: 1e-4, clipThreshold: 0.9 }),
    [
      tenfold(0.55),
      [0.3031, 0.3026, 0.3025, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024],
      [0.1671, 0.1665, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663],
      [0.0923, 0.0916, 0.0915, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914],
      [0.0554, 0.0548, 0.0546, 0.0546, 0.0546, 0.0546, 0.0546, 0.0545, 0.0545, 0.0545],
    ],
  ],
];

describe("Keras's published numbers", () => {
  it.each(single)('%s: one step', (_, make, expected) => {
    const [found] = run(make({ learningRate: 0.5 }), tensor([1, 2, 3, 4]), [tensor([1, 6, 7, 2])]);
    expectClose(found as number[], expected, 1e-4, 1e-4);
  });

  it.each(sequences)('%s: five steps', (_, optimizer, expected) => {
    const later = tensor(Array.from({ length: 10 }, (__, i) => (i + 1) / 10));
    const found = run(optimizer, tensor(tenfold(1)), [tensor(tenfold(0.01)), later, later, later, later]);
    found.forEach((row, i) => {
      expectClose(row, expected[i] as readonly number[], 5e-4, 5e-4);
    });
  });

  it.each(single.filter(([name]) => name !== 'ftrl'))('%s: decay of weights', (_, make) => {
    const parameters = { kept: tensor(2), exclude: tensor(2) };
    const options = { learningRate: 1, weightDecay: 0.004, excludeFromWeightDecay: ['exclude'] };
    // Three optimisers of their own take a first step with a gradient of 0.
    let now = parameters;
    for (let i = 0; i < 3; i++) {
      const optimizer = make(options);
      const gradients = { kept: tensor(0), exclude: tensor(0) };
      now = optimizer.update(gradients, optimizer.initialize(now), now, tensor(1)).parameters;
    }
    expect(now.kept.item()).toBeCloseTo(1.9760959, 6);
    expect(now.exclude.item()).toBe(2);
  });

  it('adafactor: one step on a matrix', () => {
    const [found] = run(
      adafactor({ learningRate: 0.5 }),
      tensor([
        [1, 2],
        [3, 4],
      ]),
      [
        tensor([
          [1, 6],
          [7, 2],
        ]),
      ],
    );
    expectClose(found as number[], [0.7007, -0.0081, 1.2492, 3.4407], 1e-4, 1e-4);
  });

  it('muon: one step on a matrix and on a vector', () => {
    const still = { learningRate: 0.5, weightDecay: 0, adamWeightDecay: 0 };
    const [matrix] = run(
      muon(still),
      tensor([
        [1, 2],
        [3, 4],
      ]),
      [
        tensor([
          [1, 6],
          [7, 2],
        ]),
      ],
    );
    expectClose(matrix as number[], [0.988775, 1.887053, 2.873428, 3.97035], 1e-5, 1e-5);
    const [vector] = run(muon(still), tensor([1, 2, 3, 4]), [tensor([1, 6, 7, 2])]);
    expectClose(vector as number[], [0.5, 1.5, 2.5, 3.5], 1e-4, 1e-4);
  });

  it('muon: five iterations make a matrix orthogonal', () => {
    const optimizer = muon({ weightDecay: 0, momentum: 0, nesterov: false, rmsRate: null });
    const gradient = tensor([
      [0.2499, 0.9105],
      [0.2655, 0.8824],
    ]);
    const zero = tensor([
      [0, 0],
      [0, 0],
    ]);
    const { parameters } = optimizer.update(gradient, optimizer.initialize(zero), zero, tensor(-1));
    expectClose(numbersOf(parameters), [-0.4422, 0.6457, 0.7285, 0.2968], 1e-3, 1e-3);
  });

  it('muon: weights decay by rates of their own', () => {
    const parameters = {
      matrix: tensor([
        [1, 2],
        [3, 4],
      ]),
      vector: tensor([2]),
    };
    const gradients = {
      matrix: tensor([
        [0, 0],
        [0, 0],
      ]),
      vector: tensor([0]),
    };
    const optimizer = muon({ weightDecay: 0.01, adamWeightDecay: 0.02 });
    const next = optimizer.update(gradients, optimizer.initialize(parameters), parameters, tensor(1)).parameters;
    expectClose(numbersOf(next.matrix), [0.99, 1.98, 2.97, 3.96], 1e-6, 1e-6);
    expectClose(numbersOf(next.vector), [1.96], 1e-6, 1e-6);
  });
});
