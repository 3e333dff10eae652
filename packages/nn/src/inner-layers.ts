/**
 * What layers made of layers share: their inner layers with names apart, the trees of weights by those names, and a pass
 * through them that keeps account of states, keys, masks and costs. What remains for a composed layer is which inner layer gets
 * what.
 */
import { raise, type Tensor } from '@deft/core';
import { foldIn } from '@deft/tensor';
import { checkLayerName, checkSettings, sumOf } from './define-layer.ts';
import type {
  Decoding,
  ExampleShape,
  LayerConfig,
  LayerContext,
  LayerLike,
  LayerOptions,
  LayerOutput,
  LayerVariables,
  Mask,
  Signal,
  WeightSpecification,
  Weights,
} from './layer.ts';
import { isLayer } from './layer-call.ts';
import { reject } from './options.ts';

/** The shape of an inner layer's input. */
export type InnerShape = ExampleShape | readonly ExampleShape[];

/** Gives layers that share their default name numbers: `dense`, `dense_1`. Throws `E_LAYER` where users gave a name twice. */
function nameApart<L extends LayerLike>(owner: string, layers: readonly L[]): L[] {
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
    return name === layer.name ? layer : (layer.with({ name }) as L);
  });
}

/** The weights of an inner layer; none where it has none. */
export function innerWeights(weights: Weights, name: string): Weights {
  return Object.hasOwn(weights, name) ? (weights[name] as Weights) : {};
}

/** A layer as configurations have it. */
export function stored({ kind, name, config, settings }: LayerLike): LayerConfig {
  return { kind, name, config, ...(settings as LayerConfig) };
}

function areLayers(value: unknown): boolean {
  return Array.isArray(value) && value.every(isLayer);
}

/** Entries of those that have some. */
function tree(entries: readonly (readonly [name: string, weights: Weights])[]): Weights {
  return Object.fromEntries(entries.filter(([, weights]) => Object.keys(weights).length > 0));
}

/** What a composed layer is made of, and what follows for it from that. */
export class InnerLayers<L extends LayerLike = LayerLike> {
  /** Named apart, with what their owner says of training and dtypes. */
  readonly layers: readonly L[];
  /** Fields that the composed layer has for its layers' sake. */
  readonly traits: Pick<LayerLike, 'kind' | 'name' | 'settings' | 'random' | 'holdsCode' | 'stateful'>;

  constructor(kind: string, layers: readonly L[], options: LayerOptions) {
    const name = options.name ?? kind;
    checkLayerName(kind, name);
    if (!areLayers(layers)) reject(kind, 'layers', 'an array of layers', layers);
    const apart = nameApart(kind, layers);
    const settings = checkSettings(
      kind,
      options,
      apart.map((layer) => layer.name),
    );
    const { trainable: told, dtype } = settings;
    const inherit = (layer: L): L => {
      const policy = layer.settings.dtype ?? dtype;
      const trainable = typeof told === 'object' ? told[layer.name] : told;
      const changes: LayerOptions = {
        ...(trainable !== undefined && trainable !== layer.settings.trainable && { trainable }),
        ...(policy !== undefined && policy !== layer.settings.dtype && { dtype: policy }),
      };
      return Object.keys(changes).length === 0 ? layer : (layer.with(changes) as L);
    };
    this.layers = apart.map(inherit);
    const some = (trait: 'random' | 'holdsCode' | 'stateful'): boolean => this.layers.some((layer) => layer[trait]);
    this.traits = {
      kind,
      name,
      settings,
      random: some('random'),
      holdsCode: some('holdsCode'),
      stateful: some('stateful'),
    };
  }

  /**
   * The owner's options with changes to them. Where these say of some layers whether they are trained, the others stay as they
   * are, at any depth; so all are named then.
   */
  changed<O extends LayerOptions>(options: O, changes: LayerOptions): O {
    const { trainable } = changes;
    if (typeof trainable !== 'object') return { ...options, ...changes };
    const now = this.layers.map((layer) => {
      const told = trainable[layer.name];
      return [layer.name, (told === undefined ? layer : layer.with({ trainable: told })).settings.trainable] as const;
    });
    const known = now.filter(([, told]) => told !== undefined) as [string, NonNullable<LayerOptions['trainable']>][];
    return { ...options, ...changes, trainable: { ...trainable, ...Object.fromEntries(known) } };
  }

  /** All weights, by the shapes of the inputs. */
  weights(shapes: readonly InnerShape[]): WeightSpecification[] {
    return this.layers.flatMap((layer, i) =>
      layer.weights(shapes[i] as InnerShape).map((weight) => ({ ...weight, path: [layer.name, ...weight.path] })),
    );
  }

  /** Makes all weights. */
  initialize(key: Tensor, shapes: readonly InnerShape[]): LayerVariables {
    const made = this.layers.map((layer, i) => layer.initialize(foldIn(key, i), shapes[i] as InnerShape));
    const treeOf = (which: 'parameters' | 'state'): Weights =>
      tree(this.layers.map(({ name }, i) => [name, (made[i] as LayerVariables)[which]]));
    return { parameters: treeOf('parameters'), state: treeOf('state') };
  }

  /** What the states hold more while sequences are worked through piece by piece. */
  decodingState(shapes: readonly InnerShape[], decoding: Decoding): Weights {
    return tree(this.layers.map((layer, i) => [layer.name, layer.decodingState(shapes[i] as InnerShape, decoding)]));
  }

  /** Begins a pass. */
  pass(parameters: Weights, state: Weights, context: LayerContext): InnerPass {
    return new InnerPass(this.layers, parameters, state, context);
  }
}

/** One pass through inner layers. */
export class InnerPass {
  readonly #layers: readonly LayerLike[];
  readonly #parameters: Weights;
  readonly #context: LayerContext;
  readonly #uses = new Map<LayerLike, number>();
  readonly #penalties: (Tensor | undefined)[] = [];
  #state: Weights;

  constructor(layers: readonly LayerLike[], parameters: Weights, state: Weights, context: LayerContext) {
    this.#layers = layers;
    this.#parameters = parameters;
    this.#state = state;
    this.#context = context;
  }

  /** Applies an inner layer. One that is used again goes on from the state that it left, with other random numbers. */
  apply(
    layer: LayerLike,
    x: Signal,
    mask: Mask | undefined,
  ): { readonly output: Signal; readonly mask: Mask | undefined } {
    const { key, training } = this.#context;
    const uses = this.#uses.get(layer) ?? 0;
    this.#uses.set(layer, uses + 1);
    const place = this.#layers.indexOf(layer);
    const own = layer.random && training && key !== undefined ? foldIn(key, place) : undefined;
    const context: LayerContext = { training, key: own && uses > 0 ? foldIn(own, uses) : own, mask };
    const before = innerWeights(this.#state, layer.name);
    const result = layer.apply(innerWeights(this.#parameters, layer.name), before, x, context);
    if (result.state !== before) this.#state = { ...this.#state, [layer.name]: result.state };
    this.#penalties.push(result.penalty);
    return { output: result.output, mask: result.mask };
  }

  /** What the pass gives. */
  finish<O extends Signal>(output: O, mask: Mask | undefined): LayerOutput<O> {
    return { output, state: this.#state, mask, penalty: sumOf(this.#penalties) };
  }
}
