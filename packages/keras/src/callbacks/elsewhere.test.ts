/** What callbacks do where there is no Node: those that need files say so, all others work. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** A program whose environment has nothing of Node's when the package is loaded. */
const program = `
import * as node from 'node:process';
delete globalThis.process;
const keras = await import('./keras.mjs');
const lines = [];
const log = console.log;
console.log = (line) => lines.push(line);
const outcomes = {};
const element = { textContent: '' };
const model = keras.sequential([keras.layers.dense(1)], { inputShape: [2] });
model.compile({ optimizer: 'sgd', loss: 'mse' });
const callbacks = {
  csvLogger: keras.csvLogger('never.csv'),
  modelCheckpoint: keras.modelCheckpoint('never/{epoch}'),
  tensorBoard: keras.tensorBoard({ logDir: 'never' }),
  progressBar: keras.progressBar(),
  pageProgress: keras.pageProgress(keras.showProgress(element)),
  terminateOnNaN: keras.terminateOnNaN(),
};
for (const [name, callback] of Object.entries(callbacks)) {
  outcomes[name] = await model
    .fit([[1, 2], [3, 4]], [[1], [2]], { callbacks: [callback] })
    .then(({ epochs }) => epochs.length, (error) => error.message.split('\\n')[0]);
}
console.log = log;
node.stdout.write(JSON.stringify({ outcomes, lines, text: element.textContent }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-elsewhere-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('callbacks that need files say so, all others work', async () => {
  await build({
    entryPoints: [join(packages, 'keras/src/index.ts')],
    outfile: join(folder, 'keras.mjs'),
    bundle: true,
    // The manifests tell of side effects of what is built, not of the sources.
    ignoreAnnotations: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    plugins: [
      {
        name: 'sources',
        setup: (bundle) => {
          bundle.onResolve({ filter: /^@deft\/[a-z-]+$/ }, ({ path }) => ({
            // As in browsers, where this package is what its manifest says it is elsewhere.
            path: path.endsWith('/backend-native')
              ? join(packages, 'backend-native/src/elsewhere.ts')
              : join(packages, path.replace('@deft/', ''), 'src/index.ts'),
          }));
        },
      },
    ],
  });
  await writeFile(join(folder, 'program.mjs'), program);
  const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  const { outcomes, lines, text } = JSON.parse(stdout) as {
    outcomes: Record<string, unknown>;
    lines: string[];
    text: string;
  };
  const none = (op: string): string => `${op}: there are no files in this environment [E_FILE]`;
  expect(outcomes).toEqual({
    csvLogger: none('csvLogger'),
    modelCheckpoint: none('modelCheckpoint'),
    tensorBoard: none('tensorBoard'),
    progressBar: 1,
    pageProgress: 1,
    terminateOnNaN: 1,
  });
  expect(lines).toEqual([expect.stringMatching(/^1\/1 - 0s - \d+(s|ms|us)\/step - loss: /)]);
  expect(text).toMatch(/^epoch 1\/1, batch 1\/1 - loss: .* - done$/);
});
