/**
 * Reads one file in the format of the MNIST data sets ("idx"), packed with gzip or not. All numbers are big-endian:
 *
 *     images:  00 00 08 03 | count | rows | columns | one unsigned byte per pixel
 *     labels:  00 00 08 01 | count | one unsigned byte per label
 *
 * A file is never trusted: its counts are compared with its length before anything of that size is allocated, and every
 * complaint is one line that names the file and the byte.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipBeginning, gunzipExactly, LARGEST_GZIP_RATIO } from './bounded-gunzip.ts';
import { InputError } from './input-error.ts';
import { CLASS_COUNT, IMAGE_PIXELS, IMAGE_SIDE } from './labelled-images.ts';

/** What a file should hold. */
export type IdxKind = 'images' | 'labels';

/** More than any set of 28 × 28 digits has (the largest, EMNIST's, has 280,000); what is beyond is refused unread. */
export const LARGEST_COUNT = 500_000;

const MAGIC = { images: 0x00000803, labels: 0x00000801 } as const satisfies Record<IdxKind, number>;
const HEADER_BYTES = { images: 16, labels: 8 } as const satisfies Record<IdxKind, number>;
const ITEM_BYTES = { images: IMAGE_PIXELS, labels: 1 } as const satisfies Record<IdxKind, number>;

/** Bytes read before anything is known of a file. */
const PROBE_BYTES = 4096;

/** Deflate adds at most 5 bytes per 16 KiB block and a header that may hold a name; more is not one packed file. */
const packedLimit = (length: number): number => length + Math.ceil(length / 1000) + 65_536;

/**
 * Reads an idx file of 28 × 28 images.
 *
 * @param path - unpacked with gzip when it ends in `.gz`
 * @returns one byte per pixel, `count * 784` bytes
 * @throws InputError when the file is missing, is no such file, is truncated, damaged or too long
 */
export function readIdxImages(path: string): Uint8Array {
  return readIdx(path, 'images');
}

/**
 * Reads an idx file of labels from 0 to 9.
 *
 * @param path - unpacked with gzip when it ends in `.gz`
 * @returns one byte per label
 * @throws InputError as {@link readIdxImages}, and when a label is not below 10
 */
export function readIdxLabels(path: string): Uint8Array {
  const labels = readIdx(path, 'labels');
  const wrong = labels.findIndex((label) => label >= CLASS_COUNT);
  if (wrong >= 0) {
    const place = `byte ${HEADER_BYTES.labels + wrong}${isPacked(path) ? ' of the unpacked data' : ''}`;
    throw new InputError(`${path}: ${place}: label ${labels[wrong]}, but labels go from 0 to ${CLASS_COUNT - 1}`);
  }
  return labels;
}

function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

function readIdx(path: string, kind: IdxKind): Uint8Array {
  const file = openFile(path);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      throw new InputError(`${path}: not a file`);
    }
    const content = isPacked(path)
      ? readPacked(file, status.size, path, kind)
      : readPlain(file, status.size, path, kind);
    return content.subarray(HEADER_BYTES[kind]);
  } finally {
    closeSync(file);
  }
}

function readPlain(file: number, size: number, path: string, kind: IdxKind): Uint8Array {
  const header = readBytes(file, Math.min(size, HEADER_BYTES[kind]));
  const length = promisedLength(header, path, kind);
  if (size < length) {
    throw new InputError(`${path}: byte ${size}: truncated here, but the header promises ${length} bytes`);
  }
  if (size > length) {
    throw new InputError(`${path}: byte ${length}: ${size - length} trailing bytes after the promised ${length}`);
  }
  return complete(readBytes(file, length), length, path);
}

function readPacked(file: number, size: number, path: string, kind: IdxKind): Uint8Array {
  const probe = readBytes(file, Math.min(size, PROBE_BYTES));
  if (probe.length === 0) {
    throw new InputError(`${path}: byte 0: the file is empty`);
  }
  const length = promisedLength(gunzipBeginning(probe, HEADER_BYTES[kind], path), path, kind);
  if (length > size * LARGEST_GZIP_RATIO) {
    throw new InputError(
      `${path}: byte ${size}: truncated here, ${size} packed bytes cannot hold the promised ${length}`,
    );
  }
  if (size > packedLimit(length)) {
    throw new InputError(`${path}: ${size} packed bytes are too many for the promised ${length}`);
  }
  return gunzipExactly(complete(readBytes(file, size), size, path), length, path);
}

/** Checks a header and returns how long the whole (unpacked) file must be. */
function promisedLength(header: Uint8Array, path: string, kind: IdxKind): number {
  const unpacked = isPacked(path) ? ' of the unpacked data' : '';
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length >= 4 && view.getUint32(0) !== MAGIC[kind]) {
    const found = hexadecimal(view.getUint32(0));
    const expected = hexadecimal(MAGIC[kind]);
    throw new InputError(`${path}: byte 0${unpacked}: wrong magic number ${found}, expected ${expected} (idx ${kind})`);
  }
  if (header.length < HEADER_BYTES[kind]) {
    const place = `byte ${header.length}${unpacked}`;
    throw new InputError(`${path}: ${place}: truncated inside the header of ${HEADER_BYTES[kind]} bytes`);
  }
  const count = view.getUint32(4);
  if (kind === 'images') {
    const [rows, columns] = [view.getUint32(8), view.getUint32(12)];
    if (rows !== IMAGE_SIDE || columns !== IMAGE_SIDE) {
      const expected = `${IMAGE_SIDE} × ${IMAGE_SIDE}`;
      throw new InputError(`${path}: byte 8${unpacked}: images of ${rows} × ${columns} pixels, expected ${expected}`);
    }
  }
  if (count > LARGEST_COUNT) {
    throw new InputError(`${path}: byte 4${unpacked}: ${count} ${kind} promised, at most ${LARGEST_COUNT} are read`);
  }
  return HEADER_BYTES[kind] + count * ITEM_BYTES[kind];
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new InputError(`${path}: ${openingFailure(error)}`, { cause: error });
  }
}

/** Says in words why a file or folder could not be opened. */
export function openingFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOTDIR':
      return 'not a folder';
    default:
      return `cannot be opened (${code ?? String(error)})`;
  }
}

/** Reads from the beginning of the file; fewer bytes than `length` when it ends earlier. */
function readBytes(file: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, filled);
    if (read === 0) {
      break;
    }
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/** A file may shrink between the look at its size and the reading. */
function complete(bytes: Uint8Array, length: number, path: string): Uint8Array {
  if (bytes.length < length) {
    throw new InputError(`${path}: byte ${bytes.length}: the file became shorter while it was read`);
  }
  return bytes;
}
