/**
 * The weights of a model as a safetensors file, by name, for this library and for others. Files of others are read too, and so
 * are the weights within a model file.
 */
import { raise } from '@deft/core';
import type { WeightSpecification } from '@deft/nn';
import { decodeChecked, encodeChecked } from './checked-file.ts';
import { decodeModelTensors, modelFormat, namedWeights } from './model-file.ts';
import type { LoadWeightsOptions } from './model-options.ts';
import { checkStored } from './named-tensors.ts';
import { decodeSafetensors, elementsOf, type StoredTensor } from './safetensors.ts';
import { type HostWeight, weightName } from './weight-list.ts';

const weightsFormat = 'deft-weights';
const version = '1';
const op = 'loadWeights';

/** The bytes of a file of weights. */
export function encodeWeights(weights: readonly HostWeight[]): Uint8Array {
  return encodeChecked('saveWeights', weightsFormat, version, {}, namedWeights(weights));
}

/** The tensors of a file; those of our own formats are known to be whole. */
function tensorsOf(bytes: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const { tensors, metadata } = decodeSafetensors(bytes, op);
  const format = metadata.get('format');
  if (format === modelFormat) return decodeModelTensors(op, bytes);
  return format === weightsFormat ? decodeChecked(op, bytes, weightsFormat, [version]).tensors : tensors;
}

/**
 * The weights that a file holds for a model, one for each specification; `undefined` where it has none and that is allowed.
 * Throws `E_FILE` naming the first that is missing or does not fit.
 */
export function decodeWeights(
  bytes: Uint8Array,
  specifications: readonly WeightSpecification[],
  { byName = false, skipMismatch = false }: LoadWeightsOptions,
): (HostWeight | undefined)[] {
  const tensors = tensorsOf(bytes);
  const names = new Set(specifications.map(weightName));
  for (const [name, { offset }] of tensors) {
    if (byName || names.has(name)) continue;
    raise('E_FILE', {
      op,
      says: `byte ${offset}: the model has no weight ${name.slice(0, 200)}`,
      hint: 'loadWeights(path, { byName: true }) loads those that both have',
    });
  }
  const chosen = specifications.map((specification) => {
    const name = weightName(specification);
    const stored = tensors.get(name);
    if (stored === undefined) {
      if (byName) return undefined;
      return raise('E_FILE', {
        op,
        says: `byte 8: the file has no tensor ${name}`,
        hint: 'loadWeights(path, { byName: true }) loads those that both have',
      });
    }
    try {
      checkStored(op, name, stored, specification);
    } catch (error) {
      if (skipMismatch) return undefined;
      throw error;
    }
    return { specification, stored };
  });
  return chosen.map((one) => one && { specification: one.specification, data: elementsOf(one.stored) });
}
