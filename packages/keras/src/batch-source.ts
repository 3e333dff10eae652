/**
 * Where batches come from: examples on the host, cut in an order that every epoch has of its own, or a stream of batches that
 * the user makes (a generator, a dataset, anything that can be iterated).
 */
import { raise, Tensor, warn } from '@deft/core';
import { type BatchStream, hasNumberedPasses, type PassOfBatches, type StreamedBatch } from './batch-stream.ts';
import type { ClassWeightOption, ModelExamples } from './example-options.ts';
import { type Batch, tensorsOf } from './figures.ts';
import { cutBatch, type HostExamples, hostExamples, type Role } from './host-examples.ts';
import { type ModelNames, type Pairs, pairExamples, perName } from './model-examples.ts';

/** The batches of one epoch. Tensors of a batch belong to whoever takes it if it owns them. */
export interface BatchReader {
  /** The next batch; nothing where there are no more. */
  next(): SourcedBatch | undefined | Promise<SourcedBatch | undefined>;
  close(): void | Promise<void>;
}

/** A batch, and whether its tensors are given back after use. */
export interface SourcedBatch {
  readonly batch: Batch;
  readonly isOwned: boolean;
}

/** Where batches come from. */
export interface BatchSource {
  /** Batches an epoch, where it is known. */
  readonly steps: number | undefined;
  /** Opens an epoch, from a batch on. */
  open(epoch: number, first?: number): BatchReader;
  /** Passes by what so many epochs took, where one goes on after the other. */
  goOn?(epochs: number): Promise<void>;
}

/** Whether batches are given rather than examples. */
export function isStream(value: unknown): value is BatchStream {
  if (typeof value === 'function') return true;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tensor);
  return isObject && !ArrayBuffer.isView(value) && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** One tensor, or one for each. */
function cutAll(
  all: readonly HostExamples[],
  areSeveral: boolean,
  order: Uint32Array | undefined,
  from: number,
  to: number,
) {
  const tensors = all.map((one) => cutBatch(one, order, from, to));
  return areSeveral ? tensors : (tensors[0] as Tensor);
}

/** The pairs from `from` to before `to`, in an order, as a batch. */
export function cutPairs(
  { inputs, targets, weights }: Pairs,
  { inputNames, outputNames }: ModelNames,
  order: Uint32Array | undefined,
  from: number,
  to: number,
): Batch {
  const x = cutAll(inputs, inputNames !== undefined, order, from, to);
  const y = cutAll(targets, outputNames !== undefined, order, from, to);
  return weights ? { x, y, sampleWeight: cutAll(weights, outputNames !== undefined, order, from, to) } : { x, y };
}

/** Gives the memory of a batch back. */
export function disposeBatch({ x, y, sampleWeight }: Batch): void {
  for (const signal of [x, y, sampleWeight]) {
    if (signal !== undefined) for (const tensor of tensorsOf(signal)) tensor.dispose();
  }
}

/** Options of a source over examples. */
export interface PairsSourceOptions {
  readonly batchSize: number;
  /** At most so many batches an epoch. */
  readonly steps: number | undefined;
  /** The order of an epoch; that of the examples unless told. */
  readonly order?: (epoch: number) => Uint32Array;
}

/** Batches of examples on the host. */
export function pairsSource(
  pairs: Pairs,
  names: ModelNames,
  { batchSize, steps, order }: PairsSourceOptions,
): BatchSource {
  const all = Math.ceil(pairs.count / batchSize);
  const count = Math.min(all, steps ?? all);
  return {
    steps: count,
    open(epoch, first = 0) {
      const own = order?.(epoch);
      let batch = first;
      return {
        next() {
          if (batch >= count) return undefined;
          const from = batch++ * batchSize;
          const to = Math.min(from + batchSize, pairs.count);
          return { batch: cutPairs(pairs, names, own, from, to), isOwned: true };
        },
        close() {},
      };
    },
  };
}

function iteratorOf(stream: BatchStream, pass: number): Iterator<StreamedBatch> | PassOfBatches {
  const batches = typeof stream === 'function' ? stream() : stream;
  if (hasNumberedPasses(batches)) return batches.iterator({ epoch: pass });
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
}

/** Passes by so many batches, and gives how many there were. */
async function passBy(batches: ReturnType<typeof iteratorOf>, count: number): Promise<number> {
  if ('skip' in batches && batches.skip !== undefined) return batches.skip(count);
  for (let passed = 0; passed < count; passed++) {
    if ((await batches.next()).done) return passed;
  }
  return count;
}

