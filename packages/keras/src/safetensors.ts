/**
 * The safetensors format (huggingface/safetensors): eight bytes with the length of a JSON header, little-endian; the
 * header, which gives every tensor's dtype, shape and place; the elements. A file to read may be hostile: every number
 * is checked before it is used, and nothing is allocated by a number that the file's own length does not cover.
 */
import { bytesOf, type DType, fromStored, raise, type TypedArray, toStored } from '@deft/core';
import { isJsonObject, parseBoundedJson } from './bounded-json.ts';
import { encodeText } from './environment.ts';

const dtypeNames = {
  bool: 'BOOL',
  int8: 'I8',
  uint8: 'U8',
  int32: 'I32',
  uint32: 'U32',
  int64: 'I64',
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
  complex64: 'C64',
} as const satisfies Record<DType, string>;

const dtypeByName: ReadonlyMap<unknown, DType> = new Map(
  Object.entries(dtypeNames).map(([dtype, name]) => [name, dtype as DType]),
);

/** A larger header is no file of ours. */
const largestHeader = 16 * 1024 * 1024;
const mostTensors = 65_536;
const largestRank = 16;

/** A tensor to write. */
export interface NamedArray {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** A tensor of a file that was read; `bytes` is a view of the file. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** Where its elements begin in the file. */
  readonly offset: number;
}

/** A file taken apart. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Writes tensors, in the order given, with texts by name beside them. Throws `E_ARGUMENT` for the name that the format keeps
 * for the texts.
 */
export function encodeSafetensors(
  arrays: readonly NamedArray[],
  metadata: { readonly [key: string]: string },
): Uint8Array {
  // Entries, not assignments: a tensor may be called `__proto__`.
  const header: [name: string, entry: unknown][] = [['__metadata__', metadata]];
  const stored = arrays.map(({ dtype, data }) => toStored(dtype, data));
  let end = 0;
  for (const [i, { name, dtype, shape }] of arrays.entries()) {
    const { byteLength } = stored[i] as TypedArray;
    if (name === '__metadata__') {
      raise('E_ARGUMENT', { op: 'saveModel', argument: 'name', expected: 'any name but __metadata__', found: name });
    }
    header.push([name, { dtype: dtypeNames[dtype], shape, data_offsets: [end, end + byteLength] }]);
    end += byteLength;
  }
  const text = encodeText(JSON.stringify(Object.fromEntries(header)));
  // Padded with spaces, so that the elements begin at a multiple of eight.
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(text, 8);
  let position = 8 + headerLength;
  for (const data of stored) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

type Damaged = (says: string) => never;

const damagedIn =
  (op: string): Damaged =>
  (says) =>
    raise('E_FILE', { op, says });

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

function isOffset(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limit;
}

function checkEntry(
  name: string,
  entry: unknown,
  bytes: Uint8Array,
  dataStart: number,
  damaged: Damaged,
): StoredTensor {
  const where = `byte 8: header entry ${shown(name)}`;
  if (!isJsonObject(entry)) damaged(`${where}: expected an object, got ${shown(entry)}`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = entry;
  const dtype = dtypeByName.get(dtypeName);
  if (dtype === undefined)
    damaged(`${where}: expected dtype ${[...dtypeByName.keys()].join(', ')}, got ${shown(dtypeName)}`);
  if (!Array.isArray(shape) || shape.length > largestRank) damaged(`${where}: expected a shape, got ${shown(shape)}`);
  const limit = bytes.length - dataStart;
  let byteLength = bytesOf(dtype);
  for (const dim of shape as unknown[]) {
    if (!isOffset(dim, 2 ** 31)) damaged(`${where}: expected whole dims of at least 0, got ${shown(shape)}`);
    byteLength *= dim;
    // Beyond this the file cannot hold it, and products would lose their exactness.
    if (byteLength > 2 ** 52) damaged(`${where}: the shape ${shown(shape)} is larger than the file`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !isOffset(offsets[0], limit) || !isOffset(offsets[1], limit)) {
    damaged(
      `${where}: expected two offsets from 0 to ${limit} (the file ends at byte ${bytes.length}), got ${shown(offsets)}`,
    );
  }
  const [start, end] = offsets as [number, number];
  if (end - start !== byteLength) {
    damaged(
      `byte ${dataStart + start}: tensor ${shown(name)} has ${end - start} bytes, its dtype and shape take ${byteLength}`,
    );
  }
  return {
    dtype,
    shape: shape as number[],
    bytes: bytes.subarray(dataStart + start, dataStart + end),
    offset: dataStart + start,
  };
}

/** Throws unless the tensors cover the elements without gap or overlap. */
function checkCoverage(
  tensors: ReadonlyMap<string, StoredTensor>,
  dataStart: number,
  fileLength: number,
  damaged: Damaged,
): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.bytes.length - b.bytes.length);
  let covered = dataStart;
  for (const [name, { offset, bytes }] of sorted) {
    if (offset !== covered)
      damaged(`byte ${covered}: tensor ${shown(name)} should begin here, but begins at byte ${offset}`);
    covered += bytes.length;
  }
  if (covered !== fileLength) damaged(`byte ${covered}: the last tensor ends here, but the file at byte ${fileLength}`);
}

/** Takes a file apart. Throws `E_FILE` naming the byte where it is damaged; `op` is who reads it, for messages. */
export function decodeSafetensors(file: Uint8Array, op = 'loadModel'): SafetensorsFile {
  const damaged: Damaged = damagedIn(op);
  // A plain view: what Node reads is a Buffer, whose slice() does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 8) damaged(`byte ${bytes.length}: the file ends within the length of its header`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (headerLength > largestHeader)
    damaged(`byte 0: a header of ${headerLength} bytes, at most ${largestHeader} are read`);
  const dataStart = 8 + headerLength;
  if (dataStart > bytes.length) {
    damaged(`byte ${bytes.length}: the file ends within its header, which should end at byte ${dataStart}`);
  }
  const header = parseBoundedJson(bytes.subarray(8, dataStart), { op, offset: 8, what: 'header' });
  if (!isJsonObject(header)) damaged('byte 8: the header is not a JSON object');
  const entries = Object.entries(header);
  if (entries.length > mostTensors) damaged(`byte 8: ${entries.length} tensors, at most ${mostTensors} are read`);
  const tensors = new Map<string, StoredTensor>();
  const metadata = new Map<string, string>();
  for (const [name, entry] of entries) {
    if (name !== '__metadata__') {
      tensors.set(name, checkEntry(name, entry, bytes, dataStart, damaged));
      continue;
    }
    if (!isJsonObject(entry)) damaged(`byte 8: expected __metadata__ to be an object, got ${shown(entry)}`);
    for (const [key, value] of Object.entries(entry)) {
      if (typeof value !== 'string')
        damaged(`byte 8: expected __metadata__ ${shown(key)} to be a text, got ${shown(value)}`);
      metadata.set(key, value);
    }
  }
  checkCoverage(tensors, dataStart, bytes.length, damaged);
  return { tensors, metadata };
}

/** A copy of a stored tensor's elements. */
export function elementsOf({ dtype, bytes }: StoredTensor): TypedArray {
  const own = bytes.slice();
  return dtype === 'bool' ? own.map((byte) => (byte === 0 ? 0 : 1)) : fromStored(dtype, own);
}
