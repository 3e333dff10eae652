/** The import rules hold in this repository, and each of them fails on a file that breaks it. */
import { describe, expect, it } from 'vitest';
import { listManifests, listSources } from '../repository.ts';
import { checkImportRules, type Manifest, type Rule, type SourceFile } from './rules.ts';

const manifest = (folder: string, ...dependencies: string[]): Manifest => ({
  folder,
  name: `@deft/${folder.split('/').at(-1) ?? ''}`,
  dependencies,
});

const manifests: Manifest[] = [
  manifest('packages/core'),
  manifest('packages/kernel', '@deft/core'),
  manifest('packages/ops', '@deft/core', '@deft/kernel'),
  manifest('packages/graph', '@deft/core'),
  manifest('packages/transforms', '@deft/core', '@deft/graph', '@deft/ops', '@deft/tensor'),
  manifest('packages/backend-wasm', '@deft/core', '@deft/kernel'),
  manifest('packages/tensor', '@deft/core'),
  manifest('packages/nn', '@deft/tensor'),
  manifest('apps/digits', '@deft/tensor'),
  { ...manifest('test-utils'), devDependencies: ['vitest'] },
];

const rulesBroken = (...files: [path: string, text: string][]): Rule[] =>
  checkImportRules(
    files.map(([path, text]): SourceFile => ({ path, text })),
    manifests,
  ).map((violation) => violation.rule);

