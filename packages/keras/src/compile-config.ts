/**
 * What `compile` was told, as plain data for a file, and back. A name is kept as it is, what was made by this library as
 * its recipe, lists and records of outputs as they are built. What holds a function of its user is left out by name, for
 * no file keeps code.
 */
import { type PlainValue, raise, recipeOf } from '@deft/core';
import { optimizerFromConfig } from '@deft/optim';
import { isJsonObject } from './bounded-json.ts';
import { lossFromConfig } from './loss-from-config.ts';
import { metricFromConfig } from './metric-from-config.ts';
import type { CompileOptions } from './model-options.ts';
import { resolveOptimizer } from './optimizers.ts';

/** What `compile` was told as far as it is data. */
export interface CompileConfig {
  readonly options: { readonly [option: string]: PlainValue };
  /** Where in the options something was left out, and what: `loss (distance)`. */
  readonly leftOut: readonly string[];
}

/** How an option is made of data again: a leaf of it, whatever lists and records it stands in. */
const readers: { readonly [option in keyof Required<CompileOptions>]: (leaf: unknown) => unknown } = {
  optimizer: optimizerFromConfig,
  loss: lossFromConfig,
  metrics: metricFromConfig,
  weightedMetrics: metricFromConfig,
  lossWeights: (leaf) => leaf,
  jit: (leaf) => leaf,
  memoryBudget: (leaf) => leaf,
};

const isRecipe = (value: { readonly [key: string]: unknown }): boolean =>
  Object.keys(value).length === 2 && Object.hasOwn(value, 'kind') && Object.hasOwn(value, 'config');

/** Whether a value is a list or a record, rather than an object of some class. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** The option as data; `undefined` where it holds something else, which is noted. */
function write(value: unknown, place: string, leftOut: string[]): PlainValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return value;
  }
  const made = (typeof value === 'object' || typeof value === 'function') && recipeOf(value);
  if (made) return { kind: made.kind, config: made.config };
  const entries = isPlain(value) ? Object.entries(value) : undefined;
  if (!entries || (!Array.isArray(value) && entries.some(([, entry]) => typeof entry === 'function'))) {
    const { name } = value as { readonly name?: unknown };
    leftOut.push(typeof name === 'string' && name !== '' ? `${place} (${name.slice(0, 60)})` : place);
    return undefined;
  }
  const parts = entries.flatMap(([key, entry]) => {
    if (entry === undefined) return [];
    const part = write(entry, `${place}[${Array.isArray(value) ? key : JSON.stringify(key)}]`, leftOut);
    return part === undefined ? [] : [[key, part] as const];
  });
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** What `compile` was told as plain data. */
export function compileConfig(told: CompileOptions): CompileConfig {
  const options: { [option: string]: PlainValue } = {};
  const leftOut: string[] = [];
  for (const [option, value] of Object.entries({ ...told, optimizer: resolveOptimizer(told.optimizer) })) {
    const written = value === undefined ? undefined : write(value, option, leftOut);
    if (written !== undefined) options[option] = written;
  }
  return { options, leftOut };
}

function read(value: unknown, make: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => read(entry, make));
  if (!isJsonObject(value)) return value;
  if (isRecipe(value)) return make(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, read(entry, make)]));
}

/**
 * The options of `compile` that a file keeps.
 *
 * @throws `E_ATTRIBUTE` for an unknown option or kind, and what makers throw for options out of range
 */
export function compileOptionsOf(config: { readonly [option: string]: unknown }): Partial<CompileOptions> {
  return Object.fromEntries(
    Object.entries(config).map(([option, value]) => {
      if (Object.hasOwn(readers, option)) {
        return [option, read(value, readers[option as keyof CompileOptions])];
      }
      const expected = `one of ${Object.keys(readers).join(', ')}`;
      return raise('E_ATTRIBUTE', { op: 'compile', argument: 'options', expected, found: option.slice(0, 40) });
    }),
  ) as Partial<CompileOptions>;
}
