/**
 * Sequences worked through piece by piece: outputs and memories are the reference's, on every backend, at once and captured. Texts
 * that a model writes together are those that it writes alone.
 */
import { flatten, type NdArray, type Tensor } from '@deft/core';
import { sequential } from '@deft/keras';
import * as l from '@deft/nn';
import { cast, key, mul, randomNormal, randomUniform, slice } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { checkEverywhere, type FunctionCase } from './functions-everywhere.ts';
import { backends, fetch, on, oracle } from './modes.ts';

const leavesOf = (tree: unknown): Tensor[] => flatten(tree).leaves as Tensor[];
const [batch, length, width] = [2, 5, 8];
const pieces = [2, 1, 2];

/** Pieces one after the other, as a function of all tensors that they depend on. */
function caseOf(label: string, layer: l.LayerLike<Tensor, Tensor>, ofTokens: boolean): FunctionCase {
  const shape = ofTokens ? [length] : [length, width];
  const make = () => {
    const { parameters, state } = layer.initialize(key(1), shape);
    const x = ofTokens
      ? cast(mul(randomUniform([batch, length], { key: key(2) }), 9), 'int32')
      : randomNormal([batch, length, width], { key: key(2) });
    return { parameters, state: l.startDecoding(layer, state, shape, { batch, length }), x: x as Tensor };
  };
  const start = on(oracle, make);
  const { structure } = flatten(start);
  const f = (tensors: readonly Tensor[]): readonly Tensor[] => {
    const given = structure.rebuild([...tensors]) as typeof start;
    let state = given.state;
    let from = 0;
    const outputs = pieces.map((count) => {
      const begin = given.x.shape.map((_, axis) => (axis === 1 ? from : 0));
      const piece = slice(given.x, begin, [batch, count, ...given.x.shape.slice(2)]) as Tensor;
      from += count;
      const result = layer.apply(given.parameters, state, piece, { training: false });
      state = result.state;
      return result.output;
    });
    return [...outputs, ...leavesOf(state)];
  };
  return { label, f, inputs: on(oracle, () => fetch(leavesOf(start)) as NdArray[]) };
}

const any = (layer: unknown): l.LayerLike<Tensor, Tensor> => layer as l.LayerLike<Tensor, Tensor>;
const gpt = l.sequentialLayer([
  l.tokenAndPositionEmbedding(9, length, width),
  l.transformerDecoder(12, 2, { normalizeFirst: true, activation: 'gelu' }) as l.Layer,
  l.layerNormalization(),
  l.dense(9),
]);
const recurrent = l.sequentialLayer([
  l.embedding(9, width),
  l.gru(6, { returnSequences: true }) as l.Layer,
  l.lstm(4, { returnSequences: true }) as l.Layer,
]);

describe('decoding is the reference everywhere', () => {
  it('by attention, positions and recurrent layers', () => {
    checkEverywhere([
      caseOf('a GPT', any(gpt), true),
      caseOf('recurrent layers', any(recurrent), true),
      caseOf('heads with rotations', any(l.multiHeadAttention(2, 4, { useCausalMask: true, rotary: true })), false),
      caseOf(
        'groups within a window',
        any(l.groupedQueryAttention(4, 2, 1, { useCausalMask: true, slidingWindow: 3 })),
        false,
      ),
      caseOf('one head', any(l.attention({ useCausalMask: true })), false),
      caseOf('waves', any(l.residual(l.sinePositionEncoding())), false),
    ]);
  });
});

describe('texts written together are those written alone', () => {
  const prompts = [[1, 2, 3], [4], [8, 7, 6, 5, 4], [1]];
  const options = { maxNewTokens: 6, seed: 3, topK: 6, endToken: 2 };

  it.each(backends.running)('on %s', async (backend) => {
    for (const [layers, temperature] of [
      [gpt, 0],
      [l.sequentialLayer([recurrent, l.dense(9)]), 1],
    ] as const) {
      const net = on(backend, () => sequential([layers as l.Layer], { inputShape: [length], seed: 1 }));
      const chosen = { ...options, temperature };
      const together = await net.generate(prompts, chosen);
      for (const [i, prompt] of prompts.entries()) {
        const alone: number[] = [];
        for await (const { token } of net.generate(prompt, { ...chosen, stream: i })) alone.push(token);
        expect(together[i]?.map(({ token }) => token)).toEqual(alone);
      }
    }
  });
});