/** A streamed batch's part: tensors as they are, whatever else there is as examples are taken. */
async function signalOf(
  op: string,
  argument: string,
  given: unknown,
  names: readonly string[] | undefined,
  role: Role,
) {
  const tensors: Tensor[] = [];
  for (const one of perName(op, argument, given, names)) {
    const isReady =
      one instanceof Tensor && (one.dtype === 'float32' || one.dtype === 'int32' || one.dtype === 'uint32');
    if (isReady) {
      tensors.push(one);
    } else {
      const examples = await hostExamples(op, argument, one, role);
      tensors.push(cutBatch(examples, undefined, 0, examples.count));
    }
  }
  return names === undefined ? (tensors[0] as Tensor) : tensors;
}

function partsOf(op: string, given: unknown): { x: unknown; y: unknown; sampleWeight: unknown } {
  if (Array.isArray(given) && given.length >= 2 && given.length <= 3) {
    return { x: given[0], y: given[1], sampleWeight: given[2] as unknown };
  }
  if (typeof given === 'object' && given !== null && 'x' in given) {
    const { x, y, sampleWeight } = given as { x: unknown; y?: unknown; sampleWeight?: unknown };
    return { x, y, sampleWeight };
  }
  return raise('E_MODEL', {
    op,
    argument: 'x',
    expected: 'a stream of batches [x, y], [x, y, sampleWeight] or { x, y, sampleWeight }',
    found: Array.isArray(given) ? `an array of ${given.length}` : typeof given,
  });
}

/** What a source over a stream is told. */
export interface StreamSourceOptions extends ClassWeightOption {
  readonly op: string;
  /** So many batches an epoch, the next of which goes on where one ended; all unless told. */
  readonly steps: number | undefined;
  /** Whether batches have targets. */
  readonly needsTargets: boolean;
}

/** Batches of a stream. */
export function streamSource(stream: BatchStream, names: ModelNames, options: StreamSourceOptions): BatchSource {
  const { op, steps, classWeight, needsTargets } = options;
  let iterator: ReturnType<typeof iteratorOf> | undefined;
  /** Number of the next pass over the stream: that of the epoch, unless epochs go on within a pass. */
  let pass = 0;
  const begin = (): ReturnType<typeof iteratorOf> => iteratorOf(stream, pass++);
  const batchOf = async (given: unknown): Promise<SourcedBatch> => {
    const { x, y, sampleWeight } = partsOf(op, given);
    if (needsTargets && y === undefined) {
      raise('E_MODEL', { op, argument: 'x', expected: 'batches with targets', found: 'inputs alone' });
    }
    if (classWeight !== undefined) {
      const pairs = await pairExamples(op, x, y, { sampleWeight: sampleWeight as ModelExamples, classWeight }, names);
      return { batch: cutPairs(pairs, names, undefined, 0, pairs.count), isOwned: true };
    }
    const { inputNames, outputNames } = names;
    const input = await signalOf(op, 'x', x, inputNames, 'inputs');
    const target = needsTargets ? await signalOf(op, 'y', y, outputNames, 'targets') : input;
    if (sampleWeight === undefined) return { batch: { x: input, y: target }, isOwned: false };
    const weight = await signalOf(op, 'sampleWeight', sampleWeight, outputNames, 'inputs');
    return { batch: { x: input, y: target, sampleWeight: weight }, isOwned: false };
  };
  /** Passes by batches that were used before. */
  const passByUsed = async (count: number): Promise<void> => {
    iterator ??= begin();
    for (let left = count; ; ) {
      const passed = await passBy(iterator, left);
      left -= passed;
      // As a stream that ends within an epoch does: it begins anew, unless it is empty.
      if (left === 0 || steps === undefined || passed === 0) return;
      iterator = begin();
    }
  };
  return {
    steps,
    goOn: async (epochs) => {
      if (steps !== undefined) await passByUsed(epochs * steps);
    },
    open(epoch, first = 0) {
      if (steps === undefined) pass = epoch;
      let taken = 0;
      let hasEnded = false;
      const close = async (): Promise<void> => {
        const open = iterator;
        iterator = undefined;
        await open?.return?.();
      };
      return {
        async next() {
          if (taken < first) {
            await passByUsed(first);
            taken = first;
          }
          if (hasEnded || taken === steps) return undefined;
          // A stream that ends within an epoch of a given length begins anew, once: an empty one would never give a batch.
          for (let attempt = 0; attempt < 2; attempt++) {
            const isNew = iterator === undefined;
            iterator ??= begin();
            const { done, value } = await iterator.next();
            if (!done) {
              taken++;
              return batchOf(value);
            }
            iterator = undefined;
            if (steps === undefined || isNew) break;
          }
          hasEnded = true;
          if (taken === 0) {
            raise('E_MODEL', {
              op,
              argument: 'x',
              says: 'the stream gave no batch',
              hint: 'a generator ends with its first pass: give the function that makes it',
            });
          }
          if (steps !== undefined) warn(`${op}: the stream ended after ${taken} of ${steps} batches of the epoch`);
          return undefined;
        },
        close: () => (steps === undefined ? close() : undefined),
      };
    },
  };
}
