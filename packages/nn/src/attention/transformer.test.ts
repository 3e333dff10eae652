/** Blocks of transformers and residual connections: what they are made of, and where masks go. */
import { flatten as flattenTree, Tensor } from '@deft/core';
import { add, key as keyOf, randomNormal, slice, tensor } from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';
import * as l from '../index.ts';

expect.extend(tensorMatchers);
const inference = { training: false };
const close = { tolerance: 1e-5 };
const random = (shape: number[], seed: number): Tensor => randomNormal(shape, { key: keyOf(seed) }) as Tensor;
type Any = l.LayerLike<l.Signal, Tensor>;
const run = (layer: unknown, weights: l.Weights, x: l.Signal, mask?: l.Mask): Tensor =>
  (layer as Any).apply(weights, {}, x, { ...inference, mask }).output;
const bools = (rows: number[][]): Tensor => tensor(rows, { dtype: 'bool' }) as Tensor;

describe('blocks of transformers', () => {
  const [x, other] = [random([2, 3, 4], 1), random([2, 5, 6], 2)];
  const of = (weights: l.Weights, name: string): l.Weights => weights[name] as l.Weights;
  const norm = l.layerNormalization({ epsilon: 1e-5 });
  const feed = (weights: l.Weights, one: Tensor): Tensor => {
    const up = run(l.dense(7, { activation: 'relu' }), of(weights, 'feedforwardIntermediateDense'), one);
    return run(l.dense(4), of(weights, 'feedforwardOutputDense'), up);
  };

  it.each([true, false])('are their formulas, normalizing first or not (%s)', (normalizeFirst) => {
    const layer = l.transformerDecoder(7, 2, { normalizeFirst });
    const { parameters: p } = layer.initialize(keyOf(1), [
      [3, 4],
      [5, 6],
    ]);
    const around = (name: string, before: Tensor, f: (one: Tensor) => Tensor): Tensor => {
      const normal = (one: Tensor): Tensor => run(norm, of(p, `${name}LayerNorm`), one);
      return normalizeFirst ? (add(before, f(normal(before))) as Tensor) : normal(add(before, f(before)) as Tensor);
    };
    const first = around('selfAttention', x, (one) =>
      run(l.multiHeadAttention(2, 2, { useCausalMask: true }), of(p, 'selfAttention'), one),
    );
    const second = around('crossAttention', first, (one) =>
      run(l.multiHeadAttention(2, 2), of(p, 'crossAttention'), [one, other]),
    );
    const expected = around('feedforward', second, (one) => feed(p, one));
    expect(run(layer, p, [x, other])).toBeCloseToTensor(expected, close);
    const alone = around('feedforward', first, (one) => feed(p, one));
    expect(run(layer, p, x)).toBeCloseToTensor(alone, close);
    const encoder = l.transformerEncoder(7, 2, { normalizeFirst });
    const { selfAttention, ...rest } = p;
    const seesAll = around('selfAttention', x, (one) =>
      run(l.multiHeadAttention(2, 2), selfAttention as l.Weights, one),
    );
    const encoded = around('feedforward', seesAll, (one) => feed(p, one));
    expect(run(encoder, { ...rest, selfAttentionLayer: selfAttention as l.Weights }, x)).toBeCloseToTensor(
      encoded,
      close,
    );
  });

  it('have the weights that KerasHub names', () => {
    const names = (layer: Any, shape: never): string[] => [
      ...new Set(layer.weights(shape).map(({ path }) => path[0] as string)),
    ];
    expect(names(l.transformerEncoder(7, 2) as Any, [3, 4] as never)).toEqual([
      'selfAttentionLayer',
      'selfAttentionLayerNorm',
      'feedforwardIntermediateDense',
      'feedforwardOutputDense',
      'feedforwardLayerNorm',
    ]);
    expect(
      names(
        l.transformerDecoder(7, 2) as Any,
        [
          [3, 4],
          [5, 6],
        ] as never,
      ),
    ).toEqual([
      'selfAttention',
      'selfAttentionLayerNorm',
      'crossAttention',
      'crossAttentionLayerNorm',
      'feedforwardIntermediateDense',
      'feedforwardOutputDense',
      'feedforwardLayerNorm',
    ]);
  });

  it('count masks of both inputs, and pass that of the first on', () => {
    const layer = l.transformerDecoder(7, 2, { useCausalMask: false });
    const { parameters: p } = layer.initialize(keyOf(1), [
      [3, 4],
      [5, 6],
    ]);
    const masks = [
      bools([
        [1, 1, 0],
        [1, 1, 0],
      ]),
      bools([
        [1, 1, 1, 0, 0],
        [1, 1, 1, 0, 0],
      ]),
    ];
    const { output, mask } = layer.apply(p, {}, [x, other], { ...inference, mask: masks });
    const short = [slice(x, [0, 0, 0], [2, 2, 4]), slice(other, [0, 0, 0], [2, 3, 6])] as Tensor[];
    expect(slice(output, [0, 0, 0], [2, 2, 4])).toBeCloseToTensor(run(layer, p, short), close);
    expect(mask).toBe(masks[0]);
  });

  it('say what does not fit', () => {
    expect(() => l.transformerEncoder(7, 4).outputShape([3, 2])).toThrow(/at least 4 features/);
    expect(() => l.transformerEncoder(7, 4).outputShape([3])).toThrow(/\[steps, features\]/);
    expect(() =>
      (l.transformerEncoder(7, 2) as unknown as Any).outputShape([
        [3, 4],
        [3, 4],
      ]),
    ).toThrow(/\[steps, features\]/);
    expect(() =>
      l.transformerDecoder(7, 2).outputShape([
        [3, 4],
        [3, 4],
        [3, 4],
      ]),
    ).toThrow(/one or two inputs/);
    expect(() => l.transformerDecoder(7, 2, { rotary: true }).outputShape([3, 6])).toThrow(/odd number of features/);
  });
});

