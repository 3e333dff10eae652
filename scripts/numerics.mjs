/**
 * Measures the numerics contract on dense samples and writes docs/guide/numerics.md: `npm run numerics`, some minutes.
 * The tests hold smaller samples to the bounds that the page states.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(`${root}test-utils/numerics/write-page.ts`, {
  root,
  configFile: false,
  logLevel: 'error',
  esbuild: { target: 'es2022' },
  resolve: {
    alias: [
      { find: /^@deft\/test-utils$/, replacement: `${root}test-utils/src/index.ts` },
      { find: /^@deft\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
    ],
  },
});

const count = Number(process.argv[2] ?? 10_000);
writeFileSync(
  `${root}docs/guide/numerics.md`,
  module.measuredPage(count, 2 ** 24, (text) => console.log(text)),
);
process.exit(0);
