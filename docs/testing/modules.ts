/** What examples may import: the packages of this repository from their sources, and Node's own modules. */
import type { Importer } from './run-example.ts';

const packages: Readonly<Record<string, () => Promise<object>>> = {
  '@deft/backend-native': () => import('@deft/backend-native'),
  '@deft/backend-reference': () => import('@deft/backend-reference'),
  '@deft/backend-wasm': () => import('@deft/backend-wasm'),
  '@deft/compiler': () => import('@deft/compiler'),
  '@deft/core': () => import('@deft/core'),
  '@deft/data': () => import('@deft/data'),
  '@deft/eager': () => import('@deft/eager'),
  '@deft/eslint-plugin': () => import('@deft/eslint-plugin'),
  '@deft/function': () => import('@deft/function'),
  '@deft/graph': () => import('@deft/graph'),
  '@deft/keras': () => import('@deft/keras'),
  '@deft/kernel': () => import('@deft/kernel'),
  '@deft/nn': () => import('@deft/nn'),
  '@deft/ops': () => import('@deft/ops'),
  '@deft/optim': () => import('@deft/optim'),
  '@deft/tensor': () => import('@deft/tensor'),
  '@deft/tensor/fluent': () => import('@deft/tensor/fluent'),
  '@deft/test-utils': () => import('@deft/test-utils'),
  '@deft/transforms': () => import('@deft/transforms'),
};

/** Imports what an example names; anything else is an error of the example. */
export const importForExample: Importer = (specifier) => {
  const load = packages[specifier];
  if (load) return load();
  if (specifier.startsWith('node:')) return import(/* @vite-ignore */ specifier) as Promise<object>;
  throw new Error(`the documentation imports ${specifier}, which no reader has`);
};
