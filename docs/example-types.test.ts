/**
 * Every example type-checks, in the strict mode that users have: a program per example, all checked at once by the
 * compiler of this repository.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commentBlocks, type Example, examplesOf, fencedBlocks } from './testing/examples.ts';
import { documentationPages, packageSources, readRepositoryFile } from './testing/pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

function allExamples(): Example[] {
  const pages = documentationPages().flatMap((path) => examplesOf(fencedBlocks(path, readRepositoryFile(path))));
  const sources = packageSources().flatMap((path) => examplesOf(commentBlocks(path, readRepositoryFile(path))));
  return [...pages, ...sources];
}

it('type-checks every example', () => {
  // Inside the repository, so that the types of Node are found.
  const folder = mkdtempSync(join(root, 'node_modules', '.examples-'));
  try {
    const examples = allExamples();
    examples.forEach(({ code }, i) => {
      writeFileSync(join(folder, `example${i}.ts`), `export {};\n${code}\n`);
    });
    const paths = {
      '@deft/tensor/fluent': [`${root}packages/tensor/src/fluent.ts`],
      '@deft/test-utils': [`${root}test-utils/src/index.ts`],
      '@deft/*': [`${root}packages/*/src/index.ts`],
    };
    const compilerOptions = { isolatedDeclarations: false, declaration: false, noUncheckedIndexedAccess: false, paths };
    const config = { extends: `${root}tsconfig.json`, compilerOptions, include: ['*.ts'], exclude: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    const errors = stdout.split('\n').flatMap((line) => {
      const match = /example(\d+)\.ts\((\d+),\d+\): (.*)/.exec(line);
      return match ? [`${examples[Number(match[1])]?.title} +${Number(match[2]) - 2}: ${match[3]}`] : [];
    });
    expect(errors).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
