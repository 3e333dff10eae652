/** Native threads in real processes: ones that end while threads look for work, and ones with several threads of Node that compute at once. */
import { rmSync } from 'node:fs';
import { bundleProgram, folderWithPackages } from '@deft/test-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeUnavailableBecause } from './index.ts';

/** A product that is worth dividing, and whether its elements are right. */
const product = `
  import { matmul, setBackend, tensor } from '@deft/tensor';
  setBackend('native');
  const side = 192;
  const x = tensor(Float32Array.from({ length: side * side }, (_, i) => i % 7), { shape: [side, side] });
  const y = tensor(Float32Array.from({ length: side * side }, (_, i) => i % 5), { shape: [side, side] });
  const expected = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < side; k++) sum += ((i * side + k) % 7) * ((k * side + j) % 5);
    return sum;
  };
  const isRight = (): boolean => {
    const z = matmul(x, y).dataSync();
    return [0, 17, 95, 191].every((i) => [3, 64, 190].every((j) => z[i * side + j] === expected(i, j)));
  };
`;

describe.skipIf(nativeUnavailableBecause() !== undefined)('native threads', () => {
  const folder = folderWithPackages();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { DEFT_BACKEND: undefined, DEFT_THREADS: '3' };

  it('let a process end at any time', async () => {
    const program = await bundleProgram(folder, `${product} console.log(isRight());`);
    for (let i = 0; i < 6; i++) {
      const { status, stdout } = await program.run([], environment);
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'true\n' });
    }
  });

  it('call the host of the thread of Node that runs the program', async () => {
    const program = await bundleProgram(
      folder,
      `import { add, foriLoop, hostCall, jit, setBackend, tensor, tensorSpec } from '@deft/tensor';
      import { isMainThread, parentPort, threadId, Worker } from 'node:worker_threads';
      setBackend('native');
      let calls = 0;
      const ownId = () => {
        calls++;
        return tensor(threadId, { dtype: 'float32' });
      };
      const f = jit((x) => foriLoop(0, 200, (_, y) => add(y, hostCall(ownId, { results: tensorSpec([], 'float32') })), x));
      const own = () => [f(tensor(0)).item() === 200 * threadId, calls].join();
      if (isMainThread) {
        const workers = Array.from({ length: 3 }, () => new Worker(new URL(import.meta.url)));
        const answers = workers.map((worker) => new Promise((resolve) => worker.on('message', resolve)));
        console.log(own(), ...(await Promise.all(answers)));
        await Promise.all(workers.map((worker) => worker.terminate()));
        console.log(own());
      } else parentPort?.postMessage(own());`,
    );
    const { status, stdout } = await program.run([], environment);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'true,200 true,200 true,200 true,200\ntrue,400\n' });
  });

  it('are shared by threads of Node that compute at once', async () => {
    const program = await bundleProgram(
      folder,
      `${product}
      import { isMainThread, parentPort, Worker } from 'node:worker_threads';
      const all = (): boolean => Array.from({ length: 300 }, isRight).every(Boolean);
      if (isMainThread) {
        const workers = Array.from({ length: 3 }, () => new Worker(new URL(import.meta.url)));
        const answers = workers.map((worker) => new Promise((resolve) => worker.on('message', resolve)));
        const own = all();
        console.log(own, ...(await Promise.all(answers)));
      } else parentPort?.postMessage(all());`,
    );
    const { status, stdout } = await program.run([], environment);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'true true true true\n' });
  });
});
