/**
 * The model: what is done with layers and their weights (`layered-model.ts`). Everything that computes is a pure function captured
 * once per shape (`training-step.ts`); the model holds the weights between calls (`model-weights.ts`), and the checks that
 * tell a user what is wrong before anything is computed.
 */
import { raise, type Tensor } from '@deft/core';
import type { LayerOptions, Signal } from '@deft/nn';
import { type BatchSource, cutPairs, disposeBatch, isStream } from './batch-source.ts';
import type { BatchStream } from './batch-stream.ts';
import { AverageSwitch } from './callbacks/average-switch.ts';
import type { RunControl, TrainedModel } from './callbacks/callback.ts';
import { type CallbackRun, withCallbacks } from './callbacks/callback-run.ts';
import { type Compiled, compileCountOf, compileObjective, preparePrediction, traceCountOf } from './compiled.ts';
import type { ModelExamples } from './example-options.ts';
import { type Batch, type PendingFigures, reportedNames, sizeOfBatch, startFigures } from './figures.ts';
import { evaluateBatches, fitEpochs, type History, predictBatches } from './fitting.ts';
import {
  type DecodingStep,
  type GenerateOptions,
  type GenerateTextsOptions,
  prepareDecoding,
  writeOn,
} from './generation.ts';
import { type FreeShape, shapesOf } from './input-shape.ts';
import { LayeredModel } from './layered-model.ts';
import type { RateProgress } from './learning-rate.ts';
import { type ModelMemory, optimizerBytes, stepMemory } from './model-memory.ts';
import type {
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  SaveOptions,
  Scores,
  TrainOnBatchOptions,
  TrainStep,
} from './model-options.ts';
import { serializeModel } from './model-saving.ts';
import { evaluationSource, pairsFor, predictionSource, type SourcedModel, trainingSources } from './model-sources.ts';
import { checkCount, checkSeed } from './number-checks.ts';
import type { StoredTensor } from './safetensors.ts';
import type { DrawnToken } from './sampling.ts';
import { writeWhole } from './stored-file.ts';
import { summarize } from './summary.ts';
import { stepOnce, type TrainStepOptions, trainStepOn } from './train-step.ts';
import type { PredictionStep } from './training-step.ts';

/**
 * A model: a layer with its weights. Made by `sequential` and `model`, and by subclasses whose fields are layers.
 *
 * @example
 * ```ts
 * import { layers, Model } from '@deft/keras';
 * import { add, ones, type Tensor } from '@deft/tensor';
 * class Residual extends Model {
 *   widen = layers.dense(8, { activation: 'relu' });
 *   narrow = layers.dense(4);
 *   override call(x: Tensor) {
 *     return add(x, this.narrow(this.widen(x)));
 *   }
 * }
 * const net = new Residual({ seed: 1 });
 * console.log((await net.predict(ones([2, 4]))).shape, net.weightNames[0]); // → [2, 4] widen/kernel
 * ```
 */
export class Model extends LayeredModel implements TrainedModel {
  #options: CompileOptions | undefined;
  #compiled: Compiled | undefined;
  /** What a file left out of what `compile` was told. */
  #leftOut: readonly string[] = [];
  #predict: PredictionStep | undefined;
  #decode: DecodingStep | undefined;
  #busy: string | undefined;

