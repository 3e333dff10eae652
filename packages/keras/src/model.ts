/**
 * The model: layers with their weights, and what is done with them. Everything that computes is a pure function captured
 * once per shape (`training-step.ts`); the model holds the weights between calls (`model-weights.ts`), and the checks that
 * tell a user what is wrong before anything is computed.
 */
import { allocate, baseInterpreter, raise, sizeOf, type Tensor } from '@deft/core';
import type { ExampleShape, Layer, SequentialLayer } from '@deft/nn';
import { AverageSwitch } from './callbacks/average-switch.ts';
import type { RunControl, TrainedModel } from './callbacks/callback.ts';
import { type CallbackRun, withCallbacks } from './callbacks/callback-run.ts';
import {
  type Compiled,
  compileCountOf,
  compileObjective,
  preparePrediction,
  prepareTraining,
  traceCountOf,
} from './compiled.ts';
import { type Batch, type FigureState, type PendingFigures, startFigures } from './figures.ts';
import {
  evaluateBatches,
  fitEpochs,
  type History,
  type Pairs,
  predictBatches,
  splitPairs,
  stepOnce,
} from './fitting.ts';
import { checkPaired, type Examples, exampleWeights, type HostExamples, hostExamples } from './host-examples.ts';
import type { RateProgress } from './learning-rate.ts';
import { layerConfig } from './model-file.ts';
import {
  type CompileOptions,
  checkCount,
  checkSeed,
  type EvaluateOptions,
  type FitOptions,
  type LoadWeightsOptions,
  type ModelConfig,
  type PredictOptions,
  type SaveOptions,
  type Scores,
  type TrainOnBatchOptions,
  type TrainStep,
} from './model-options.ts';
import { loadWeights, saveWeights, serializeModel } from './model-saving.ts';
import { keyFor, ModelWeights } from './model-weights.ts';
import type { StoredTensor } from './safetensors.ts';
import { StepRunner, type Variables } from './step-runner.ts';
import { writeWhole } from './stored-file.ts';
import { summarize } from './summary.ts';
import type { predictionStep } from './training-step.ts';
import { type HostWeight, makeTrees, readWeights, tensorOf, weightName } from './weight-list.ts';

/** A model of layers one after the other. Made by `sequential`. */
export class Model implements TrainedModel {
  readonly layer: SequentialLayer;
  readonly seed: number;
  readonly #weights: ModelWeights;
  #compiled: Compiled | undefined;
  #told: CompileOptions | undefined;
  /** What a file left out of what `compile` was told. */
  #leftOut: readonly string[] = [];
  #predict: ReturnType<typeof predictionStep> | undefined;
  #busy: string | undefined;

  /** @internal Use `sequential`. */
  constructor(layer: SequentialLayer, seed: number) {
    checkSeed('sequential', seed);
    this.layer = layer;
    this.seed = seed;
    this.#weights = new ModelWeights(layer, seed);
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
    return this.#weights.inputShape;
  }

