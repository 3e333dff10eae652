/**
 * The floors of the house: which package may import which. Every package of `packages/` has a row; a package
 * without a row is itself a violation, so that a new room gets its place before its first import.
 */

/** What one package may import. */
export interface Floor {
  /** Packages whose values may be imported, without the `@deft/` scope. */
  readonly values: readonly string[];
  /** Packages of which only types may be imported. */
  readonly types?: readonly string[];
  /** True when the package may touch nothing of its environment: no globals, no `node:` modules. */
  readonly platformFree?: true;
  /** True when the package runs in Node alone, and may import `node:` modules as it likes. */
  readonly nodeOnly?: true;
}

const belowTensor: readonly string[] = [
  'core',
  'kernel',
  'ops',
  'graph',
  'transforms',
  'compiler',
  'backend-reference',
  'backend-wasm',
  'backend-native',
  'backend-webgpu',
  'eager',
  'function',
];
const belowLayers: readonly string[] = [...belowTensor, 'tensor'];
const backend: Floor = { values: ['core', 'kernel'] };

/** The rows, from the ground up. */
export const floors: Readonly<Record<string, Floor>> = {
  core: { values: [], platformFree: true },
  kernel: { values: ['core'], platformFree: true },
  ops: { values: ['core', 'kernel'], platformFree: true },
  graph: { values: ['core'], platformFree: true },
  transforms: { values: ['core', 'graph'], types: ['ops'], platformFree: true },
  compiler: { values: ['core', 'kernel', 'graph'], platformFree: true },
  'backend-reference': backend,
  'backend-wasm': backend,
  'backend-native': { ...backend, nodeOnly: true },
  'backend-webgpu': backend,
  eager: { values: ['core', 'kernel', 'graph', 'compiler'] },
  function: { values: ['core', 'graph', 'compiler', 'transforms'] },
  tensor: { values: belowTensor },
  nn: { values: belowLayers },
  optim: { values: belowLayers },
  data: { values: belowLayers },
  keras: { values: [...belowLayers, 'nn', 'optim', 'data'] },
  'eslint-plugin': { values: [], nodeOnly: true },
};

/** Entry points besides the package name itself that other packages may import. */
export const publicSubpaths: ReadonlySet<string> = new Set([
  '@deft/tensor/fluent',
  '@deft/test-utils/layer-cases',
  '@deft/test-utils/pipelines',
]);
