/**
 * From what the methods of a model are given to batches: examples or streams, for training, validation, evaluation and
 * prediction. Whatever comes in builds the model, or is checked against what it was built for.
 */
import { raise } from '@deft/core';
import { epochOrder } from './batch-order.ts';
import { type BatchSource, isStream, pairsSource, streamSource } from './batch-source.ts';
import { type BatchStream, hasNumberedPasses } from './batch-stream.ts';
import type { ModelExamples } from './example-options.ts';
import { tensorsOf } from './figures.ts';
import type { InputShape } from './input-shape.ts';
import { allExamples, type ModelNames, type Pairs, pairExamples, splitPairs } from './model-examples.ts';
import type { FitOptions, TrainOnBatchOptions } from './model-options.ts';
import { checkCount } from './number-checks.ts';

/** The model as its sources see it. */
export interface SourcedModel extends ModelNames {
  readonly inputShape: InputShape | undefined;
  /** Makes weights for inputs of a shape, or checks that they are for it. */
  buildFor(op: string, inputShape: InputShape): void;
}

/** Where batches of training and of validation come from. */
export interface TrainingSources {
  readonly training: BatchSource;
  readonly validation: BatchSource | undefined;
  /** Number of examples; 0 for a stream. */
  readonly examples: number;
}

/** Builds a model for inputs of shapes that have an axis of examples in front. */
function build(model: SourcedModel, op: string, shapes: readonly (readonly number[])[]): void {
  const examples = shapes.map((shape) => shape.slice(1));
  model.buildFor(op, model.inputNames === undefined ? (examples[0] as number[]) : examples);
}

/** Examples with their targets and weights. */
export async function pairsFor(
  model: SourcedModel,
  op: string,
  x: ModelExamples,
  y: ModelExamples,
  options: TrainOnBatchOptions = {},
): Promise<Pairs> {
  const pairs = await pairExamples(op, x, y, options, model);
  build(
    model,
    op,
    pairs.inputs.map(({ shape }) => shape),
  );
  return pairs;
}

function checkSteps(op: string, steps: number | undefined): void {
  if (steps !== undefined) checkCount(op, 'steps', steps, 1);
}

/** Batches of examples in their order. */
function inOrder(
  model: SourcedModel,
  op: string,
  pairs: Pairs,
  batchSize: number,
  steps: number | undefined,
): BatchSource {
  checkCount(op, 'batchSize', batchSize, 1);
  checkSteps(op, steps);
  return pairsSource(pairs, model, { batchSize, steps });
}

/** Batches of a stream, for each of which the model is built or checked. */
function streamed(
  model: SourcedModel,
  op: string,
  stream: BatchStream,
  steps: number | undefined,
  needsTargets: boolean,
  classWeight?: FitOptions['classWeight'],
): BatchSource {
  checkSteps(op, steps);
  const source = streamSource(stream, model, {
    op,
    steps,
    needsTargets,
    ...(classWeight !== undefined && { classWeight }),
  });
  return {
    steps: source.steps,
    goOn: (epochs) => source.goOn?.(epochs) ?? Promise.resolve(),
    open: (epoch, first) => {
      const reader = source.open(epoch, first);
      return {
        close: () => reader.close(),
        next: async () => {
          const next = await reader.next();
          if (next) {
            build(
              model,
              op,
              tensorsOf(next.batch.x).map(({ shape }) => shape),
            );
          }
          return next;
        },
      };
    },
  };
}

/** Builds the model by the first batch of a stream that can be begun again. */
async function buildFromFirst(model: SourcedModel, stream: BatchStream): Promise<void> {
  if (typeof stream !== 'function' && !hasNumberedPasses(stream)) {
    raise('E_MODEL', {
      op: 'fit',
      says: 'the model has no weights yet, and a stream shows its shapes only while it is used up',
      hint: 'give the model an inputShape, or fit a Dataset, or a function that makes the stream',
    });
  }
  const glance = hasNumberedPasses(stream)
    ? { iterator: ({ epoch }: { readonly epoch: number }) => stream.iterator({ epoch, keep: false }) }
    : stream;
  const reader = streamed(model, 'fit', glance as BatchStream, undefined, true).open(0);
  await reader.next();
  await reader.close();
}

/** Where `fit` gets its batches from. */
export async function trainingSources(
  model: SourcedModel,
  x: ModelExamples | BatchStream,
  y: ModelExamples,
  options: FitOptions,
  seed: number,
): Promise<TrainingSources> {
  const { batchSize = 32, shuffle = true, stepsPerEpoch: steps, validationData } = options;
  const { validationSteps, validationBatchSize = batchSize, validationSplit = 0 } = options;
  const validate = (pairs: Pairs): BatchSource => inOrder(model, 'fit', pairs, validationBatchSize, validationSteps);
  const given = async (): Promise<BatchSource | undefined> => {
    if (validationData === undefined) return undefined;
    if (!Array.isArray(validationData)) {
      return streamed(model, 'fit', validationData as BatchStream, validationSteps, true);
    }
    const [validX, validY, sampleWeight] = validationData as [ModelExamples, ModelExamples, ModelExamples?];
    return validate(await pairsFor(model, 'fit', validX, validY, sampleWeight === undefined ? {} : { sampleWeight }));
  };
  if (isStream(x)) {
    if (validationSplit > 0 || options.sampleWeight !== undefined) {
      raise('E_MODEL', {
        op: 'fit',
        argument: validationSplit > 0 ? 'validationSplit' : 'sampleWeight',
        says: 'a stream of batches has no examples to split or to weigh',
        hint: 'give validationData, and weights within the batches',
      });
    }
    const training = streamed(model, 'fit', x, steps, true, options.classWeight);
    if (model.inputShape === undefined) await buildFromFirst(model, x);
    return { training, validation: await given(), examples: 0 };
  }
  checkCount('fit', 'batchSize', batchSize, 1);
  checkSteps('fit', steps);
  const all = await pairsFor(model, 'fit', x, y, options);
  const split =
    validationData === undefined ? splitPairs(all, validationSplit) : { training: all, validation: undefined };
  const { count } = split.training;
  const training = pairsSource(split.training, model, {
    batchSize,
    steps,
    ...(shuffle && { order: (epoch: number) => epochOrder(seed, epoch, count) }),
  });
  return { training, validation: split.validation ? validate(split.validation) : await given(), examples: count };
}

/** Where `evaluate` gets its batches from. */
export async function evaluationSource(
  model: SourcedModel,
  x: ModelExamples | BatchStream,
  y: ModelExamples,
  options: TrainOnBatchOptions & { readonly batchSize?: number; readonly steps?: number },
): Promise<BatchSource> {
  const { batchSize = 32, steps } = options;
  if (isStream(x)) return streamed(model, 'evaluate', x, steps, true);
  return inOrder(model, 'evaluate', await pairsFor(model, 'evaluate', x, y, options), batchSize, steps);
}

/** Where `predict` gets its batches from: they have no targets. */
export async function predictionSource(
  model: SourcedModel,
  x: ModelExamples | BatchStream,
  options: { readonly batchSize?: number; readonly steps?: number },
): Promise<BatchSource> {
  const { batchSize = 32, steps } = options;
  if (isStream(x)) return streamed(model, 'predict', x, steps, false);
  const inputs = await allExamples('predict', 'x', x, model.inputNames, 'inputs');
  build(
    model,
    'predict',
    inputs.map(({ shape }) => shape),
  );
  const pairs: Pairs = { inputs, targets: [], weights: undefined, count: inputs[0]?.count as number };
  return inOrder(model, 'predict', pairs, batchSize, steps);
}
