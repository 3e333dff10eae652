/** Which environments get threads, and how a page starts them (on a page that is put together from Node's parts). */
import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WasmBackend } from '../wasm-backend.ts';
import { planThreads } from './platform.ts';

afterEach(() => vi.unstubAllGlobals());

/** Runs a page's worker: its text is a classic script that sets `onmessage`. */
const page = `
  const { workerData: { code, data } } = require('node:worker_threads');
  globalThis.onmessage = null;
  new Function('require', code)(undefined);
  onmessage({ data });
`;

const started: NodeWorker[] = [];
class PageWorker {
  readonly #url: string;
  onerror: unknown;
  constructor(url: string) {
    this.#url = url;
  }
  async postMessage(data: unknown): Promise<void> {
    const code = await resolveObjectURL(this.#url)?.text();
    started.push(new NodeWorker(page, { eval: true, workerData: { code, data } }));
  }
  terminate(): void {}
}

const environment = { crossOriginIsolated: true, navigator: { hardwareConcurrency: 2 }, Worker: PageWorker };
function stub(globals: Record<string, unknown>): void {
  vi.stubGlobal('process', undefined);
  for (const [name, value] of Object.entries({ ...environment, ...globals })) vi.stubGlobal(name, value);
}

describe('threads of an environment', () => {
  it('are as many as a page has cores, where memory can be shared', () => {
    stub({ navigator: { hardwareConcurrency: 8 } });
    expect(planThreads(undefined)).toMatchObject({ threads: 8, reason: undefined });
    expect(planThreads(3).threads).toBe(3);
  });

  it('are one elsewhere, for a reason', () => {
    const reasonWith = (globals: Record<string, unknown>): string | undefined => {
      stub(globals);
      const { threads, reason } = planThreads(undefined);
      expect(threads).toBe(1);
      return reason;
    };
    expect(reasonWith({ crossOriginIsolated: false })).toBe('the page is not cross-origin isolated');
    expect(reasonWith({ SharedArrayBuffer: undefined })).toBe('this engine or page has no shared memory');
    vi.unstubAllGlobals();
    expect(reasonWith({ Worker: undefined })).toBe('there are no workers here');
    expect(reasonWith({ navigator: {}, Worker: PageWorker })).toBe('the machine has one core');
  });

  it('of a page run the same text', async () => {
    stub({});
    const backend = new WasmBackend({ shortestDivided: 0, takesBack: false });
    const threads = backend.startThreads();
    vi.unstubAllGlobals();
    expect(await threads).toBe(2);
    expect(started.length).toBe(1);
    for (const worker of started) await worker.terminate();
  });
});
