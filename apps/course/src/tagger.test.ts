/** Tags follow the next mark, and who reads both ways knows it while who reads forwards cannot. */
import { describe, expect, it } from 'vitest';
import { makeTagger, readSentences, trainTagger } from './tagger/network.ts';
import { bestWithoutLater, makeParts, TAGS, tagsOf, WORDS } from './tagger/sentences.ts';
import { runForTest } from './testing/run-for-test.ts';

const silent = { update: () => {}, end: () => {} };

describe('tagger', () => {
  it('tags by the next mark', () => {
    const words = [...'ab?c!ba'].map((word) => WORDS.indexOf(word as (typeof WORDS)[number]));
    const tags = ['question', 'question', 'mark', 'call', 'mark', 'plain', 'plain'];
    expect(tagsOf(words).map((tag) => TAGS[tag])).toEqual(tags);
  });

  it('is learnt both ways, and forwards only as far as it can be', async () => {
    const { train, test } = makeParts({ train: 600, test: 200 }, 12, 1);
    const accuracy = async (direction: 'forwards' | 'both ways'): Promise<number> => {
      const model = makeTagger(direction, { hidden: 24, seed: 1 });
      await trainTagger(model, train, { epochs: 6, batchSize: 32, rate: 0.02, progress: () => silent });
      return (await readSentences(model, test)).accuracy;
    };
    const [forwards, both] = [await accuracy('forwards'), await accuracy('both ways')];
    expect(both).toBeGreaterThan(0.95);
    expect(forwards).toBeLessThan(bestWithoutLater(12) + 0.03);
  });

  it('runs as a program', async () => {
    const { printed, pictures } = await runForTest(['tagger', '--sentences', '40', '--epochs', '1', '--hidden', '8']);
    expect(printed).toContain('best without foresight');
    expect(pictures).toEqual(['tagger-accuracy.svg', 'tagger-loss.svg']);
  });
});
