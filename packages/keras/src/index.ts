/** `@deft/keras`: Sequential and Model: compile, fit, evaluate, predict, callbacks, metrics, saving. */
export { type PlainValue, type Recipe, recipeOf } from '@deft/core';
export { input } from '@deft/nn';
export type { BatchStream, StreamedBatch } from './batch-stream.ts';
export { type BackupOptions, backupAndRestore } from './callbacks/backup-and-restore.ts';
export type {
  BatchLogs,
  Callback,
  CallbackState,
  Logs,
  PredictionLogs,
  RunControl,
  RunParameters,
  TrainedModel,
  TrainingControl,
} from './callbacks/callback.ts';
export { type CsvLoggerOptions, csvLogger } from './callbacks/csv-logger.ts';
export { type EarlyStoppingOptions, earlyStopping } from './callbacks/early-stopping.ts';
export { lambdaCallback } from './callbacks/lambda-callback.ts';
export { learningRateScheduler } from './callbacks/learning-rate-scheduler.ts';
export { type ModelCheckpointOptions, modelCheckpoint } from './callbacks/model-checkpoint.ts';
export type { MonitorOptions } from './callbacks/monitor.ts';
export {
  type PageProgressOptions,
  type Progress,
  pageProgress,
  showProgress,
} from './callbacks/page-progress.ts';
export { type ProgressBarOptions, progressBar } from './callbacks/progress-bar.ts';
export {
  type ReduceLearningRateOptions,
  reduceLearningRateOnPlateau,
} from './callbacks/reduce-learning-rate-on-plateau.ts';
export { type RemoteMonitorOptions, remoteMonitor } from './callbacks/remote-monitor.ts';
export { type SwapEmaWeightsOptions, swapEmaWeights } from './callbacks/swap-ema-weights.ts';
export { type TensorBoardOptions, tensorBoard } from './callbacks/tensor-board.ts';
export { type TerminateOnNaNOptions, terminateOnNaN } from './callbacks/terminate-on-nan.ts';
export type { TextOutput } from './environment.ts';
export type { ClassWeightOption, ModelExamples, SampleWeightOption } from './example-options.ts';
export type { History } from './fitting.ts';
export type { GenerateOptions, GenerateTextsOptions } from './generation.ts';
export type { ArrayWithShape, Examples } from './host-examples.ts';
export type { FreeShape, InputShape } from './input-shape.ts';
export * as layers from './layers.ts';
export { deserializeModel, type LoadOptions, loadModel, modelFromConfig } from './loading.ts';
export { lossFromConfig } from './loss-from-config.ts';
export * as losses from './loss-list.ts';
export type { LogitsOption, Loss, LossOptions, LossRule, Reduction } from './losses/loss.ts';
export type { LossFunction, LossName } from './losses.ts';
export { metricFromConfig } from './metric-from-config.ts';
export * as metrics from './metric-list.ts';
export type {
  Aggregate,
  MeanMetricRule,
  Metric,
  MetricOptions,
  MetricState,
} from './metrics/metric.ts';
export type { MetricChoice, MetricFunction, MetricName } from './metrics.ts';
export { Model } from './model.ts';
export type { ModelMemory } from './model-memory.ts';
export type {
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  LoadWeightsOptions,
  ModelConfig,
  PredictOptions,
  RunOptions,
  SaveOptions,
  Scores,
  SequentialOptions,
  TrainOnBatchOptions,
  TrainStep,
  Verbosity,
} from './model-options.ts';
export type { OptimizerName } from './optimizers.ts';
export type { DrawnToken, SamplingOptions } from './sampling.ts';
export { type FunctionalModelOptions, model, sequential } from './sequential.ts';
export type { SubclassOptions } from './subclass.ts';
