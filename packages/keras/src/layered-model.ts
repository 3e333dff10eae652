/**
 * A model as layers with weights, before anything is trained: which shapes it takes and gives, which weights it has, and how these are
 * read, set and kept in files.
 */
import { raise, sizeOf, type Tensor } from '@deft/core';
import { isLayer, type LayerContext, type LayerLike, type Signal } from '@deft/nn';
import { type FreeShape, freeShape, type InputShape, shapesOf, standInFor, standInSizes } from './input-shape.ts';
import { layerConfig } from './model-file.ts';
import type { LoadWeightsOptions, ModelConfig } from './model-options.ts';
import { plotModel } from './model-plot.ts';
import { loadWeights, saveWeights } from './model-saving.ts';
import { ModelWeights } from './model-weights.ts';
import { checkSeed } from './number-checks.ts';
import { layerOfSubclass, type SubclassOptions } from './subclass.ts';
import { type HostWeight, tensorOf, weightName } from './weight-list.ts';

/** The layers of a model, and what they have learnt. */
export class LayeredModel {
  readonly seed: number;
  /** The layer that it is; made by the first use of a subclass, when its fields are there. */
  #layer: LayerLike | undefined;
  #held: ModelWeights | undefined;
  readonly #subclass: SubclassOptions;

  /**
   * A model of a subclass: its layers are fields (or arrays of layers in fields), and `call` is its forward pass. `sequential` and
   * `model` make models without one.
   */
  constructor(options?: SubclassOptions);
  /** @internal Use `sequential` or `model`. */
  constructor(layer: LayerLike, seed: number);
  constructor(given: LayerLike | SubclassOptions = {}, seed = 0) {
    const isMade = isLayer(given);
    this.#layer = isMade ? given : undefined;
    this.#subclass = isMade ? {} : given;
    this.seed = isMade ? seed : (given.seed ?? 0);
    checkSeed('model', this.seed);
  }

  /**
   * The forward pass of a subclass: from a batch to the outputs, by calling the layers that are fields, with any ops between.
   *
   * @param context whether it is training, and a key for random numbers of its own
   */
  call(_x: never, _context: LayerContext): Signal {
    return raise('E_MODEL', {
      op: 'model',
      says: 'a model of a subclass has no forward pass yet',
      hint: 'give the class a method call(x) that calls its layers',
    });
  }

  /** The layer that the model is, for use in other models. */
  get layer(): LayerLike {
    this.#layer ??= layerOfSubclass(this, this.#subclass);
    return this.#layer;
  }

  /** @internal What the layers have learnt. */
  protected get modelWeights(): ModelWeights {
    this.#held ??= new ModelWeights(this.layer, this.seed);
    return this.#held;
  }

  get name(): string {
    return this.layer.name;
  }

  /** The layers, by the names they have in tables and files. */
  get layers(): readonly LayerLike[] {
    return (this.layer as { readonly layers?: readonly LayerLike[] }).layers ?? [this.layer];
  }

  /** Names of the inputs, where the model takes several. */
  get inputNames(): readonly string[] | undefined {
    return this.layer.inputNames;
  }

  /** Names of the outputs, where the model gives several. */
  get outputNames(): readonly string[] | undefined {
    return this.layer.outputNames;
  }

  /** Shape of one input, or of each of several, with `null` for free axes; `undefined` before the model is built. */
  get inputShape(): InputShape | undefined {
    return this.modelWeights.inputShape;
  }

  /** Shape of one output, or of each of several; dims that depend on free axes are `null`. Throws `E_MODEL` before it is built. */
  get outputShape(): InputShape {
    const { inputShape, standIn } = this.modelWeights.described('outputShape');
    const found = this.layer.outputShape(standIn);
    const other = shapesOf(this.layer.outputShape(standInFor('outputShape', inputShape, standInSizes[1])));
    const free = shapesOf(found).map((shape, i): FreeShape => freeShape(shape, other[i] as number[]));
    return Array.isArray(found[0]) ? free : (free[0] as FreeShape);
  }

  /** Names of all weights, in Keras's order: `dense/kernel`, `dense/bias`, … */
  get weightNames(): readonly string[] {
    return this.modelWeights.described('weightNames').specifications.map(weightName);
  }

  /** Number of all weights' elements. */
  countParameters(): number {
    return this.modelWeights
      .described('countParameters')
      .specifications.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /**
   * Makes the weights for inputs of a shape, with `null` for axes that may have any size. Called by whatever sees data first;
   * calling it again with the same shape does nothing. Throws `E_LAYER` naming the layer that cannot take its input, `E_MODEL`
   * for another shape than before.
   */
  build(inputShape: InputShape): void {
    this.modelWeights.build('build', inputShape);
  }

  /** @internal Takes the weights of a file. */
  adopt(inputShape: InputShape, weights: readonly HostWeight[]): void {
    this.modelWeights.adopt(inputShape, weights);
  }

  /** The model as plain data, from which `modelFromConfig` makes another with weights of its own. */
  get config(): ModelConfig {
    return { layer: layerConfig(this.layer), inputShape: this.inputShape, seed: this.seed };
  }

  /** A drawing of the model as SVG: a box for every layer with its output shape, in the order of the data. */
  plot(): string {
    return plotModel(this.layer, this.modelWeights.described('plot').inputShape);
  }

  /** Copies of all weights in Keras's order: layer by layer, kernel before bias, moving averages last. */
  async getWeights(): Promise<Tensor[]> {
    return (await this.modelWeights.read('getWeights')).map(tensorOf);
  }

  /** Sets all weights, in the order of `getWeights`. Throws `E_MODEL` naming the first that does not fit; none is set then. */
  setWeights(weights: readonly Tensor[]): Promise<void> {
    return this.modelWeights.set(weights);
  }

  /** Copies of a layer's weights, in its order. Throws `E_MODEL` for a layer that there is not. */
  async getLayerWeights(layer: string): Promise<Tensor[]> {
    return (await this.modelWeights.readLayer('getLayerWeights', layer, this.layers)).map(tensorOf);
  }

  /** Sets a layer's weights, in the order of `getLayerWeights`: those of a layer that was trained in another model, for example. */
  setLayerWeights(layer: string, weights: readonly Tensor[]): Promise<void> {
    return this.modelWeights.setLayer(layer, weights, this.layers);
  }

  /** Begins the states of stateful layers anew. Does nothing where there are none. */
  resetStates(): void {
    this.modelWeights.resetStates();
  }

  /** Saves all weights to a safetensors file, under their names. It is the old or the new one at any moment. Throws `E_FILE`. */
  saveWeights(path: string): Promise<void> {
    return saveWeights(this.modelWeights, path);
  }

  /**
   * Loads weights by name from a file of weights, a model file or another safetensors file, and gives the names of those
   * that were loaded. The optimiser's state stays as it is.
   *
   * Throws `E_FILE` for a damaged file, and unless the options allow it for weights that are missing, unknown or of another
   * shape or dtype; all weights stay as they are then.
   */
  loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<readonly string[]> {
    return loadWeights(this.modelWeights, path, options);
  }

  /** @internal Takes another layer in place of the one that it is, with the same weights. */
  protected async relayer(layer: LayerLike): Promise<void> {
    await this.modelWeights.relayer(layer);
    this.#layer = layer;
  }
}
