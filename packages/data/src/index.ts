/** `@deft/data`: input pipelines. */
export type { Batched, RaggedBatched, Unbatched } from './batch-types.ts';
export { Dataset } from './dataset.ts';
export type {
  BatchOptions,
  BucketOptions,
  CacheOptions,
  ForParts,
  InterleaveOptions,
  MapOptions,
  PaddedBatchOptions,
  RaggedBatchOptions,
  ResampleOptions,
  ShuffleOptions,
  WindowOptions,
  WorkerOptions,
} from './dataset-options.ts';
export type { HostArray, HostData } from './host-arrays.ts';
export { type DecodedImage, decodeImage, type ImageOptions } from './images/decode-image.ts';
export type { DatasetIterator, IteratorState, PassOptions } from './iterator.ts';
export type { PassReport, StageReport } from './measuring/pass-report.ts';
export type { EndSignal } from './pass-end.ts';
export type { RaggedArray } from './ragged-arrays.ts';
export type { OnErrorOptions } from './skipped.ts';
export { type ColumnKind, type Columns, type CsvOptions, fromCsv, type Row } from './sources/csv.ts';
export { type IdxOptions, readIdx } from './sources/idx.ts';
export {
  type EncodedImage,
  type FolderImage,
  fromImageFolder,
  ImageFolder,
  type ImageFolderOptions,
  type ImageOf,
  type LabelledEncodedImage,
  type LabelledImage,
} from './sources/image-folder.ts';
export type { AnyIterable } from './sources/iterable-source.ts';
export { loadDataset } from './sources/saved-dataset.ts';
export type { Sliced } from './sources/slices.ts';
export { fromTextFile, type TextLinesOptions } from './sources/text-lines.ts';
export {
  chooseFromDatasets,
  counter,
  fromArray,
  fromGenerator,
  fromIterable,
  fromTensors,
  random,
  range,
  type SampleOptions,
  sampleFromDatasets,
  type Zipped,
  zip,
} from './sources.ts';
export type { ElementContext } from './steps/element-context.ts';
export type { GroupByWindowOptions } from './steps/group-by-window.ts';
export type { GroupKey } from './steps/grouped.ts';
export type { ElementFunction } from './steps/map.ts';
export type { ReduceFunction } from './steps/reduce.ts';
export { exampleBytes } from './tfrecord/example-bytes.ts';
export type { FeatureDescription, FeatureKind, Features, FeatureValue, FeatureValues } from './tfrecord/features.ts';
export { parseExample } from './tfrecord/parse-example.ts';
export { fromTFRecord, writeTFRecord } from './tfrecord/tfrecord-file.ts';
export type { BudgetOptions } from './tuning/budget.ts';
export { closeWorkers } from './workers/worker-pool.ts';
