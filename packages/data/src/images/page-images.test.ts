/** Images and IDX files are the same in a page: in headless Chromium, with a page that esbuild bundles. Where there is none the test says so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { DeftError } from '@deft/core';
import { complaintsOf, launchChromium } from '@deft/test-utils';
import { build } from 'esbuild';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { expect, it } from 'vitest';
import { decodeImage, type HostArray, readIdx } from '../index.ts';

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const alias: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(packages).map((name) => [
    `@deft/${name}`,
    join(packages, name, name === 'backend-native' ? 'src/elsewhere.ts' : 'src/index.ts'),
  ]),
);

const program = `
import { decodeImage, exampleBytes, fromImageFolder, fromTFRecord, parseExample, range, readIdx } from '@deft/data';
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const codeOf = (run) => run.then(() => 'no error', (error) => error.code);
const found = ({ data, shape }) => [Array.from(data), [...shape]];
const place = ({ details }) => /byte \\d+/.exec(details.says)[0];
window.readIdx = (texts) => Promise.all(texts.map((text) => readIdx(bytesOf(text)).then(found, place)));
window.decode = async (png, photo) => ({
  images: (await Promise.all([png, photo].map((text) => decodeImage(bytesOf(text), { size: [5, 4] }))))
    .map(found),
  example: parseExample(exampleBytes({ a: 'deft' }, { a: 'text' }), { a: 'text' }).a,
  noFiles: [
    await codeOf(fromImageFolder('images')),
    await codeOf(fromTFRecord('records').toArray()),
    await codeOf(range(2).cache({ file: 'kept' }).toArray()),
  ],
});
`;

/** An IDX file, packed, and what may be wrong with it. */
function idxFiles(): Uint8Array[] {
  const whole = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 9, ...Array.from({ length: 9 }, (_, i) => i * i));
  const packed = gzipSync(whole);
  return [
    whole,
    packed,
    packed.subarray(0, 2),
    packed.subarray(0, 20),
    packed.with(2, 9),
    packed.with(packed.length - 8, 1),
    Buffer.concat([packed, Buffer.alloc(1)]),
    gzipSync(whole.subarray(0, 12)),
    gzipSync(Buffer.concat([whole, Buffer.alloc(5_000_000)])),
  ];
}

const found = ({ data, shape }: HostArray): unknown => [Array.from(data as Uint8Array), [...shape]];
const place = ({ details }: DeftError): string | undefined => /byte \d+/.exec(details.says ?? '')?.[0];

it('gives the same pixels, finds faults of IDX files at the same bytes, and says that there are no files', async (context) => {
  const browser = await launchChromium();
  if (browser === undefined) return context.skip('no Chromium installed');
  const folder = mkdtempSync(join(tmpdir(), 'deft-page-images-'));
  try {
    await build({
      stdin: { contents: program, resolveDir: packages },
      outfile: join(folder, 'page.js'),
      alias,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      ignoreAnnotations: true,
      logLevel: 'error',
    });
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.addScriptTag({ content: readFileSync(join(folder, 'page.js'), 'utf8') });
    const data = Uint8Array.from({ length: 7 * 6 * 4 }, (_, i) => (i * 37) % 256);
    const files = [
      encode({ width: 7, height: 6, channels: 4, data }),
      Uint8Array.from(jpeg.encode({ width: 7, height: 6, data }).data),
    ];
    const texts = files.map((file) => Buffer.from(file).toString('base64'));
    const images = await Promise.all(files.map((file) => decodeImage(file, { size: [5, 4] })));
    expect(await page.evaluate(`window.decode(${texts.map((text) => JSON.stringify(text)).join()})`)).toEqual({
      images: images.map(found),
      example: 'deft',
      noFiles: ['E_FILE', 'E_FILE', 'E_FILE'],
    });
    const packed = idxFiles().map((file) => JSON.stringify(Buffer.from(file).toString('base64')));
    const places = await Promise.all(idxFiles().map((file) => readIdx(file).then(found, place)));
    expect(await page.evaluate(`window.readIdx([${packed.join()}])`)).toEqual(places);
    expect(complaints.errors).toEqual([]);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
