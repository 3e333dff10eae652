/** What layers made of layers share: names apart, and the inner layers' part of a tree of weights. */
import { raise } from '@deft/core';
import type { Layer, LayerConfig, Weights } from './layer.ts';

/** Gives layers that share their default name numbers: `dense`, `dense_1`. Throws `E_LAYER` where users gave a name twice. */
export function nameApart(owner: string, layers: readonly Layer[]): Layer[] {
  const taken = new Set<string>();
  for (const { name, kind } of layers) {
    if (name === kind) continue;
    if (taken.has(name)) {
      raise('E_LAYER', { op: owner, argument: 'layers', expected: 'every name once', found: `${name} twice` });
    }
    taken.add(name);
  }
  const numbers = new Map<string, number>();
  return layers.map((layer) => {
    if (layer.name !== layer.kind) return layer;
    let name = layer.kind;
    let number = numbers.get(layer.kind) ?? 0;
    while (taken.has(name)) name = `${layer.kind}_${++number}`;
    numbers.set(layer.kind, number);
    taken.add(name);
    return name === layer.name ? layer : layer.rename(name);
  });
}

/** The weights of an inner layer; none where it has none. */
export function inner(weights: Weights, name: string): Weights {
  return Object.hasOwn(weights, name) ? (weights[name] as Weights) : {};
}

/** An inner layer as its owner's configuration has it. */
export function stored({ kind, name, config }: Pick<Layer, 'kind' | 'name' | 'config'>): LayerConfig {
  return { kind, name, config };
}
