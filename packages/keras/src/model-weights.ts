/**
 * The weights of a model: made for a shape of inputs or taken from a file, trained, read and set. While a runner trains them
 * it holds the newest; what is asked for comes from there.
 */
import { raise, sameShape, Tensor } from '@deft/core';
import type { LayerLike, WeightSpecification, Weights } from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';
import { foldIn, key } from '@deft/tensor';
import type { Compiled } from './compiled.ts';
import { type FigureState, startFigures } from './figures.ts';
import { fitsPattern, type InputShape, inputShapeText, type PlainShape, shapesOf, standInFor } from './input-shape.ts';
import { LearningRate, type RateProgress } from './learning-rate.ts';
import { fillTree, readTree, reservedPrefix } from './named-tensors.ts';
import type { NamedArray, StoredTensor } from './safetensors.ts';
import { StepRunner, type Variables } from './step-runner.ts';
import { checkWeights, type HostWeight, makeTrees, readWeights, weightName } from './weight-list.ts';

/** What the names of the optimiser's state begin with. */
const optimizerPrefix = `${reservedPrefix}optimizer`;

type StoredTensors = ReadonlyMap<string, StoredTensor>;

interface Built {
  /** As it was told: axes that may have any size are `null`. */
  readonly inputShape: InputShape;
  /** The shape that weights were made for. */
  readonly standIn: PlainShape;
  readonly specifications: readonly WeightSpecification[];
  parameters: Weights;
  layerState: Weights;
}

/** The key of a purpose: initial weights and training draw from different ones. */
export const keyFor = (seed: number, purpose: 'weights' | 'training'): Tensor =>
  foldIn(key(seed), purpose === 'weights' ? 0 : 1);

function sameSpecifications(a: readonly WeightSpecification[], b: readonly WeightSpecification[]): boolean {
  return a.length === b.length && a.every(({ shape }, i) => sameShape(shape, (b[i] as WeightSpecification).shape));
}

/** What a model's layers have learnt so far. */
export class ModelWeights {
  #layer: LayerLike;
  readonly #seed: number;
  #built: Built | undefined;
  /** Shapes that were found to fit. */
  readonly #fitting = new Set<string>();
  /** The weights in training; shares its trees with `#built`. */
  #runner: StepRunner | undefined;
  /** Where training goes on that was saved. */
  #resumed: { readonly optimizerState: OptimizerState; readonly rate: LearningRate } | undefined;

  constructor(layer: LayerLike, seed: number) {
    this.#layer = layer;
    this.#seed = seed;
  }

  /** Shape of one input, or of each; `undefined` before there are weights. */
  get inputShape(): InputShape | undefined {
    return this.#built?.inputShape;
  }

