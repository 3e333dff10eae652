/**
 * The model: layers with their weights, and what is done with them. Everything that computes is a pure function captured
 * once per shape (`training-step.ts`); the model holds the weights and states between calls, and the checks that tell a
 * user what is wrong before anything is computed.
 */
import { allocate, baseInterpreter, checkShape, raise, sameShape, shapeText, sizeOf, type Tensor } from '@deft/core';
import {
  type ExampleShape,
  type Layer,
  type SequentialLayer,
  sequentialLayer,
  type WeightSpecification,
  type Weights,
} from '@deft/nn';
import { foldIn, jit, key } from '@deft/tensor';
import type { Callback, TrainedModel } from './callbacks.ts';
import { type Compiled, compileObjective, prepareTraining, traceCountOf } from './compiled.ts';
import { printLine } from './environment.ts';
import {
  evaluateBatches,
  fitEpochs,
  type History,
  type Pairs,
  predictBatches,
  splitPairs,
  stepOnce,
} from './fitting.ts';
import { checkPaired, type Examples, type HostExamples, hostExamples } from './host-examples.ts';
import { encodeModel } from './model-file.ts';
import {
  type CompileOptions,
  checkCount,
  checkSeed,
  type FitOptions,
  type Scores,
  type SequentialOptions,
  type TrainStep,
} from './model-options.ts';
import { StepRunner, type Variables } from './step-runner.ts';
import { writeWhole } from './stored-file.ts';
import { summarize } from './summary.ts';
import { predictionStep } from './training-step.ts';
import { checkWeights, type HostWeight, makeTrees, readWeights, weightName } from './weight-list.ts';

interface Built {
  readonly inputShape: ExampleShape;
  readonly specifications: readonly WeightSpecification[];
  parameters: Weights;
  layerState: Weights;
}

/** The key of a purpose: initial weights and training draw from different ones. */
const keyFor = (seed: number, purpose: 'weights' | 'training'): Tensor =>
  foldIn(key(seed), purpose === 'weights' ? 0 : 1);

/** A model of layers one after the other. Made by `sequential`. */
export class Model implements TrainedModel {
  readonly layer: SequentialLayer;
  readonly seed: number;
  #built: Built | undefined;
  #compiled: Compiled | undefined;
  /** The weights in training; shares its trees with `#built`. */
  #runner: StepRunner | undefined;
  #predict: ReturnType<typeof predictionStep> | undefined;
  #busy: string | undefined;

  /** @internal Use `sequential`. */
  constructor(layer: SequentialLayer, seed: number) {
    checkSeed('sequential', seed);
    this.layer = layer;
    this.seed = seed;
  }

  get name(): string {
    return this.layer.name;
  }

  /** The layers, by the names they have in tables and files. */
  get layers(): readonly Layer[] {
    return this.layer.layers;
  }

  /** Shape of one input; `undefined` before the model is built. */
  get inputShape(): ExampleShape | undefined {
    return this.#built?.inputShape;
  }

