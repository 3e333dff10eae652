/** The program "regression": five gradients of one loss, and the line that descending along them finds. */
import { drawSvgChart, RandomNumbers } from '@deft/digits';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { normal, uniform } from '../random-arrays.ts';
import {
  forwardMode,
  type Gradient,
  manual,
  numerical,
  type Points,
  plainLoss,
  reverseMode,
  symbolic,
} from './gradients.ts';

/** The line that the points scatter around. */
export const TRUTH = { slope: 2, height: -1 } as const;

/** Points around the line. */
export function scatter(count: number, seed: number): Points {
  const random = new RandomNumbers(seed);
  const x = Array.from({ length: count }, () => uniform(random, -2, 2));
  return { x, y: x.map((at) => TRUTH.slope * at + TRUTH.height + 0.5 * normal(random)) };
}

/** Descends from the line 0; gives the losses on the way and the line at the end. */
export function descend(
  points: Points,
  { steps, rate, gradient }: { steps: number; rate: number; gradient: typeof manual },
): { losses: number[]; line: Gradient } {
  let line: Gradient = [0, 0];
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    losses.push(plainLoss(points, ...line));
    const [bySlope, byHeight] = gradient(points, ...line);
    line = [line[0] - rate * bySlope, line[1] - rate * byHeight];
  }
  return { losses, line };
}

/** See the page `docs/course/regression.md`. */
export const regression: CourseApp = courseApp({
  name: 'regression',
  summary: 'A line through points: its gradient by five ways of differentiation, side by side.',
  options: {
    points: whole('points to fit', 60, 2),
    steps: whole('steps of gradient descent', 60),
    rate: positive('learning rate', 0.1),
  },
  async run({ points: count, steps, rate }, seed, { print, progress, claim, files }) {
    const points = scatter(count, seed);
    const at: Gradient = [0.5, 0.25];
    const derived = symbolic(points, ...at);
    const rows: readonly (readonly [string, Gradient])[] = [
      ['manual', manual(points, ...at)],
      ['numerical', numerical(points, ...at)],
      ['symbolic', derived.gradient],
      ['forward', forwardMode(points, ...at)],
      ['reverse', reverseMode(points, ...at)],
    ];
    print(`The derivatives of the loss at slope ${at[0]} and height ${at[1]}:\n`);
    print('  way          by slope              by height');
    for (const [way, [bySlope, byHeight]] of rows) {
      print(`  ${way.padEnd(11)}  ${bySlope.toFixed(14).padEnd(20)}  ${byHeight.toFixed(14)}`);
    }
    const [, [slope, height]] = rows[0] as (typeof rows)[number];
    const apart = Math.max(...rows.map(([, gradient]) => Math.hypot(gradient[0] - slope, gradient[1] - height)));
    print('');
    claim('all five agree within 1e-8', apart < 1e-8);
    const shown = derived.graph.split('\n').map((text) => (text.length > 110 ? `${text.slice(0, 107)}…` : text));
    print(`\nThe gradient as a graph:\n\n${shown.join('\n')}`);

    const bar = progress('descent', steps);
    let done = 0;
    const { losses, line } = descend(points, {
      steps,
      rate,
      gradient: (...where) => {
        done += 1;
        bar.update(done, { slope: where[1], height: where[2] });
        return reverseMode(...where);
      },
    });
    bar.end();
    print(`\nFound: slope ${line[0].toFixed(4)}, height ${line[1].toFixed(4)}; the points scatter around 2 and -1.`);

    const ends = [-2, 2];
    const fit = drawSvgChart({
      title: 'The points and the line',
      xLabel: 'x',
      yLabel: 'y',
      scale: 'linear',
      series: [
        { name: 'found', x: ends, y: ends.map((x) => line[0] * x + line[1]) },
        { name: 'points', x: points.x, y: points.y, marks: true },
      ],
    });
    files.write('regression-fit.svg', fit);
    files.write('regression-loss.svg', drawCurves('Descent', 'mean squared error', [{ name: 'loss', values: losses }]));
    print(`\nPictures: ${['regression-fit.svg', 'regression-loss.svg'].map((name) => files.shown(name)).join(', ')}`);
  },
});