  /**
   * Makes the weights for inputs of a shape. Where there are some, throws `E_MODEL` unless they are for that shape, or the shape
   * differs in free axes alone, on which no weight depends.
   */
  build(op: string, inputShape: InputShape): void {
    const layer = this.#layer;
    const found = inputShapeText(inputShape);
    if (this.#built) {
      if (this.#fitting.has(found)) return;
      const expected = `examples of shape ${inputShapeText(this.#built.inputShape)}`;
      if (!fitsPattern(inputShape, this.#built.inputShape)) raise('E_MODEL', { op, argument: 'x', expected, found });
      const standIn = standInFor(op, inputShape);
      const fits = sameSpecifications(layer.weights(standIn), this.#built.specifications);
      if (!fits) raise('E_MODEL', { op, argument: 'x', expected: `${expected}, on which no weight depends`, found });
      this.#fitting.add(found);
      return;
    }
    const standIn = standInFor(op, inputShape);
    const specifications = layer.weights(standIn);
    const { parameters, state } = layer.initialize(keyFor(this.#seed, 'weights'), standIn);
    this.#built = { inputShape, standIn, specifications, parameters, layerState: state };
    this.#fitting.add(found);
  }

  /** Another layer with the same weights, of which others may be trained. Ends training. */
  async relayer(layer: LayerLike): Promise<void> {
    this.#layer = layer;
    if (!this.#built) return;
    const { inputShape, standIn } = this.#built;
    const now = new Map((await this.read('setTrainable')).map((weight) => [weightName(weight.specification), weight]));
    const weights = layer
      .weights(standIn)
      .map((specification): HostWeight => ({ ...(now.get(weightName(specification)) as HostWeight), specification }));
    this.adopt(inputShape, weights);
  }

  /** Takes the weights of a file. */
  adopt(inputShape: InputShape, weights: readonly HostWeight[]): void {
    const { parameters, state } = makeTrees(weights);
    const specifications = weights.map(({ specification }) => specification);
    const standIn = standInFor('load', inputShape);
    this.#built = { inputShape, standIn, specifications, parameters, layerState: state };
    this.#fitting.clear();
    this.#fitting.add(inputShapeText(inputShape));
    this.#runner = undefined;
    this.#resumed = undefined;
  }

  /** What the weights are, and for which inputs. Throws `E_MODEL` before there are any. */
  described(op: string): Pick<Built, 'inputShape' | 'standIn' | 'specifications'> {
    return this.#require(op);
  }

  /** The weights as they are now: a running optimiser's, else those that were made or loaded. */
  now(): { parameters: Weights; layerState: Weights } {
    return this.#runner?.variables ?? this.#require('weights');
  }

  /** Copies of all weights. */
  read(op: string): Promise<HostWeight[]> {
    const { specifications } = this.#require(op);
    const { parameters, layerState } = this.now();
    return readWeights({ parameters, state: layerState }, specifications);
  }

  /** Sets all weights. Throws `E_MODEL` naming the first that does not fit; none is set then. */
  async set(weights: readonly Tensor[]): Promise<void> {
    this.replace(await checkWeights(weights, this.#require('setWeights').specifications));
  }

  /** Sets all weights, in order. */
  replace(weights: readonly HostWeight[]): void {
    const built = this.#require('setWeights');
    const { parameters, state } = makeTrees(weights);
    built.parameters = parameters;
    built.layerState = state;
    if (this.#runner) Object.assign(this.#runner.variables, { parameters, layerState: state });
  }

  /** The runner that goes on training, with the key of a seed. */
  train(compiled: Compiled, seed: number): StepRunner {
    const { optimizer, objective } = compiled;
    const { parameters, layerState } = this.now();
    const variables: Variables = this.#runner?.variables ?? {
      parameters,
      layerState,
      optimizerState: this.#resumed?.optimizerState ?? optimizer.initialize(parameters),
    };
    const rate = this.#runner?.rate ?? this.#resumed?.rate;
    const outputShapes = shapesOf(this.#layer.outputShape(this.#require('training').standIn));
    const start = (): FigureState => startFigures(objective, outputShapes);
    this.#runner = new StepRunner(compiled, optimizer, variables, keyFor(seed, 'training'), start, rate);
    this.#resumed = undefined;
    return this.#runner;
  }

  /** How far the optimiser is, and copies of its state; nothing before its first step. */
  async progress(): Promise<{ readonly progress: RateProgress | undefined; readonly state: readonly NamedArray[] }> {
    const { rate } = this.#runner ?? this.#resumed ?? {};
    const optimizerState = this.#runner?.variables.optimizerState ?? this.#resumed?.optimizerState;
    if (rate === undefined) return { progress: undefined, state: [] };
    const { progress } = rate;
    return { progress, state: await readTree(optimizerPrefix, optimizerState) };
  }

  /** Lets training go on as it was saved. Throws `E_FILE` where the state is not that of the optimiser. */
  resume(op: string, optimizer: Optimizer, progress: RateProgress | undefined, state: StoredTensors): void {
    for (const [name, { offset }] of state) {
      if (progress !== undefined && name.startsWith(`${optimizerPrefix}/`)) continue;
      raise('E_FILE', { op, says: `byte ${offset}: there is no place for ${name.slice(0, 200)}` });
    }
    if (progress === undefined) return;
    const fresh = optimizer.initialize(this.now().parameters);
    const optimizerState = fillTree(op, optimizerPrefix, fresh, state);
    this.#resumed = { optimizerState, rate: new LearningRate(optimizer, progress) };
  }

  /** Copies of one layer's weights. Throws `E_MODEL` for a layer that is not among these. */
  async readLayer(op: string, name: string, layers: readonly LayerLike[]): Promise<HostWeight[]> {
    if (!layers.some((layer) => layer.name === name)) {
      const expected = `one of ${layers.map((layer) => layer.name).join(', ')}`;
      raise('E_MODEL', { op, argument: 'layer', expected, found: name });
    }
    return (await this.read(op)).filter(({ specification }) => specification.path[0] === name);
  }

  /** Sets one layer's weights. Throws `E_MODEL` naming the first that does not fit; none is set then. */
  async setLayer(name: string, weights: readonly Tensor[], layers: readonly LayerLike[]): Promise<void> {
    const own = (await this.readLayer('setLayerWeights', name, layers)).map(({ specification }) => specification);
    const given = await checkWeights(weights, own);
    const all = await this.read('setLayerWeights');
    this.replace(all.map((weight) => given[own.indexOf(weight.specification)] ?? weight));
  }

  /** Takes states that stateful layers go on with. */
  carry(layerState: Weights): void {
    this.now().layerState = layerState;
  }

  /** Lets what stateful layers carry from batch to batch begin anew. */
  resetStates(): void {
    const { specifications, standIn } = this.#require('resetStates');
    if (!specifications.some(({ carried }) => carried)) return;
    const { state } = this.#layer.initialize(keyFor(this.#seed, 'weights'), standIn);
    const now = this.now();
    const carried = new Set(specifications.filter((one) => one.carried).map(weightName));
    const renew = (old: Weights, fresh: Weights, path: string): Weights =>
      Object.fromEntries(
        Object.entries(old).map(([name, value]) => {
          const at = path === '' ? name : `${path}/${name}`;
          if (value instanceof Tensor) return [name, carried.has(at) ? (fresh[name] as Tensor) : value];
          return [name, renew(value, fresh[name] as Weights, at)];
        }),
      );
    now.layerState = renew(now.layerState, state, '');
  }

  /** Keeps what was trained and forgets the optimiser. */
  endTraining(): void {
    if (this.#runner && this.#built) {
      const { parameters, layerState } = this.#runner.variables;
      Object.assign(this.#built, { parameters, layerState });
    }
    this.#runner = undefined;
    this.#resumed = undefined;
  }

  #require(op: string): Built {
    return (
      this.#built ??
      raise('E_MODEL', {
        op,
        says: 'the model has no weights yet',
        hint: 'give sequential an inputShape, or call build(shape)',
      })
    );
  }
}
