/**
 * IDX files, the format of MNIST: two zero bytes, a code of the element type, the number of axes, their sizes and the elements, all
 * big-endian (http://yann.lecun.com/exdb/mnist). The header is read first and compared with what there is, so nothing is allocated by
 * what it says alone, and no more is read or unpacked than it says.
 */
import { raise } from '@deft/core';
import { fileSize, openFile, readFirst } from '../environment.ts';
import type { HostArray, HostData } from '../host-arrays.ts';
import { checkPackedSize, gunzip, gunzipBeginning, isGzip, packedBeginning, type Refuse } from './gunzip.ts';

interface ElementKind {
  readonly bytes: number;
  readonly array: new (length: number) => HostData;
  readonly read: (view: DataView, at: number) => number;
}

/** Kinds of elements by their codes. */
const kinds: ReadonlyMap<number, ElementKind> = new Map<number, ElementKind>([
  [0x08, { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, array: Int8Array, read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, array: Int16Array, read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, array: Int32Array, read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, array: Float32Array, read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, array: Float64Array, read: (view, at) => view.getFloat64(at) }],
]);

/** Bytes of a header with the most axes that its one byte can state. */
const longestHeader = 4 + 4 * 255;

/** Limits of reading. */
export interface IdxOptions {
  /** The most bytes a file may have, unpacked: 2³⁰ unless told. */
  readonly maxBytes?: number;
}

/** Bytes whose beginning can be had alone. */
interface Source {
  readonly size: number;
  /** The first bytes, at most `size`. */
  readonly first: (length: number) => Promise<Uint8Array> | Uint8Array;
}

/** What a header says. */
interface Header {
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly count: number;
  /** The byte at which they begin. */
  readonly begin: number;
  /** Bytes of the whole file, unpacked. */
  readonly length: number;
}

/**
 * The array in an IDX file, gzipped or not, given by its path or its bytes. Whether it is gzipped is seen by its first bytes. Of gzipped
 * data no more is unpacked than its header says that there is; browsers take data of one member alone.
 *
 * @throws `E_FILE` with the file and the byte where it stops making sense: a wrong magic number, a file that ends early or holds
 * more than its header says, compression that is damaged, cut short or followed by other bytes, more than `maxBytes`; for what is no
 * file; and where paths are given in a browser.
 * @example
 * ```ts
 * import { fromTensors, readIdx } from '@deft/data';
 * const labels = await readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]));
 * console.log(await fromTensors(labels).toArray()); // [5, 0, 4]
 * ```
 */
export async function readIdx(source: string | Uint8Array, options: IdxOptions = {}): Promise<HostArray> {
  const { maxBytes = 2 ** 30 } = options;
  if (typeof source !== 'string') {
    const bytes = { size: source.length, first: (length: number) => source.subarray(0, length) };
    return readArray(bytes, maxBytes, refusalsOf('the bytes'));
  }
  const file = await openFile('readIdx', source);
  try {
    const size = await fileSize('readIdx', source, file);
    const first = (length: number) => readFirst('readIdx', source, file, length);
    return await readArray({ size, first }, maxBytes, refusalsOf(source));
  } finally {
    await file.close();
  }
}

function refusalsOf(name: string): Refuse {
  return (says) => raise('E_FILE', { op: 'readIdx', says: `${name}: ${says}` });
}

async function readArray({ size, first }: Source, maxBytes: number, refuse: Refuse): Promise<HostArray> {
  const beginning = await first(Math.min(size, packedBeginning));
  const isPacked = isGzip(beginning);
  const refuseAt = (byte: number, says: string): never =>
    refuse(`byte ${byte}${isPacked ? ' of the unpacked data' : ''}: ${says}`);
  const head = isPacked ? await gunzipBeginning(beginning, longestHeader) : beginning;
  const header = readHeader(head, refuseAt);
  if (typeof header === 'string') {
    if (isPacked) await gunzip(beginning, longestHeader, refuse);
    return refuseAt(head.length, `the file ends within ${header}`);
  }
  const { length } = header;
  const shape = `shape [${header.shape.join(', ')}]`;
  if (length > maxBytes) refuseAt(4, `${length} bytes for ${shape}, more than the ${maxBytes} allowed`);
  const differs = (found: number | undefined): never =>
    refuseAt(Math.min(found ?? length, length), `expected ${length} bytes for ${shape}, got ${found ?? 'more'}`);
  if (!isPacked) {
    if (size !== length) differs(size);
    return elementsOf(await first(length), header);
  }
  checkPackedSize(size, length, refuse);
  const bytes = await gunzip(await first(size), length, refuse);
  return bytes?.length === length ? elementsOf(bytes, header) : differs(bytes?.length);
}

/** What the first bytes say, or the part of the header in which they end. */
function readHeader(bytes: Uint8Array, refuseAt: (byte: number, says: string) => never): Header | string {
  if (bytes.length < 4) return 'its magic number';
  const [first, second, code, rank] = bytes as unknown as [number, number, number, number];
  const kind = kinds.get(code);
  if (first !== 0 || second !== 0 || kind === undefined || rank === 0) {
    const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return refuseAt(0, `expected the magic number of an IDX file, got ${magic}`);
  }
  const begin = 4 + 4 * rank;
  if (bytes.length < begin) return `the sizes of its ${rank} axes`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // So many axes can be stated that their product is infinite, and that times zero is no number.
  const count = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  return { kind, shape, count, begin, length: begin + count * kind.bytes };
}

function elementsOf(bytes: Uint8Array, { kind, shape, count, begin }: Header): HostArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new kind.array(count);
  for (let i = 0; i < count; i++) data[i] = kind.read(view, begin + i * kind.bytes) as never;
  return { data, shape };
}
