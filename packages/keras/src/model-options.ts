/** What the methods of a model take, and the checks of the numbers among it. */
import type { Tensor } from '@deft/core';
import type { LayerOptions, Signal } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import type { BatchStream } from './batch-stream.ts';
import type { Callback, Logs } from './callbacks/callback.ts';
import type { ClassWeightOption, ModelExamples, SampleWeightOption } from './example-options.ts';
import type { FreeShape, InputShape } from './input-shape.ts';
import type { LossRule } from './losses/loss.ts';
import type { LossFunction, LossName } from './losses.ts';
import type { MetricChoice } from './metrics.ts';
import type { OptimizerName } from './optimizers.ts';

/** Mean loss and metrics. */
export type Scores = Logs & { readonly loss: number };

/** Options that all models have. */
export interface ModelOptions extends Pick<LayerOptions, 'name' | 'trainable' | 'dtype'> {
  /** Where the initial weights, the order of examples and dropout come from; 0 unless told. */
  readonly seed?: number;
}

/** Options of `sequential`. */
export interface SequentialOptions extends ModelOptions {
  /**
   * Shape of one input, without the batch axis, with `null` for axes that may have any size. Without it the model is built by the
   * first data it sees.
   */
  readonly inputShape?: FreeShape;
}

/** A model as plain data, without its weights. */
export interface ModelConfig {
  /** Its layers, as `layerFromConfig` makes them again. */
  readonly layer: { readonly [part: string]: unknown };
  /** Missing before the model is built. */
  readonly inputShape?: InputShape | undefined;
  readonly seed: number;
}

/** Options of `saveModel` and `serialize`. */
export interface SaveOptions {
  /**
   * Whether the file keeps what `compile` was told and the optimiser's state, so that the loaded model goes on training;
   * true unless told.
   */
  readonly includeOptimizer?: boolean;
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions {
  /** Whether weights that the file lacks stay as they are, and tensors that the model lacks are passed over; false unless told. */
  readonly byName?: boolean;
  /** Whether weights that have another shape or dtype in the file stay as they are; false unless told. */
  readonly skipMismatch?: boolean;
}

/** Options of `compile`. */
export interface CompileOptions {
  readonly optimizer: OptimizerName | Optimizer;
  /** The loss; of several outputs one for all, or one for each. */
  readonly loss: LossChoice | PerOutput<LossChoice>;
  /** How much the loss of each output counts; 1 unless told. */
  readonly lossWeights?: PerOutput<number>;
  /** What is reported besides the loss. The weights of examples do not count. Of several outputs, a list for each. */
  readonly metrics?: readonly MetricChoice[] | PerOutput<readonly MetricChoice[]>;
  /** Metrics that heed the weights of examples; called `weighted…` where a metric has the name already. */
  readonly weightedMetrics?: readonly MetricChoice[] | PerOutput<readonly MetricChoice[]>;
  /** Whether steps are captured and compiled; true unless told. False runs op by op, for debugging. */
  readonly jit?: boolean;
  /**
   * Bytes that a captured step of training may take besides its weights and batch: what would take more is computed again on the
   * way back. No limit unless told.
   */
  readonly memoryBudget?: number;
}

/** A loss: a name, one of `losses`, a rule or a function of targets and predictions. */
export type LossChoice = LossName | LossRule | LossFunction;

/** One for each of several outputs: in their order, or by their names. */
export type PerOutput<T> = readonly T[] | { readonly [output: string]: T };

/** How much is printed: nothing, a bar, or a line an epoch. */
export type Verbosity = 0 | 1 | 2;

/** Options of whatever runs over batches. */
export interface RunOptions {
  /** 32 unless told. The last batch may be smaller. A stream has batches already. */
  readonly batchSize?: number;
  readonly callbacks?: readonly Callback[];
  /** 1 shows a bar where there is a terminal, 2 prints a line at the end; 0 (nothing) unless told. */
  readonly verbose?: Verbosity;
}

/** Option of evaluation and prediction. */
export interface StepsOption {
  /** At most so many batches; all there are unless told. */
  readonly steps?: number;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends SampleWeightOption, RunOptions, StepsOption {}

/** Options of `predict`. */
export interface PredictOptions extends RunOptions, StepsOption {}

/** Options of `trainOnBatch`. */
export interface TrainOnBatchOptions extends SampleWeightOption, ClassWeightOption {}

/** Options of `fit`. */
export interface FitOptions extends SampleWeightOption, ClassWeightOption, RunOptions {
  /** Batches in an epoch: all there are unless told. A stream goes on in the next epoch where it was left. */
  readonly stepsPerEpoch?: number;
  /**
   * Steps that are run at a time, as one program: callbacks see the last of them. Saves time between small steps. 1 unless told.
   */
  readonly stepsPerExecution?: number;
  /** Batches of the validation; all there are unless told. */
  readonly validationSteps?: number;
  /** Epochs from one validation to the next; 1 unless told. */
  readonly validationFrequency?: number;
  /** Batch size of the validation; that of training unless told. */
  readonly validationBatchSize?: number;
  /** The epoch to stop before; 1 unless told. */
  readonly epochs?: number;
  /** The epoch to begin with; 0 unless told. */
  readonly initialEpoch?: number;
  /** Inputs, targets and, if wanted, weights of examples that are evaluated after each epoch; or a stream of their batches. */
  readonly validationData?: readonly [x: ModelExamples, y: ModelExamples, sampleWeight?: ModelExamples] | BatchStream;
  /** Share of the examples, taken from the end, that is kept out for validation. */
  readonly validationSplit?: number;
  /** Whether every epoch has its own order; true unless told. */
  readonly shuffle?: boolean;
  /** For the order of examples and for dropout; the model's unless told. */
  readonly seed?: number;
}

/** A training step on weights of its own, for comparing and measuring. */
export interface TrainStep {
  /** How often the step was captured; 0 where it runs op by op. */
  readonly traceCount: number;
  /** How many programs the step was compiled to: one serves every batch size. */
  readonly compileCount: number;
  learningRate: number;
  /** One step; gives loss and metrics of the batch. */
  run(x: ModelExamples, y: ModelExamples): Promise<Scores>;
  /** One step on tensors, without waiting: `values` is `[loss of the batch, loss so far, …metrics so far]`. */
  dispatch(x: Signal, y: Signal): { readonly values: Tensor };
  /** Copies of the weights as they are now. */
  getWeights(): Promise<Tensor[]>;
}
