/** The program "add": sums, or digits from behind, by a sequence-to-sequence network with attention. */
import { movingAverage } from '@deft/digits';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawHeatMap } from '../drawing/heat-map.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { attentionMap, exactMatches, makeNetworks, trainWriter, writeAnswers } from './network.ts';
import { makeReversals, makeSums, type Problem } from './problems.ts';

/** Problems that are held back. */
const UNSEEN = 1000;
/** The share of unseen problems that must be answered exactly. */
const LEAST = 0.95;
/** Answers that are printed. */
const SHOWN = 6;

/** See the page `docs/course/add.md`. */
export const add: CourseApp = courseApp({
  name: 'add',
  summary: 'Sums as texts ("12+7" → "19"), or digits from behind, by two GRUs with attention.',
  options: {
    reverse: { kind: 'flag', text: 'turn digits round instead ("1234" → "4321")' },
    digits: whole('digits of a number; twice as many are turned round', 2, 1, 3),
    problems: whole('problems to learn from, at most', 9000, 100),
    epochs: whole('passes over the problems', 20),
    hidden: whole('numbers in each state', 128, 2, 1024),
    'batch-size': whole('problems per training step', 64),
    rate: positive('learning rate', 0.005),
  },
  async run(values, seed, { print, progress, claim, files }) {
    const { reverse, digits, hidden, epochs, rate } = values;
    const counts = { train: values.problems, unseen: UNSEEN };
    const problems = reverse ? makeReversals(2 * digits, counts, seed) : makeSums(digits, counts, seed);
    const { train, unseen, questionLength, answerLength } = problems;
    print(`${train.length} problems to learn from, ${unseen.length} that are never seen.\n`);

    const networks = makeNetworks({ questionLength, answerLength, hidden: 2 * Math.ceil(hidden / 2), seed });
    const losses = await trainWriter(networks.writer, problems, {
      epochs,
      batchSize: values['batch-size'],
      rate,
      progress: (steps) => progress(reverse ? 'reverse' : 'add', steps),
    });
    const matches = await exactMatches(networks.writer, unseen, problems);
    print(`\nExact answers to unseen problems: ${(100 * matches).toFixed(1)} %`);
    claim(`at least ${100 * LEAST} % are exact`, matches >= LEAST);
    print('');
    const shown = unseen.slice(0, SHOWN);
    const answers = await writeAnswers(
      networks.writer,
      shown.map(({ question }) => question),
      problems,
    );
    for (const [at, { question, answer }] of shown.entries()) {
      const wrong = answers[at] === answer ? '' : `   (should be "${answer}")`;
      print(`  "${question}" → "${answers[at]}"${wrong}`);
    }

    const smooth = Array.from(movingAverage(losses, 0.95));
    const name = reverse ? 'reverse' : 'add';
    const curve = drawCurves('Loss', 'cross-entropy', [{ name: 'training, smoothed', values: smooth }], {
      scale: 'logarithmic',
    });
    files.write(`${name}-loss.svg`, curve);
    const asked = longest(unseen);
    const map = {
      title: `"${asked.question}" → "${asked.answer}"`,
      rows: [...asked.answer.padEnd(answerLength, '·')],
      columns: [...asked.question.padEnd(questionLength, '·')],
      rowsLabel: 'written',
      columnsLabel: 'looked at',
      values: await attentionMap(networks, asked, problems),
      cellText: (value: number) => value.toFixed(2),
    };
    files.write(`${name}-attention.svg`, drawHeatMap(map));
    print(`\nPictures: ${[`${name}-loss.svg`, `${name}-attention.svg`].map((file) => files.shown(file)).join(', ')}`);
  },
});

/** A problem with the longest question, for a picture that shows most. */
function longest(problems: readonly Problem[]): Problem {
  return problems.reduce((best, one) => (one.question.length > best.question.length ? one : best));
}
