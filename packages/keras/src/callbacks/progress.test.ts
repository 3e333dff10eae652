/** Callbacks that tell how far a run is, on terminals, on pages and to servers. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sgd } from '@deft/optim';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Callback,
  layers,
  type Progress,
  pageProgress,
  progressBar,
  remoteMonitor,
  sequential,
  showProgress,
  type TextOutput,
} from '../index.ts';
import { barLine, plainLine } from './progress-line.ts';

const x = tensor(Array.from({ length: 10 }, (_, i) => [i / 10, 1 - i / 5]));
const y = tensor(Array.from({ length: 10 }, (_, i) => [i / 7]));
const model = sequential([layers.dense(1)], { inputShape: [2] });
model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: 'mse' });

/** What a terminal shows after all that was written: control characters for the line alone are known. */
function screenOf(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    let shown = '';
    for (const [i, part] of line.split('\r').entries()) {
      const isErased = part.endsWith('\u001b[K');
      const written = part.replace('\u001b[K', '');
      shown = i === 0 || isErased ? written : written + shown.slice(written.length);
    }
    lines.push(shown);
  }
  return lines;
}

function paper(terminal: { isTTY?: boolean; columns?: number } = {}): TextOutput & { readonly text: () => string } {
  let all = '';
  return {
    ...terminal,
    write: (text) => {
      all += text;
    },
    text: () => all,
  };
}

const number = '-?\\d[\\d.e+-]*';
const pace = '\\d+(s|ms|us)/step';

describe('lines of progress', () => {
  const line = { done: 30, steps: 120, elapsed: 3_000, perStep: 100, figures: { loss: 0.12345, small: 1e-4, zero: 0 } };

  it('tell how long the rest takes, and at the end how long all took', () => {
    const figures = ' - loss: 0.1235 - small: 1.0000e-4 - zero: 0.0000';
    expect(barLine(line, false)).toBe(` 30/120 ━━━━━─────────────── 9s 100ms/step${figures}`);
    expect(barLine({ ...line, done: 120 }, true)).toBe(`120/120 ━━━━━━━━━━━━━━━━━━━━ 3s 100ms/step${figures}`);
    expect(plainLine(line)).toBe(` 30/120 - 3s - 100ms/step${figures}`);
  });

  it.each([
    [0.0004, '0s 0us/step'],
    [0.34, '0s 340us/step'],
    [1_400, '2:06 1s/step'],
    [60_000, '1:30:00 60s/step'],
  ])('write %f ms in units that fit', (perStep, text) => {
    expect(barLine({ ...line, perStep, figures: {} }, false)).toBe(` 30/120 ━━━━━─────────────── ${text}`);
  });

  it('have a bar of one length', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (done, steps) => {
        const [bar = ''] = /[━─]+/.exec(barLine({ ...line, done, steps }, false)) ?? [];
        expect(bar.length).toBe(20);
        if (steps > 0 && done <= steps) {
          expect(bar.lastIndexOf('━') + 1).toBe(Math.floor((20 * done) / steps));
        }
      }),
    );
  });
});

