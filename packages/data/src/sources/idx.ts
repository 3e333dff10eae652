/**
 * IDX files, the format of MNIST: two zero bytes, a code of the element type, the number of axes, their sizes and the elements, all
 * big-endian (http://yann.lecun.com/exdb/mnist). Files are read whole; nothing is allocated by what a header says.
 */
import { raise } from '@deft/core';
import { readWholeFile, unpack } from '../environment.ts';
import type { HostArray, HostData } from '../host-arrays.ts';

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

/** Limits of reading. */
export interface IdxOptions {
  /** The most bytes a file may have, unpacked: 2³⁰ unless told. */
  readonly maxBytes?: number;
}

/**
 * The array in an IDX file, gzipped or not, given by its path or its bytes.
 *
 * @throws `E_FILE` with the file and the byte where it stops making sense: a wrong magic number, a file that ends early or holds
 * more than its header says, damaged compression, more than `maxBytes`; and where paths are given in a browser.
 * @example
 * ```ts
 * import { fromTensors, readIdx } from '@deft/data';
 * const labels = await readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]));
 * console.log(await fromTensors(labels).toArray()); // [5, 0, 4]
 * ```
 */
export async function readIdx(source: string | Uint8Array, options: IdxOptions = {}): Promise<HostArray> {
  const { maxBytes = 2 ** 30 } = options;
  const name = typeof source === 'string' ? source : 'the bytes';
  const refuse = (says: string): never => raise('E_FILE', { op: 'readIdx', says: `${name}: ${says}` });
  let bytes = typeof source === 'string' ? await readWholeFile('readIdx', source, maxBytes) : source;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unpacked = await unpack('gzip', bytes, maxBytes).catch((error: unknown) =>
      refuse(`the compression is damaged: ${error instanceof Error ? error.message : String(error)}`),
    );
    bytes = unpacked ?? refuse(`more than the ${maxBytes} bytes allowed when unpacked`);
  }
  if (bytes.length < 4) refuse(`byte ${bytes.length}: the file ends within its magic number`);
  const [first, second, code, rank] = bytes as unknown as [number, number, number, number];
  const kind = kinds.get(code);
  if (first !== 0 || second !== 0 || kind === undefined || rank === 0) {
    const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return refuse(`byte 0: expected the magic number of an IDX file, got ${magic}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = 4 + 4 * rank;
  if (bytes.length < header) refuse(`byte ${bytes.length}: the file ends within the sizes of its ${rank} axes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, dim) => product * dim, 1);
  const expected = header + count * kind.bytes;
  if (bytes.length !== expected) {
    const where = `byte ${Math.min(bytes.length, expected)}`;
    refuse(`${where}: expected ${expected} bytes for shape [${shape.join(', ')}], got ${bytes.length}`);
  }
  const data = new kind.array(count);
  for (let i = 0; i < count; i++) data[i] = kind.read(view, header + i * kind.bytes) as never;
  return { data, shape };
}
