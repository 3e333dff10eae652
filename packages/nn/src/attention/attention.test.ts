/** `attention` and `additiveAttention` against their formulas in plain numbers, and what masks mean. */
import { Tensor } from '@deft/core';
import { cast, key as keyOf, mul, randomNormal, reshape, tensor } from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  additiveAttention,
  attention,
  embedding,
  functional,
  input,
  type Layer,
  masking,
  type Signal,
  type Weights,
} from '../index.ts';

expect.extend(tensorMatchers);

type Rows = readonly (readonly number[])[];
const inference = { training: false };
const random = (shape: number[], seed: number): Tensor => randomNormal(shape, { key: keyOf(seed) }) as Tensor;
const bools = (rows: readonly (readonly number[])[]): Tensor => tensor(rows as number[][], { dtype: 'bool' }) as Tensor;

/** A score of a pair by the weights of a layer. */
type Score = (query: readonly number[], key: readonly number[]) => number;

function run(
  layer: Layer<Signal, Signal>,
  weights: Weights,
  x: Signal,
  mask?: readonly (Tensor | undefined)[],
): Tensor {
  const { output } = layer.apply(weights, {}, x, { ...inference, mask });
  return (output instanceof Tensor ? output : output[0]) as Tensor;
}

const rowsOf = (x: Tensor): Rows[] => x.toArray() as unknown as Rows[];

/** What a batch gives: `seen` says which pairs of an example count. */
function plain(
  score: Score,
  [q, v, k]: readonly Tensor[],
  seen = (_b: number, _i: number, _j: number) => true,
): Tensor {
  const [queries, values, keys] = [q, v, k].map((one) => rowsOf(one as Tensor)) as [Rows[], Rows[], Rows[]];
  const rows = queries.map((example, b) =>
    example.map((query, i) => {
      const own = values[b] as Rows;
      const powers = (keys[b] as Rows).map((key, j) => (seen(b, i, j) ? Math.exp(score(query, key)) : 0));
      const total = powers.reduce((sum, one) => sum + one, 0);
      const shares = powers.map((one) => (total === 0 ? 1 / powers.length : one / total));
      return (own[0] as number[]).map((_, c) =>
        shares.reduce((sum, share, j) => sum + share * ((own[j] as number[])[c] as number), 0),
      );
    }),
  );
  return tensor(rows as number[][][]) as Tensor;
}

const product: Score = (q, k) => q.reduce((sum, x, i) => sum + x * (k[i] as number), 0);
const rules: readonly [string, Layer<Signal, Signal>, Weights, Score][] = [
  ['attention', attention(), {}, product],
  ['attention, scaled', attention({ useScale: true }), { scale: tensor(0.5) as Tensor }, (q, k) => 0.5 * product(q, k)],
  [
    'attention by tanh',
    attention({ useScale: true, scoreMode: 'concat' }),
    { scale: tensor(0.5) as Tensor, concatScoreWeight: tensor(3) as Tensor },
    (q, k) => 3 * q.reduce((sum, x, i) => sum + Math.tanh(0.5 * (x + (k[i] as number))), 0),
  ],
  [
    'additiveAttention',
    additiveAttention(),
    { scale: tensor([1, -2, 0.5]) as Tensor },
    (q, k) => q.reduce((sum, x, i) => sum + ([1, -2, 0.5][i] as number) * Math.tanh(x + (k[i] as number)), 0),
  ],
];