describe('progressBar', () => {
  it('writes one line anew on a terminal', async () => {
    const output = paper({ isTTY: true, columns: 200 });
    const callbacks = [progressBar({ output, interval: 0 })];
    await model.fit(x, y, { epochs: 2, batchSize: 4, validationData: [x, y], callbacks });
    const screen = screenOf(output.text());
    const last = `^3/3 ━{20} \\d+s ${pace} - loss: ${number} - valLoss: ${number}$`;
    expect(screen).toEqual(['Epoch 1/2', expect.stringMatching(last), 'Epoch 2/2', expect.stringMatching(last), '']);
    // Every batch was drawn, and each drawing takes the place of the last.
    expect(output.text().match(/\r\d\/3/g)).toEqual([
      '\r1/3',
      '\r2/3',
      '\r3/3',
      '\r3/3',
      '\r1/3',
      '\r2/3',
      '\r3/3',
      '\r3/3',
    ]);
  });

  it('is cut to the width of the terminal', async () => {
    const output = paper({ isTTY: true, columns: 20 });
    await model.fit(x, y, { callbacks: [progressBar({ output, interval: 0 })] });
    for (const line of screenOf(output.text())) expect(line.length).toBeLessThan(20);
  });

  it('is drawn no more often than told, but always at the end', async () => {
    const output = paper({ isTTY: true });
    await model.fit(x, y, { batchSize: 1, callbacks: [progressBar({ output, interval: 1e9 })] });
    expect(output.text().match(/\r *\d+\/10/g)).toEqual(['\r 1/10', '\r10/10']);
  });

  it.each([
    ['elsewhere', {}, 1 as const],
    ['with verbose 2', { isTTY: true }, 2 as const],
  ])('writes a line an epoch %s', async (_, terminal, verbose) => {
    const output = paper(terminal);
    const reporting: Callback = { onEpochEnd: (__, ___, control) => control.report('extra', 2) };
    await model.fit(x, y, { epochs: 2, batchSize: 5, callbacks: [reporting, progressBar({ output, verbose })] });
    const line = (epoch: number) => `^Epoch ${epoch}/2 - 2/2 - \\d+s - ${pace} - loss: ${number} - extra: 2.0000$`;
    expect(output.text().split('\n')).toEqual([expect.stringMatching(line(1)), expect.stringMatching(line(2)), '']);
  });

  it('tells of evaluation and prediction, but not of validation, even after a fit that failed', async () => {
    const output = paper();
    const callbacks = [progressBar({ output })];
    const failing: Callback = { onTestBegin: () => Promise.reject(new Error('no')) };
    const failed = model.fit(x, y, { validationData: [x, y], callbacks: [...callbacks, failing] });
    await expect(failed).rejects.toThrow('no');
    await model.fit(x, y, { validationData: [x, y], callbacks });
    await model.evaluate(x, y, { batchSize: 2, callbacks });
    await model.predict(x, { batchSize: 4, callbacks });
    expect(output.text().split('\n')).toEqual([
      expect.stringMatching(`^1/1 - .* - loss: ${number} - valLoss: ${number}$`),
      expect.stringMatching(`^5/5 - \\d+s - ${pace} - loss: ${number}$`),
      expect.stringMatching(`^3/3 - \\d+s - ${pace}$`),
      '',
    ]);
  });

  it('shows how far a fit came that was stopped', async () => {
    const output = paper({ isTTY: true });
    const stopping: Callback = { onBatchEnd: (batch, _, control) => void (batch === 0 && control.stop()) };
    await model.fit(x, y, { batchSize: 1, callbacks: [progressBar({ output }), stopping] });
    expect(screenOf(output.text()).at(-2)).toMatch(/^ 2\/10 ━{4}─{16} /);
  });
});

