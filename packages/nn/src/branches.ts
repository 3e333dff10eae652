/** `branches`: several layers on the same input, and a merge of their outputs, as one layer. */
import { foldIn } from '@deft/tensor';
import { checkLayerName, type Layer, type Weights } from './layer.ts';
import type { MergeLayer } from './merge.ts';
import { inner, nameApart, stored } from './nested.ts';
import { reject } from './options.ts';
import type { NameOptions } from './shape-layers.ts';

/**
 * Gives the same input to several layers and joins their outputs: `branches(add(), [block, activation('linear')])` is a
 * residual connection. Its parameters and its state are trees by the layers' names, as those of `sequentialLayer`.
 *
 * @throws `E_LAYER` for fewer than two layers and for a name given twice
 * @example
 * ```ts
 * import { activation, add, branches, dense, sequentialLayer } from '@deft/nn';
 * const block = sequentialLayer([dense(16, { activation: 'relu' }), dense(4)]);
 * console.log(branches(add(), [block, activation('linear')]).outputShape([4])); // [4]
 * ```
 */
export function branches(merge: MergeLayer, layers: readonly Layer[], options: NameOptions = {}): Layer {
  const { name = 'branches' } = options;
  checkLayerName('branches', name);
  if (!Array.isArray(layers) || layers.length < 2) reject('branches', 'layers', 'two layers or more', layers);
  const named = nameApart('branches', layers);
  return {
    kind: 'branches',
    name,
    config: { merge: stored(merge), layers: named.map(stored) },
    random: named.some((layer) => layer.random),
    holdsCode: named.some((layer) => layer.holdsCode === true),
    outputShape: (inputShape) => merge.outputShape(named.map((layer) => layer.outputShape(inputShape))),
    weights: (inputShape) =>
      named.flatMap((layer) =>
        layer.weights(inputShape).map((weight) => ({ ...weight, path: [layer.name, ...weight.path] })),
      ),
    initialize: (key, inputShape) => {
      const parameters: Record<string, Weights> = {};
      const state: Record<string, Weights> = {};
      named.forEach((layer, i) => {
        const made = layer.initialize(foldIn(key, i), inputShape);
        if (Object.keys(made.parameters).length > 0) parameters[layer.name] = made.parameters;
        if (Object.keys(made.state).length > 0) state[layer.name] = made.state;
      });
      return { parameters, state };
    },
    apply: (parameters, state, x, context) => {
      const next: Record<string, Weights> = {};
      const { key, training } = context;
      const outputs = named.map((layer, i) => {
        const needsKey = layer.random && training && key !== undefined;
        const own = needsKey ? { training, key: foldIn(key, i) } : { training };
        const result = layer.apply(inner(parameters, layer.name), inner(state, layer.name), x, own);
        if (Object.keys(result.state).length > 0) next[layer.name] = result.state;
        return result.output;
      });
      return { output: merge.apply({}, {}, outputs, context).output, state: next };
    },
    rename: (other) => branches(merge, layers, { ...options, name: other }),
  };
}