describe('residual', () => {
  it('adds what layers give to their input, or to a projection of it', () => {
    const x = random([2, 3], 1);
    const one = l.residual(l.dense(3));
    const { parameters } = one.initialize(keyOf(1), [3]);
    const inner = run(l.dense(3), parameters['dense'] as l.Weights, x);
    expect(run(one, parameters, x)).toHaveBitsOf(add(x, inner) as Tensor);
    const wide = l.residual([l.dense(4), l.dense(5)], { projection: l.dense(5) });
    const { parameters: p } = wide.initialize(keyOf(1), [3]);
    expect(Object.keys(p)).toEqual(['dense', 'dense_1', 'dense_2']);
    const up = run(l.dense(4), p['dense'] as l.Weights, x);
    const row = run(l.dense(5), p['dense_1'] as l.Weights, up);
    const ahead = run(l.dense(5), p['dense_2'] as l.Weights, x);
    expect(run(wide, p, x)).toHaveBitsOf(add(ahead, row) as Tensor);
  });

  it('is a branch with nothing beside it', () => {
    const layer = l.residual([l.dense(3), l.batchNormalization()]);
    const same = l.branches(l.add(), [l.activation('linear'), l.sequentialLayer([l.dense(3), l.batchNormalization()])]);
    const { parameters, state } = layer.initialize(keyOf(1), [3]);
    const x = random([4, 3], 1);
    const training = { training: true };
    const own = layer.apply(parameters, state, x, training);
    const other = same.apply({ sequential: parameters }, { sequential: state }, x, training);
    expect(own.output).toHaveBitsOf(other.output);
    const numbers = (state: unknown): number[][] =>
      (flattenTree(state).leaves as Tensor[]).map((leaf) => leaf.toArray() as number[]);
    expect(numbers(own.state)).toEqual(numbers(other.state));
  });

  it('passes masks on, and says where shapes differ', () => {
    const layer = l.residual(l.dense(2));
    const mask = bools([[1, 0]]);
    const { parameters } = layer.initialize(keyOf(1), [2, 2]);
    expect(layer.apply(parameters, {}, random([1, 2, 2], 1), { ...inference, mask }).mask).toBeInstanceOf(Tensor);
    expect(() => l.residual(l.dense(3)).outputShape([2])).toThrow(/broadcast/);
    expect(() => l.residual([])).toThrow(/a layer or several/);
  });
});

describe('reversibleEmbedding', () => {
  const table = random([6, 3], 1);
  const ids = tensor([[5, 0, 2]], { dtype: 'int32' }) as Tensor;

  it('gives rows, and products with all rows on the way back', () => {
    const layer = l.reversibleEmbedding(6, 3);
    expect(run(layer, { embeddings: table }, ids)).toHaveBitsOf(run(l.embedding(6, 3), { embeddings: table }, ids));
    const x = random([2, 4, 3], 2);
    const logits = run(layer, { embeddings: table }, [x]);
    const turned = run(l.einsumDense('abc,dc->abd', [null, 6]), { kernel: table }, x);
    expect(logits).toBeCloseToTensor(turned, close);
    const apart = l.reversibleEmbedding(6, 3, { tieWeights: false });
    const reverseEmbeddings = random([3, 6], 3);
    const back = run(l.dense(6, { useBias: false }), { kernel: reverseEmbeddings }, x);
    expect(run(apart, { embeddings: table, reverseEmbeddings }, [x])).toBeCloseToTensor(back, close);
  });

  it('has its weights once in a model that uses both ways, which comes back from its configuration', () => {
    const tokens = l.reversibleEmbedding(6, 3, { maskZero: true });
    const x = l.input([3]);
    const model = l.functional({ inputs: x, outputs: tokens.reverse(l.dense(3)(tokens(x))) });
    const { parameters, state } = model.initialize(keyOf(1), [3]);
    expect(Object.keys(parameters)).toEqual(['reversibleEmbedding', 'dense']);
    const result = model.apply(parameters, state, ids, inference);
    expect([result.output.shape, (result.mask as Tensor).toArray()]).toEqual([[1, 3, 6], [[true, false, true]]]);
    const { kind, name, config } = model;
    const copy = l.layerFromConfig(JSON.parse(JSON.stringify({ kind, name, config })));
    expect(copy.apply(parameters, state, ids, inference).output).toHaveBitsOf(result.output);
    expect(() => tokens.outputShape([[3, 4]])).toThrow(/on the way back/);
  });
});
