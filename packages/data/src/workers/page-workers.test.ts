/**
 * Maps in workers of a page are the same maps: in headless Chromium, with a page that esbuild bundles beside the module of the
 * function, and with one that Vite builds. Where no Chromium is installed the tests say so and are skipped.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaintsOf, launchChromium } from '@deft/test-utils';
import { build as bundle } from 'esbuild';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const alias: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(packages).map((name) => [
    `@deft/${name}`,
    join(packages, name, name === 'backend-native' ? 'src/elsewhere.ts' : 'src/index.ts'),
  ]),
);

/** The module of the functions that are mapped. */
const functions = `
export const filled = (x, { index, epoch, seed }) => ({
  data: new Float32Array(3).fill(x),
  about: [index, epoch, seed, typeof document === 'undefined'],
});
export const fails = (x) => { if (x === 3) throw new RangeError('no three'); return x; };
export const throwsLater = () => new Promise(() => { setTimeout(() => { throw new Error('much later'); }, 1); });
const born = Math.random();
export const worker = (x) => new Promise((resolve) => setTimeout(() => resolve(born), 5));
`;
/** Vite gives this one an address of its own, and puts the short one into the page. */
const long = `${functions}// ${'-'.repeat(5000)}\n`;

const page = `
import { closeWorkers, range } from '@deft/data';
const module = new URL('./functions.js', import.meta.url);
const inlined = new URL('./short.js', import.meta.url);
const failureOf = (dataset) => dataset.toArray().then(() => 'no error', (error) => error.message);
const filled = (x, { index, epoch, seed }) => ({
  data: new Float32Array(3).fill(x), about: [index, epoch, seed, true],
});
async function main() {
  const options = { seed: 4, workers: 2 };
  const same = [
    await range(12).mapInWorkers(module, 'filled', options).toArray({ epoch: 2 }),
    await range(12).map(filled, { seed: 4 }).toArray({ epoch: 2 }),
  ].map((results) => JSON.stringify(results.map(({ data, about }) => [Array.from(data), about])));
  const mapped = range(8).mapInWorkers(module, 'worker', options);
  const ids = [...(await mapped.toArray()), ...(await mapped.toArray())];
  const kept = new Set(ids).size;
  await closeWorkers();
  const afterClosing = new Set([...ids, ...(await mapped.toArray())]).size;
  return {
    same, kept, afterClosing,
    inlined: await range(3).mapInWorkers(inlined, 'fails').toArray(),
    relative: await range(3).mapInWorkers('./functions.js', 'fails').toArray().catch((error) => error.message),
    fails: await failureOf(range(6).mapInWorkers(module, 'fails')),
    throwsLater: await failureOf(range(6).mapInWorkers(module, 'throwsLater')),
    none: await failureOf(range(6).mapInWorkers(module, 'none')),
    missing: await failureOf(range(6).mapInWorkers('./missing.js', 'f')),
    uncopied: await failureOf(range(6).map(() => document.body).mapInWorkers(module, 'fails')),
  };
}
main().then((outcome) => { window.outcome = outcome; }, (error) => { window.outcome = { error: String(error) }; });
`;

const html = (source: string): string =>
  `<!doctype html><title>Deft</title><link rel="icon" href="data:,"><body><script type="module" src="${source}"></script>`;

interface Outcome {
  readonly error?: string;
  readonly same: readonly string[];
  readonly [name: string]: unknown;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A server of the files of a folder. */
async function serve(folder: string, headers: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const path = url === '/' ? '/index.html' : url;
    try {
      const body = readFileSync(join(folder, path));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? '', ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deft-page-workers-'));
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function outcomeOf(served: string, headers: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const server = await serve(served, headers);
    const open = await (browser as Browser).newPage();
    try {
      const complaints = complaintsOf(open);
      await open.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await open.waitForFunction('window.outcome !== undefined', undefined, { timeout: 60_000 });
      const outcome = (await open.evaluate('window.outcome')) as Outcome;
      expect(complaints.errors.filter((error) => !/404|Content Security Policy/.test(error))).toEqual([]);
      return outcome;
    } finally {
      await open.close();
      server.close();
    }
  }

  const bundlers: Readonly<Record<string, (from: string, to: string) => Promise<unknown>>> = {
    esbuild: async (from, to) => {
      writeFileSync(join(to, 'index.html'), html('/page.js'));
      await bundle({
        entryPoints: [join(from, 'page.js')],
        outdir: to,
        bundle: true,
        format: 'esm',
        target: 'es2022',
        alias: { ...alias },
        ignoreAnnotations: true,
        logLevel: 'error',
      });
    },
    Vite: (from, to) =>
      build({
        root: from,
        configFile: false,
        logLevel: 'warn',
        resolve: { alias: Object.entries(alias).map(([find, replacement]) => ({ find, replacement })) },
        build: { target: 'es2022', outDir: to, emptyOutDir: false },
      }),
  };

  it.for(Object.entries(bundlers))(
    'built by %s: the same results, and errors that name the element',
    async ([name, run], context) => {
      if (browser === undefined) return context.skip('no Chromium installed');
      const from = join(folder, name);
      const to = join(folder, `${name}-built`);
      for (const one of [from, to]) mkdirSync(one, { recursive: true });
      writeFileSync(join(from, 'index.html'), html('/page.js'));
      writeFileSync(join(from, 'page.js'), page);
      // Vite takes them from beside the source, esbuild leaves them to whoever serves the page.
      for (const one of [from, to]) {
        writeFileSync(join(one, 'functions.js'), long);
        writeFileSync(join(one, 'short.js'), functions);
      }
      await run(from, to);
      const { error, same, missing, ...others } = await outcomeOf(to);
      expect(error).toBeUndefined();
      expect(same[0]).toBe(same[1]);
      expect(missing).toMatch(/^mapInWorkers: element 0: .*http:\/\/127\.0\.0\.1:\d+\/missing\.js \[E_PIPELINE\]$/);
      expect(others).toEqual({
        kept: 2,
        afterClosing: 4,
        inlined: [0, 1, 2],
        relative: [0, 1, 2],
        fails: 'mapInWorkers: element 3: no three [E_PIPELINE]',
        throwsLater: expect.stringMatching(/element 0: .*much later/),
        none: 'mapInWorkers: element 0: the module has no function none [E_PIPELINE]',
        uncopied: expect.stringMatching(/element 0: .*could not be cloned/),
      });
    },
  );

  it('that allows no workers of its own: the error says so', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const { error } = await outcomeOf(join(folder, 'esbuild-built'), {
      'content-security-policy': "worker-src 'none'",
    });
    expect(error).toMatch(/element 0: the worker could not be started.*blob:/);
  });
});