  /** Shape of one output. Throws `E_MODEL` before the model is built. */
  get outputShape(): ExampleShape {
    return this.layer.outputShape(this.#requireBuilt('outputShape').inputShape);
  }

  /** How often training was captured since `compile`. */
  get traceCount(): number {
    return traceCountOf(this.#compiled?.train);
  }

  /** Names of all weights, in Keras's order: `dense/kernel`, `dense/bias`, … */
  get weightNames(): readonly string[] {
    return this.#requireBuilt('weightNames').specifications.map(weightName);
  }

  /** Number of all weights' elements. */
  countParameters(): number {
    return this.#requireBuilt('countParameters').specifications.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /**
   * Makes the weights for inputs of a shape. Called by whatever sees data first; calling it again with the same shape does
   * nothing. Throws `E_LAYER` naming the layer that cannot take its input, `E_MODEL` for another shape than before.
   */
  build(inputShape: ExampleShape): void {
    if (this.#built) {
      if (sameShape(this.#built.inputShape, inputShape)) return;
      this.#rejectShape('build', inputShape);
    }
    checkShape('build', inputShape as unknown[], 'inputShape');
    const specifications = this.layer.weights(inputShape);
    const { parameters, state } = this.layer.initialize(keyFor(this.seed, 'weights'), inputShape);
    this.#built = { inputShape: [...inputShape], specifications, parameters, layerState: state };
  }

  /** @internal Takes the weights of a file. */
  adopt(inputShape: ExampleShape, weights: readonly HostWeight[]): void {
    const { parameters, state } = makeTrees(weights);
    const specifications = weights.map(({ specification }) => specification);
    this.#built = { inputShape: [...inputShape], specifications, parameters, layerState: state };
    this.#runner = undefined;
  }

  /** A table of all layers with output shapes, numbers of parameters and bytes. */
  summary(): string {
    return summarize(this.layer, this.#requireBuilt('summary').inputShape);
  }

  /** Says how the model is trained. Starts the optimiser afresh. Throws `E_MODEL` for unknown names. */
  compile(options: CompileOptions): void {
    this.#compiled = compileObjective(this.layer, options);
    this.#keepTrained();
    this.#runner = undefined;
  }

  /**
   * Trains on examples and gives the figures of every epoch. Callbacks see every batch.
   *
   * Throws `E_MODEL` before `compile`, for data that do not fit the model, and while another call is running.
   */
  fit(x: Examples, y: Examples, options: FitOptions = {}): Promise<History> {
    return this.#alone('fit', async () => {
      const { epochs = 1, initialEpoch = 0, batchSize = 32, shuffle = true, seed = this.seed, verbose = 0 } = options;
      checkCount('fit', 'epochs', epochs, 0);
      checkCount('fit', 'initialEpoch', initialEpoch, 0);
      checkCount('fit', 'batchSize', batchSize, 1);
      checkSeed('fit', seed);
      const compiled = this.#requireCompiled('fit');
      const all = await this.#pairs('fit', x, y);
      const { training, validation } = await this.#split(all, options);
      const runner = this.#trainingRunner(compiled, seed);
      const printing: Callback = {
        onEpochEnd: (epoch, logs) => {
          const figures = Object.entries(logs).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
          printLine(`epoch ${epoch + 1}/${epochs}  ${figures.join('  ')}`);
        },
      };
      return fitEpochs(
        {
          training,
          batchSize,
          firstEpoch: initialEpoch,
          epochs,
          shuffle,
          seed,
          metricNames: compiled.metricNames,
          callbacks: verbose === 1 ? [...(options.callbacks ?? []), printing] : (options.callbacks ?? []),
          validate: validation && (() => this.#evaluatePairs(compiled, validation, batchSize)),
        },
        runner,
        this,
      );
    });
  }

  /** Loss and metrics over examples, without training. Throws `E_MODEL` as `fit` does. */
  evaluate(x: Examples, y: Examples, options: { readonly batchSize?: number } = {}): Promise<Scores> {
    return this.#alone('evaluate', async () => {
      const { batchSize = 32 } = options;
      checkCount('evaluate', 'batchSize', batchSize, 1);
      const compiled = this.#requireCompiled('evaluate');
      return this.#evaluatePairs(compiled, await this.#pairs('evaluate', x, y), batchSize);
    });
  }

  /** The outputs for inputs, in one tensor `[count, …outputShape]`. Needs no `compile`. Throws `E_MODEL` as `fit` does. */
  predict(x: Examples, options: { readonly batchSize?: number } = {}): Promise<Tensor> {
    return this.#alone('predict', async () => {
      const { batchSize = 32 } = options;
      checkCount('predict', 'batchSize', batchSize, 1);
      const inputs = await this.#inputs('predict', x);
      this.#predict ??= this.#compiled?.predict ?? jit(predictionStep(this.layer), { name: `${this.name} prediction` });
      const predict = this.#compiled?.predict ?? this.#predict;
      const shape = [inputs.count, ...this.outputShape];
      const data = allocate('float32', sizeOf(shape));
      const { parameters, layerState } = this.#weights();
      await predictBatches(inputs, batchSize, data, (batch) => predict(parameters, layerState, batch));
      return baseInterpreter().constant({ shape, dtype: 'float32', data }, false);
    });
  }

  /** One step of training on one batch; gives its loss and metrics. Throws `E_MODEL` as `fit` does. */
  trainOnBatch(x: Examples, y: Examples): Promise<Scores> {
    return this.#alone('trainOnBatch', async () => {
      const compiled = this.#requireCompiled('trainOnBatch');
      const pairs = await this.#pairs('trainOnBatch', x, y);
      return stepOnce(this.#trainingRunner(compiled, this.seed), pairs, compiled.metricNames);
    });
  }