describe.each(rules)('%s', (_, layer, weights, score) => {
  const inputs = [random([2, 3, 3], 1), random([2, 4, 2], 2), random([2, 4, 3], 3)] as const;
  const [q, , k] = inputs;
  const expectPlain = (found: Tensor, seen?: (b: number, i: number, j: number) => boolean): void => {
    expect(found).toBeCloseToTensor(plain(score, inputs, seen), { tolerance: 1e-5 });
  };

  it('is its formula', () => expectPlain(run(layer, weights, inputs)));

  it('compares with the values, and a batch with itself, unless told', () => {
    expect(run(layer, weights, [q, k])).toHaveBitsOf(run(layer, weights, [q, k, k]));
    expect(run(layer, weights, q)).toHaveBitsOf(run(layer, weights, [q, q, q]));
  });

  it('gives masked values no weight, and where all are masked all the same', () => {
    const counts = [
      [1, 0, 1, 1],
      [0, 0, 0, 0],
    ];
    const found = run(layer, weights, inputs, [undefined, bools(counts), undefined]);
    expectPlain(found, (b, _i, j) => Boolean(counts[b]?.[j]));
  });

  it('gives zeros where the query is masked', () => {
    const mask = bools([
      [1, 1, 0],
      [0, 1, 1],
    ]);
    const expected = mul(plain(score, inputs), reshape(cast(mask, 'float32'), [2, 3, 1])) as Tensor;
    expect(run(layer, weights, inputs, [mask, undefined, undefined])).toBeCloseToTensor(expected, { tolerance: 1e-5 });
  });

  it('looks at nothing behind a step where it is causal', () => {
    const make = layer.kind === 'attention' ? attention : additiveAttention;
    const causal = make({ ...(layer.config as object), useCausalMask: true }) as Layer<Signal, Signal>;
    expectPlain(run(causal, weights, inputs), (_b, i, j) => j <= i);
  });
});

describe('masks of attention', () => {
  it('come from embeddings and from masking, and go on with the query', () => {
    const tokens = input([3]);
    const rows = embedding(9, 2, { maskZero: true })(tokens);
    const x = input([4, 2]);
    const layer = functional({ inputs: [tokens, x], outputs: attention()([rows, masking()(x)]) });
    const { parameters, state } = layer.initialize(keyOf(0), [[3], [4, 2]]);
    const padded = tensor([
      [
        [1, 2],
        [3, 4],
        [0, 0],
        [0, 0],
      ],
    ]) as Tensor;
    const ids = tensor([[3, 4, 0]], { dtype: 'int32' }) as Tensor;
    const { output, mask } = layer.apply(parameters, state, [ids, padded], inference);
    expect((mask as Tensor).toArray()).toEqual([[true, true, false]]);
    const short = layer.apply(
      parameters,
      state,
      [
        ids,
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      ] as Tensor[],
      inference,
    ).output;
    expect(output).toBeCloseToTensor(short as Tensor, { tolerance: 1e-6 });
    expect((rowsOf(output as Tensor)[0] as Rows)[2]).toEqual([0, 0]);
  });

  it('never give NaN, and weights that sum to 1', () => {
    const numbers = fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 6, maxLength: 6 });
    const flags = fc.array(fc.constantFrom(0, 1), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(numbers, flags, fc.boolean(), fc.boolean(), (values, counts, useCausalMask, additive) => {
        const make = additive ? additiveAttention : attention;
        const layer = make({ useCausalMask, useScale: false, returnAttentionScores: true });
        const x = tensor([[values.slice(0, 2), values.slice(2, 4), values.slice(4)]]) as Tensor;
        const mask = [undefined, bools([counts]), undefined];
        const [output, scores] = layer.apply({}, {}, [x, x], { ...inference, mask }).output as [Tensor, Tensor];
        expect(rowsOf(output).flat(2).every(Number.isFinite)).toBe(true);
        for (const row of rowsOf(scores).flat()) expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
      }),
      { numRuns: 50 },
    );
  });

  it('spread evenly in float16 too', () => {
    const x = tensor(
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      { dtype: 'float16' },
    ) as Tensor;
    const mask = [undefined, bools([[0, 0]])];
    const output = run(attention() as Layer<Signal, Signal>, {}, [x, x], mask);
    expect([output.dtype, rowsOf(output)]).toEqual([
      'float16',
      [
        [
          [2, 3],
          [2, 3],
        ],
      ],
    ]);
  });
});

it('says what does not fit', () => {
  expect(() =>
    attention().outputShape([
      [2, 3],
      [4, 5],
    ]),
  ).toThrow(/query and key of as many features/);
  expect(() =>
    attention().outputShape([
      [2, 3],
      [4, 3],
      [5, 3],
    ]),
  ).toThrow(/a key for each of \[4\] values/);
  expect(() =>
    attention().outputShape([
      [2, 3],
      [4, 3],
      [4, 3],
      [4, 3],
    ]),
  ).toThrow(/one to three batches/);
  expect(() => attention().outputShape([3])).toThrow(/examples of shape \[steps, features\]/);
  expect(() => attention({ scoreMode: 'sum' as 'dot' })).toThrow(/scoreMode/);
  expect(() => additiveAttention({ dropout: 1 })).toThrow(/dropout/);
});
