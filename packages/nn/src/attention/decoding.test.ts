/** Working through sequences piece by piece gives what the whole sequence gives. */
import { flatten as flattenTree, type Tensor } from '@deft/core';
import {
  cast,
  concat,
  expandDims,
  jit,
  key as keyOf,
  mul,
  randomNormal,
  randomUniform,
  slice,
  tensor,
} from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as l from '../index.ts';

expect.extend(tensorMatchers);
const inference = { training: false };
const random = (shape: number[], seed: number): Tensor => randomNormal(shape, { key: keyOf(seed) }) as Tensor;
const close = { tolerance: 2e-5 };

/** Steps `from` to `to` of a batch. */
const steps = (x: Tensor, from: number, to: number): Tensor =>
  slice(
    x,
    x.shape.map((_, axis) => (axis === 1 ? from : 0)),
    x.shape.map((dim, axis) => (axis === 1 ? to - from : dim)),
  ) as Tensor;

type Any = l.LayerLike<l.Signal, Tensor>;
type Step = (
  p: l.Weights,
  s: l.Weights,
  x: l.Signal,
  mask?: l.Mask,
) => { readonly output: Tensor; readonly state: l.Weights };

/** What comes of a sequence in pieces that end where told; what is not the first input is given whole each time. */
function inPieces(
  layer: Any,
  variables: l.LayerVariables,
  x: l.Signal,
  ends: readonly number[],
  step: Step,
  mask?: Tensor,
): { readonly output: Tensor; readonly state: l.Weights } {
  const [own, ...others] = (Array.isArray(x) ? x : [x]) as [Tensor, ...Tensor[]];
  const [batch, length] = own.shape as [number, number];
  const shapes = [own, ...others].map((one) => one.shape.slice(1));
  const shape = Array.isArray(x) ? shapes : (shapes[0] as number[]);
  let state = l.startDecoding(layer, variables.state, shape, { batch, length });
  const outputs = ends.map((to, i) => {
    const from = ends[i - 1] ?? 0;
    const piece = steps(own, from, to);
    const counts = mask && steps(mask, from, to);
    const result = step(variables.parameters, state, Array.isArray(x) ? [piece, ...others] : piece, counts);
    state = result.state;
    return result.output;
  });
  return { output: concat(outputs, 1) as Tensor, state };
}

const eager =
  (layer: Any): Step =>
  (p, s, x, mask) =>
    layer.apply(p, s, x, { ...inference, mask });

const ids = (batch: number, length: number, below: number): Tensor =>
  cast(randomUniform([batch, length], { key: keyOf(5), minval: 1, maxval: below } as never), 'int32') as Tensor;

/** A small GPT of blocks as KerasHub's. */
const gpt = l.sequentialLayer([
  l.tokenAndPositionEmbedding(20, 9, 8),
  l.transformerDecoder(12, 2, { normalizeFirst: true, activation: 'gelu' }) as l.Layer,
  l.transformerDecoder(12, 2) as l.Layer,
  l.layerNormalization(),
  l.dense(20),
]);

/** One with tied embeddings, rotations, groups of heads and a block made by hand. */
function llama(): l.Layer {
  const tokens = l.reversibleEmbedding(20, 8);
  const block = (width: number): l.Layer[] => [
    l.residual([
      l.rmsNormalization(),
      l.groupedQueryAttention(4, 4, 2, { useCausalMask: true, rotary: true, useBias: false }) as l.Layer,
    ]),
    l.residual([l.rmsNormalization(), l.dense(2 * width, { activation: 'silu' }), l.dense(width)]),
  ];
  const x = l.input([7]);
  const hidden = l.sequentialLayer([...block(8), ...block(8), l.rmsNormalization()])(tokens(x));
  return l.functional({ inputs: x, outputs: tokens.reverse(hidden) }) as l.Layer;
}

const vectors = (layer: Any): readonly [Any, Tensor] => [layer, random([2, 7, 8], 1)];
const cases: readonly [string, Any, l.Signal][] = [
  ['a GPT', gpt as Any, ids(2, 7, 20)],
  ['rotations, groups and tied embeddings', llama() as Any, ids(2, 7, 20)],
  ['attention alone', ...vectors(l.multiHeadAttention(2, 3, { useCausalMask: true, valueDim: 2 }) as Any)],
  ['a window', ...vectors(l.groupedQueryAttention(4, 2, 1, { useCausalMask: true, slidingWindow: 3 }) as Any)],
  ['one head', ...vectors(l.attention({ useCausalMask: true, useScale: true }) as Any)],
  ['sums', ...vectors(l.residual(l.additiveAttention({ useCausalMask: true }) as l.Layer) as Any)],
  ['waves', ...vectors(l.residual(l.sinePositionEncoding()) as Any)],
  ['rotations', ...vectors(l.sequentialLayer([l.rotaryEmbedding(), l.dense(2)]) as Any)],
  [
    'branches',
    ...vectors(
      l.branches(l.concatenate(), [
        l.multiHeadAttention(1, 2, { useCausalMask: true }) as l.Layer,
        l.positionEmbedding(7),
      ]) as Any,
    ),
  ],
  [
    'a decoder with attention to an encoder',
    l.transformerDecoder(6, 2, { rotary: true }) as Any,
    [random([2, 7, 8], 1), random([2, 5, 4], 2)],
  ],
];

