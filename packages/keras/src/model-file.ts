/**
 * A model as one file: the weights under their names, the configuration of its layers, the shape of its inputs and its seed;
 * and if wanted what `compile` was told and how far training is, the optimiser's state under names of its own.
 */
import { raise } from '@deft/core';
import { type LayerLike, layerFromConfig, type WeightSpecification } from '@deft/nn';
import { isJsonObject } from './bounded-json.ts';
import { changedFile, checksumOf, damagedHeader, decodeChecked, encodeChecked, reasonOf } from './checked-file.ts';
import type { CompileConfig } from './compile-config.ts';
import { type FreeShape, type InputShape, standInFor } from './input-shape.ts';
import { isRateProgress, type RateProgress } from './learning-rate.ts';
import { checkStored, reservedPrefix } from './named-tensors.ts';
import { elementsOf, type NamedArray, type StoredTensor } from './safetensors.ts';
import { type HostWeight, weightName } from './weight-list.ts';

/** What the metadata of a model file call its format. */
export const modelFormat = 'deft-model';
const version = '2';
/** It has no training, and its checksum takes the tensors in Keras's order. */
const firstVersion = '1';
const largestRank = 8;

/** A model without its weights. */
export interface ModelDescription {
  readonly layer: LayerLike;
  readonly inputShape: InputShape;
  readonly seed: number;
}

/** What a model is trained with. */
export interface StoredTraining extends CompileConfig {
  /** Missing before the first step. */
  readonly progress: RateProgress | undefined;
}

/** A model to write. */
export interface WrittenModel extends ModelDescription {
  /** In Keras's order. */
  readonly weights: readonly HostWeight[];
  readonly training: StoredTraining | undefined;
  /** The optimiser's state, under names that begin with the reserved prefix. */
  readonly state: readonly NamedArray[];
}

/** A model that was read. */
export interface StoredModel extends ModelDescription {
  /** In Keras's order. */
  readonly weights: readonly HostWeight[];
  readonly training: StoredTraining | undefined;
  /** All tensors that are no weights. */
  readonly state: ReadonlyMap<string, StoredTensor>;
}

/** Throws `E_MODEL` where a layer holds a function, naming it. */
function refuseCode(layer: LayerLike): void {
  if (!layer.holdsCode) return;
  const { layers = [] } = layer as Partial<{ readonly layers: readonly LayerLike[] }>;
  const { name, kind } = layers.find((inner) => inner.holdsCode) ?? layer;
  raise('E_MODEL', {
    op: 'save',
    argument: 'layers',
    expected: 'layers made of data alone',
    found: `${name} (${kind}), which holds a function`,
  });
}

/** A layer as `layerFromConfig` makes it again. */
export function layerConfig({ kind, name, config, settings }: LayerLike): { readonly [part: string]: unknown } {
  return { kind, name, config, ...settings };
}

/** Weights as tensors of a file. */
export function namedWeights(weights: readonly HostWeight[]): NamedArray[] {
  return weights.map(({ specification, data }) => ({
    name: weightName(specification),
    dtype: specification.dtype,
    shape: specification.shape,
    data,
  }));
}

/** The bytes of a model file. Throws `E_MODEL` where a layer holds a function. */
export function encodeModel({ layer, inputShape, seed, weights, training, state }: WrittenModel): Uint8Array {
  refuseCode(layer);
  const description = { inputShape, layer: layerConfig(layer), seed, ...(training && { training }) };
  return encodeChecked('save', modelFormat, version, description, [...namedWeights(weights), ...state]);
}

type Damaged = (says: string) => never;
type Data = { readonly [key: string]: unknown };

function isShape(value: unknown): value is FreeShape {
  return (
    Array.isArray(value) &&
    value.length <= largestRank &&
    value.every(
      (dim) => dim === null || (typeof dim === 'number' && Number.isInteger(dim) && dim >= 0 && dim < 2 ** 31),
    )
  );
}

function describe({ inputShape, layer: serialized, seed }: Data, damaged: Damaged): ModelDescription {
  if (!isShape(inputShape) && !(Array.isArray(inputShape) && inputShape.every(isShape))) {
    damaged('the model configuration has no valid inputShape');
  }
  if (typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    damaged('the model configuration has no valid seed');
  }
  try {
    return { layer: layerFromConfig(serialized), inputShape: inputShape as InputShape, seed };
  } catch (error) {
    return damaged(`the model configuration is not valid: ${reasonOf(error)}`);
  }
}

function trainingOf(training: unknown, damaged: Damaged): StoredTraining | undefined {
  if (training === undefined) return undefined;
  const fail = (): never => damaged('the model configuration has no valid training');
  if (!isJsonObject(training)) return fail();
  const { options, leftOut, progress } = training;
  const isList = Array.isArray(leftOut) && leftOut.every((part) => typeof part === 'string');
  if (!isJsonObject(options) || !isList) return fail();
  const told = { options: options as CompileConfig['options'], leftOut: leftOut as string[] };
  if (progress === undefined) return { ...told, progress };
  return isRateProgress(progress) ? { ...told, progress } : fail();
}

/** The weights of a model file by name. Throws `E_FILE` as `decodeModel` does, but does not look at the model. */
export function decodeModelTensors(op: string, bytes: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const { tensors } = decodeChecked(op, bytes, modelFormat, [firstVersion, version], firstVersion);
  return new Map([...tensors].filter(([name]) => !name.startsWith(reservedPrefix)));
}

/** The model that a file holds. Throws `E_FILE` naming the byte where it is damaged; runs nothing from the file. */
export function decodeModel(bytes: Uint8Array): StoredModel {
  const op = 'loadModel';
  const damaged: Damaged = damagedHeader(op);
  const versions = [firstVersion, version];
  const file = decodeChecked(op, bytes, modelFormat, versions, firstVersion);
  const { description, tensors, text, checksum } = file;
  const { layer, inputShape, seed } = describe(description, damaged);
  const training = trainingOf(description['training'], damaged);

  let specifications: readonly WeightSpecification[];
  try {
    specifications = layer.weights(standInFor(op, inputShape));
  } catch (error) {
    return damaged(`the model configuration is not valid: ${reasonOf(error)}`);
  }
  const state = new Map([...tensors].filter(([name]) => name.startsWith(reservedPrefix)));
  const count = tensors.size - state.size;
  if (count !== specifications.length) {
    damaged(`the file has ${count} weights, its model takes ${specifications.length}`);
  }
  const stored = specifications.map((specification): StoredTensor & { name: string } => {
    const name = weightName(specification);
    const tensor = tensors.get(name);
    if (tensor === undefined) return damaged(`the file has no tensor ${name}`);
    checkStored(op, name, tensor, specification);
    return { ...tensor, name };
  });
  if (file.version === firstVersion && checksum !== checksumOf(text, stored)) damaged(changedFile);
  const weights = specifications.map((specification, i) => ({
    specification,
    data: elementsOf(stored[i] as StoredTensor),
  }));
  return { layer, inputShape, seed, weights, training, state };
}
