/** Attention with heads against its formula in plain numbers, and the laws that hold between its layers. */
import { Tensor } from '@deft/core';
import { cast, jit, key as keyOf, randomNormal, reshape, slice, take, tensor } from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dense,
  embedding,
  groupedQueryAttention,
  type Layer,
  multiHeadAttention,
  type Signal,
  sequentialLayer,
  type Weights,
} from '../index.ts';

expect.extend(tensorMatchers);
const inference = { training: false };
const close = { tolerance: 1e-5 };
const random = (shape: number[], seed: number): Tensor => randomNormal(shape, { key: keyOf(seed) }) as Tensor;
const bools = (rows: unknown): Tensor => tensor(rows as number[], { dtype: 'bool' }) as Tensor;

type Any = Layer<Signal, Signal>;

/** Weights of a layer that are all random, biases too. */
function weightsOf(layer: Any, shapes: Parameters<Any['weights']>[0]): Weights {
  const tree: Record<string, Record<string, Tensor>> = {};
  layer.weights(shapes).forEach(({ path, shape }, i) => {
    const [part, name] = path as [string, string];
    tree[part] = { ...tree[part], [name]: random([...shape], 50 + i) };
  });
  return tree;
}

function outputs(layer: Any, weights: Weights, x: Signal, mask?: Tensor | readonly (Tensor | undefined)[]): Tensor[] {
  const { output } = layer.apply(weights, {}, x, { ...inference, mask });
  return (output instanceof Tensor ? [output] : [...output]) as Tensor[];
}
const run = (...args: Parameters<typeof outputs>): Tensor => outputs(...args)[0] as Tensor;

/** An element of a tensor. */
function reader(x: Tensor): (...place: number[]) => number {
  const data = x.dataSync() as unknown as Float32Array;
  return (...place) => data[place.reduce((at, i, axis) => at * (x.shape[axis] as number) + i, 0)] as number;
}
const sumOver = (count: number, f: (i: number) => number): number =>
  Array.from({ length: count }, (_, i) => f(i)).reduce((sum, one) => sum + one, 0);

/** The formula for one example, by heads: `group` of them share a head of keys and values. */
function plain(
  weights: Weights,
  [query, value, key]: readonly [Tensor, Tensor, Tensor],
  group = 1,
  seen = (_b: number, _h: number, _i: number, _j: number) => true,
): Tensor {
  const of = (part: string, name: string): Tensor => (weights[part] as Weights)[name] as Tensor;
  const project = (x: Tensor, part: string) => {
    const [at, kernel, bias] = [reader(x), reader(of(part, 'kernel')), reader(of(part, 'bias'))];
    return (b: number, i: number, h: number, d: number): number =>
      bias(h, d) + sumOver(x.shape[2] as number, (f) => at(b, i, f) * kernel(f, h, d));
  };
  const [q, k, v] = [project(query, 'query'), project(key, 'key'), project(value, 'value')];
  const [batch, targets] = query.shape as [number, number];
  const sources = key.shape[1] as number;
  const keyDim = of('query', 'kernel').shape[2] as number;
  const [heads, valueDim, features] = of('attentionOutput', 'kernel').shape as [number, number, number];
  const [kernel, bias] = [reader(of('attentionOutput', 'kernel')), reader(of('attentionOutput', 'bias'))];
  const made = new Float32Array(batch * targets * features);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < targets; i++) {
      for (let h = 0; h < heads; h++) {
        const own = Math.floor(h / group);
        const powers = Array.from({ length: sources }, (_, j) =>
          seen(b, h, i, j) ? Math.exp(sumOver(keyDim, (d) => q(b, i, h, d) * k(b, j, own, d)) / Math.sqrt(keyDim)) : 0,
        );
        const total = sumOver(sources, (j) => powers[j] as number);
        const share = (j: number): number => (total === 0 ? 1 / sources : (powers[j] as number) / total);
        for (let d = 0; d < valueDim; d++) {
          const mixed = sumOver(sources, (j) => share(j) * v(b, j, own, d));
          for (let f = 0; f < features; f++) {
            made[(b * targets + i) * features + f]! += mixed * kernel(h, d, f) + (h + d === 0 ? bias(f) : 0);
          }
        }
      }
    }
  }
  return tensor(made, { shape: [batch, targets, features] }) as Tensor;
}

const sizes: readonly [string, Any, number][] = [
  ['multiHeadAttention', multiHeadAttention(2, 3, { valueDim: 2, outputShape: 5 }) as Any, 1],
  ['groupedQueryAttention', groupedQueryAttention(3, 4, 2) as Any, 2],
  ['multi-query attention', groupedQueryAttention(2, 3, 1) as Any, 3],
];

