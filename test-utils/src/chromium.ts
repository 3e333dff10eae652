/** The Chromium that tests open pages in, without a network. Where none is installed such tests say so and are skipped. */
import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

const places: readonly (string | undefined)[] = [
  process.env['DEFT_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const quiet: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A running Chromium; `undefined` where none is installed, which is said. `DEFT_CHROMIUM` names one that lies elsewhere. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) {
    process.stderr.write("Skipped the browser: no Chromium here (Debian's package is `chromium`)\n");
    return undefined;
  }
  // Loaded by the few tests that need it.
  const { chromium } = await import('playwright-core');
  return await chromium.launch({ executablePath, args: [...quiet] });
}

/** What a page has complained of: errors on its console, exceptions, and every request, as far as they begin after this call. */
export function complaintsOf(page: Page): { readonly errors: string[]; readonly requests: string[] } {
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  return { errors, requests };
}
