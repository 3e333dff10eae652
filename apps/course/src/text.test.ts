/** Texts become numbers and passages as they should, and both networks learn a rhyme by heart and write it on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runForTest } from './testing/run-for-test.ts';
import { Characters } from './text/characters.ts';
import { allPassages, passages, readCorpus } from './text/corpus.ts';
import { compileNetwork, makeNetwork, NETWORKS } from './text/networks.ts';
import { heldBackLoss, looksOf, trainOnText } from './text/training.ts';
import { writeOn } from './text/writing.ts';

const silent = { update: () => {}, end: () => {} };
const rhyme = 'round and round the ragged rock\n';

describe('text', () => {
  let folder = '';
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'text-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a number for every character, and a character for every number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const characters = new Characters(text);
        const numbers = characters.encode(text);
        expect(characters.decode(numbers)).toBe(text);
        expect(characters.count).toBe(new Set(text).size);
        expect(numbers.every((number) => number < characters.count)).toBe(true);
      }),
    );
  });

  it('holds the last tenth back, and cuts passages that are followed by what comes next', async () => {
    const text = Array.from({ length: 1000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('');
    const { characters, training, heldBack } = readCorpus(file('all-different.txt', text), 8);
    expect(characters.decode(training) + characters.decode(heldBack)).toBe(text);
    expect(heldBack).toHaveLength(100);
    const drawn = await passages(training, { block: 8, batchSize: 5, batches: 40, seed: 1 }).toArray();
    const starts = drawn.flatMap(([read, next]) => {
      expect(read.shape).toEqual([5, 8]);
      expect(Array.from(next.data)).toEqual(Array.from(read.data, (number) => number + 1));
      return [0, 8, 16, 24, 32].map((at) => read.data[at] as number);
    });
    expect(Math.max(...starts)).toBeLessThan(900 - 8);
    expect(new Set(starts).size).toBeGreaterThan(150);
    const all = await allPassages(heldBack, { block: 8, batchSize: 5 }).toArray();
    expect(all.flatMap(([read]) => Array.from(read.data))).toEqual(Array.from(heldBack.subarray(0, 96)));
    expect((await allPassages(heldBack, { block: 8, batchSize: 5, stride: 4 }).toArray())[0]?.[0].shape).toEqual([
      3, 8,
    ]);
  });

  it.each([
    ['a file that is not there', () => join(folder, 'gone.txt'), /gone.txt: cannot be read/],
    ['bytes that are no text', () => file('bytes', new Uint8Array([0x61, 0xff])), /bytes: cannot be read as a text/],
    ['a text that is too short', () => file('short.txt', 'a'.repeat(80)), /80 characters are too few, at least 81/],
  ])('refuses %s', (_, path, message) => {
    expect(() => readCorpus(path(), 8)).toThrow(message);
  });

  it('has the weights of the GPT that nanoGPT trains on small machines, and biases', () => {
    const sizes = { characters: 65, block: 64, width: 128, blocks: 4, heads: 4, seed: 1 };
    const block = 12 * 128 ** 2 + 13 * 128;
    expect(makeNetwork('gpt', sizes).countParameters()).toBe((65 + 64) * 128 + 4 * block + 2 * 128);
  });

  it.each(NETWORKS)('%s learns a rhyme by heart and writes it on', async (name) => {
    const corpus = readCorpus(file(`${name}.txt`, rhyme.repeat(40)), 16);
    const sizes = { characters: corpus.characters.count, block: 16, width: 32, blocks: 1, heads: 2, seed: 1 };
    const network = makeNetwork(name, sizes);
    compileNetwork(network, { steps: 150, rate: 0.01 });
    const plan = { steps: 150, batchSize: 8, block: 16, seed: 1, looks: 3, progress: () => silent };
    const { training, heldBack, looks } = await trainOnText(network, corpus, plan);
    expect([training.length, heldBack.length, looks]).toEqual([150, 3, [50, 100, 150]]);
    expect(await heldBackLoss(network, corpus, 16)).toBeLessThan(0.5);
    let written = rhyme;
    const writing = { prompt: rhyme, length: 64, temperature: 0.1, seed: 1, context: name === 'lstm' ? 96 : 16 };
    for await (const { character } of writeOn(network, corpus.characters, writing)) written += character;
    expect(written).toBe(rhyme.repeat(3));
  });

  it('is looked at after parts of a training that are as equal as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 20 }), (steps, most) => {
        const looks = looksOf(steps, most);
        expect(looks).toHaveLength(Math.min(steps, most));
        expect(looks.at(-1)).toBe(steps);
        const parts = looks.map((step, at) => step - (looks[at - 1] ?? 0));
        expect(Math.min(...parts)).toBeGreaterThan(0);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('takes exactly the steps that are asked, however often it is looked', async () => {
    const corpus = readCorpus(file('counted.txt', rhyme.repeat(20)), 8);
    const sizes = { characters: corpus.characters.count, block: 8, width: 4, blocks: 1, heads: 1, seed: 1 };
    const train = async (looks: number) => {
      const network = makeNetwork('gpt', sizes);
      compileNetwork(network, { steps: 15, rate: 0.01 });
      const shown: number[] = [];
      const progress = (total: number) => {
        shown.push(total);
        return { update: (done: number) => void shown.push(done), end: () => {} };
      };
      const history = await trainOnText(network, corpus, { ...plan, looks, progress });
      expect(shown).toEqual([15, ...Array.from({ length: 15 }, (_, step) => step + 1)]);
      return history;
    };
    const plan = { steps: 15, batchSize: 2, block: 8, seed: 1 };
    const { training, heldBack, looks } = await train(10);
    expect([training.length, heldBack.length]).toEqual([15, 10]);
    expect(looks).toEqual(looksOf(15, 10));
    const once = await train(1);
    expect(once.training).toEqual(training);
    expect(once.heldBack).toEqual([heldBack.at(-1)]);
  });

  it.each(NETWORKS)('runs as a program with %s', async (name) => {
    const path = file('rhyme.txt', rhyme.repeat(20));
    const small = ['--steps', '4', '--block', '8', '--width', '8', '--blocks', '1', '--heads', '2', '--length', '20'];
    const words = ['text', '--network', name, '--file', path, '--prompt', 'the r', ...small];
    const { code, printed, pictures } = await runForTest(words);
    expect(code).toBe(0);
    expect(printed).toContain('576 characters to learn from, 64 held back, 14 different ones');
    expect(printed).toMatch(/nats per character[\s\S]*\nthe r/);
    expect(pictures).toEqual([`text-${name}-loss.svg`, `text-${name}-written.svg`]);
    const unknown = await runForTest(['text', '--file', path, '--prompt', 'X', ...small]);
    expect(unknown.complaints).toContain('the text has no character "X"');
  });
});