  /** Shape of one output. Throws `E_MODEL` before the model is built. */
  get outputShape(): ExampleShape {
    return this.layer.outputShape(this.#weights.described('outputShape').inputShape);
  }

  /** How often training was captured since `compile`. */
  get traceCount(): number {
    return traceCountOf(this.#compiled?.train);
  }

  /** How many programs the training step was compiled to: one serves every batch size. */
  get compileCount(): number {
    return compileCountOf(this.#compiled?.train);
  }

  /** Names of all weights, in Keras's order: `dense/kernel`, `dense/bias`, … */
  get weightNames(): readonly string[] {
    return this.#weights.described('weightNames').specifications.map(weightName);
  }

  /** Number of all weights' elements. */
  countParameters(): number {
    return this.#weights.described('countParameters').specifications.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /**
   * Makes the weights for inputs of a shape. Called by whatever sees data first; calling it again with the same shape does
   * nothing. Throws `E_LAYER` naming the layer that cannot take its input, `E_MODEL` for another shape than before.
   */
  build(inputShape: ExampleShape): void {
    this.#weights.build('build', inputShape);
  }

  /** @internal Takes the weights of a file. */
  adopt(inputShape: ExampleShape, weights: readonly HostWeight[]): void {
    this.#weights.adopt(inputShape, weights);
  }

  /** @internal Notes what of a compiled model a file has left out. */
  leaveUncompiled(leftOut: readonly string[]): void {
    this.#leftOut = leftOut;
  }

  /** @internal Takes the optimiser's state of a file. */
  resume(progress: RateProgress | undefined, state: ReadonlyMap<string, StoredTensor>): void {
    this.#weights.resume('loadModel', this.#requireCompiled('loadModel').optimizer, progress, state);
  }

  /** The model as plain data, from which `modelFromConfig` makes another with weights of its own. */
  get config(): ModelConfig {
    return { layer: layerConfig(this.layer), inputShape: this.inputShape, seed: this.seed };
  }

  /** A table of all layers with output shapes, numbers of parameters and bytes. */
  summary(): string {
    return summarize(this.layer, this.#weights.described('summary').inputShape);
  }

  /** Says how the model is trained. Starts the optimiser afresh. Throws `E_MODEL` for unknown names. */
  compile(options: CompileOptions): void {
    this.#compiled = compileObjective(this.layer, options);
    this.#told = options;
    this.#leftOut = [];
    this.#weights.endTraining();
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
      const all = await this.#pairs('fit', x, y, options);
      const { training, validation } = await this.#split(all, options);
      const runner = this.#weights.train(compiled, seed);
      return fitEpochs(
        {
          training,
          batchSize,
          firstEpoch: initialEpoch,
          epochs,
          shuffle,
          seed,
          figures: compiled.objective.figures,
          callbacks: options.callbacks ?? [],
          verbose,
          optimizer: compiled.optimizer,
          validation: validation && {
            count: validation.inputs.count,
            measure: (run) => this.#evaluatePairs(compiled, validation, batchSize, run),
          },
        },
        runner,
        this,
      );
    });
  }

  /** Loss and metrics over examples, without training. Throws `E_MODEL` as `fit` does. */
  evaluate(x: Examples, y: Examples, options: EvaluateOptions = {}): Promise<Scores> {
    return this.#alone('evaluate', async () => {
      const { batchSize = 32 } = options;
      checkCount('evaluate', 'batchSize', batchSize, 1);
      const compiled = this.#requireCompiled('evaluate');
      const pairs = await this.#pairs('evaluate', x, y, options);
      const average = new AverageSwitch(compiled.optimizer, () => this.#weights.now());
      return withCallbacks(this, average, options, pairs.inputs.count, (run) =>
        this.#evaluatePairs(compiled, pairs, batchSize, run),
      );
    });
  }

  /** The outputs for inputs, in one tensor `[count, …outputShape]`. Needs no `compile`. Throws `E_MODEL` as `fit` does. */
  predict(x: Examples, options: PredictOptions = {}): Promise<Tensor> {
    return this.#alone('predict', async () => {
      const { batchSize = 32 } = options;
      checkCount('predict', 'batchSize', batchSize, 1);
      const inputs = await this.#inputs('predict', x);
      this.#predict ??= this.#compiled?.predict ?? preparePrediction(this.layer, this.name);
      const predict = this.#compiled?.predict ?? this.#predict;
      const shape = [inputs.count, ...this.outputShape];
      const data = allocate('float32', sizeOf(shape));
      const prepare = () => {
        const { parameters, layerState } = this.#weights.now();
        return (batch: Tensor): Tensor => predict(parameters, layerState, batch);
      };
      const average = new AverageSwitch(this.#compiled?.optimizer, () => this.#weights.now());
      await withCallbacks(this, average, options, inputs.count, (run) =>
        predictBatches(inputs, batchSize, data, prepare, run),
      );
      return baseInterpreter().constant({ shape, dtype: 'float32', data }, false);
    });
  }

  /** One step of training on one batch; gives its loss and metrics. Throws `E_MODEL` as `fit` does. */
  trainOnBatch(x: Examples, y: Examples, options: TrainOnBatchOptions = {}): Promise<Scores> {
    return this.#alone('trainOnBatch', async () => {
      const compiled = this.#requireCompiled('trainOnBatch');
      const pairs = await this.#pairs('trainOnBatch', x, y, options);
      return stepOnce(this.#weights.train(compiled, this.seed), pairs, compiled.objective.figures);
    });
  }

