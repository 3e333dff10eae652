/** Writing on with a memory gives what reading everything again would give; draws follow what was asked for. */
import type { Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DrawnToken,
  type GenerateOptions,
  type GenerateTextsOptions,
  input,
  layers,
  type Model,
  model,
  sequential,
} from './index.ts';

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

describe('several texts', () => {
  const placed = sequential(
    [
      layers.tokenAndPositionEmbedding(vocabulary, 90, 8),
      layers.transformerDecoder(16, 2),
      layers.dense(vocabulary, { kernelInitializer: 'orthogonal' }),
    ],
    { inputShape: [90], seed: 3 },
  );
  const token = fc.integer({ min: 0, max: vocabulary - 1 });
  const beginnings = fc.array(fc.array(token, { minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 5 });
  const choices = fc.record(
    {
      maxNewTokens: fc.constantFrom(0, 1, 9, 30),
      temperature: fc.constantFrom(0, 1, 3),
      seed: fc.nat(),
      stream: fc.nat(9),
      endToken: token,
      topK: fc.constant(3),
      batchSize: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['maxNewTokens'] },
  );

  it.each([
    ['rotations', gpt(null), 100],
    ['rotations and a memory that is full', gpt(null), 20],
    ['positions', placed, 90],
    ['a recurrent network', recurrent(true), 120],
    ['one that gives the last step alone', recurrent(false), 40],
  ])('are what each is alone, with %s', async (_, net, context) => {
    await fc.assert(
      fc.asyncProperty(beginnings, choices, async (prompts, chosen) => {
        const options = { ...chosen, context };
        const found = await net.generate(prompts, options);
        expect(found).toHaveLength(prompts.length);
        for (const [i, prompt] of prompts.entries()) {
          const alone: DrawnToken[] = [];
          for await (const drawn of net.generate(prompt, { ...options, stream: (chosen.stream ?? 0) + i })) {
            alone.push(drawn);
          }
          const own = found[i] as DrawnToken[];
          expect(own.map((drawn) => drawn.token)).toEqual(alone.map((drawn) => drawn.token));
          for (const [k, { probability }] of alone.entries()) expect(own[k]?.probability).toBeCloseTo(probability, 4);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('come in parts as well', async () => {
    const prompts = [[1], [1], [1], [2, 3]];
    const net = gpt(8);
    const options = { maxNewTokens: 20, seed: 9 };
    const all = await net.generate(prompts, options);
    expect(new Set(all.slice(0, 3).map((text) => String(text.map((drawn) => drawn.token)))).size).toBe(3);
    const parts = [
      await net.generate(prompts.slice(0, 2), options),
      await net.generate(prompts.slice(2), { ...options, stream: 2 }),
    ];
    const tokens = (texts: DrawnToken[][]) => texts.map((text) => text.map((drawn) => drawn.token));
    expect(tokens(parts.flat())).toEqual(tokens(all));
  });

  it('tell of tokens as they are written, and end with what is thrown there', async () => {
    const told: DrawnToken[][] = [[], []];
    const prompts = [[1, 2, 3], [4]];
    const onToken = (drawn: DrawnToken, prompt: number) => void told[prompt]?.push(drawn);
    expect(await gpt(8).generate(prompts, { maxNewTokens: 20, onToken })).toEqual(told);
    const stop = () => {
      throw new Error('enough');
    };
    await expect(gpt(8).generate(prompts, { endToken: 99, onToken: stop })).rejects.toThrow('enough');
  });

  it.each<[string, number[][], GenerateTextsOptions, RegExp]>([
    ['texts without end', [[1]], {}, /without end/],
    ['no beginning among others', [[1], []], { maxNewTokens: 1 }, /prompts\[1\]: expected one token or more.*got none/],
    ['half a token', [[0.5]], { maxNewTokens: 1 }, /prompts\[0\]: .*got \[0.5\]/],
    ['batches of none', [[1]], { maxNewTokens: 1, batchSize: 0 }, /batchSize: expected a whole number of at least 1/],
    ['a stream that is none', [[1]], { maxNewTokens: 1, stream: -1 }, /stream: expected a whole number from 0/],
  ])('refuse %s', async (_, prompts, options, message) => {
    await expect(gpt(8).generate(prompts, options)).rejects.toThrow(message);
  });
});
