/**
 * The one vitest configuration of the repository. Tests run from source: `@deft/<name>` is read as
 * `packages/<name>/src/index.ts` here exactly as in `tsconfig.json`. Only the `packaging` project looks at what is
 * built, as a user would: it installs the packed tarballs.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const root: string = fileURLToPath(new URL('.', import.meta.url));
const packaging: string[] = ['scripts/packaging/**/*.test.ts'];
const rules: string[] = ['scripts/**/*.test.ts'];
/** What most tests are about is the same on every backend; those of the native one, and of the choice, say so themselves. */
const env: Record<string, string> = { DEFT_BACKEND: process.env['DEFT_BACKEND'] ?? 'wasm' };
const notTests: string[] = ['**/node_modules/**', '**/dist/**', '**/cache/**'];

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^@deft\/tensor\/fluent$/, replacement: `${root}packages/tensor/src/fluent.ts` },
      { find: /^@deft\/test-utils\/layer-cases$/, replacement: `${root}test-utils/src/layer-cases.ts` },
      { find: /^@deft\/test-utils\/pipelines$/, replacement: `${root}test-utils/src/pipelines.ts` },
      { find: /^@deft\/test-utils$/, replacement: `${root}test-utils/src/index.ts` },
      { find: /^@deft\/digits$/, replacement: `${root}apps/digits/src/index.ts` },
      { find: /^@deft\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
    ],
  },
  // Standard decorators (`@jit()`) must be lowered: no Node of the supported range runs them as they are.
  esbuild: { target: 'es2022' },
  test: {
    // A hanging test is found by it; a busy machine is not to be.
    testTimeout: 180_000,
    setupFiles: [`${root}test-utils/property-seed.ts`],
    passWithNoTests: true,
    // Both cores of a small machine: left alone, vitest keeps one for itself.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'test-utils/**/*.test.ts',
            'docs/**/*.test.ts',
          ],
          exclude: notTests,
          env,
        },
      },
      { extends: true, test: { name: 'rules', include: rules, exclude: [...notTests, ...packaging], env } },
      {
        extends: true,
        test: {
          name: 'packaging',
          include: packaging,
          exclude: notTests,
          globalSetup: 'scripts/packaging/build-and-pack.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

export default config;
