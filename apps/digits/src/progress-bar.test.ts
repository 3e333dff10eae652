/** What a terminal and what a file gets to see, with a clock that the test turns. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barLine, type Progress, ProgressBar, plainLine } from './progress-bar.ts';

const progress: Progress = {
  epoch: 2,
  epochs: 3,
  done: 4352,
  total: 8000,
  loss: 0.12344,
  accuracy: 0.97312,
  imagesPerSecond: 5120.4,
};

function recorder(
  isTTY: boolean,
  columns = 120,
): { text: string; isTTY: boolean; columns: number; write(text: string): void } {
  return {
    text: '',
    isTTY,
    columns,
    write(text: string) {
      this.text += text;
    },
  };
}

describe('barLine', () => {
  test('shows everything where there is room', () => {
    expect(barLine(progress, 119)).toBe(
      'Epoch 2/3  ━━━━━━━━━━━━━━━━╸┄┄┄┄┄┄┄┄┄┄┄┄┄  loss 0.1234  accuracy 97.31%  5,120 images/s  0:03 left  4,352/8,000',
    );
  });

  test('on 80 columns leaves out the counts', () => {
    expect(barLine(progress, 79)).toBe(
      'Epoch 2/3  ━━━━━━┄┄┄┄┄  loss 0.1234  accuracy 97.31%  5,120 images/s  0:03 left',
    );
  });

  test('never grows beyond its columns', () => {
    fc.assert(
      fc.property(
        fc.record({
          epoch: fc.integer({ min: 1, max: 10_000 }),
          epochs: fc.integer({ min: 1, max: 10_000 }),
          done: fc.nat({ max: 100_000 }),
          total: fc.nat({ max: 100_000 }),
          loss: fc.double(),
          accuracy: fc.double({ min: 0, max: 1 }),
          imagesPerSecond: fc.double(),
        }),
        fc.nat({ max: 200 }),
        (anyProgress, columns) => {
          const line = barLine(anyProgress, columns);
          expect(line.length).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\n/);
        },
      ),
    );
  });

  test('shows a loss that is no number, and no time for an unknown speed', () => {
    const line = barLine({ ...progress, loss: Number.NaN, imagesPerSecond: Number.NaN }, 119);
    expect(line).toContain('loss NaN');
    expect(line).not.toContain('left');
    expect(line).not.toContain('images/s');
  });

  test('counts the epochs after this one into the time left', () => {
    const long = { ...progress, epoch: 1, epochs: 100, done: 0, imagesPerSecond: 100 };
    expect(barLine(long, 119)).toContain('2:13:20 left');
  });
});

describe('ProgressBar on a terminal', () => {
  test('redraws in place, not too often, and ends the line with the epoch', () => {
    const stream = recorder(true);
    let time = 0;
    const bar = new ProgressBar({ stream, now: () => time });
    for (let done = 0; done <= 8000; done += 64) {
      time += 1;
      bar.update({ ...progress, done });
    }
    bar.end();
    const redraws = stream.text.split('\r\u001b[K').slice(1);
    expect(redraws.length).toBe(3);
    expect(redraws.at(-1)).toContain('━'.repeat(30));
    expect(stream.text.match(/\n/g)?.length).toBe(1);
    expect(stream.text.endsWith('\n')).toBe(true);
  });

  test('the end of an epoch can be shown again with its test, and the next epoch has its own line', () => {
    const stream = recorder(true);
    const bar = new ProgressBar({ stream, now: () => 0 });
    bar.update({ ...progress, done: 8000 });
    bar.update({ ...progress, done: 8000, testAccuracy: 0.981 });
    bar.update({ ...progress, epoch: 3, done: 8000 });
    bar.end();
    const lines = stream.text.split('\n');
    expect(lines.length).toBe(3);
    expect(lines[0]).toContain('test 98.10%');
    expect(lines[1]).toContain('Epoch 3/3');
  });

  test('a line above the bar keeps the bar', () => {
    const stream = recorder(true);
    const bar = new ProgressBar({ stream, now: () => 0 });
    bar.update(progress);
    const line = barLine(progress, 119);
    bar.log('saved');
    expect(stream.text).toBe(`\r\u001b[K${line}\r\u001b[Ksaved\n${line}`);
    bar.end();
    bar.end();
    expect(stream.text.endsWith(`${line}\n`)).toBe(true);
    bar.log('after');
    expect(stream.text.endsWith(`${line}\nafter\n`)).toBe(true);
  });
});

describe('ProgressBar elsewhere', () => {
  test('prints a line per quarter of each epoch, free of control characters', () => {
    const stream = recorder(false);
    const bar = new ProgressBar({ stream, now: () => 0 });
    for (const epoch of [1, 2]) {
      for (let done = 0; done <= 8000; done += 64) {
        bar.update({ ...progress, epoch, epochs: 2, done });
      }
    }
    bar.end();
    const lines = stream.text.split('\n');
    expect(lines.map((line) => line.slice(0, 15))).toEqual([
      'Epoch 1/2   26%',
      'Epoch 1/2   50%',
      'Epoch 1/2   75%',
      'Epoch 1/2  100%',
      'Epoch 2/2   26%',
      'Epoch 2/2   50%',
      'Epoch 2/2   75%',
      'Epoch 2/2  100%',
      '',
    ]);
    expect(stream.text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('an epoch of one step prints one line', () => {
    const stream = recorder(false);
    const bar = new ProgressBar({ stream, now: () => 0 });
    bar.update({ ...progress, done: 64, total: 64, testAccuracy: 0.981 });
    bar.update({ ...progress, done: 64, total: 64, testAccuracy: 0.981 });
    bar.log('done');
    expect(stream.text).toBe(
      'Epoch 2/3  100%  loss 0.1234  accuracy 97.31%  test 98.10%  5,120 images/s  0:01 left\ndone\n',
    );
  });

  test('shows quarter by quarter in the plain line', () => {
    expect(plainLine(progress)).toBe('Epoch 2/3   54%  loss 0.1234  accuracy 97.31%  5,120 images/s  0:03 left');
  });
});