describe('import rules', () => {
  it('hold in this repository', () => {
    const violations = checkImportRules(listSources(), listManifests());
    expect(violations.map(({ rule, where, message }) => `${rule}: ${where}: ${message}`)).toEqual([]);
  });

  it.each<[what: string, path: string, text: string, rule: Rule]>([
    ['a value from a higher floor', 'packages/transforms/src/a.ts', "import { t } from '@deft/tensor';", 'floor'],
    ['a type from a higher floor', 'packages/transforms/src/a.ts', "import type { T } from '@deft/tensor';", 'floor'],
    ['an import() type', 'packages/transforms/src/a.ts', "export type T = import('@deft/tensor').Tensor;", 'floor'],
    ['a re-export', 'packages/transforms/src/a.ts', "export * from '@deft/tensor';", 'floor'],
    ['a lazy import', 'packages/transforms/src/a.ts', "export const t = () => import('@deft/tensor');", 'floor'],
    ['a value where only types may come', 'packages/transforms/src/a.ts', "import { add } from '@deft/ops';", 'floor'],
    ['a mixed import', 'packages/transforms/src/a.ts', "import { type Add, add } from '@deft/ops';", 'floor'],
    [
      'another package’s inside',
      'packages/kernel/src/a.ts',
      "import { x } from '@deft/core/dist/x.js';",
      'deep-import',
    ],
    ['a deep import from an app', 'apps/digits/src/a.ts', "import { x } from '@deft/tensor/src/x.ts';", 'deep-import'],
    ['a deep import from a test', 'packages/kernel/src/a.test.ts', "import '@deft/core/src/x.ts';", 'deep-import'],
    [
      'a path into another package',
      'packages/kernel/src/a.ts',
      "import { x } from '../../core/src/x.ts';",
      'leaves-package',
    ],
    ['a file that is not there', 'packages/kernel/src/a.ts', "import { x } from './gone.ts';", 'missing-file'],
    ['an undeclared value', 'packages/nn/src/a.ts', "import { x } from '@deft/core';", 'undeclared-dependency'],
    ['an undeclared type', 'packages/nn/src/a.ts', "import type { X } from '@deft/core';", 'undeclared-dependency'],
    ['an undeclared library', 'packages/nn/src/a.ts', "import x from 'left-pad';", 'undeclared-dependency'],
    ['an undeclared package in an app', 'apps/digits/src/a.ts', "import '@deft/core';", 'undeclared-dependency'],
    ['an undeclared tool in a test', 'test-utils/src/a.ts', "import x from 'left-pad';", 'undeclared-dependency'],
    ['a node: module on a free floor', 'packages/ops/src/a.ts', "const x = await import('node:fs');", 'node-builtin'],
    ['a static node: module', 'packages/backend-wasm/src/a.ts', "import fs from 'node:fs';", 'node-builtin'],
    ['Math.random', 'packages/core/src/a.ts', 'export const x: number = Math.random();', 'environment'],
    ["Math['random']", 'packages/graph/src/a.ts', "export const x: number = Math['random']();", 'environment'],
    ['a file that imports itself', 'packages/core/src/a.ts', "export * from './a.ts';", 'file-cycle'],
  ])('refuse %s', (_what, path, text, rule) => {
    expect(rulesBroken([path, text])).toContain(rule);
  });

  it('refuse a test that is imported', () => {
    expect(
      rulesBroken(['packages/core/src/a.ts', "import './b.test.ts';"], ['packages/core/src/b.test.ts', 'export {};']),
    ).toEqual(['imports-test']);
  });

  it('refuse cycles of files, type imports included', () => {
    expect(
      rulesBroken(
        ['packages/core/src/a.ts', "import type { B } from './b.ts'; export type A = B;"],
        ['packages/core/src/b.ts', "import type { A } from './a.ts'; export type B = A;"],
      ),
    ).toEqual(['file-cycle']);
  });

  it('let ops name each other, and only ops', () => {
    const pair = (folder: string, a: string, b: string): Rule[] =>
      rulesBroken(
        [`packages/${folder}/${a}.ts`, `import './${b}.ts';`],
        [`packages/${folder}/${b}.ts`, `import './${a}.ts';`],
      );
    expect(pair('ops/src', 'sin', 'cos')).toEqual([]);
    expect(pair('ops/src', 'index', 'cos')).toEqual(['file-cycle']);
    expect(pair('ops/src/definition', 'define', 'rules')).toEqual(['file-cycle']);
    expect(pair('kernel/src', 'sin', 'cos')).toEqual(['file-cycle']);
  });

  it('refuse cycles of packages', () => {
    expect(
      rulesBroken(
        ['packages/tensor/src/a.ts', "import '@deft/core';"],
        ['packages/core/src/a.ts', "import type { T } from '@deft/tensor';"],
      ),
    ).toContain('package-cycle');
  });

  it('refuse a package without a floor', () => {
    const violations = checkImportRules([], [manifest('packages/attic')]);
    expect(violations.map((violation) => violation.rule)).toEqual(['unknown-package']);
  });

  it('refuse to pass over a file that does not parse', () => {
    expect(() => rulesBroken(['packages/core/src/a.ts', 'export const = ;'])).toThrow(/does not parse/);
  });

  it.each<[what: string, path: string, text: string]>([
    ['imports from lower floors', 'packages/ops/src/a.ts', "import { x } from '@deft/core'; import '@deft/kernel';"],
    ['types of ops in transforms', 'packages/transforms/src/a.ts', "import type { Add } from '@deft/ops';"],
    ['inline types of ops', 'packages/transforms/src/a.ts', "import { type Add } from '@deft/ops';"],
    ['fluent', 'apps/digits/src/a.ts', "import '@deft/tensor/fluent';"],
    ['a node: module in a package for Node', 'packages/backend-native/src/a.ts', "import fs from 'node:fs';"],
    ['a lazy node: module in a backend', 'packages/backend-wasm/src/a.ts', "const x = await import('node:fs');"],
    ['any package in a test', 'packages/core/src/a.test.ts', "import '@deft/test-utils'; import '@deft/tensor';"],
    ['a declared tool in test-utils', 'test-utils/src/a.ts', "import { it } from 'vitest'; import '@deft/tensor';"],
  ])('allow %s', (_what, path, text) => {
    expect(rulesBroken([path, text])).toEqual([]);
  });
});
