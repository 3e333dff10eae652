/**
 * What a page pays for an import, or a linter that loads the rules, minified and compressed with brotli. A limit is the
 * size measured when it was set plus about 15 %; raising one belongs into the change that needs it.
 */
const scenarios = [
  ['@deft/core', '*', '11.9 kB'],
  ['@deft/ops', '{ add }', '19 kB'],
  ['@deft/tensor', '{ tensor, add }', '107 kB'],
  ['@deft/tensor', '{ tensor, add, grad, jit }', '126 kB'],
  ['@deft/tensor', '*', '296 kB'],
  ['@deft/keras', '{ sequential }', '181 kB'],
  ['@deft/eslint-plugin', '*', '17 kB'],
];

export default scenarios.map(([name, names, limit]) => ({
  name: `${name}: ${names}`,
  path: `packages/${name.slice('@deft/'.length)}/dist/index.js`,
  import: names,
  limit,
  // The rules run in Node.
  ...(name === '@deft/eslint-plugin' && { ignore: ['node:module'] }),
  // Without the root's tsconfig, whose paths lead to the sources.
  modifyEsbuildConfig: (config) => ({ ...config, format: 'esm', target: 'es2022', tsconfigRaw: '{}' }),
}));
