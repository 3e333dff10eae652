/**
 * The recommended rules on this repository's own programs: the applications and the code of the documentation. They are good
 * code, so nothing may be reported of them but what shows a trap on purpose; blocks that do say so: ` ```ts reported=rule `.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import parser from '@typescript-eslint/parser';
import { ESLint, Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const root: string = fileURLToPath(new URL('../../../', import.meta.url));
const { recommended } = plugin.configs;

/** What is reported and meant, by file: the rules, in order. */
const meant: Readonly<Record<string, readonly string[]>> = {
  // An op is timed and its result thrown away.
  'apps/bench/src/workloads.ts': ['no-unused-result'],
  // Ops that are applied for the kernels that are kept of them.
  'docs/architecture.md': ['no-unused-result', 'no-unused-result', 'no-unused-result'],
  // An error is caught.
  'docs/errors/index.md': ['no-unused-result'],
  // What a capture does not see.
  'docs/guide/two-modes.md': ['no-changing-closure', 'no-changing-closure'],
};

it('finds nothing in the applications', async () => {
  const project = fileURLToPath(new URL('../fixtures/apps/tsconfig.json', import.meta.url));
  const parserOptions = { project, tsconfigRootDir: root };
  const config: Linter.Config = { ...recommended, files: ['**/*.ts'], languageOptions: { parser, parserOptions } };
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: config, allowInlineConfig: false });
  const results = await eslint.lintFiles('apps/*/src/**/*.ts');
  expect(results.length).toBeGreaterThan(30);
  for (const { filePath, messages } of results) {
    const file = filePath.slice(root.length).replaceAll('\\', '/');
    expect(messages.map(briefly), file).toEqual(meant[file] ?? []);
  }
});

const briefly = ({ ruleId, message }: Linter.LintMessage): string => ruleId?.replace('@deft/', '') ?? message;

interface Block {
  readonly info: string;
  readonly code: string;
  /** The line of the code in which the block itself begins: one that continues another is read together with it. */
  readonly start: number;
}

/** The programs of a page. */
function blocksOf(page: string): Block[] {
  let before = '';
  const text = readFileSync(root + page, 'utf8');
  return [...text.matchAll(/^```ts([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, info = '', own = '']) => {
    const start = info.includes('continues') ? before.split('\n').length : 1;
    before = start > 1 ? before + own : own;
    return { info, code: before, start };
  });
}

function pages(): string[] {
  const docs = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !/(?:^|\/)(?:node_modules|\.vitepress)\//.test(path));
  const readmes = readdirSync(`${root}packages`).map((name) => `packages/${name}/README.md`);
  return ['README.md', ...docs, ...readmes.filter((path) => existsSync(root + path))].sort();
}

describe('the documentation', () => {
  const linter = new Linter();
  const reportsOf = ({ code, start }: Block): string[] => {
    const config: Linter.Config = { ...recommended, files: ['**/*.ts'], languageOptions: { parser } };
    return linter
      .verify(code, config, 'example.ts')
      .filter(({ line }) => line >= start)
      .map(briefly);
  };
  const all = pages().map((page) => ({ page, blocks: blocksOf(page) }));

  it('is there', () => {
    expect(all.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(500);
  });

  it.each(all.filter(({ blocks }) => blocks.length > 0))('reports of $page what it says', ({ page, blocks }) => {
    const found: string[] = [];
    for (const block of blocks) {
      // Blocks that must fail may do so by what is reported; pieces of sources are linted as what they are pieces of.
      const reported = /\breported=(\S+)/.exec(block.info)?.[1]?.split(',');
      if (reported !== undefined) expect(reportsOf(block), block.code).toEqual(reported);
      else if (!/\b(?:fails|from)=/.test(block.info)) found.push(...reportsOf(block));
    }
    expect(found, 'what is meant says so behind its fence: reported=rule').toEqual(meant[page] ?? []);
  });
});
