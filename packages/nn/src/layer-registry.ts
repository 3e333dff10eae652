/**
 * Layers by kind: how each is made again from its configuration. Configurations may come from files, so kinds are looked
 * up as own keys only, options pass the same checks as a user's, and nothing else of a configuration is read.
 */
import { raise } from '@deft/core';
import { activation } from './activation.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import type { Layer } from './layer.ts';
import { batchNormalization, layerNormalization } from './normalization.ts';
import { averagePooling2d, globalAveragePooling2d, maxPooling2d } from './pooling.ts';
import { sequentialLayer } from './sequential-layer.ts';
import { flatten, reshape } from './shape-layers.ts';

// Options of a configuration are of unknown types until the layer's own checks have passed them.
type Unchecked = { readonly [option: string]: never };
type FromConfig = (config: Unchecked, options: Unchecked & { readonly name?: string }) => Layer;

/** How deep layers made of layers may be nested in a configuration. */
const deepestNesting = 8;

const makers: { readonly [kind: string]: FromConfig } = {
  activation: (config, options) => activation(config['activation'] as never, options),
  averagePooling2d: (config, options) => averagePooling2d(config['poolSize'], options),
  batchNormalization: (_, options) => batchNormalization(options),
  conv2d: (config, options) => conv2d(config['filters'] as never, config['kernelSize'] as never, options),
  dense: (config, options) => dense(config['units'] as never, options),
  dropout: (config, options) => dropout(config['rate'] as never, options),
  embedding: (config, options) => embedding(config['inputDim'] as never, config['outputDim'] as never, options),
  flatten: (_, options) => flatten(options),
  globalAveragePooling2d: (_, options) => globalAveragePooling2d(options),
  layerNormalization: (_, options) => layerNormalization(options),
  maxPooling2d: (config, options) => maxPooling2d(config['poolSize'], options),
  reshape: (config, options) => reshape(config['targetShape'] as never, options),
};

/** All kinds of layers that a configuration may name. */
export const layerKinds: readonly string[] = [...Object.keys(makers), 'sequential'];

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reject(argument: string, expected: string, found: unknown): never {
  const text = typeof found === 'string' ? JSON.stringify(found.slice(0, 40)) : found === null ? 'null' : typeof found;
  return raise('E_LAYER', { op: 'layerFromConfig', argument, expected, found: text });
}

function make(serialized: unknown, path: string, depth: number): Layer {
  if (!isRecord(serialized)) reject(path, 'an object with kind, name and config', serialized);
  const { kind, name, config } = serialized;
  if (!isRecord(config)) reject(`${path}.config`, 'an object', config);
  if (kind === 'sequential') {
    if (depth === 0) reject(path, `at most ${deepestNesting} levels of layers`, kind);
    const { layers } = config;
    if (!Array.isArray(layers)) reject(`${path}.config.layers`, 'an array of layers', layers);
    const inner = layers.map((layer: unknown, i) => make(layer, `${path}.config.layers[${i}]`, depth - 1));
    return sequentialLayer(inner, { name: name as string });
  }
  if (typeof kind !== 'string' || !Object.hasOwn(makers, kind))
    reject(`${path}.kind`, `one of ${layerKinds.join(', ')}`, kind);
  return (makers[kind] as FromConfig)(
    config as Unchecked,
    { ...config, name } as Unchecked & { readonly name: string },
  );
}

/**
 * A layer from what its `kind`, `name` and `config` say.
 *
 * @throws `E_LAYER` for an unknown kind and for options that the layer does not take, naming the place
 * @example
 * ```ts
 * import { dense, layerFromConfig } from '@deft/nn';
 * const { kind, name, config } = dense(4, { name: 'out' });
 * console.log(layerFromConfig({ kind, name, config }).name); // out
 * ```
 */
export function layerFromConfig(serialized: unknown): Layer {
  return make(serialized, 'layer', deepestNesting);
}
