/** The linter refuses environment globals in the packages that must run anywhere, and only there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floors } from './import-rules/floors.ts';
import { repositoryRoot } from './repository.ts';

const globals = ['process', 'navigator', 'WebAssembly', 'Date', 'console', 'globalThis', 'setTimeout', 'performance'];
const bad = `export const uses: unknown = [${globals.join(', ')}];\n`;
const good = 'export const twice = (process: number): number => process * 2;\n';
const platformFree = Object.keys(floors).filter((name) => floors[name]?.platformFree === true);

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly message: string;
    readonly location: { readonly path: string };
  }[];
}

describe('the linter', () => {
  let folder: string;
  let report: Report;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'deft-lint-'));
    const config = JSON.parse(readFileSync(join(repositoryRoot, 'biome.json'), 'utf8')) as Record<string, unknown>;
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write('biome.json', JSON.stringify({ ...config, vcs: { enabled: false } }));
    for (const name of platformFree) write(`packages/${name}/src/inner/bad.ts`, bad);
    write('packages/core/src/good.ts', good);
    write('packages/core/src/bad.test.ts', bad);
    write('packages/backend-wasm/src/fine.ts', bad);
    const biome = join(repositoryRoot, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none'], {
      cwd: folder,
      encoding: 'utf8',
    });
    report = JSON.parse(run.stdout) as Report;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const refusedIn = (path: string): string[] =>
    report.diagnostics
      .filter(({ category, location }) => category.endsWith('/noRestrictedGlobals') && location.path === path)
      .map(({ message }) => globals.find((name) => message.includes(name)) ?? message);

  it.each(platformFree)('refuses every environment global in %s', (name) => {
    expect(refusedIn(`packages/${name}/src/inner/bad.ts`).sort()).toEqual([...globals].sort());
  });

  it.each(['packages/core/src/good.ts', 'packages/core/src/bad.test.ts', 'packages/backend-wasm/src/fine.ts'])(
    'leaves %s alone',
    (path) => {
      expect(refusedIn(path)).toEqual([]);
    },
  );
});
