/** Problems are split without overlap, texts survive their numbers, and a small network learns to turn digits round. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionMap, exactMatches, makeNetworks, trainWriter, writeAnswers } from './add/network.ts';
import { begun, decode, encode, makeReversals, makeSums } from './add/problems.ts';
import { runForTest } from './testing/run-for-test.ts';

const silent = { update: () => {}, end: () => {} };

describe('add', () => {
  it.each([
    ['sums', makeSums],
    ['reversals', makeReversals],
  ] as const)('makes %s that are right, and none twice', (_, make) => {
    const { train, unseen, questionLength, answerLength } = make(2, { train: 60, unseen: 20 }, 1);
    const all = [...train, ...unseen];
    expect(new Set(all.map(({ question }) => question)).size).toBe(all.length);
    expect(unseen.length).toBeGreaterThan(0);
    for (const { question, answer } of all) {
      const [a, b] = question.split('+');
      expect(answer).toBe(b === undefined ? [...question].reverse().join('') : String(Number(a) + Number(b)));
      expect(question.length).toBeLessThanOrEqual(questionLength);
      expect(answer.length).toBeLessThan(answerLength);
    }
    expect(make(2, { train: 60, unseen: 20 }, 1)).toEqual({ train, unseen, questionLength, answerLength });
  });

  it('reads what it has written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\d+]{0,6}$/), (text) => {
        expect(decode(encode(text, 7))).toBe(text);
        expect(begun(encode(text, 7), 7)).toEqual([encode('^', 1)[0], ...encode(text, 6)]);
      }),
    );
  });

  it('learns to turn two digits round, and looks where it should', async () => {
    const problems = makeReversals(2, { train: 80, unseen: 20 }, 1);
    const networks = makeNetworks({ ...problems, hidden: 32, seed: 1 });
    await trainWriter(networks.writer, problems, { epochs: 60, batchSize: 16, rate: 0.01, progress: () => silent });
    expect(await exactMatches(networks.writer, problems.train, problems)).toBeGreaterThan(0.9);
    const [problem] = problems.train;
    const map = await attentionMap(networks, problem ?? { question: '', answer: '' }, problems);
    expect(map).toHaveLength(3);
    for (const row of map) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    const [one] = await writeAnswers(networks.writer, [problem?.question ?? ''], problems);
    expect(one).toBe(problem?.answer);
  });

  it.each([[[]], [['--reverse']]])('runs as a program %j', async (more) => {
    const { printed, pictures } = await runForTest(
      ['add', '--digits', '1', '--epochs', '1', '--hidden', '8', '--problems', '100'].concat(more),
    );
    expect(printed).toContain('Exact answers to unseen problems');
    expect(pictures).toHaveLength(2);
  });
});