describe.each(sizes)('%s', (_, layer, group) => {
  const inputs = [random([2, 3, 4], 1), random([2, 5, 2], 2), random([2, 5, 3], 3)] as const;
  const weights = weightsOf(layer, [
    [3, 4],
    [5, 2],
    [5, 3],
  ]);
  const heads = ((weights['query'] as Weights)['kernel'] as Tensor).shape[1] as number;
  const withOptions = (options: object): Any => layerWith(layer, options);

  it('is its formula', () => {
    expect(run(layer, weights, inputs)).toBeCloseToTensor(plain(weights, inputs, group), close);
  });

  it('counts the masks of query, value and key', () => {
    const masks = [
      [
        [1, 1, 0],
        [1, 0, 1],
      ],
      [
        [1, 1, 1, 0, 1],
        [0, 0, 1, 1, 1],
      ],
      [
        [1, 0, 1, 1, 1],
        [1, 1, 0, 0, 0],
      ],
    ];
    const found = run(layer, weights, inputs, masks.map(bools));
    const [q, v, k] = masks as [number[][], number[][], number[][]];
    const seen = (b: number, _h: number, i: number, j: number): boolean => Boolean(q[b]?.[i] && v[b]?.[j] && k[b]?.[j]);
    expect(found).toBeCloseToTensor(plain(weights, inputs, group, seen), close);
  });

  it('looks at nothing behind a step where it is causal', () => {
    const found = run(withOptions({ useCausalMask: true }), weights, inputs);
    expect(found).toBeCloseToTensor(
      plain(weights, inputs, group, (_b, _h, i, j) => j <= i),
      close,
    );
  });

  it('sees no further than its window', () => {
    const near = (_b: number, _h: number, i: number, j: number): boolean => Math.abs(i - j) < 2;
    const found = run(withOptions({ slidingWindow: 2 }), weights, inputs);
    expect(found).toBeCloseToTensor(plain(weights, inputs, group, near), close);
    const causal = run(withOptions({ slidingWindow: 2, useCausalMask: true }), weights, inputs);
    const both = (b: number, h: number, i: number, j: number): boolean => j <= i && near(b, h, i, j);
    expect(causal).toBeCloseToTensor(plain(weights, inputs, group, both), close);
  });

  it('counts a mask for pairs, of bools or numbers, for all heads or each', () => {
    const own = withOptions({ takesAttentionMask: true });
    const pairs = cast(random([2, 3, 5], 8), 'int32') as Tensor;
    const at = reader(pairs);
    const expected = plain(weights, inputs, group, (b, _h, i, j) => at(b, i, j) !== 0);
    expect(run(own, weights, [...inputs, pairs])).toBeCloseToTensor(expected, close);
    expect(run(own, weights, [...inputs, cast(pairs, 'bool') as Tensor])).toBeCloseToTensor(expected, close);
    const each = cast(random([2, heads, 3, 5], 9), 'int32') as Tensor;
    const ofHead = reader(each);
    const seen = (b: number, h: number, i: number, j: number): boolean => ofHead(b, h, i, j) !== 0;
    expect(run(own, weights, [...inputs, each])).toBeCloseToTensor(plain(weights, inputs, group, seen), close);
  });

  it('gives weights that sum to 1, and mix what the output is made of', () => {
    const own = withOptions({ returnAttentionScores: true, useCausalMask: true });
    const [output, scores] = outputs(own, weights, inputs) as [Tensor, Tensor];
    expect(output).toHaveBitsOf(run(withOptions({ useCausalMask: true }), weights, inputs));
    expect(scores.shape).toEqual([2, heads, 3, 5]);
    const at = reader(scores);
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < 3; i++) {
        expect(sumOver(5, (j) => at(1, h, i, j))).toBeCloseTo(1, 5);
        expect(at(1, h, i, i + 1)).toBe(0);
      }
    }
  });

  it('takes one batch for all three inputs, and a mask behind it', () => {
    const x = random([2, 3, 4], 4);
    const own = weightsOf(layer, [3, 4]);
    expect(run(layer, own, x)).toHaveBitsOf(run(layer, own, [x, x, x]));
    const pairs = bools([
      [
        [1, 0, 1],
        [1, 1, 0],
        [0, 0, 1],
      ],
      [
        [1, 1, 1],
        [1, 1, 0],
        [0, 1, 0],
      ],
    ]);
    const masked = withOptions({ takesAttentionMask: true });
    expect(run(masked, own, [x, pairs])).toHaveBitsOf(run(masked, own, [x, x, x, pairs]));
    const steps = bools([
      [1, 1, 0],
      [0, 1, 1],
    ]);
    expect(run(layer, own, x, steps)).toHaveBitsOf(run(layer, own, [x, x], [steps, steps]));
  });

  it('does not know positions', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 }), (order) => {
        const x = random([1, 4, 4], 5);
        const own = weightsOf(layer, [4, 4]);
        const turn = (one: Tensor): Tensor => take(one, tensor(order, { dtype: 'int32' }), 1) as Tensor;
        expect(run(layer, own, turn(x))).toBeCloseToTensor(turn(run(layer, own, x)), close);
      }),
      { numRuns: 10 },
    );
  });

  it('computes weights in float32 where the policy has 16 bits', () => {
    const half = layer.with({ dtype: 'mixedFloat16' });
    const mask = [
      undefined,
      bools([
        [0, 0, 0, 0, 0],
        [1, 1, 1, 1, 0],
      ]),
      undefined,
    ];
    const found = run(half as Any, weights, inputs, mask);
    expect(found.dtype).toBe('float16');
    expect(cast(found, 'float32')).toBeCloseToTensor(run(layer, weights, inputs, mask), { tolerance: 2e-2 });
  });
});

