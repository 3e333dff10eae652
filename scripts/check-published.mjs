/**
 * Holds the library against values that others published: `npm run check:published -- <folder>`, where the folder has NumPy's
 * files in `ulp/`, Random123's `random123-kat_vectors.txt` and, if they are to count, keras-js's files of layers in
 * `keras-layers/`. No part of the tests, which need no files from outside.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: npm run check:published -- <folder with ulp/*.csv and random123-kat_vectors.txt>');
  process.exit(2);
}

const { module } = await runnerImport(`${root}test-utils/published/check-published.ts`, {
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

let [compared, failed] = [0, 0];
const worstOf = new Map();
for (const { text, passed, worst } of module.compareWithPublished(folder)) {
  compared++;
  if (!passed) failed++;
  console.log(`${passed ? ' ' : '!'} ${text}`);
  if (worst) worstOf.set(worst.name, Math.max(worst.ulps, worstOf.get(worst.name) ?? 0));
}
console.log('worst on any backend, in units in the last place:');
for (const [name, ulps] of worstOf) console.log(`  ${name.padEnd(16)} ${ulps}`);
console.log(`${compared} comparisons, ${failed} outside of the contract`);
process.exit(failed === 0 ? 0 : 1);
