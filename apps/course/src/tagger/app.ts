/** The program "tagger": the same task for a network that reads both ways and for one that reads forwards only. */
import { movingAverage } from '@deft/digits';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { type Direction, makeTagger, readSentences, trainTagger } from './network.ts';
import { bestWithoutLater, makeParts, TAGS, WORDS } from './sentences.ts';

const DIRECTIONS: readonly Direction[] = ['forwards', 'both ways'];

/** See the page `docs/course/tagger.md`. */
export const tagger: CourseApp = courseApp({
  name: 'tagger',
  summary: 'Tags that depend on later words: an LSTM that reads both ways beside its twin that cannot look ahead.',
  options: {
    sentences: whole('sentences to learn from', 2000, 10),
    length: whole('words of a sentence', 20, 2, 500),
    epochs: whole('passes over the sentences', 8),
    hidden: whole('numbers in the state, of both directions together', 32, 2, 1024),
    'batch-size': whole('sentences per training step', 32),
    rate: positive('learning rate', 0.01),
  },
  async run(values, seed, { print, progress, claim, files }) {
    const { sentences, length, epochs, hidden, rate } = values;
    const { train, test } = makeParts({ train: sentences, test: 1000 }, length, seed);
    const results: { direction: Direction; losses: number[]; reading: Awaited<ReturnType<typeof readSentences>> }[] =
      [];
    for (const direction of DIRECTIONS) {
      const model = makeTagger(direction, { hidden, seed });
      const losses = await trainTagger(model, train, {
        epochs,
        batchSize: values['batch-size'],
        rate,
        progress: (steps) => progress(direction.padEnd(9), steps),
      });
      results.push({ direction, losses, reading: await readSentences(model, test) });
    }
    print(`\n  ${'reads'.padEnd(22)}  right of ${(test.words.length * length).toLocaleString('en-US')} words`);
    for (const { direction, reading } of results) print(`  ${direction.padEnd(22)}  ${percent(reading.accuracy)}`);
    print(`  ${'best without foresight'.padEnd(22)}  ${percent(bestWithoutLater(length))}\n`);
    const [forwards, bothWays] = results.map(({ reading }) => reading.accuracy);
    claim('reading both ways gets at least 30 tags in a hundred more right', (bothWays ?? 0) >= (forwards ?? 1) + 0.3);
    const [sentence = [], tags = []] = [test.words[0], test.tags[0]];
    print(`  ${'sentence'.padEnd(12)}${sentence.map((word) => WORDS[word]).join(' ')}`);
    print(`  ${'tags'.padEnd(12)}${initials(tags)}`);
    for (const { direction, reading } of results) print(`  ${direction.padEnd(12)}${initials(reading.read[0] ?? [])}`);

    const accuracies = results.map(({ direction, reading }) => ({
      name: direction,
      values: reading.byPlace.map((share) => 100 * share),
    }));
    const place = { xLabel: 'place in the sentence' };
    files.write('tagger-accuracy.svg', drawCurves('Right tags', 'per cent', accuracies, place));
    const curves = results.map(({ direction, losses }) => ({
      name: direction,
      values: Array.from(movingAverage(losses, 0.9)),
    }));
    files.write('tagger-loss.svg', drawCurves('Loss', 'cross-entropy', curves, { scale: 'logarithmic' }));
    print(`\nPictures: ${['tagger-accuracy.svg', 'tagger-loss.svg'].map((name) => files.shown(name)).join(', ')}`);
  },
});

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const initials = (tags: readonly number[]): string => tags.map((tag) => TAGS[tag]?.[0]).join(' ');
