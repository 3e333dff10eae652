/**
 * The one vitest configuration of the repository: every package's tests run from source, because `@deft/<name>`
 * is read as `packages/<name>/src/index.ts` here exactly as in `tsconfig.json`.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const root: string = fileURLToPath(new URL('.', import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^@deft\/tensor\/fluent$/, replacement: `${root}packages/tensor/src/fluent.ts` },
      { find: /^@deft\/test-utils$/, replacement: `${root}test-utils/src/index.ts` },
      { find: /^@deft\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
    ],
  },
  // Standard decorators (`@jit()`) must be lowered: no Node of the supported range runs them as they are.
  esbuild: { target: 'es2022' },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test-utils/**/*.test.ts', 'docs/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    passWithNoTests: true,
  },
});

export default config;
