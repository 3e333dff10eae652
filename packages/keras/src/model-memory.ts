/** How many bytes a model takes: its weights, what the optimiser keeps for them, and one step of training. */
import { abstractValue, bytesOf, flatten, inferByRunning, raise, sizeOf, type Tensor } from '@deft/core';
import type { ExampleShape, WeightSpecification, Weights } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import { key, type Lowered, scalar } from '@deft/tensor';
import type { Compiled } from './compiled.ts';
import { type Batch, startFigures } from './figures.ts';

/** Bytes that training takes. */
export interface ModelMemory {
  readonly weights: number;
  /** What the optimiser keeps: none before `compile`. */
  readonly optimizer: number;
  /** Activations and other temporaries of one step on the batch that was given, in the arena that programs share. */
  readonly activations: number;
  /** What a step allocates besides: results that take the place of no argument. */
  readonly results: number;
  /** The batch. */
  readonly batch: number;
  readonly total: number;
}

/** Bytes of weights. */
export const weightBytes = (specifications: readonly WeightSpecification[]): number =>
  specifications.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesOf(dtype), 0);

/** Bytes of what an optimiser keeps for weights. Makes nothing. */
export function optimizerBytes(optimizer: Optimizer, specifications: readonly WeightSpecification[]): number {
  const trained = specifications.filter(({ trainable }) => trainable);
  const kept = inferByRunning(
    (tensors) => flatten(optimizer.initialize([...tensors])).leaves as Tensor[],
    trained.map(({ shape, dtype }) => abstractValue(shape, dtype)),
  );
  return kept.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesOf(dtype), 0);
}

/** What a step of training takes on a batch. Compiles it for that. Throws `E_MODEL` for a model that runs op by op. */
export function stepMemory(
  { train, optimizer, objective, capture }: Compiled,
  specifications: readonly WeightSpecification[],
  { parameters, layerState }: { readonly parameters: Weights; readonly layerState: Weights },
  outputShapes: readonly ExampleShape[],
  batch: Batch,
): ModelMemory {
  if (!capture.isJitted) {
    raise('E_MODEL', {
      op: 'memory',
      says: 'steps run op by op, so nothing is planned',
      hint: 'compile with jit: true',
    });
  }
  const state = optimizer.initialize(parameters);
  const figures = startFigures(objective, outputShapes);
  const captured = train as unknown as { lower(...args: unknown[]): Lowered };
  const lowered = captured.lower(parameters, state, layerState, figures, batch, key(0), scalar(0));
  const { arena, results, donated } = lowered.memory();
  const [weights, kept] = [weightBytes(specifications), optimizerBytes(optimizer, specifications)];
  const given = (flatten(batch).leaves as Tensor[]).reduce((sum, { size, dtype }) => sum + size * bytesOf(dtype), 0);
  const made = results - donated;
  return {
    weights,
    optimizer: kept,
    activations: arena,
    results: made,
    batch: given,
    total: weights + kept + arena + made + given,
  };
}