  /**
   * A training step on a copy of the weights, with a fresh optimiser: the model stays as it is. Two handles with the same
   * seed take the same steps, captured or op by op.
   *
   * @param options `jit` as in `compile` unless told, `seed` for dropout: the model's unless told
   */
  async trainStep(options: { readonly jit?: boolean; readonly seed?: number } = {}): Promise<TrainStep> {
    const { objective, optimizer, metricNames, isJitted } = this.#requireCompiled('trainStep');
    const { specifications } = this.#requireBuilt('trainStep');
    const { jit: captures = isJitted, seed = this.seed } = options;
    checkSeed('trainStep', seed);
    const { parameters, state } = makeTrees(await this.#hostWeights('trainStep'));
    const step = prepareTraining(objective, optimizer, captures);
    const variables: Variables = { parameters, layerState: state, optimizerState: optimizer.initialize(parameters) };
    const runner = new StepRunner(step, variables, keyFor(seed, 'training'), optimizer.learningRate);
    const pairsOf = (x: Examples, y: Examples): Promise<Pairs> => this.#pairs('trainStep', x, y);
    return {
      get traceCount(): number {
        return traceCountOf(step);
      },
      get learningRate(): number {
        return runner.learningRate;
      },
      set learningRate(value: number) {
        runner.learningRate = value;
      },
      run: async (x, y) => stepOnce(runner, await pairsOf(x, y), metricNames),
      dispatch: (x, y) => runner.dispatch(x, y).figures,
      getWeights: async () => {
        const { parameters: now, layerState } = runner.variables;
        const weights = await readWeights({ parameters: now, state: layerState }, specifications);
        return weights.map(tensorOf);
      },
    };
  }

  /** Copies of all weights in Keras's order: layer by layer, kernel before bias, moving averages last. */
  async getWeights(): Promise<Tensor[]> {
    return (await this.#hostWeights('getWeights')).map(tensorOf);
  }

  /** Sets all weights, in the order of `getWeights`. Throws `E_MODEL` naming the first that does not fit; none is set then. */
  async setWeights(weights: readonly Tensor[]): Promise<void> {
    const built = this.#requireBuilt('setWeights');
    const { parameters, state } = makeTrees(await checkWeights(weights, built.specifications));
    built.parameters = parameters;
    built.layerState = state;
    if (this.#runner) Object.assign(this.#runner.variables, { parameters, layerState: state });
  }

  /** The model as the bytes of one safetensors file: configuration and weights. */
  async serialize(): Promise<Uint8Array> {
    const { inputShape } = this.#requireBuilt('serialize');
    return encodeModel({
      layer: this.layer,
      inputShape,
      seed: this.seed,
      weights: await this.#hostWeights('serialize'),
    });
  }

  /** Saves the model to a file, which is the old one or the new one whole at any moment. Throws `E_FILE`. */
  async saveModel(path: string): Promise<void> {
    await writeWhole(path, await this.serialize());
  }

  #requireBuilt(op: string): Built {
    return (
      this.#built ??
      raise('E_MODEL', {
        op,
        says: 'the model has no weights yet',
        hint: 'give sequential an inputShape, or call build(shape)',
      })
    );
  }

  #requireCompiled(op: string): Compiled {
    return (
      this.#compiled ??
      raise('E_MODEL', {
        op,
        says: 'the model is not compiled',
        hint: "call model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' }) first",
      })
    );
  }

  #rejectShape(op: string, found: ExampleShape): never {
    const expected = `examples of shape ${shapeText(this.#built?.inputShape ?? [])}`;
    return raise('E_MODEL', { op, argument: 'x', expected, found: shapeText(found) });
  }

