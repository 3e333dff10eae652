/** Models of layers one after the other, as a user makes them. */
import { raise } from '@deft/core';
import { type Layer, sequentialLayer } from '@deft/nn';
import { Model } from './model.ts';
import type { SequentialOptions } from './model-options.ts';

/**
 * A model of layers one after the other.
 *
 * @throws `E_LAYER` where a layer cannot take its input, `E_MODEL` for bad options
 * @example
 * ```ts
 * import { layers, sequential } from '@deft/keras';
 * const model = sequential([layers.dense(8, { activation: 'relu' }), layers.dense(1)], { inputShape: [2] });
 * console.log(model.summary());
 * ```
 */
export function sequential(layers: readonly Layer[], options: SequentialOptions = {}): Model {
  if (layers.length === 0)
    raise('E_MODEL', { op: 'sequential', argument: 'layers', expected: 'at least one layer', found: 'none' });
  const { seed = 0, inputShape, name } = options;
  const model = new Model(sequentialLayer(layers, name === undefined ? {} : { name }), seed);
  if (inputShape !== undefined) model.build(inputShape);
  return model;
}
