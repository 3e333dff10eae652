/**
 * Writes the generated pages of the documentation: the ops' reference, the dtypes, the lists of errors and decisions.
 * With `--check` it writes nothing and fails where a page is out of date. The registry is loaded from the TypeScript
 * sources, so nothing needs to be built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');

const { module } = await runnerImport(join(root, 'docs/generate/pages.ts'), {
  root,
  configFile: false,
  logLevel: 'error',
  esbuild: { target: 'es2022' },
  resolve: { alias: [{ find: /^@deft\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` }] },
});

const pages = module.generatedPages();
const check = process.argv.includes('--check');
const stale = [...pages].filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text);
const left = existsSync(join(root, 'docs/reference'))
  ? readdirSync(join(root, 'docs/reference'))
      .map((file) => `docs/reference/${file}`)
      .filter((path) => !pages.has(path))
  : [];
if (!check) {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const path of left) rmSync(join(root, path));
}
for (const [path] of stale) console.log(`${check ? 'out of date' : 'written'}: ${path}`);
for (const path of left) console.log(`${check ? 'should be gone' : 'removed'}: ${path}`);
if (check && stale.length + left.length > 0) {
  console.log('run: node scripts/generate-reference.mjs');
  process.exitCode = 1;
}