/** The same layer with more options. */
function layerWith(layer: Any, options: object): Any {
  const { numHeads, keyDim, headDim, numQueryHeads, numKeyValueHeads, ...rest } = layer.config as never as {
    [name: string]: number;
  };
  const all = { ...rest, ...options } as object;
  return (
    layer.kind === 'multiHeadAttention'
      ? multiHeadAttention(numHeads as number, keyDim as number, all)
      : groupedQueryAttention(headDim as number, numQueryHeads as number, numKeyValueHeads as number, all)
  ) as Any;
}

describe('grouped-query attention', () => {
  it('with as many heads of keys as of queries is multi-head attention', () => {
    const [grouped, multi] = [groupedQueryAttention(4, 3, 3) as Any, multiHeadAttention(3, 4) as Any];
    const weights = weightsOf(multi, [5, 6]);
    const x = random([2, 5, 6], 1);
    expect(run(grouped, weights, x)).toHaveBitsOf(run(multi, weights, x));
    expect(grouped.weights([5, 6])).toEqual(multi.weights([5, 6]));
  });

  it('is multi-head attention with the heads of keys and values repeated', () => {
    const [grouped, multi] = [groupedQueryAttention(2, 4, 2) as Any, multiHeadAttention(4, 2) as Any];
    const weights = weightsOf(grouped, [3, 5]);
    const repeated = (part: string): Weights =>
      Object.fromEntries(
        Object.entries(weights[part] as Weights).map(([name, one]) => {
          const heads = tensor([0, 0, 1, 1], { dtype: 'int32' });
          return [name, take(one as Tensor, heads, name === 'kernel' ? 1 : 0) as Tensor];
        }),
      );
    const x = random([2, 3, 5], 1);
    const all = { ...weights, key: repeated('key'), value: repeated('value') };
    expect(run(grouped, weights, x)).toBeCloseToTensor(run(multi, all, x), close);
  });
});

describe('attention along axes', () => {
  it('treats what is apart as further examples', () => {
    const along = multiHeadAttention(2, 3, { attentionAxes: [2], returnAttentionScores: true }) as Any;
    const flat = multiHeadAttention(2, 3, { returnAttentionScores: true }) as Any;
    const x = random([2, 3, 4, 5], 1);
    const weights = weightsOf(flat, [4, 5]);
    const [output, scores] = outputs(along, weights, x) as [Tensor, Tensor];
    const [rows, shares] = outputs(flat, weights, reshape(x, [6, 4, 5]) as Tensor) as [Tensor, Tensor];
    expect(output).toHaveBitsOf(reshape(rows, [2, 3, 4, 5]) as Tensor);
    expect(scores).toHaveBitsOf(reshape(shares, [2, 3, 2, 4, 4]) as Tensor);
    const steps = bools([
      [1, 0, 1],
      [1, 1, 1],
    ]);
    const masked = outputs(along, weights, x, steps)[0] as Tensor;
    expect(slice(masked, [1], [1])).toBeCloseToTensor(slice(output, [1], [1]), close);
  });

  it('goes along all of them unless told', () => {
    const layer = multiHeadAttention(2, 3) as Any;
    const weights = weightsOf(layer, [6, 5]);
    const x = random([2, 2, 3, 5], 1);
    const flat = run(layer, weights, reshape(x, [2, 6, 5]) as Tensor);
    expect(run(layer, weights, x)).toHaveBitsOf(reshape(flat, [2, 2, 3, 5]) as Tensor);
  });
});

