/**
 * `@deft/eslint-plugin`: lint rules for what JavaScript cannot trap when a function of tensors is captured.
 *
 * A tensor refuses to be added with `+` or compared with `>`, but `if (x)` and `x === y` ask it nothing, and what a captured
 * function reads from a clock or from a variable outside is fixed without a word. These rules see it in the source.
 */
import { createRequire } from 'node:module';
import type { RuleListener, RuleMeta } from './host.ts';
import { noChangingClosure } from './rules/no-changing-closure.ts';
import { noImpureCapture } from './rules/no-impure-capture.ts';
import { noJitInLoop } from './rules/no-jit-in-loop.ts';
import { noTensorCondition } from './rules/no-tensor-condition.ts';
import { noTensorOperator } from './rules/no-tensor-operator.ts';
import { noTensorReadInCapture } from './rules/no-tensor-read-in-capture.ts';
import { noUnusedResult } from './rules/no-unused-result.ts';

/** The name of a rule, without the plugin's. */
export type RuleName =
  | 'no-changing-closure'
  | 'no-impure-capture'
  | 'no-jit-in-loop'
  | 'no-tensor-condition'
  | 'no-tensor-operator'
  | 'no-tensor-read-in-capture'
  | 'no-unused-result';

/** A rule, as linters take it. */
export interface Rule {
  readonly meta: RuleMeta;
  create(context: object): RuleListener;
}

/** A configuration for ESLint's flat config. */
export interface RecommendedConfig {
  readonly name: string;
  readonly plugins: { '@deft': Pick<Plugin, 'meta' | 'rules'> };
  readonly rules: { [Rule in `@deft/${RuleName}`]: 'error' };
}

/** The plugin. */
export interface Plugin {
  readonly meta: { readonly name: string; readonly version: string };
  readonly rules: Record<RuleName, Rule>;
  readonly configs: { readonly recommended: RecommendedConfig };
}

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/**
 * The rules by name.
 *
 * @example
 * ```ts
 * import { rules } from '@deft/eslint-plugin';
 *
 * export default [{ plugins: { '@deft': { rules } }, rules: { '@deft/no-tensor-condition': 'warn' } }];
 * ```
 */
export const rules: Record<RuleName, Rule> = {
  'no-changing-closure': noChangingClosure,
  'no-impure-capture': noImpureCapture,
  'no-jit-in-loop': noJitInLoop,
  'no-tensor-condition': noTensorCondition,
  'no-tensor-operator': noTensorOperator,
  'no-tensor-read-in-capture': noTensorReadInCapture,
  'no-unused-result': noUnusedResult,
};

/**
 * The configurations by name.
 *
 * @example
 * ```ts
 * import { configs } from '@deft/eslint-plugin';
 *
 * export default [{ ...configs.recommended, ignores: ['bench/'] }];
 * ```
 */
export const configs: { readonly recommended: RecommendedConfig } = {
  recommended: {
    name: '@deft/recommended',
    get plugins() {
      return { '@deft': plugin };
    },
    rules: {
      '@deft/no-changing-closure': 'error',
      '@deft/no-impure-capture': 'error',
      '@deft/no-jit-in-loop': 'error',
      '@deft/no-tensor-condition': 'error',
      '@deft/no-tensor-operator': 'error',
      '@deft/no-tensor-read-in-capture': 'error',
      '@deft/no-unused-result': 'error',
    },
  },
};

/**
 * The plugin, as linters load it.
 *
 * @example
 * ```ts
 * import deft from '@deft/eslint-plugin';
 *
 * export default [deft.configs.recommended];
 * ```
 */
const plugin: Plugin = { meta: { name: '@deft/eslint-plugin', version }, rules, configs };

export default plugin;
