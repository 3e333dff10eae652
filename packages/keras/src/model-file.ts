/**
 * A model as one safetensors file: the weights under their names, and in the metadata the format, its version, the
 * configuration as JSON and a checksum over everything that counts, so that a damaged file is never taken for a model.
 */
import { crc32, raise, sameShape, shapeText } from '@deft/core';
import { type ConfigValue, type Layer, layerFromConfig, type SequentialLayer } from '@deft/nn';
import { isJsonObject, parseBoundedJson } from './bounded-json.ts';
import { encodeText } from './environment.ts';
import { decodeSafetensors, elementsOf, encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { type HostWeight, weightName } from './weight-list.ts';

const formatName = 'deft-model';
const formatVersion = '1';
const largestRank = 8;

/** What a model file holds. */
export interface StoredModel {
  readonly layer: SequentialLayer;
  readonly inputShape: readonly number[];
  readonly seed: number;
  /** In Keras's order. */
  readonly weights: readonly HostWeight[];
}

interface ChecksumPart {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The checksum of a configuration and weights, independent of how the file arranges them. */
function checksumOf(model: string, parts: readonly ChecksumPart[]): string {
  let sum = crc32(encodeText(model));
  for (const { name, dtype, shape, bytes } of parts) {
    sum = crc32(bytes, crc32(encodeText(`\n${name} ${dtype}${shapeText(shape)}\n`), sum));
  }
  return `crc32:${sum.toString(16).padStart(8, '0')}`;
}

/** The bytes of a model file. */
export function encodeModel({ layer, inputShape, seed, weights }: StoredModel): Uint8Array {
  const { kind, name, config } = layer;
  const code = layer.layers.find((inner) => inner.holdsCode);
  if (code !== undefined) {
    raise('E_MODEL', {
      op: 'save',
      argument: 'layers',
      expected: 'layers made of data alone',
      found: `${code.name} (${code.kind}), which holds a function`,
    });
  }
  const model = JSON.stringify({ inputShape, layer: { kind, name, config }, seed } satisfies Record<
    string,
    ConfigValue
  >);
  const arrays = weights.map(({ specification, data }) => ({
    name: weightName(specification),
    dtype: specification.dtype,
    shape: specification.shape,
    data,
  }));
  const parts = arrays.map((array) => ({
    ...array,
    bytes: new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength),
  }));
  return encodeSafetensors(arrays, {
    format: formatName,
    version: formatVersion,
    model,
    checksum: checksumOf(model, parts),
  });
}

function damaged(says: string): never {
  return raise('E_FILE', { op: 'loadModel', says: `byte 8: ${says}` });
}

interface Description {
  readonly layer: SequentialLayer;
  readonly inputShape: readonly number[];
  readonly seed: number;
}

function describe(text: string): Description {
  const parsed = parseBoundedJson(encodeText(text), 8, 'model configuration');
  if (!isJsonObject(parsed)) damaged('the model configuration is not an object');
  const { inputShape, layer: serialized, seed } = parsed;
  const isShape =
    Array.isArray(inputShape) &&
    inputShape.length <= largestRank &&
    inputShape.every((dim) => typeof dim === 'number' && Number.isInteger(dim) && dim >= 0 && dim < 2 ** 31);
  if (!isShape) damaged('the model configuration has no valid inputShape');
  if (typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    damaged('the model configuration has no valid seed');
  }
  if (!isJsonObject(serialized) || serialized['kind'] !== 'sequential') damaged('the model is not a sequential one');
  let layer: Layer;
  try {
    layer = layerFromConfig(serialized) as Layer;
  } catch (error) {
    return damaged(`the model configuration is not valid: ${(error as Error).message.split('\n')[0]}`);
  }
  return { layer: layer as SequentialLayer, inputShape: inputShape as number[], seed };
}

/** The model that a file holds. Throws `E_FILE` naming the byte where it is damaged; runs nothing from the file. */
export function decodeModel(bytes: Uint8Array): StoredModel {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get('format') !== formatName)
    damaged(`the file is not a model (metadata "format" is not "${formatName}")`);
  const version = metadata.get('version');
  if (version !== formatVersion)
    damaged(`the file has version ${String(version).slice(0, 20)}, this library reads ${formatVersion}`);
  const model = metadata.get('model');
  if (model === undefined) damaged('the file has no model configuration');
  const { layer, inputShape, seed } = describe(model);

  let specifications: ReturnType<Layer['weights']>;
  try {
    specifications = layer.weights(inputShape);
  } catch (error) {
    return damaged(`the model configuration is not valid: ${(error as Error).message.split('\n')[0]}`);
  }
  if (tensors.size !== specifications.length) {
    damaged(`the file has ${tensors.size} tensors, its model takes ${specifications.length}`);
  }
  const stored = specifications.map((specification): StoredTensor & { name: string } => {
    const name = weightName(specification);
    const tensor = tensors.get(name);
    if (tensor === undefined) return damaged(`the file has no tensor ${name}`);
    if (!sameShape(tensor.shape, specification.shape) || tensor.dtype !== specification.dtype) {
      raise('E_FILE', {
        op: 'loadModel',
        says: `byte ${tensor.offset}: expected ${name} to be ${specification.dtype}${shapeText(specification.shape)}, got ${tensor.dtype}${shapeText(tensor.shape)}`,
      });
    }
    return { ...tensor, name };
  });
  if (metadata.get('checksum') !== checksumOf(model, stored)) {
    damaged('the checksum does not fit: the file was changed or damaged after it was written');
  }
  const weights = specifications.map((specification, i) => ({
    specification,
    data: elementsOf(stored[i] as StoredTensor),
  }));
  return { layer, inputShape, seed, weights };
}
