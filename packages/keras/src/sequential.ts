/** Models as a user makes them: layers one after the other, or drawn up by calling layers. */
import { raise } from '@deft/core';
import { functional, type Layer, type SymbolicTensor, type Symbols, sequentialLayer } from '@deft/nn';
import type { FreeShape } from './input-shape.ts';
import { Model } from './model.ts';
import type { ModelOptions, SequentialOptions } from './model-options.ts';

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
  const { seed = 0, inputShape, ...layerOptions } = options;
  const model = new Model(sequentialLayer(layers, layerOptions), seed);
  if (inputShape !== undefined) model.build(inputShape);
  return model;
}

/** Options of `model`. */
export interface FunctionalModelOptions extends ModelOptions {
  /** What `input` gave: one, or several. */
  readonly inputs: Symbols;
  /** What calling layers gave: one, or several. */
  readonly outputs: Symbols;
}

/** The shape of an input, with `null` for its free axes. */
const freeShapeOf = ({ shape, freeAxes }: SymbolicTensor): FreeShape =>
  shape.map((dim, axis) => (freeAxes.includes(axis) ? null : dim));

/**
 * A model from inputs to outputs, drawn up by calling layers with what `input` gave. A model that takes several inputs takes
 * arrays of examples, or records by the inputs' names; outputs are named after their layers.
 *
 * @throws `E_LAYER` for outputs that depend on an input not told, and for names given twice
 * @example
 * ```ts
 * import { input, layers, model } from '@deft/keras';
 * const title = input([8], { name: 'title' });
 * const body = input([16], { name: 'body' });
 * const joined = layers.concatenate()([layers.dense(4)(title), layers.dense(4)(body)]);
 * const net = model({ inputs: [title, body], outputs: layers.dense(1)(joined) });
 * console.log(net.inputNames?.join(), net.countParameters()); // → title,body 113
 * ```
 */
export function model(options: FunctionalModelOptions): Model {
  const { seed = 0, inputs, outputs, ...layerOptions } = options;
  const made = new Model(functional({ ...layerOptions, inputs, outputs }), seed);
  made.build(Array.isArray(inputs) ? inputs.map(freeShapeOf) : freeShapeOf(inputs as SymbolicTensor));
  return made;
}
