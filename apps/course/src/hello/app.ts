/** The program "hello": four characters by hand, by `grad`, and by layers. */
import { concat, grad, softmax } from '@deft/tensor';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawHeatMap } from '../drawing/heat-map.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { byHand, furthest } from './by-hand.ts';
import { ANSWER, answer, asTensors, firstWeights, forward, loss, READ, VOCABULARY } from './network.ts';
import { layersAnswer, trainLayers, trainWritten } from './training.ts';

/** See the page `docs/course/hello.md`. */
export const hello: CourseApp = courseApp({
  name: 'hello',
  summary: 'A recurrent network of three hidden numbers learns that behind "hell" stands "ello".',
  options: {
    steps: whole('steps of gradient descent', 300),
    rate: positive('learning rate', 0.2),
  },
  async run({ steps, rate }, seed, { print, progress, claim, files }) {
    const first = firstWeights(seed);
    const { losses, gradients } = byHand(first);
    print('Before training, what each answer costs:');
    for (const [t, cost] of losses.entries()) {
      print(`  after '${READ[t]}' comes '${ANSWER[t]}'  ${cost.toFixed(4)}`);
    }
    const automatic = grad(loss)(asTensors(first, 'float64'));
    const far = furthest(gradients, automatic);
    print(`Gradients by hand and by grad differ by ${far.toExponential(1)} at most.\n`);

    const bar = progress('written out', steps);
    const written = trainWritten({ steps, rate, seed, watch: (step, cost) => bar.update(step, { loss: cost }) });
    bar.end();
    const layersBar = progress('simpleRnn  ', steps);
    const made = await trainLayers({
      steps,
      rate,
      seed,
      watch: (step, cost) => layersBar.update(step, { loss: cost }),
    });
    layersBar.end();
    print(`\nLoss of every step, written out:\n${tableOf(written.losses)}`);
    const answers = [answer(written.network, READ), await layersAnswer(made.network, READ)];
    print(`\n"${READ}" → "${answers[0]}" written out`);
    print(`"${READ}" → "${answers[1]}" with layers.simpleRnn`);
    claim(`both answer "${ANSWER}"`, answers[0] === ANSWER && answers[1] === ANSWER);

    const curves = [
      { name: 'written out', values: written.losses },
      { name: 'simpleRnn', values: made.losses },
    ];
    files.write(
      'hello-loss.svg',
      drawCurves('"hell" → "ello"', 'loss, four answers', curves, { scale: 'logarithmic' }),
    );
    const probabilities = softmax(concat(forward(written.network, READ), 0)).toArray() as number[][];
    const map = {
      title: 'What the network expects',
      rows: [...READ],
      columns: VOCABULARY,
      rowsLabel: 'read',
      columnsLabel: 'expected next',
      values: probabilities,
      cellText: (value: number) => value.toFixed(2),
    };
    files.write('hello-probabilities.svg', drawHeatMap(map));
    print(`\nPictures: ${['hello-loss.svg', 'hello-probabilities.svg'].map((name) => files.shown(name)).join(', ')}`);
  },
});

const COLUMNS = 10;

/** Numbers in rows of ten; each row begins with the step of its first. */
function tableOf(losses: readonly number[]): string {
  const rows = Array.from({ length: Math.ceil(losses.length / COLUMNS) }, (_, row) => {
    const some = losses.slice(row * COLUMNS, (row + 1) * COLUMNS).map((cost) => cost.toFixed(4).padStart(7));
    return `${String(row * COLUMNS + 1).padStart(6)} ${some.join('')}`;
  });
  return rows.join('\n');
}
