/** Models out of files and configurations. */
import { layerFromConfig, type SequentialLayer } from '@deft/nn';
import { damagedHeader, reasonOf } from './checked-file.ts';
import { compileOptionsOf } from './compile-config.ts';
import { Model } from './model.ts';
import { decodeModel, type StoredModel } from './model-file.ts';
import type { CompileOptions, ModelConfig } from './model-options.ts';
import { readWhole } from './stored-file.ts';

/** Options of `loadModel` and `deserializeModel`. */
export interface LoadOptions {
  /**
   * False leaves the model as if it had never been compiled. Else it is compiled as it was, and goes on training where it
   * stopped. Options given here take the place of the file's: what the file left out (a loss that is a function of yours)
   * is told here.
   */
  readonly compile?: Partial<CompileOptions> | false;
}

/** Compiles a model as it was when it was saved, and hands it the optimiser's state. */
function resume(model: Model, { training, state }: StoredModel, given: Partial<CompileOptions>): void {
  if (training === undefined) return;
  const damaged = damagedHeader('loadModel');
  const leftOut = training.leftOut.filter((part) => !Object.keys(given).some((option) => isOf(part, option)));
  if (leftOut.length > 0) {
    model.leaveUncompiled(leftOut);
    return;
  }
  const kept = Object.entries(training.options).filter(([option]) => !Object.hasOwn(given, option));
  try {
    model.compile({ ...compileOptionsOf(Object.fromEntries(kept)), ...given } as CompileOptions);
  } catch (error) {
    damaged(`what the model was compiled with is not valid: ${reasonOf(error)}`);
  }
  model.resume(training.progress, state);
}

/** Whether something that was left out belongs to an option: `metrics[1] (distance)` to `metrics`. */
const isOf = (part: string, option: string): boolean => /^\w*/.exec(part)?.[0] === option;

/**
 * The model that `serialize` wrote: its weights, and if they are in the bytes what it was compiled with and the optimiser's
 * state, so that it goes on training as if it had never been away. Nothing of the bytes is executed.
 *
 * @throws `E_FILE` naming the byte where the bytes are damaged or not a model
 * @example
 * ```ts
 * import { deserializeModel, layers, sequential } from '@deft/keras';
 * const model = sequential([layers.dense(2)], { inputShape: [3] });
 * const copy = deserializeModel(await model.serialize());
 * console.log(copy.countParameters()); // 8
 * ```
 */
export function deserializeModel(bytes: Uint8Array, options: LoadOptions = {}): Model {
  const stored = decodeModel(bytes);
  const { layer, inputShape, seed, weights } = stored;
  const model = new Model(layer as SequentialLayer, seed);
  model.adopt(inputShape, weights);
  if (options.compile !== false) resume(model, stored, options.compile ?? {});
  return model;
}

/**
 * The model that `saveModel` wrote to a file.
 *
 * @throws `E_FILE` where there is no file, or naming the byte where it is damaged
 * @example
 * ```ts
 * import { layers, loadModel, sequential } from '@deft/keras';
 * import { tmpdir } from 'node:os';
 * const path = `${tmpdir()}/deft-example.safetensors`;
 * await sequential([layers.dense(2)], { inputShape: [3] }).saveModel(path);
 * const model = await loadModel(path);
 * console.log(model.weightNames.join()); // dense/kernel,dense/bias
 * ```
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Model> {
  return deserializeModel(await readWhole('loadModel', path), options);
}

/**
 * A new model of the layers that `model.config` says, with weights of its own.
 *
 * @throws `E_LAYER` where it says no layers
 * @example
 * ```ts
 * import { layers, modelFromConfig, sequential } from '@deft/keras';
 * const { config } = sequential([layers.dense(2)], { inputShape: [3] });
 * console.log(modelFromConfig(JSON.parse(JSON.stringify(config))).weightNames.join()); // → dense/kernel,dense/bias
 * ```
 */
export function modelFromConfig({ layer, inputShape, seed }: ModelConfig): Model {
  const made = layerFromConfig(layer);
  const model = new Model(made as SequentialLayer, seed);
  if (inputShape !== undefined) model.build(inputShape);
  return model;
}