  /** How often training was captured since `compile`. */
  get traceCount(): number {
    return traceCountOf(this.#compiled?.train);
  }

  /** How many programs the training step was compiled to: one serves every batch size. */
  get compileCount(): number {
    return compileCountOf(this.#compiled?.train);
  }

  /** @internal Notes what of a compiled model a file has left out. */
  leaveUncompiled(leftOut: readonly string[]): void {
    this.#leftOut = leftOut;
  }

  /** @internal Takes the optimiser's state of a file. */
  resume(progress: RateProgress | undefined, state: ReadonlyMap<string, StoredTensor>): void {
    this.modelWeights.resume('loadModel', this.#requireCompiled('loadModel').optimizer, progress, state);
  }

  /**
   * A table of all layers with output shapes, numbers of parameters and bytes; of a compiled model also what the optimiser keeps.
   * `memory` says what a step takes.
   */
  summary(): string {
    const { inputShape, specifications } = this.modelWeights.described('summary');
    const optimizer = this.#compiled?.optimizer;
    const note = optimizer && { name: optimizer.name, bytes: optimizerBytes(optimizer, specifications) };
    return summarize(this.layer, inputShape, note);
  }

  /**
   * How many bytes training takes with batches like this one: weights, what the optimiser keeps, and one step, whose memory is
   * planned when it is compiled. Throws `E_MODEL` as `fit` does, and for a model that is compiled with `jit: false`.
   */
  memory(x: ModelExamples, y: ModelExamples, options: TrainOnBatchOptions = {}): Promise<ModelMemory> {
    return this.#alone('memory', async () => {
      const compiled = this.#requireCompiled('memory');
      const pairs = await pairsFor(this.#sourced, 'memory', x, y, options);
      const { specifications, standIn } = this.modelWeights.described('memory');
      const batch = cutPairs(pairs, this, undefined, 0, pairs.count);
      const outputShapes = shapesOf(this.layer.outputShape(standIn));
      const found = stepMemory(compiled, specifications, this.modelWeights.now(), outputShapes, batch);
      disposeBatch(batch);
      return found;
    });
  }

  /** Says how the model is trained. Starts the optimiser afresh. Throws `E_MODEL` for unknown names. */
  compile(options: CompileOptions): void {
    this.#compiled = compileObjective(this.layer, options);
    this.#options = options;
    this.#leftOut = [];
    this.modelWeights.endTraining();
  }

  /**
   * Says whether weights are trained: those of all layers, or by the layers' names: `{ base: false }`, `{ base: { conv2d_3: true } }`.
   * What was compiled is compiled again, so the optimiser starts afresh. Throws `E_LAYER` for names that there are not.
   */
  async setTrainable(trainable: NonNullable<LayerOptions['trainable']>): Promise<void> {
    await this.#alone('setTrainable', async () => {
      const layer = this.layer.with({ trainable });
      await this.relayer(layer);
      this.#predict = undefined;
      this.#decode = undefined;
      if (this.#options) this.compile(this.#options);
    });
  }

  /**
   * Trains on examples and gives the figures of every epoch. Callbacks see every batch.
   *
   * Throws `E_MODEL` before `compile`, for data that do not fit the model, and while another call is running.
   */
  fit(x: ModelExamples, y: ModelExamples, options?: FitOptions): Promise<History>;
  /** Trains on a stream of batches: a generator, a dataset, anything that can be iterated or a function that gives that. */
  fit(batches: BatchStream, options?: FitOptions): Promise<History>;
  fit(x: ModelExamples | BatchStream, y?: ModelExamples | FitOptions, last?: FitOptions): Promise<History> {
    const [options, targets] = isStream(x) ? [(y ?? {}) as FitOptions, undefined] : [last ?? {}, y];
    return this.#alone('fit', async () => {
      const { epochs = 1, initialEpoch = 0, stepsPerExecution = 1, seed = this.seed, verbose = 0 } = options;
      checkCount('fit', 'epochs', epochs, 0);
      checkCount('fit', 'initialEpoch', initialEpoch, 0);
      checkCount('fit', 'stepsPerExecution', stepsPerExecution, 1);
      checkSeed('fit', seed);
      const compiled = this.#requireCompiled('fit');
      const { training, validation, examples } = await trainingSources(
        this.#sourced,
        x,
        targets as ModelExamples,
        options,
        seed,
      );
      const runner = this.modelWeights.train(compiled, seed);
      const { validationFrequency: frequency = 1 } = options;
      checkCount('fit', 'validationFrequency', frequency, 1);
      return fitEpochs(
        {
          training,
          firstEpoch: initialEpoch,
          epochs,
          stepsPerExecution,
          settings: {
            seed,
            batchSize: isStream(x) ? 0 : (options.batchSize ?? 32),
            shuffle: !isStream(x) && (options.shuffle ?? true),
            examples,
          },
          reported: reportedNames(compiled.objective),
          callbacks: options.callbacks ?? [],
          verbose,
          optimizer: compiled.optimizer,
          validation: validation && {
            steps: validation.steps,
            frequency,
            measure: (run) => this.#evaluateSource(compiled, validation, run),
          },
        },
        runner,
        this,
      );
    });
  }

  /** Loss and metrics over examples, without training. Throws `E_MODEL` as `fit` does. */
  evaluate(x: ModelExamples, y: ModelExamples, options?: EvaluateOptions): Promise<Scores>;
  /** Loss and metrics over a stream of batches, without training. */
  evaluate(batches: BatchStream, options?: EvaluateOptions): Promise<Scores>;
  evaluate(
    x: ModelExamples | BatchStream,
    y?: ModelExamples | EvaluateOptions,
    last?: EvaluateOptions,
  ): Promise<Scores> {
    const [options, targets] = isStream(x) ? [(y ?? {}) as EvaluateOptions, undefined] : [last ?? {}, y];
    return this.#alone('evaluate', async () => {
      const compiled = this.#requireCompiled('evaluate');
      const source = await evaluationSource(this.#sourced, x, targets as ModelExamples, options);
      const average = new AverageSwitch(compiled.optimizer, () => this.modelWeights.now());
      return withCallbacks('evaluate', this, average, options, source.steps, (run) =>
        this.#evaluateSource(compiled, source, run),
      );
    });
  }

  /**
   * The outputs for inputs: one tensor `[count, …outputShape]`, or an array of them where the model gives several. Needs no
   * `compile`. Throws `E_MODEL` as `fit` does.
   */
  predict(x: ModelExamples | BatchStream, options: PredictOptions = {}): Promise<Tensor> {
    return this.predictAll(x, options).then(([first, ...more]) => {
      if (this.outputNames === undefined && more.length === 0) return first as Tensor;
      return raise('E_MODEL', { op: 'predict', says: 'the model gives several outputs', hint: 'call predictAll' });
    });
  }

  /** The outputs for inputs as an array, one tensor an output. Otherwise as `predict`. */
  predictAll(x: ModelExamples | BatchStream, options: PredictOptions = {}): Promise<Tensor[]> {
    return this.#alone('predict', async () => {
      const source = await predictionSource(this.#sourced, x, options);
      this.#predict ??= this.#compiled?.predict ?? preparePrediction(this.layer);
      const predict = this.#compiled?.predict ?? this.#predict;
      const prepare = () => {
        const now = this.modelWeights.now();
        return (batch: Signal): Signal => {
          const { output, layerState } = predict(now.parameters, now.layerState, batch);
          if (this.layer.stateful) this.modelWeights.carry(layerState);
          return output;
        };
      };
      const average = new AverageSwitch(this.#compiled?.optimizer, () => this.modelWeights.now());
      return withCallbacks('predict', this, average, options, source.steps, (run) =>
        predictBatches(source, prepare, run),
      );
    });
  }

  /**
   * Writes on behind a beginning, token by token, with a model that takes token numbers `[steps]` and gives scores of the next token,
   * `[steps, tokens]` or `[tokens]`. Each token costs one step, since attention keeps what it has seen (`startDecoding` of `@deft/nn`).
   * Every token comes with the probability that the model gave it. May be called while `fit` waits for a callback.
   *
   * @param prompt the beginning: one token or more
   * @throws `E_MODEL` for bad options and models of another form; `E_LAYER` where the layers do not work piece by piece
   * @example
   * ```ts
   * import { layers, sequential } from '@deft/keras';
   * const model = sequential([layers.embedding(5, 8), layers.gru(8, { returnSequences: true }), layers.dense(5)], { inputShape: [4] });
   * const written = [];
   * for await (const { token } of model.generate([0, 1], { maxNewTokens: 3, temperature: 0.7, context: 5 })) written.push(token);
   * console.log(written.length); // → 3
   * ```
   */
  generate(prompt: readonly number[], options?: GenerateOptions): AsyncGenerator<DrawnToken>;
  /**
   * Writes on behind several beginnings, and gives what was written behind each, in order. Beginnings of similar lengths are worked
   * through together, which takes less time than one by one. Every text ends for itself, and draws from a stream of its own:
   * text `i` is what its prompt gives alone with `stream: i`, but where two tokens are so near to each other that rounding, which
   * differs with the number of texts, decides.
   *
   * @param prompts the beginnings: of one token or more each; they may differ in length
   * @throws `E_MODEL` as for one, and where neither `maxNewTokens` nor `endToken` is given; `E_LAYER` as for one
   * @example
   * ```ts
   * import { layers, sequential } from '@deft/keras';
   * const model = sequential([layers.embedding(5, 8), layers.gru(8, { returnSequences: true }), layers.dense(5)], { inputShape: [4] });
   * const texts = await model.generate([[0, 1], [3], [3]], { maxNewTokens: 6, context: 9 });
   * console.log(texts.map((text) => text.length)); // → [6, 6, 6]
   * ```
   */
  generate(prompts: readonly (readonly number[])[], options: GenerateTextsOptions): Promise<DrawnToken[][]>;
  generate(
    prompt: readonly number[] | readonly (readonly number[])[],
    options: GenerateTextsOptions = {},
  ): AsyncGenerator<DrawnToken> | Promise<DrawnToken[][]> {
    this.#decode ??= prepareDecoding(this.layer);
    const { inputShape } = this.modelWeights.described('generate');
    const [steps = null] = (shapesOf(inputShape)[0] ?? []) as FreeShape;
    const weights = () => this.modelWeights.now();
    const model = { layer: this.layer, seed: this.seed, steps: steps ?? undefined, weights, step: this.#decode };
    return writeOn(model, prompt, options);
  }

  /** One step of training on one batch; gives its loss and metrics. Throws `E_MODEL` as `fit` does. */
  trainOnBatch(x: ModelExamples, y: ModelExamples, options: TrainOnBatchOptions = {}): Promise<Scores> {
    return this.#alone('trainOnBatch', async () => {
      const compiled = this.#requireCompiled('trainOnBatch');
      const pairs = await pairsFor(this.#sourced, 'trainOnBatch', x, y, options);
      return stepOnce(
        this.#sourced,
        this.modelWeights.train(compiled, this.seed),
        pairs,
        reportedNames(compiled.objective),
      );
    });
  }

  /**
   * A training step on a copy of the weights, with a fresh optimiser: the model stays as it is. Two handles with the same
   * seed take the same steps, captured or op by op.
   *
   * @param options `jit` as in `compile` unless told, `seed` for dropout: the model's unless told
   */
  async trainStep(options: TrainStepOptions = {}): Promise<TrainStep> {
    const compiled = this.#requireCompiled('trainStep');
    const { standIn } = this.modelWeights.described('trainStep');
    const { seed = this.seed } = options;
    checkSeed('trainStep', seed);
    const outputShapes = shapesOf(this.layer.outputShape(standIn));
    const weights = await this.modelWeights.read('trainStep');
    return trainStepOn(this.#sourced, compiled, weights, outputShapes, { ...options, seed });
  }

  /**
   * The model as the bytes of one safetensors file: configuration, weights, and unless told otherwise what `compile` was told
   * and the optimiser's state. Functions of yours among the options of `compile` are left out. Throws `E_MODEL` where a
   * layer holds one.
   */
  serialize(options: SaveOptions = {}): Promise<Uint8Array> {
    return serializeModel(this, this.modelWeights, this.#options, options);
  }

  /** Saves the model to a file, which is the old one or the new one whole at any moment. Throws `E_FILE`. */
  async saveModel(path: string, options: SaveOptions = {}): Promise<void> {
    await writeWhole('saveModel', path, await this.serialize(options));
  }

  get #sourced(): SourcedModel {
    const { inputNames, outputNames, inputShape } = this;
    return { inputNames, outputNames, inputShape, buildFor: (op, shape) => this.modelWeights.build(op, shape) };
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

  #evaluateSource(compiled: Compiled, source: BatchSource, run: CallbackRun<RunControl>): Promise<Scores> {
    const { objective } = compiled;
    const prepare = () => {
      const now = this.modelWeights.now();
      const { standIn } = this.modelWeights.described('evaluate');
      let state = startFigures(objective, shapesOf(this.layer.outputShape(standIn)));
      return (batch: Batch): PendingFigures => {
        const { figures, values, layerState } = compiled.evaluate(now.parameters, now.layerState, state, batch);
        state = figures;
        if (this.layer.stateful) this.modelWeights.carry(layerState);
        return { values, size: sizeOfBatch(batch) };
      };
    };
    return evaluateBatches(source, reportedNames(objective), prepare, run);
  }
}