describe.each(cases)('%s', (_, layer, x) => {
  const shapes = (Array.isArray(x) ? x : [x as Tensor]).map((one) => one.shape.slice(1));
  const variables = layer.initialize(keyOf(3), Array.isArray(x) ? shapes : (shapes[0] as number[]));
  const whole = layer.apply(variables.parameters, variables.state, x, inference).output;

  it('step by step is the whole, captured as well', () => {
    const ends = [1, 2, 3, 4, 5, 6, 7];
    expect(inPieces(layer, variables, x, ends, eager(layer)).output).toBeCloseToTensor(whole, close);
    const captured = jit(eager(layer), { donate: [1] }) as Step;
    expect(inPieces(layer, variables, x, ends, captured).output).toBeCloseToTensor(whole, close);
  });

  it('in any pieces is the whole', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), 7];
        expect(inPieces(layer, variables, x, ends, eager(layer)).output).toBeCloseToTensor(whole, close);
      }),
      { numRuns: 8 },
    );
  });

  it('keeps the form of the state', () => {
    const shape = Array.isArray(x) ? shapes : (shapes[0] as number[]);
    const before = l.startDecoding(layer, variables.state, shape, { batch: 2, length: 7 });
    const { state } = inPieces(layer, variables, x, [3, 7], eager(layer));
    const form = (tree: l.Weights): unknown => {
      const { leaves, structure } = flattenTree(tree);
      return structure.rebuild((leaves as Tensor[]).map(({ abstract }) => abstract.text));
    };
    expect(form(state)).toEqual(form(before));
  });
});

describe('caches', () => {
  const layer = l.multiHeadAttention(2, 4, { useCausalMask: true, rotary: true });
  const { parameters, state } = layer.initialize(keyOf(1), [5, 8]);

  it('keep which steps do not count', () => {
    const x = random([2, 6, 8], 1);
    const mask = tensor(
      [
        [0, 0, 1, 1, 1, 1],
        [1, 1, 1, 0, 1, 1],
      ],
      { dtype: 'bool' },
    ) as Tensor;
    const variables = { parameters, state };
    const whole = layer.apply(parameters, state, x, { ...inference, mask }).output;
    const found = inPieces(layer as Any, variables, x, [3, 4, 5, 6], eager(layer as Any), mask).output;
    // Steps that do not count spread over what is there at the time, which differs.
    const counted = (one: Tensor): Tensor => mul(one, cast(expandDims(mask, -1), 'float32')) as Tensor;
    expect(counted(found)).toBeCloseToTensor(counted(whole), close);
  });

  it('say when there is no room any more', () => {
    const full = l.startDecoding(layer, state, [5, 8], { batch: 1, length: 4 });
    const first = layer.apply(parameters, full, random([1, 3, 8], 1), inference);
    expect((first.output.toArray() as number[][][]).flat(2).every(Number.isFinite)).toBe(true);
    const more = layer.apply(parameters, first.state, random([1, 2, 8], 2), inference).output;
    expect((more.toArray() as number[][][]).flat(2).every(Number.isNaN)).toBe(true);
    const places = l.positionEmbedding(6);
    expect(() => l.startDecoding(places, {}, [5, 8], { batch: 1, length: 7 })).toThrow(/at most 6 steps/);
  });

  it('have the dtype that the layer computes in', () => {
    const half = layer.with({ dtype: 'mixedFloat16' });
    const begun = l.startDecoding(half, state, [5, 8], { batch: 1, length: 4 });
    expect((begun['keyCache'] as Tensor).dtype).toBe('float16');
    const x = random([1, 4, 8], 1);
    const whole = half.apply(parameters, state, x, inference).output;
    const found = inPieces(half as Any, { parameters, state }, x, [2, 3, 4], eager(half as Any)).output;
    expect(cast(found, 'float32')).toBeCloseToTensor(cast(whole, 'float32') as Tensor, { tolerance: 5e-3 });
  });

  it('join the state that a layer has already', () => {
    const mixed = l.sequentialLayer([l.batchNormalization(), layer as l.Layer]);
    const made = mixed.initialize(keyOf(1), [5, 8]);
    const begun = l.startDecoding(mixed, made.state, [5, 8], { batch: 1, length: 4 });
    expect(Object.keys(begun)).toEqual(['batchNormalization', 'multiHeadAttention']);
    expect(begun['batchNormalization']).toBe(made.state['batchNormalization']);
    const frozen = layer.with({ trainable: false });
    const own = frozen.initialize(keyOf(1), [5, 8]);
    const all = l.startDecoding(frozen, own.state, [5, 8], { batch: 1, length: 4 });
    const expected = ['attentionOutput', 'key', 'keyCache', 'maskCache', 'position', 'query', 'value', 'valueCache'];
    expect(Object.keys(all).sort()).toEqual(expected);
    expect(frozen.apply({}, all, random([1, 2, 8], 1), inference).output.shape).toEqual([1, 2, 8]);
  });

  it('are there for causal attention alone', () => {
    const both = l.multiHeadAttention(2, 4);
    expect(() => l.startDecoding(both, {}, [5, 8], { batch: 1, length: 4 })).toThrow(/useCausalMask/);
    const pairs = l.multiHeadAttention(2, 4, { useCausalMask: true, takesAttentionMask: true });
    const decoding = { batch: 1, length: 4 };
    expect(() =>
      l.startDecoding(
        pairs,
        {},
        [
          [5, 8],
          [5, 5],
        ] as never,
        decoding,
      ),
    ).toThrow(/no mask for pairs/);
  });
});
