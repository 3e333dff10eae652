/**
 * What a layer is: a plain, immutable description with pure functions. It holds no tensors. `initialize` makes its
 * weights, split into parameters (which are trained) and state (which the forward pass updates); `apply` takes both and
 * gives the output and the next state, so a layer differentiates, captures and batches like any function.
 *
 * Most layers take one batch and give one. Those of several (merges, attention, recurrent layers with their states) have the same
 * functions over arrays: `Layer<readonly Tensor[]>`, `Layer<Tensor, readonly Tensor[]>`.
 */
import type { DType, Tensor } from '@deft/core';
import type { Constraint } from './constraints.ts';
import type { DTypePolicy } from './dtype-policy.ts';
import type { Initializer } from './initializers.ts';
import type { Regularizer, RegularizerOption } from './regularizers.ts';
import type { SymbolicTensor } from './symbolic-tensor.ts';

/** The shape of one example: without the batch axis. */
export type ExampleShape = readonly number[];

/** What goes in and out of layers: one batch, or several. */
export type Signal = Tensor | readonly Tensor[];

/** The shapes of the examples of a signal. */
export type ShapesOf<S extends Signal> = S extends Tensor ? ExampleShape : readonly ExampleShape[];

/** What a layer says of the examples it gives. */
export type OutputShapesOf<S extends Signal> = S extends Tensor ? number[] : number[][];

/** What stands for a signal while a model is drawn up. */
export type SymbolsOf<S extends Signal> = S extends Tensor
  ? SymbolicTensor
  : { readonly [K in keyof S]: SymbolicTensor };

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

/**
 * Which steps of sequences count: `bool[batch, steps]`; where there are several inputs or outputs, one for each, or nothing for
 * those of which all count.
 */
export type Mask = Tensor | readonly (Tensor | undefined)[];

/** How a forward pass is meant. */
export interface LayerContext {
  /** Whether dropout drops and normalisations use the batch. */
  readonly training: boolean;
  /** Where random numbers come from; needed by random layers in training. */
  readonly key?: Tensor | undefined;
  /** Which steps of the input count; all unless told. */
  readonly mask?: Mask | undefined;
}

/** What a forward pass gives. */
export interface LayerOutput<O extends Signal = Tensor> {
  readonly output: O;
  /** The state to go on with; the one that came in where the layer has none. */
  readonly state: Weights;
  /** Which steps of the output count, where that is known. */
  readonly mask?: Mask | undefined;
  /** What the loss grows by, by what the layer gave (not by its weights): one number. */
  readonly penalty?: Tensor | undefined;
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
  /** What its size costs. */
  readonly regularizer?: Regularizer;
  /** What it is brought back to after every step. */
  readonly constraint?: Constraint;
  /** Whether it is carried from batch to batch by a stateful layer, and begins anew when states are reset. */
  readonly carried?: boolean;
}

/** Whether weights are trained: all of them, or those of inner layers by the layers' names. */
export type Trainable = boolean | { readonly [layer: string]: Trainable };

/** Options that every layer has. */
export interface LayerOptions {
  /** What it is called in messages, tables and files; its kind unless told. */
  readonly name?: string | undefined;
  /**
   * Whether its weights are trained; true unless told. Frozen weights are part of the state, and normalisations that are frozen
   * use their moving averages in training too. Of a layer made of layers, it counts for all of them, or for those that are
   * named: `{ base: false }`, `{ base: { dense_1: true } }`.
   */
  readonly trainable?: Trainable | undefined;
  /**
   * What it computes in, and keeps its weights in: `mixedFloat16` computes in float16 with float32 weights. Unless told,
   * weights are float32 and inputs stay as they are. Of a layer made of layers, it counts for those that have none themselves.
   */
  readonly dtype?: DTypePolicy | undefined;
  /** What the size of its output costs, by example; nothing unless told. */
  readonly activityRegularizer?: RegularizerOption | undefined;
}

/** What all layers have but being called: the form in which layers of any inputs and outputs are handled. */
export interface LayerLike<I extends Signal = Signal, O extends Signal = Signal> {
  /** What it is: `dense`, `conv2d`, … */
  readonly kind: string;
  /** What it is called in messages, tables and files; its kind unless told. */
  readonly name: string;
  /** Its own options as plain data, from which `layerFromConfig` makes it again. */
  readonly config: LayerConfig;
  /** What it was told of the options that every layer has, but for its name. */
  readonly settings: Omit<LayerOptions, 'name'>;
  /** Whether it draws random numbers in training. */
  readonly random: boolean;
  /** Whether it holds a function of its user, which no file keeps. */
  readonly holdsCode: boolean;
  /** Whether its state goes on outside training too: `evaluate` and `predict` carry it from batch to batch. */
  readonly stateful: boolean;
  /** Names of its inputs, where it takes an array that is known from the outset. */
  readonly inputNames?: readonly string[];
  /** Names of its outputs, where it gives an array that is known from the outset. */
  readonly outputNames?: readonly string[];
  /** The shape of an example's output. Throws `E_LAYER` for an input that it cannot take. */
  outputShape(inputShape: ShapesOf<I>): OutputShapesOf<O>;
  /** Its weights for an input, in Keras's order. Makes nothing. Throws `E_LAYER` like `outputShape`. */
  weights(inputShape: ShapesOf<I>): readonly WeightSpecification[];
  /** Makes its weights; a pure function of the key (`uint32[2]`) and the shape. */
  initialize(key: Tensor, inputShape: ShapesOf<I>): LayerVariables;
  /**
   * The forward pass on a batch: `x` has the batch axis in front. Throws `E_LAYER` where input and weights do not fit, and
   * in training where a random layer gets no key.
   */
  apply(parameters: Weights, state: Weights, x: I, context: LayerContext): LayerOutput<O>;
  /**
   * What its state holds more while a sequence is worked through piece by piece, as `startDecoding` gives it: caches of keys and
   * values, states of recurrent layers.
   */
  decodingState(inputShape: ShapesOf<I>, decoding: Decoding): Weights;
  /** The same layer with other options of those that every layer has. */
  with(options: LayerOptions): LayerLike<I, O>;
}

/** How a sequence is worked through piece by piece. */
export interface Decoding {
  /** Sequences at a time. */
  readonly batch: number;
  /** Steps of the longest sequence. */
  readonly length: number;
}

/**
 * A layer. Called with what `input` gives, it becomes part of a model that is being drawn up; called with tensors within the
 * `call` of a composed layer, it is applied with its own weights.
 */
export interface Layer<I extends Signal = Tensor, O extends Signal = Tensor> extends LayerLike<I, O> {
  (x: SymbolsOf<I>): SymbolsOf<O>;
  (x: I): O;
  with(options: LayerOptions): Layer<I, O>;
}
