/** Models as subclasses: their fields that are layers, and their method `call`, as one composed layer. */
import { raise } from '@deft/core';
import { composedLayer, isLayer, type LayerContext, type LayerLike, type Signal } from '@deft/nn';
import type { ModelOptions } from './model-options.ts';

/** Options of a model's subclass. */
export interface SubclassOptions extends ModelOptions {
  /** Names of the inputs, where `call` takes an array of batches. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs, where `call` gives an array of them. */
  readonly outputNames?: readonly string[];
}

/** What a subclass has. */
interface Subclass {
  call(x: never, context: LayerContext): Signal;
}

const areLayers = (value: unknown): value is LayerLike | readonly LayerLike[] =>
  isLayer(value) || (Array.isArray(value) && value.length > 0 && value.every(isLayer));

/** `MyResidual` is called `myResidual`. */
function nameOf(subclass: Subclass): string {
  const name = subclass.constructor.name.replace(/\W/g, '') || 'model';
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The layer that a subclass is. Throws `E_MODEL` where no field is a layer. */
export function layerOfSubclass(subclass: Subclass, options: SubclassOptions): LayerLike {
  const { seed: _, name = nameOf(subclass), ...rest } = options;
  const layers = Object.fromEntries(Object.entries(subclass).filter(([, field]) => areLayers(field)));
  if (Object.keys(layers).length === 0) {
    raise('E_MODEL', {
      op: name,
      says: 'no field of the model is a layer',
      hint: 'make layers fields: class Net extends Model { dense = layers.dense(8); call(x) { return this.dense(x); } }',
    });
  }
  return composedLayer<Signal, Signal>({
    ...rest,
    name,
    kind: 'subclass',
    layers: layers as Record<string, LayerLike | readonly LayerLike[]>,
    call: (x, context) => subclass.call(x as never, context),
  });
}
