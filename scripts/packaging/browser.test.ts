/**
 * A page built by Vite from the tarballs trains in headless Chromium. Where no Chromium is installed the test says so
 * and is counted as skipped; `DEFT_CHROMIUM` names one that lies elsewhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsOf, launchChromium } from '@deft/test-utils';
import type { Browser } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createFreshProject, type FreshProject } from './fresh-project.ts';

const program = readFileSync(new URL('./programs/page.mjs', import.meta.url), 'utf8');

interface Outcome {
  readonly error?: string;
  readonly backend?: string;
  readonly eager?: readonly number[];
  readonly captured?: readonly number[];
}

describe('a page that Vite builds', () => {
  let project: FreshProject | undefined;
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    project?.remove();
  });

  it('trains in Chromium, eagerly and captured', async (context) => {
    browser = await launchChromium();
    if (browser === undefined) {
      context.skip('no Chromium installed');
      return;
    }
    project = createFreshProject(['@deft/tensor'], inject('tarballs'));
    project.write(
      'index.html',
      '<!doctype html><title>Deft</title><link rel="icon" href="data:,"><script type="module" src="/page.mjs"></script>\n',
    );
    project.write('page.mjs', program);
    const shared = { root: project.folder, configFile: false, logLevel: 'warn' } as const;
    await build({ ...shared, build: { target: 'es2022', outDir: join(project.folder, 'dist') } });
    // Neither native code nor a module of Node, nor what Vite puts in the place of one, gets into a page.
    const assets = join(project.folder, 'dist', 'assets');
    const code = readdirSync(assets).map((name) => readFileSync(join(assets, name), 'utf8'));
    expect(code.join('\n')).not.toMatch(/vite-browser-external|koffi|(from|import)[ (]*["']node:/);
    server = await preview({ ...shared, preview: { host: '127.0.0.1', port: 0 } });
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('the preview server has no address');

    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.goto(address);
    await page.waitForFunction('window.outcome !== undefined', undefined, { timeout: 60_000 });
    const outcome = (await page.evaluate('window.outcome')) as Outcome;
    expect(outcome.error).toBeUndefined();
    expect(complaints.errors).toEqual([]);
    expect(outcome.backend).toBe('wasm');
    for (const [slope, offset] of [outcome.eager ?? [], outcome.captured ?? []]) {
      expect(slope).toBeCloseTo(3, 3);
      expect(offset).toBeCloseTo(1, 3);
    }
    expect(outcome.captured).toEqual(outcome.eager?.map((value) => expect.closeTo(value, 4)));
  });
});
