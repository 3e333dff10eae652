/**
 * Safetensors files of ours: tensors, and in the metadata a format, its version, a description as JSON and a checksum over
 * everything that counts, so that a damaged file is never taken for a whole one.
 */
import { crc32, raise, shapeText, type TypedArray, toStored } from '@deft/core';
import { isJsonObject, jsonOf, parseBoundedJson } from './bounded-json.ts';
import { encodeText } from './environment.ts';
import { decodeSafetensors, encodeSafetensors, type NamedArray, type StoredTensor } from './safetensors.ts';

/** A file taken apart. */
export interface CheckedFile {
  readonly version: string;
  readonly description: { readonly [key: string]: unknown };
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** What a checksum covers of a tensor. */
export interface ChecksumPart {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The elements as they are stored. */
  readonly bytes: Uint8Array;
}

/** The checksum of a text and tensors, in the order given. */
export function checksumOf(text: string, parts: readonly ChecksumPart[]): string {
  let sum = crc32(encodeText(text));
  for (const { name, dtype, shape, bytes } of parts) {
    sum = crc32(bytes, crc32(encodeText(`\n${name} ${dtype}${shapeText(shape)}\n`), sum));
  }
  return `crc32:${sum.toString(16).padStart(8, '0')}`;
}

/** Tensors in an order that does not depend on how a file arranges them. */
function inOrder(parts: readonly ChecksumPart[]): ChecksumPart[] {
  return [...parts].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Raises `E_FILE` for the header of a file. */
export const damagedHeader =
  (op: string) =>
  (says: string): never =>
    raise('E_FILE', { op, says: `byte 8: ${says}` });

/** The first line of what is wrong with data of a file. */
export function reasonOf(error: unknown): string {
  return String((error as Error).message).split('\n')[0] as string;
}

/** Says that the checksum is another. */
export const changedFile = 'the checksum does not fit: the file was changed or damaged after it was written';

/** The bytes of a file. */
export function encodeChecked(
  op: string,
  format: string,
  version: string,
  description: { readonly [key: string]: unknown },
  arrays: readonly NamedArray[],
): Uint8Array {
  const text = jsonOf(description);
  // What could not be read back is not written.
  parseBoundedJson(encodeText(text), { op, offset: 0, what: 'description' });
  const parts = arrays.map(({ name, dtype, shape, data }) => ({
    name,
    dtype,
    shape,
    bytes: bytesOf(toStored(dtype, data)),
  }));
  const checksum = checksumOf(text, inOrder(parts));
  return encodeSafetensors(arrays, { format, version, model: text, checksum });
}

/**
 * Takes a file apart. Throws `E_FILE` naming the byte where it is damaged, is of another format or was changed.
 *
 * @param versions those that are read
 * @param ordered the version whose checksum takes the tensors in an order that the caller knows, who compares it
 */
export function decodeChecked(
  op: string,
  bytes: Uint8Array,
  format: string,
  versions: readonly string[],
  ordered?: string,
): CheckedFile & { readonly text: string; readonly checksum: string | undefined } {
  const damaged = damagedHeader(op);
  const { tensors, metadata } = decodeSafetensors(bytes, op);
  if (metadata.get('format') !== format) {
    damaged(`the file is not a ${format.replace('deft-', '')} (metadata "format" is not "${format}")`);
  }
  const version = String(metadata.get('version'));
  if (!versions.includes(version)) {
    damaged(`the file has version ${version.slice(0, 20)}, this library reads ${versions.join(' and ')}`);
  }
  const text = metadata.get('model');
  if (text === undefined) return damaged('the file has no description of what it holds');
  const checksum = metadata.get('checksum');
  if (version !== ordered) {
    const parts = [...tensors].map(([name, tensor]) => ({ ...tensor, name }));
    if (checksum !== checksumOf(text, inOrder(parts))) damaged(changedFile);
  }
  const description = parseBoundedJson(encodeText(text), { op, offset: 8, what: 'description' });
  if (!isJsonObject(description)) return damaged('the description is not an object');
  return { version, description, tensors, text, checksum };
}