describe('in models', () => {
  it('padding changes nothing: masks of embeddings reach it', () => {
    const model = sequentialLayer([embedding(9, 4, { maskZero: true }), multiHeadAttention(2, 3), dense(2)]);
    const { parameters, state } = model.initialize(keyOf(1), [5]);
    const [short, long] = [[[3, 7, 2]], [[3, 7, 2, 0, 0]]].map((ids) => tensor(ids, { dtype: 'int32' })) as Tensor[];
    const apply = (ids: Tensor) => model.apply(parameters, state, ids, inference);
    const { output, mask } = apply(long as Tensor);
    expect(slice(output, [0, 0], [1, 3])).toBeCloseToTensor(apply(short as Tensor).output, close);
    expect((mask as Tensor).toArray()).toEqual([[true, true, true, false, false]]);
  });

  it('drops weights in training alone, and by the key', () => {
    const layer = multiHeadAttention(2, 3, { dropout: 0.5 }) as Any;
    const weights = weightsOf(layer, [4, 4]);
    const x = random([1, 4, 4], 1);
    const train = (seed: number): Tensor =>
      layer.apply(weights, {}, x, { training: true, key: keyOf(seed) }).output as Tensor;
    expect(train(1)).toHaveBitsOf(train(1));
    expect(train(1).toArray()).not.toEqual(train(2).toArray());
    expect(run(layer, weights, x)).toHaveBitsOf(run(multiHeadAttention(2, 3) as Any, weights, x));
    expect(() => layer.apply(weights, {}, x, { training: true })).toThrow(/a key in training/);
  });

  it('is captured with its masks', () => {
    const layer = multiHeadAttention(2, 3, { useCausalMask: true }) as Any;
    const weights = weightsOf(layer, [4, 4]);
    const x = random([2, 4, 4], 1);
    const mask = bools([
      [1, 1, 0, 1],
      [0, 1, 1, 1],
    ]);
    const f = (p: Weights, one: Tensor, counts: Tensor): Tensor => run(layer, p, one, counts);
    expect(jit(f)(weights, x, mask)).toBeCloseToTensor(f(weights, x, mask), close);
  });

  it('costs the outputs of its projections, as Keras has it', () => {
    const layer = multiHeadAttention(1, 2, { activityRegularizer: 'l2' }) as Any;
    const x = random([1, 3, 2], 1);
    expect(layer.apply(weightsOf(layer, [3, 2]), {}, x, inference).penalty?.item()).toBeGreaterThan(0);
  });
});

it('says what does not fit', () => {
  const layer = multiHeadAttention(2, 3);
  expect(() => layer.outputShape([4])).toThrow(/\[..., steps, features\]/);
  expect(() =>
    layer.outputShape([
      [2, 3],
      [4, 3],
      [5, 3],
    ]),
  ).toThrow(/a key for each of \[4\] values/);
  expect(() =>
    layer.outputShape([
      [2, 3],
      [4, 3],
      [4, 3],
      [2, 4],
    ]),
  ).toThrow(/one to three batches/);
  const masked = multiHeadAttention(2, 3, { takesAttentionMask: true });
  expect(() =>
    masked.outputShape([
      [2, 3],
      [4, 3],
      [2, 3],
    ]),
  ).toThrow(/a mask of shape \[2, 4\]/);
  expect(() =>
    masked.outputShape([
      [2, 3],
      [3, 2, 2],
    ]),
  ).toThrow(/a mask of shape \[2, 2\]/);
  expect(() => multiHeadAttention(2, 3, { attentionAxes: [2] }).outputShape([4, 3])).toThrow(/axes 2 of a batch/);
  expect(() => multiHeadAttention(2, 3, { attentionAxes: 0 })).toThrow(/attentionAxes/);
  expect(() => multiHeadAttention(2, 3, { rotary: true })).toThrow(/odd number of features/);
  expect(() => multiHeadAttention(2, 4, { rotary: { maxWavelength: 0 } })).toThrow(/maxWavelength/);
  expect(() => groupedQueryAttention(2, 4, 3)).toThrow(/a multiple of numKeyValueHeads, 3/);
  expect(() => layer.apply({}, {}, [random([2, 3, 4], 1), random([3, 3, 4], 1)], inference)).toThrow(
    /as many examples/,
  );
});