describe('pageProgress', () => {
  it('reports plain records: after batches, at the ends of epochs and at the end', async () => {
    const seen: Progress[] = [];
    const callbacks = [pageProgress((progress) => void seen.push(progress), { interval: 0 })];
    const { history } = await model.fit(x, y, { epochs: 2, batchSize: 5, validationData: [x, y], callbacks });
    expect(seen.map(({ epoch, batch, isOver }) => [epoch, batch, isOver])).toEqual([
      [0, 1, false],
      [0, 2, false],
      [0, 2, false],
      [1, 1, false],
      [1, 2, false],
      [1, 2, false],
      [1, 2, true],
    ]);
    for (const progress of seen) {
      expect(structuredClone(progress)).toEqual(progress);
      expect([progress.epochs, progress.batches]).toEqual([2, 2]);
    }
    expect(Object.keys(seen[0]?.figures ?? {})).toEqual(['loss']);
    expect(seen[2]?.figures).toEqual({ loss: history['loss']?.[0], valLoss: history['valLoss']?.[0] });
    expect(seen.at(-1)?.figures).toEqual({ loss: history['loss']?.[1], valLoss: history['valLoss']?.[1] });
  });

  it('leaves batches out that come too soon', async () => {
    let reports = 0;
    const count = (): void => {
      reports++;
    };
    await model.fit(x, y, { epochs: 2, batchSize: 1, callbacks: [pageProgress(count, { interval: 1e9 })] });
    // The first batch, two ends of epochs, the end.
    expect(reports).toBe(4);
  });

  it('lets the page do its own after each report', async () => {
    const order: string[] = [];
    const report = (): void => {
      order.push('report');
      setImmediate(() => order.push('page'));
    };
    await model.fit(x, y, { epochs: 1, batchSize: 5, callbacks: [pageProgress(report, { interval: 0 })] });
    expect(order).toEqual(Array.from({ length: 4 }, () => ['report', 'page']).flat());
  });

  it('writes text into an element, never markup', async () => {
    const element: { textContent: string | null } = { textContent: null };
    const callbacks = [pageProgress(showProgress(element))];
    await model.fit(x, y, { epochs: 2, batchSize: 5, callbacks });
    expect(element.textContent).toMatch(new RegExp(`^epoch 2/2, batch 2/2 - loss: ${number} - done$`));
  });
});

describe('remoteMonitor', () => {
  let server: Server;
  let root: string;
  let status = 200;
  const posts: { url: string | undefined; method: string | undefined; type: string | undefined; body: string }[] = [];
  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    let body = '';
    for await (const part of request) body += String(part);
    return body;
  };
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const { url, method, headers } = request;
      posts.push({ url, method, type: headers['content-type'], body: await bodyOf(request) });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('posts the figures of every epoch, in a form or as JSON', async () => {
    posts.length = 0;
    const odd: Callback = { onEpochEnd: (_, __, control) => control.report('a&b=é', Number.NaN) };
    const { history } = await model.fit(x, y, { epochs: 2, callbacks: [odd, remoteMonitor({ root })] });
    const form = posts.map(({ body }) => JSON.parse(new URLSearchParams(body).get('data') ?? ''));
    expect(form).toEqual([0, 1].map((epoch) => ({ epoch, 'a&b=é': null, loss: history['loss']?.[epoch] })));
    expect(posts[0]).toMatchObject({
      url: '/publish/epoch/end/',
      method: 'POST',
      type: 'application/x-www-form-urlencoded',
    });
    posts.length = 0;
    await model.fit(x, y, { callbacks: [remoteMonitor({ root, path: '/here', sendAsJson: true })] });
    expect(posts).toEqual([{ url: '/here', method: 'POST', type: 'application/json', body: expect.any(String) }]);
    expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({ epoch: 0, loss: expect.any(Number) });
  });

  it('does not end training where the server does not answer well', async () => {
    status = 500;
    const closed = remoteMonitor({ root: 'http://127.0.0.1:1' });
    const { epochs } = await model.fit(x, y, { epochs: 2, callbacks: [remoteMonitor({ root }), closed] });
    expect(epochs).toEqual([0, 1]);
    status = 200;
  });

  it.each([
    [{ root: 'file:///etc/passwd' }, /root: expected http: or https:, got file:/],
    [{ root: 'nowhere' }, /root: expected an address such as/],
    [{ path: '@evil.example/' }, /path: expected a path on localhost:9000/],
    [{ root: 'http://good.example', path: '.evil.example/' }, /path: expected a path on good.example/],
  ])('refuses %j', (options, message) => {
    expect(() => remoteMonitor(options)).toThrow(message);
  });
});

it('verbose adds a bar behind the callbacks of the user', async () => {
  const seen: number[] = [];
  const watch: Callback = { onTrainBegin: ({ params }) => void seen.push(params.verbose) };
  for (const verbose of [0, 1, 2] as const) await model.fit(x, y, { verbose, callbacks: [watch] });
  expect(seen).toEqual([0, 1, 2]);
});
