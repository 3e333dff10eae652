/**
 * Builds a library in another thread while this one builds another: calls that build are synchronous, so the first op of a machine
 * would wait for one after the other. The thread runs the compiler and nothing else; whoever started it waits for it.
 */
import { Worker } from 'node:worker_threads';
import { compilerArguments, type Toolchain } from './toolchain.ts';

/** What the thread does: its last word is whether the compiler was content. */
const code = `
const { workerData } = require('node:worker_threads');
const { spawnSync } = require('node:child_process');
const { command, args, source, done } = workerData;
let result = 2;
try {
  if (spawnSync(command, args, { input: source, shell: false, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0) result = 1;
} finally {
  Atomics.store(done, 0, result);
  Atomics.notify(done, 0);
}
`;

/** A build that has not come back is given up after so many milliseconds. */
const longestWait = 120_000;

/** Starts to build a library. The function that is given waits for it, and says whether it is there. */
export function startBuild(
  toolchain: Toolchain,
  source: string,
  target: string,
  further: readonly string[],
): () => boolean {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const args = compilerArguments(toolchain, target, further);
  const worker = new Worker(code, { eval: true, workerData: { command: toolchain.command, args, source, done } });
  worker.unref();
  // One that cannot start says so here, and is found not to have built anything.
  worker.on('error', () => {});
  return () => {
    Atomics.wait(done, 0, 0, longestWait);
    return done[0] === 1;
  };
}
