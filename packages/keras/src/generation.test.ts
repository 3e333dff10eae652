/** Writing on with a memory gives what reading everything again would give; draws follow what was asked for. */
import { type Tensor, threefry2x32 } from '@deft/core';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GenerateOptions, input, layers, type Model, model, sequential } from './index.ts';
import { makeSampler } from './sampling.ts';

const vocabulary = 7;

function gpt(steps: number | null): Model {
  const tokens = layers.reversibleEmbedding(vocabulary, 8, { embeddingsInitializer: 'glorotUniform' });
  const x = input([steps], { dtype: 'int32' });
  const block = layers.transformerDecoder(16, 2, { normalizeFirst: true, rotary: true });
  return model({ inputs: x, outputs: tokens.reverse(block(tokens(x)) as never), seed: 4 });
}

function recurrent(returnSequences: boolean): Model {
  const made = [layers.embedding(vocabulary, 6), layers.lstm(6, { returnSequences }), layers.dense(vocabulary)];
  return sequential(made, { inputShape: [null], seed: 2 });
}

async function written(net: Model, prompt: number[], options: GenerateOptions): Promise<number[]> {
  const tokens: number[] = [];
  for await (const { token } of net.generate(prompt, options)) tokens.push(token);
  return tokens;
}

/** The same by reading all that is remembered again for every token. */
async function byReadingAgain(net: Model, prompt: number[], count: number, context: number): Promise<number[]> {
  let held = prompt.slice(-context);
  const tokens: number[] = [];
  for (let i = 0; i < count; i++) {
    const scores = (await net.predict(tensor([held], { dtype: 'int32' }))) as Tensor;
    const last = Array.from(await scores.data(), Number).slice(-vocabulary);
    const token = last.indexOf(Math.max(...last));
    tokens.push(token);
    held = held.length === context ? [...held, token].slice(-Math.ceil(context / 2)) : [...held, token];
  }
  return tokens;
}

