/** The program "explosion": gradients through many steps, and training with and without clipping. */
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { firstWeights, makeExamples, normsThroughTime, train } from './network.ts';

/** See the page `docs/course/explosion.md`. */
export const explosion: CourseApp = courseApp({
  name: 'explosion',
  summary: 'Gradients that explode on their way back through time, and what clipping does about it.',
  options: {
    length: whole('steps of a sequence', 30, 2, 200),
    steps: whole('steps of training', 300),
    scale: positive('how much longer the state becomes at each step, to begin with', 1.2),
    rate: positive('learning rate', 0.5),
    limit: positive('length of a clipped gradient', 0.5),
  },
  async run({ length, steps, scale, rate, limit }, seed, { print, progress, claim, files }) {
    const examples = makeExamples(length, seed);
    const through = [0.8, 1, scale].map((factor) => ({
      name: `scale ${factor}`,
      values: normsThroughTime(firstWeights(factor, seed), examples),
    }));
    print('How long the gradient is by the first state and by the last:\n');
    for (const { name, values } of through) {
      print(`  ${name.padEnd(10)}  ${values[0]?.toExponential(2)}  ${values.at(-1)?.toExponential(2)}`);
    }
    print('');
    const trained = (label: string, most: number | undefined): ReturnType<typeof train> => {
      const bar = progress(label, steps);
      const watch = (step: number, loss: number): void => bar.update(step, { loss });
      const result = train({ length, steps, rate, scale, seed, limit: most, watch });
      bar.end();
      return result;
    };
    const free = trained('as it is', undefined);
    const clipped = trained('clipped ', limit);
    const broken = free.losses.findIndex((loss) => !Number.isFinite(loss));
    print(
      `\nNot clipped: ${broken < 0 ? `loss ${free.losses.at(-1)}` : `no longer a number from step ${broken + 1} on`}.`,
    );
    print(`Clipped:     loss ${clipped.losses[0]?.toFixed(4)} → ${clipped.losses.at(-1)?.toFixed(4)}.`);
    claim('only the clipped training learns', broken >= 0 && (clipped.losses.at(-1) ?? Number.NaN) < 0.1);

    const draw = (title: string, name: string, which: 'losses' | 'norms'): string =>
      drawCurves(
        title,
        name,
        [
          { name: `clipped to ${limit}`, values: clipped[which] },
          { name: 'not clipped', values: free[which], marks: true },
        ],
        { scale: 'logarithmic' },
      );
    files.write('explosion-norms.svg', draw('Length of the gradient', 'norm before clipping', 'norms'));
    files.write('explosion-loss.svg', draw('Loss', 'mean squared error', 'losses'));
    const time = { scale: 'logarithmic', xLabel: 'step of the sequence' } as const;
    files.write('explosion-time.svg', drawCurves('Gradient by the state', 'norm', through, time));
    const names = ['explosion-norms.svg', 'explosion-loss.svg', 'explosion-time.svg'];
    print(`\nPictures: ${names.map((name) => files.shown(name)).join(', ')}`);
  },
});
