/** Models out of files. */
import { Model } from './model.ts';
import { decodeModel } from './model-file.ts';
import { readWhole } from './stored-file.ts';

/**
 * The model that `serialize` wrote. Nothing of the bytes is executed. Call `compile` before training it further.
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
export function deserializeModel(bytes: Uint8Array): Model {
  const { layer, inputShape, seed, weights } = decodeModel(bytes);
  const model = new Model(layer, seed);
  model.adopt(inputShape, weights);
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
export async function loadModel(path: string): Promise<Model> {
  return deserializeModel(await readWhole(path));
}