  /**
   * A training step on a copy of the weights, with a fresh optimiser: the model stays as it is. Two handles with the same
   * seed take the same steps, captured or op by op.
   *
   * @param options `jit` as in `compile` unless told, `seed` for dropout: the model's unless told
   */
  async trainStep(options: { readonly jit?: boolean; readonly seed?: number } = {}): Promise<TrainStep> {
    const { objective, optimizer, isJitted } = this.#requireCompiled('trainStep');
    const { specifications } = this.#weights.described('trainStep');
    const { jit: captures = isJitted, seed = this.seed } = options;
    checkSeed('trainStep', seed);
    const { parameters, state } = makeTrees(await this.#weights.read('trainStep'));
    const step = prepareTraining(objective, optimizer, captures);
    const variables: Variables = { parameters, layerState: state, optimizerState: optimizer.initialize(parameters) };
    const { outputShape } = this;
    const start = (): FigureState => startFigures(objective, outputShape);
    const runner = new StepRunner(step, optimizer, variables, keyFor(seed, 'training'), start);
    const pairsOf = (x: Examples, y: Examples): Promise<Pairs> => this.#pairs('trainStep', x, y);
    return {
      get traceCount(): number {
        return traceCountOf(step);
      },
      get compileCount(): number {
        return compileCountOf(step);
      },
      get learningRate(): number {
        return runner.learningRate;
      },
      set learningRate(value: number) {
        runner.learningRate = value;
      },
      run: async (x, y) => stepOnce(runner, await pairsOf(x, y), objective.figures),
      dispatch: (x, y) => runner.dispatch({ x, y }),
      getWeights: async () => {
        const { parameters: now, layerState } = runner.variables;
        const weights = await readWeights({ parameters: now, state: layerState }, specifications);
        return weights.map(tensorOf);
      },
    };
  }

  /** Copies of all weights in Keras's order: layer by layer, kernel before bias, moving averages last. */
  async getWeights(): Promise<Tensor[]> {
    return (await this.#weights.read('getWeights')).map(tensorOf);
  }

  /** Sets all weights, in the order of `getWeights`. Throws `E_MODEL` naming the first that does not fit; none is set then. */
  setWeights(weights: readonly Tensor[]): Promise<void> {
    return this.#weights.set(weights);
  }

  /** Saves all weights to a safetensors file, under their names. It is the old or the new one at any moment. Throws `E_FILE`. */
  saveWeights(path: string): Promise<void> {
    return saveWeights(this.#weights, path);
  }

  /**
   * Loads weights by name from a file of weights, a model file or another safetensors file, and gives the names of those
   * that were loaded. The optimiser's state stays as it is.
   *
   * Throws `E_FILE` for a damaged file, and unless the options allow it for weights that are missing, unknown or of another
   * shape or dtype; all weights stay as they are then.
   */
  loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<readonly string[]> {
    return loadWeights(this.#weights, path, options);
  }

  /**
   * The model as the bytes of one safetensors file: configuration, weights, and unless told otherwise what `compile` was told
   * and the optimiser's state. Functions of yours among the options of `compile` are left out. Throws `E_MODEL` where a
   * layer holds one.
   */
  serialize(options: SaveOptions = {}): Promise<Uint8Array> {
    return serializeModel(this, this.#weights, this.#told, options);
  }

  /** Saves the model to a file, which is the old one or the new one whole at any moment. Throws `E_FILE`. */
  async saveModel(path: string, options: SaveOptions = {}): Promise<void> {
    await writeWhole('saveModel', path, await this.serialize(options));
  }

  #requireCompiled(op: string): Compiled {
    return (
      this.#compiled ??
      raise('E_MODEL', {
        op,
        says:
          this.#leftOut.length === 0
            ? 'the model is not compiled'
            : `the model is not compiled: its file left out functions of yours: ${this.#leftOut.join(', ')}`,
        hint: "call model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' }) first",
      })
    );
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
    this.#weights.build(op, inputs.shape.slice(1));
    return inputs;
  }

  async #pairs(
    op: string,
    x: Examples,
    y: Examples,
    { sampleWeight, classWeight }: TrainOnBatchOptions = {},
  ): Promise<Pairs> {
    const inputs = await this.#inputs(op, x);
    const targets = await hostExamples(op, 'y', y, 'targets');
    checkPaired(op, inputs, targets);
    return { inputs, targets, weights: await exampleWeights(op, targets, sampleWeight, classWeight) };
  }

  async #split(all: Pairs, options: FitOptions): Promise<{ training: Pairs; validation: Pairs | undefined }> {
    const { validationData, validationSplit = 0 } = options;
    if (!validationData) return splitPairs(all, validationSplit);
    const [validX, validY, sampleWeight] = validationData;
    return {
      training: all,
      validation: await this.#pairs('fit', validX, validY, sampleWeight === undefined ? {} : { sampleWeight }),
    };
  }

  #evaluatePairs(compiled: Compiled, pairs: Pairs, batchSize: number, run: CallbackRun<RunControl>): Promise<Scores> {
    const { objective } = compiled;
    const prepare = () => {
      const { parameters, layerState } = this.#weights.now();
      let state = startFigures(objective, this.outputShape);
      return (batch: Batch): PendingFigures => {
        const { figures, values } = compiled.evaluate(parameters, layerState, state, batch);
        state = figures;
        return { values, size: batch.x.shape[0] as number };
      };
    };
    return evaluateBatches(pairs, batchSize, objective.figures, prepare, run);
  }
}
