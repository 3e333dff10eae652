/** The ways of a model's weights to files and back. */
import type { LayerLike } from '@deft/nn';
import { compileConfig } from './compile-config.ts';
import { encodeModel } from './model-file.ts';
import type { CompileOptions, LoadWeightsOptions, SaveOptions } from './model-options.ts';
import type { ModelWeights } from './model-weights.ts';
import { readWhole, writeWhole } from './stored-file.ts';
import { weightName } from './weight-list.ts';
import { decodeWeights, encodeWeights } from './weights-file.ts';

/** A model as its methods hold it. */
export interface SavedModel {
  readonly layer: LayerLike;
  readonly seed: number;
}

/** The bytes of a model file. `told` is what `compile` was told. */
export async function serializeModel(
  { layer, seed }: SavedModel,
  held: ModelWeights,
  told: CompileOptions | undefined,
  { includeOptimizer = true }: SaveOptions,
): Promise<Uint8Array> {
  const { inputShape } = held.described('serialize');
  const compiled = includeOptimizer && told ? compileConfig(told) : undefined;
  // Both are begun before either is waited for, so that they are of the same step.
  const [weights, { progress, state }] = await Promise.all([
    held.read('serialize'),
    compiled ? held.progress() : { progress: undefined, state: [] },
  ]);
  return encodeModel({ layer, inputShape, seed, weights, training: compiled && { ...compiled, progress }, state });
}

/** Saves weights alone. */
export async function saveWeights(held: ModelWeights, path: string): Promise<void> {
  await writeWhole('saveWeights', path, encodeWeights(await held.read('saveWeights')));
}

/** Loads weights by name; gives the names of those that were loaded. */
export async function loadWeights(
  held: ModelWeights,
  path: string,
  options: LoadWeightsOptions,
): Promise<readonly string[]> {
  const { specifications } = held.described('loadWeights');
  const loaded = decodeWeights(await readWhole('loadWeights', path), specifications, options);
  const present = await held.read('loadWeights');
  held.replace(present.map((weight, i) => loaded[i] ?? weight));
  return loaded.flatMap((weight) => (weight ? [weightName(weight.specification)] : []));
}
