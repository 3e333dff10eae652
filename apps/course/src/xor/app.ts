/** The program "xor": one training in both modes, and the border that it finds. */
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { drawPlane } from '../drawing/plane.ts';
import { capturedStep, INPUTS, probabilities, step, TARGETS, train } from './network.ts';

/** Squares along each side of the picture. */
const SQUARES = 48;
const [LOW, HIGH] = [-0.5, 1.5];

/** See the page `docs/course/xor.md`. */
export const xor: CourseApp = courseApp({
  name: 'xor',
  summary: 'Exclusive or by two layers, trained op by op and captured, with the same numbers.',
  options: {
    hidden: whole('numbers between the layers', 8, 2, 256),
    steps: whole('steps of gradient descent', 400),
    rate: positive('learning rate', 0.5),
  },
  async run({ hidden, steps, rate }, seed, { print, progress, claim, files }) {
    const plan = { hidden, steps, rate, seed };
    const trained = (label: string, take: typeof step): ReturnType<typeof train> => {
      const bar = progress(label, steps);
      const result = train(take, { ...plan, watch: (at, loss) => bar.update(at, { loss }) });
      bar.end();
      return result;
    };
    const eager = trained('eager   ', step);
    const captured = trained('captured', capturedStep);
    const far = Math.max(...eager.losses.map((loss, at) => Math.abs(loss - (captured.losses[at] ?? Number.NaN))));
    print(`\nThe losses of both modes differ by ${far.toExponential(1)} at most.\n`);
    const answers = probabilities(captured.weights, INPUTS);
    for (const [at, [a, b]] of INPUTS.entries()) {
      print(`  ${a} xor ${b} = ${TARGETS[at]}   probability of 1: ${answers[at]?.toFixed(4)}`);
    }
    claim(
      'all four are right',
      TARGETS.every((target, at) => Math.round(answers[at] ?? Number.NaN) === target),
    );

    const curves = [
      { name: 'eager', values: eager.losses },
      { name: 'captured', values: captured.losses },
    ];
    files.write('xor-loss.svg', drawCurves('Exclusive or', 'cross-entropy', curves, { scale: 'logarithmic' }));
    const along = Array.from({ length: SQUARES }, (_, at) => LOW + ((HIGH - LOW) * (at + 0.5)) / SQUARES);
    const values = along.map((y) =>
      probabilities(
        captured.weights,
        along.map((x) => [x, y] as const),
      ),
    );
    const examples = INPUTS.map(([x, y], at) => ({ x, y, positive: TARGETS[at] === 1 }));
    const picture = { title: 'Where the network says 1', low: LOW, high: HIGH, values, examples };
    files.write('xor-plane.svg', drawPlane(picture));
    print(`\nPictures: ${['xor-loss.svg', 'xor-plane.svg'].map((name) => files.shown(name)).join(', ')}`);
  },
});
