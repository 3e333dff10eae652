/** `@deft/keras`: Sequential and Model: compile, fit, evaluate, predict, callbacks, metrics, saving. */
export {
  type BatchLogs,
  type Callback,
  type EarlyStoppingOptions,
  earlyStopping,
  type Logs,
  learningRateScheduler,
  type TrainedModel,
  type TrainingControl,
} from './callbacks.ts';
export type { History } from './fitting.ts';
export type { ArrayWithShape, Examples } from './host-examples.ts';
export * as layers from './layers.ts';
export { deserializeModel, loadModel } from './loading.ts';
export * as losses from './loss-list.ts';
export type { LogitsOption, Loss, LossOptions, LossRule, Reduction } from './losses/loss.ts';
export type { LossFunction, LossName } from './losses.ts';
export * as metrics from './metric-list.ts';
export type {
  Aggregate,
  MeanMetricRule,
  Metric,
  MetricOptions,
  MetricState,
} from './metrics/metric.ts';
export type { MetricChoice, MetricFunction, MetricName } from './metrics.ts';
export type { Model } from './model.ts';
export type {
  ClassWeightOption,
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  SampleWeightOption,
  Scores,
  SequentialOptions,
  TrainOnBatchOptions,
  TrainStep,
} from './model-options.ts';
export type { OptimizerName } from './optimizers.ts';
export { sequential } from './sequential.ts';