describe('generate', () => {
  it.each([
    ['attention', gpt(null), 40],
    ['attention whose memory is full twice', gpt(null), 6],
    ['a recurrent network', recurrent(true), 100],
    ['one that gives the last step alone', recurrent(false), 100],
  ])('with %s is what reading everything again gives', async (_, net, context) => {
    const beginnings = fc.array(fc.integer({ min: 0, max: vocabulary - 1 }), { minLength: 1, maxLength: 36 });
    await fc.assert(
      fc.asyncProperty(beginnings, async (prompt) => {
        const found = await written(net, prompt, { maxNewTokens: 12, temperature: 0, context });
        expect(found).toEqual(await byReadingAgain(net, prompt, 12, context));
      }),
      { numRuns: 6 },
    );
  });

  it('is the same for the same seed, also where a memory of fixed steps is full', async () => {
    const net = gpt(8);
    const one = await written(net, [1, 2, 3], { maxNewTokens: 40, seed: 5 });
    expect(one).toHaveLength(40);
    expect(await written(net, [1, 2, 3], { maxNewTokens: 40, seed: 5 })).toEqual(one);
    expect(await written(net, [1, 2, 3], { maxNewTokens: 40, seed: 6 })).not.toEqual(one);
  });

  it('ends behind the token that ends a text, and never else unless told', async () => {
    const net = gpt(8);
    const text = await written(net, [3], { maxNewTokens: 200, endToken: 2, temperature: 3 });
    expect(text.indexOf(2)).toBe(text.length - 1);
    let count = 0;
    for await (const { probability } of net.generate([3])) {
      expect(probability).toBeGreaterThan(0);
      if (++count === 50) break;
    }
    expect(count).toBe(50);
  });

  it('writes from within a callback, with the weights of that moment', async () => {
    const net = recurrent(true);
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const texts: string[] = [];
    const x = tensor([[1, 2, 3]], { dtype: 'int32' });
    const onEpochEnd = async () => {
      texts.push(String(await written(net, [1], { maxNewTokens: 5, temperature: 0, context: 9 })));
    };
    await net.fit(x, await net.predict(x), { epochs: 2, callbacks: [{ onEpochEnd }] });
    expect(texts[1]).toBe(String(await written(net, [1], { maxNewTokens: 5, temperature: 0, context: 9 })));
  });

  it('takes probabilities as well', async () => {
    const net = recurrent(true);
    const last = layers.activation('softmax');
    const probable = sequential([net.layer as never, last], { inputShape: [null], seed: 2 });
    await probable.setWeights(await net.getWeights());
    const options = { maxNewTokens: 10, seed: 3, context: 20 };
    const found = await written(probable, [1, 2], { ...options, fromLogits: false });
    expect(found).toEqual(await written(net, [1, 2], options));
  });

  it.each<[string, () => Model, number[], GenerateOptions, RegExp]>([
    ['no beginning', () => gpt(8), [], {}, /prompt: expected one token or more.*got none/],
    ['half a token', () => gpt(8), [0.5], {}, /prompt: .*got \[0.5\]/],
    ['a bad temperature', () => gpt(8), [1], { temperature: -1 }, /temperature: expected a number of at least 0/],
    ['a bad topP', () => gpt(8), [1], { topP: 0 }, /topP: expected a number above 0/],
    ['a bad topK', () => gpt(8), [1], { topK: 0 }, /topK: expected a whole number/],
    ['free steps', () => gpt(null), [1], {}, /free number of steps.*context/s],
    [
      'another form',
      () => sequential([layers.embedding(4, 3), layers.lstm(3), layers.reshape([3, 1, 1])], { inputShape: [4] }),
      [1],
      {},
      /expected one output of shape/,
    ],
    [
      'layers that see all at once',
      () => sequential([layers.embedding(4, 3), layers.dense(4)], { inputShape: [4] }),
      [1],
      {},
      /E_LAYER/,
    ],
  ])('refuses %s', async (_, make, prompt, options, message) => {
    await expect(async () => written(make(), prompt, { maxNewTokens: 1, ...options })).rejects.toThrow(message);
  });
});

describe('sampling', () => {
  const logits = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 9 });
  const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const probabilities = (scores: number[], temperature = 1): number[] => {
    const best = Math.max(...scores);
    const weights = scores.map((score) => Math.exp((score - best) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };

  it('draws tokens as often as they are probable', () => {
    const scores = [0.3, -1, 2, 1.1];
    const sample = makeSampler('test', { temperature: 0.8 });
    const counts = [0, 0, 0, 0];
    const draws = 20_000;
    for (let i = 0; i < draws; i++)
      (counts[sample(scores, threefry2x32([1, 2], [i, 0])[0] / 2 ** 32).token] as number)++;
    for (const [token, p] of probabilities(scores, 0.8).entries()) {
      // Five deviations.
      expect(Math.abs((counts[token] as number) / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws));
    }
  });

  it('never leaves the most probable topK, and the fewest that reach topP', () => {
    fc.assert(
      fc.property(
        logits,
        uniform,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (scores, u, topK, topP) => {
          const { token, probability } = makeSampler('test', { topK, topP })(scores, u);
          expect(probability).toBeCloseTo(probabilities(scores)[token] as number, 10);
          const better = scores.filter(
            (score, i) => score > (scores[token] as number) || (score === scores[token] && i < token),
          );
          expect(better.length).toBeLessThan(topK);
          const kept = probabilities([...scores].sort((a, b) => b - a).slice(0, topK));
          const before = kept.slice(0, better.length).reduce((sum, p) => sum + p, 0);
          expect(before).toBeLessThan(topP + 1e-9);
        },
      ),
    );
  });

  it('at temperature 0 takes the first of the most probable', () => {
    fc.assert(
      fc.property(logits, uniform, (scores, u) => {
        expect(makeSampler('test', { temperature: 0 })(scores, u).token).toBe(scores.indexOf(Math.max(...scores)));
      }),
    );
  });
});
