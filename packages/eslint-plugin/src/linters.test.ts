/** The whole plugin in the linters that load it: ESLint of two versions, with and without types, and oxlint. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import deft from '@deft/eslint-plugin';
import parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';
import { defineConfig } from 'eslint/config';
import { ESLint as ESLint9 } from 'eslint-9';
import type { OxlintConfig } from 'oxlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder: string = fileURLToPath(new URL('../', import.meta.url));

/** One problem for every rule, and what the plugin is to say of it. */
const program = `import { add, jit, mul, neg, tensor } from '@deft/tensor';

let scale = 2;
const x = tensor([1, 2]);
add(x, 1);
export const sign = x ? x : neg(x);
export const sums = [x + 1];
export const noisy = jit((y) => mul(y, Math.random() * scale));
export const first = jit((y) => mul(y, y.item()));
for (const part of [1, 2]) jit((y) => mul(y, 2))(part);
scale = 3;
`;

const expected = [
  '5 @deft/no-unused-result',
  '6 @deft/no-tensor-condition',
  '7 @deft/no-tensor-operator',
  '8 @deft/no-impure-capture',
  '8 @deft/no-changing-closure',
  '9 @deft/no-tensor-read-in-capture',
  '10 @deft/no-jit-in-loop',
];

const untyped = defineConfig([deft.configs.recommended]);

const typed = defineConfig([
  deft.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser, parserOptions: { projectService: true } },
  },
]);

type Config = typeof typed;

const linters = { 'ESLint 10': ESLint, 'ESLint 9': ESLint9 as typeof ESLint };

describe.each(Object.entries(linters))('%s', (_, Linter) => {
  const lint = async (config: Config, filePath: string, code: string): Promise<string[]> => {
    const linter = new Linter({ cwd: folder, overrideConfigFile: true, overrideConfig: config });
    const [result] = await linter.lintText(code, { filePath: join(folder, 'fixtures', filePath) });
    return (result?.messages ?? []).map(({ line, ruleId, message }) => `${line} ${ruleId ?? message}`);
  };

  it('reports in JavaScript', async () => {
    expect(await lint(untyped, 'example.js', program)).toEqual(expected);
  });

  it('reports in TypeScript with types', async () => {
    expect(await lint(typed, 'example.tsx', program)).toEqual(expected);
    const onlyTypes = "import type { Tensor } from '@deft/tensor';\nexport const f = (p: { w: Tensor }) => !p.w;\n";
    expect(await lint(typed, 'example.tsx', onlyTypes)).toEqual(['2 @deft/no-tensor-condition']);
  });

  it('applies suggestions', async () => {
    const linter = new Linter({ cwd: folder, overrideConfigFile: true, overrideConfig: untyped });
    const [result] = await linter.lintText(program, { filePath: join(folder, 'fixtures/example.js') });
    const { fix } = result?.messages[1]?.suggestions?.[0] ?? { fix: { range: [0, 0], text: '' } };
    const text = program.slice(0, fix.range[0]) + fix.text + program.slice(fix.range[1]);
    expect(text.split('\n').slice(0, 6)).toEqual([
      "import { add, jit, mul, neg, tensor, where } from '@deft/tensor';",
      ...program.split('\n').slice(1, 5),
      'export const sign = where(x, x, neg(x));',
    ]);
  });
});

describe('oxlint', () => {
  let project: string;
  const oxlint = join(createRequire(import.meta.url).resolve('oxlint/package.json'), '../bin/oxlint');
  const run = (...words: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [oxlint, ...words], {
      cwd: project,
      encoding: 'utf8',
    });
    if (status === null || status > 1) throw new Error(stdout + stderr);
    return stdout;
  };
  /** The configuration that the guide shows. */
  const page = readFileSync(join(folder, '../../docs/guide/lint.md'), 'utf8');
  const documented = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const lint = (file: string): string[] => {
    const { diagnostics } = JSON.parse(run('--format', 'json', file)) as {
      diagnostics: { code: string; labels: { span: { line: number } }[] }[];
    };
    const found = diagnostics.map(({ code, labels }) => ({ code, line: labels[0]?.span.line ?? 0 }));
    const own = found.filter(({ code }) => code.startsWith('@deft')).sort((a, b) => a.line - b.line);
    return own.map(({ code, line }) => `${line} ${code.replace(/\((.*)\)/, '/$1')}`);
  };

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'deft-oxlint-'));
    // Node 20 does not run TypeScript, so oxlint gets the plugin in one file of JavaScript, where it would be installed.
    const installed = join(project, 'node_modules/@deft/eslint-plugin');
    mkdirSync(join(installed, 'dist'), { recursive: true });
    copyFileSync(join(folder, 'package.json'), join(installed, 'package.json'));
    const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
    execFileSync(esbuild, [
      join(folder, 'src/index.ts'),
      ...['--bundle', '--format=esm', '--platform=node', '--log-level=error', `--outfile=${installed}/dist/index.js`],
    ]);
    writeFileSync(join(project, '.oxlintrc.json'), documented);
    writeFileSync(join(project, 'example.ts'), program);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('is configured as the guide says, with every recommended rule', () => {
    const config = JSON.parse(documented) as OxlintConfig;
    expect(config).toEqual({ jsPlugins: ['@deft/eslint-plugin'], rules: deft.configs.recommended.rules });
  });

  it('reports the same', () => {
    expect(lint('example.ts').sort()).toEqual([...expected].sort());
  });

  it('sees types that are written, decorators, and JSX', () => {
    writeFileSync(
      join(project, 'written.tsx'),
      `import { jit, mul, type Tensor } from '@deft/tensor';
class Model {
  @jit()
  call(x: Tensor, y?: Tensor): Tensor {
    if (y) return mul(x, Date.now());
    return x ? x : mul(x, 2);
  }
}
export const View = ({ x }: { x: Tensor }) => <p>{jit((y) => y)(x)}</p>;
export { Model };
`,
    );
    expect(lint('written.tsx')).toEqual([
      '5 @deft/no-impure-capture',
      '6 @deft/no-tensor-condition',
      '9 @deft/no-jit-in-loop',
    ]);
  });

  it('reports nothing of one file in another', () => {
    writeFileSync(join(project, 'first.ts'), "import { ones } from '@deft/tensor';\nexport const x = ones([2]);\n");
    writeFileSync(join(project, 'second.ts'), 'declare const x: number;\nexport const y = x ? 1 : 2;\n');
    expect(lint('first.ts')).toEqual([]);
    expect(lint('.').filter((line) => line.startsWith('2 '))).toEqual([]);
  });
});
