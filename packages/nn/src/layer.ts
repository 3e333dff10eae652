/**
 * What a layer is: a plain, immutable description with pure functions. It holds no tensors. `initialize` makes its
 * weights, split into parameters (which are trained) and state (which the forward pass updates); `apply` takes both and
 * gives the output and the next state, so a layer differentiates, captures and batches like any function.
 *
 * `defineLayer` derives from one list of weights what everyone needs of them: making them, checking them against an
 * input, counting them without making them, and their order.
 */
import { type DType, raise, sameShape, shapeText, Tensor } from '@deft/core';
import { foldIn } from '@deft/tensor';
import { createWeight, type Initializer } from './initializers.ts';

/** The shape of one example: without the batch axis. */
export type ExampleShape = readonly number[];

/** Tensors by name; those of a layer made of layers are nested under the inner layers' names. */
export type Weights = { readonly [name: string]: Tensor | Weights };

/** Options of a layer as plain data. */
export type LayerConfig = { readonly [option: string]: ConfigValue };

/** A value of a configuration. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** How a forward pass is meant. */
export interface LayerContext {
  /** Whether dropout drops and normalisations use the batch. */
  readonly training: boolean;
  /** Where random numbers come from; needed by random layers in training. */
  readonly key?: Tensor;
}

/** What a forward pass gives. */
export interface LayerOutput {
  readonly output: Tensor;
  /** The state to go on with; the one that came in where the layer has none. */
  readonly state: Weights;
}

/** All weights of a layer. */
export interface LayerVariables {
  readonly parameters: Weights;
  readonly state: Weights;
}

/** One weight, described before it is made. */
export interface WeightSpecification {
  /** Where it stands in the parameters or the state: `['kernel']`, `['dense_1', 'kernel']`. */
  readonly path: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Whether it is one of the parameters; else it is part of the state. */
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** A layer: a description with pure functions. */
export interface Layer {
  /** What it is: `dense`, `conv2d`, … */
  readonly kind: string;
  /** What it is called in messages, tables and files; its kind unless told. */
  readonly name: string;
  /** Its options as plain data, from which `layerFromConfig` makes it again. */
  readonly config: LayerConfig;
  /** Whether it draws random numbers in training. */
  readonly random: boolean;
  /** Whether it holds a function of its user, which no file keeps. */
  readonly holdsCode?: boolean;
  /** The shape of an example's output. Throws `E_LAYER` for an input that it cannot take. */
  outputShape(inputShape: ExampleShape): number[];
  /** Its weights for an input, in Keras's order. Makes nothing. Throws `E_LAYER` like `outputShape`. */
  weights(inputShape: ExampleShape): readonly WeightSpecification[];
  /** Makes its weights; a pure function of the key (`uint32[2]`) and the shape. */
  initialize(key: Tensor, inputShape: ExampleShape): LayerVariables;
  /**
   * The forward pass on a batch: `x` has the batch axis in front. Throws `E_LAYER` where input and weights do not fit, and
   * in training where a random layer gets no key.
   */
  apply(parameters: Weights, state: Weights, x: Tensor, context: LayerContext): LayerOutput;
  /** The same layer under another name. */
  rename(name: string): Layer;
}

/** Raises the layer's error. */
export type Fail = (details: { readonly expected: string; readonly found: string; readonly hint?: string }) => never;

/** A weight as a layer's definition declares it. */
export interface WeightDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** True unless told. */
  readonly trainable?: boolean;
}

/** What `defineLayer` needs: the part that differs between layers. */
export interface LayerDefinition {
  readonly kind: string;
  readonly name: string | undefined;
  readonly config: LayerConfig;
  readonly random?: boolean;
  readonly holdsCode?: boolean;
  outputShape(inputShape: ExampleShape, fail: Fail): readonly number[];
  weights?(inputShape: ExampleShape, fail: Fail): readonly WeightDeclaration[];
  /** The output, or output and next state for a layer with state. */
  apply(
    weights: { readonly [name: string]: Tensor },
    x: Tensor,
    context: LayerContext,
    fail: Fail,
  ): Tensor | LayerOutput;
  /** The same layer with another name. */
  named(name: string): Layer;
}

/** Throws `E_LAYER` unless a name can stand in paths and files: letters, digits, `_`, `-` and `.`. */
export function checkLayerName(kind: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name) && name !== '__proto__') return;
  raise('E_LAYER', {
    op: kind,
    argument: 'name',
    expected: 'up to 128 letters, digits, _, - or .',
    found: typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : typeof name,
  });
}

function checkWeights(given: Weights, declared: readonly WeightDeclaration[], trainable: boolean, fail: Fail): void {
  for (const { name, shape, trainable: isTrainable = true } of declared) {
    if (isTrainable !== trainable) continue;
    const found = Object.hasOwn(given, name) ? given[name] : undefined;
    if (found instanceof Tensor && sameShape(found.shape, shape)) continue;
    fail({
      expected: `a weight ${name} of shape ${shapeText(shape)} for this input`,
      found: found instanceof Tensor ? found.abstract.text : 'none',
      hint: 'use weights that initialize made for inputs of this shape',
    });
  }
}

/** A layer from its definition. */
export function defineLayer(definition: LayerDefinition): Layer {
  const { kind, config, random = false, holdsCode = false } = definition;
  const name = definition.name ?? kind;
  checkLayerName(kind, name);
  const fail: Fail = (details) =>
    raise('E_LAYER', {
      op: name === kind ? `layer ${name}` : `layer ${name} (${kind})`,
      argument: 'input',
      ...details,
    });
  const declare = (inputShape: ExampleShape): readonly WeightDeclaration[] =>
    definition.weights?.(inputShape, fail) ?? [];
  return {
    kind,
    name,
    config,
    random,
    holdsCode,
    outputShape: (inputShape) => [...definition.outputShape(inputShape, fail)],
    weights: (inputShape) => {
      definition.outputShape(inputShape, fail);
      return declare(inputShape).map(({ name: weight, trainable = true, ...rest }) => ({
        path: [weight],
        dtype: 'float32' as const,
        trainable,
        ...rest,
      }));
    },
    initialize: (key, inputShape) => {
      definition.outputShape(inputShape, fail);
      const parameters: Record<string, Tensor> = {};
      const state: Record<string, Tensor> = {};
      declare(inputShape).forEach(({ name: weight, shape, initializer, trainable = true }, i) => {
        (trainable ? parameters : state)[weight] = createWeight(initializer, foldIn(key, i), shape);
      });
      return { parameters, state };
    },
    apply: (parameters, state, x, context) => {
      if (x.rank === 0) fail({ expected: 'a batch of examples', found: x.abstract.text });
      const inputShape = x.shape.slice(1);
      definition.outputShape(inputShape, fail);
      const declared = declare(inputShape);
      checkWeights(parameters, declared, true, fail);
      checkWeights(state, declared, false, fail);
      if (random && context.training && context.key === undefined) {
        fail({ expected: 'a key in training', found: 'none', hint: 'pass { training: true, key }' });
      }
      const result = definition.apply({ ...parameters, ...state } as { [name: string]: Tensor }, x, context, fail);
      return result instanceof Tensor ? { output: result, state } : result;
    },
    rename: (other) => definition.named(other),
  };
}