  /** Runs one call at a time: two would train on the same weights. */
  async #alone<R>(op: string, run: () => Promise<R>): Promise<R> {
    // Callbacks may evaluate and predict while fit waits for them.
    const isNested = this.#busy === 'fit' && (op === 'evaluate' || op === 'predict');
    if (this.#busy !== undefined && !isNested) {
      raise('E_MODEL', { op, says: `${this.#busy} is still running on this model`, hint: 'await it first' });
    }
    if (isNested) return run();
    this.#busy = op;
    try {
      return await run();
    } finally {
      this.#busy = undefined;
    }
  }

  async #inputs(op: string, x: Examples): Promise<HostExamples> {
    const inputs = await hostExamples(op, 'x', x, 'inputs');
    const found = inputs.shape.slice(1);
    if (!this.#built) this.build(found);
    if (!sameShape((this.#built as unknown as Built).inputShape, found)) this.#rejectShape(op, found);
    return inputs;
  }

  async #pairs(op: string, x: Examples, y: Examples): Promise<Pairs> {
    const inputs = await this.#inputs(op, x);
    const targets = await hostExamples(op, 'y', y, 'targets');
    checkPaired(op, inputs, targets);
    return { inputs, targets };
  }

  async #split(all: Pairs, options: FitOptions): Promise<{ training: Pairs; validation: Pairs | undefined }> {
    const { validationData, validationSplit = 0 } = options;
    if (!validationData) return splitPairs(all, validationSplit);
    return { training: all, validation: await this.#pairs('fit', validationData[0], validationData[1]) };
  }

  #evaluatePairs(compiled: Compiled, pairs: Pairs, batchSize: number): Promise<Scores> {
    const { parameters, layerState } = this.#weights();
    return evaluateBatches(pairs, batchSize, compiled.metricNames, (x, y) => ({
      figures: compiled.evaluate(parameters, layerState, x, y),
      size: x.shape[0] as number,
    }));
  }

  /** The weights as they are now: a running optimiser's, else those that were made or loaded. */
  #weights(): { parameters: Weights; layerState: Weights } {
    return this.#runner?.variables ?? this.#requireBuilt('weights');
  }

  #hostWeights(op: string): Promise<HostWeight[]> {
    const { specifications } = this.#requireBuilt(op);
    const { parameters, layerState } = this.#weights();
    return readWeights({ parameters, state: layerState }, specifications);
  }

  /** Takes trained weights over before their runner is dropped. */
  #keepTrained(): void {
    if (!this.#runner || !this.#built) return;
    const { parameters, layerState } = this.#runner.variables;
    Object.assign(this.#built, { parameters, layerState });
  }

  /** The runner that goes on training, with the key of a seed. */
  #trainingRunner({ train, optimizer }: Compiled, seed: number): StepRunner {
    const { parameters, layerState } = this.#weights();
    const variables: Variables = this.#runner?.variables ?? {
      parameters,
      layerState,
      optimizerState: optimizer.initialize(parameters),
    };
    const learningRate = this.#runner?.learningRate ?? optimizer.learningRate;
    this.#runner = new StepRunner(train, variables, keyFor(seed, 'training'), learningRate);
    return this.#runner;
  }
}

function tensorOf({ specification, data }: HostWeight): Tensor {
  return baseInterpreter().constant({ shape: [...specification.shape], dtype: specification.dtype, data }, false);
}

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
