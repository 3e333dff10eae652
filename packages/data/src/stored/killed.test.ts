/** Processes that write one file at once, and such as are killed while they do. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram, folderWithPackages, type NodeProgram } from '@deft/test-utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDataset, range } from '../index.ts';

const count = 400;
const make = (file: string) =>
  range(count)
    .map((id) => ({ id, data: new Float32Array(500).fill(id) }))
    .cache({ file });

let folder: string;
let program: NodeProgram;
beforeAll(async () => {
  folder = folderWithPackages();
  const data = JSON.stringify(new URL('../index.ts', import.meta.url).pathname);
  program = await bundleProgram(
    folder,
    `
      import { range } from ${data};
      const dataset = range(${count}).map((id) => ({ id, data: new Float32Array(500).fill(id) }));
      let sum = 0;
      for await (const { id } of dataset.cache({ file: process.argv[2] })) {
        sum += id;
        console.log(id);
        await new Promise((resolve) => setImmediate(resolve));
      }
      console.log('sum ' + sum);
    `,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const placeOf = (): string => mkdtempSync(join(folder, 'files-'));

it('a process that is killed leaves no file that would be read, and nothing that holds others up', async () => {
  const place = placeOf();
  const file = join(place, 'kept');
  for (const lines of [1, 90, 210, 333, 399, 400]) {
    const running = program.start([file]);
    await running.printedLines(lines);
    running.kill();
    await running.ending;
    // Either it had finished, or there is nothing.
    if (existsSync(file)) {
      expect(await loadDataset(file).toArray()).toHaveLength(count);
      rmSync(file);
    }
  }
  const all = await make(file).toArray();
  expect(all.map(({ id, data }) => [id, data[499]])).toEqual(Array.from({ length: count }, (_, i) => [i, i]));
  expect(readdirSync(place)).toEqual(['kept']);
});

it('processes that write one file at once all get their elements, and leave one whole file', async () => {
  const place = placeOf();
  const file = join(place, 'kept');
  const endings = await Promise.all([0, 1, 2].map(() => program.run([file])));
  const sum = (count * (count - 1)) / 2;
  for (const { status, stdout } of endings)
    expect([status, stdout.trim().split('\n').at(-1)]).toEqual([0, `sum ${sum}`]);
  expect(readdirSync(place)).toEqual(['kept']);
  expect(
    await loadDataset<{ id: number }>(file)
      .map(({ id }) => id)
      .toArray(),
  ).toEqual(await range(count).toArray());
});
