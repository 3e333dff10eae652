/**
 * Op files refer to one another in circles (decision 6). That is sound as long as nothing but the constructors is used
 * while a module loads, so that it does not matter which of them is loaded first: here each is, in a realm of its own.
 */
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const folder = new URL('../../packages/ops/dist/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.js'));

/** Loads one module in a fresh realm; gives the message of what it throws. */
function load(file: string): Promise<string | undefined> {
  const worker = new Worker(new URL(file, folder), { stdout: true, stderr: true });
  return new Promise((resolve) => {
    worker.once('error', (error: Error) => resolve(`${file}: ${error.message}`));
    worker.once('exit', () => resolve(undefined));
  });
}

it('every op file can be the first to load', async () => {
  expect(files.length).toBeGreaterThan(80);
  const problems: string[] = [];
  for (let i = 0; i < files.length; i += 4) {
    const results = await Promise.all(files.slice(i, i + 4).map(load));
    problems.push(...results.filter((problem) => problem !== undefined));
  }
  expect(problems).toEqual([]);
});
