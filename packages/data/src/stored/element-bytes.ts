/**
 * Elements of datasets as bytes: a tag for the kind, then what it needs. Numbers are 64 bits wide and lowest byte first, lengths
 * and sizes are varints. What comes back is what went in, in class, shape and bits; tensors come back as tensors.
 */
import {
  bytesOf,
  type DType,
  fromStored,
  joinBytes,
  raise,
  sizeOf,
  Tensor,
  type TypedArray,
  toStored,
  varint,
} from '@deft/core';
import { type NumericArray, tensor } from '@deft/tensor';
import { decodeText, encodeText } from '../environment.ts';
import { type HostArray, type HostData, isHostArray, isHostData } from '../host-arrays.ts';
import type { ByteReader } from './byte-reader.ts';

/** Kinds of parts. A number is never given to another kind: files keep them. */
const tags = {
  null: 0,
  undefined: 1,
  false: 2,
  true: 3,
  number: 4,
  bigint: 5,
  text: 6,
  /** A text that UTF-8 cannot spell, in UTF-16. */
  oddText: 7,
  array: 8,
  shapedArray: 9,
  tensor: 10,
  list: 11,
  record: 12,
} as const;

/** Classes of arrays; their places are in files. */
const classNames = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
] as const;

/** Likewise the dtypes of tensors. */
const dtypeOrder = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'uint8',
  'int32',
  'uint32',
  'int64',
  'bool',
  'complex64',
] as const satisfies readonly DType[];

type ArrayClass = { readonly BYTES_PER_ELEMENT: number } & (new (buffer: ArrayBuffer) => HostData);

const classOf = (code: number): ArrayClass | undefined =>
  (globalThis as unknown as Readonly<Record<string, ArrayClass | undefined>>)[classNames[code] ?? ''];

/** Structure beyond this is no element. */
const deepest = 64;

const bytesIn = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const bytes64 = (value: number): Uint8Array => bytesIn(new Float64Array([value]));

/** Whether the sizes are those of the data; otherwise it is an object that happens to have these names. */
const isShapeOf = ({ data, shape }: HostArray): boolean =>
  shape.every((size) => Number.isSafeInteger(size) && size >= 0) && sizeOf(shape) === data.length;

/** Writes the parts of elements one after the other. */
class Encoder {
  readonly #op: string;
  readonly parts: Uint8Array[] = [];

  constructor(op: string) {
    this.#op = op;
  }

  #add(tag: number, ...parts: readonly Uint8Array[]): void {
    this.parts.push(Uint8Array.of(tag), ...parts);
  }

  #text(text: string): void {
    const isOdd = /\p{Surrogate}/u.test(text);
    const units = (): Uint16Array => Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    const bytes = isOdd ? bytesIn(units()) : encodeText(text);
    this.#add(isOdd ? tags.oddText : tags.text, varint(bytes.length), bytes);
  }

  #refuse(path: string, found: string): never {
    return raise('E_DTYPE', {
      op: this.#op,
      ...(path !== '' && { argument: path }),
      expected:
        'numbers, bigints, booleans, texts, typed arrays, arrays with a shape, tensors, and arrays and plain objects of these',
      found,
    });
  }

  /** Class and bytes of an array. */
  #array(data: ArrayBufferView, path: string): Uint8Array[] {
    // The tag of the class that a class of its own is made from, such as Node's Buffer.
    const name = (data as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
    const code = (classNames as readonly string[]).indexOf(name);
    if (code < 0) this.#refuse(path, name);
    return [Uint8Array.of(code), varint(data.byteLength), bytesIn(data)];
  }

  #shape(shape: readonly number[]): Uint8Array[] {
    return [varint(shape.length), ...shape.map((size) => varint(size))];
  }

  async #tensor(value: Tensor): Promise<void> {
    const stored = bytesIn(toStored(value.dtype, (await value.data()) as unknown as TypedArray));
    const code = dtypeOrder.indexOf(value.dtype);
    this.#add(tags.tensor, Uint8Array.of(code), ...this.#shape(value.shape), varint(stored.length), stored);
  }

  async write(value: unknown, path = '', depth = 0): Promise<void> {
    if (depth > deepest) this.#refuse(path, `structure of more than ${deepest} levels`);
    if (value === null || value === undefined) return this.#add(value === null ? tags.null : tags.undefined);
    if (typeof value === 'boolean') return this.#add(value ? tags.true : tags.false);
    if (typeof value === 'number') return this.#add(tags.number, bytes64(value));
    if (typeof value === 'bigint') {
      const digits = encodeText(value.toString(16));
      return this.#add(tags.bigint, varint(digits.length), digits);
    }
    if (typeof value === 'string') return this.#text(value);
    if (value instanceof Tensor) return this.#tensor(value);
    if (isHostData(value)) return this.#add(tags.array, ...this.#array(value, path));
    if (Array.isArray(value)) {
      this.#add(tags.list, varint(value.length));
      for (const [i, part] of value.entries()) await this.write(part, `${path}[${i}]`, depth + 1);
      return;
    }
    const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
    if (prototype !== Object.prototype && prototype !== null) {
      this.#refuse(path, typeof value === 'object' ? (value.constructor?.name ?? 'an object') : typeof value);
    }
    const entries = Object.entries(value as object);
    if (isHostArray(value) && entries.length === 2 && isShapeOf(value)) {
      return this.#add(tags.shapedArray, ...this.#shape(value.shape), ...this.#array(value.data, path));
    }
    this.#add(tags.record, varint(entries.length));
    for (const [key, part] of entries) {
      this.#text(key);
      await this.write(part, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  }
}

/** The bytes of an element. Throws `E_DTYPE` where it holds what cannot be kept, such as functions and objects of classes. */
export async function encodeElement(op: string, value: unknown): Promise<Uint8Array> {
  const encoder = new Encoder(op);
  await encoder.write(value);
  return joinBytes(encoder.parts);
}

function readUtf8(reader: ByteReader): string {
  const bytes = reader.take(reader.count(1));
  try {
    return decodeText(bytes);
  } catch {
    return reader.refuse('the bytes of a text are no UTF-8');
  }
}

/** A text behind its tag. */
function readText(reader: ByteReader, tag: number): string {
  if (tag === tags.text) return readUtf8(reader);
  if (tag !== tags.oddText) reader.refuse('expected a text');
  const length = reader.count(1);
  if (length % 2 !== 0) reader.refuse('half a letter');
  return Array.from(new Uint16Array(reader.take(length).buffer), (unit) => String.fromCharCode(unit)).join('');
}

function readBigint(reader: ByteReader): bigint {
  const text = readUtf8(reader);
  if (!/^-?[0-9a-f]+$/.test(text)) reader.refuse('expected a number in hexadecimal');
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

function readArray(reader: ByteReader): HostData {
  const Class = classOf(reader.byte()) ?? reader.refuse('an unknown class of arrays');
  const length = reader.count(1);
  if (length % Class.BYTES_PER_ELEMENT !== 0) reader.refuse(`an array of ${length} bytes`);
  return new Class(reader.take(length).buffer);
}

const readShape = (reader: ByteReader): number[] =>
  Array.from({ length: reader.count(1) }, () => {
    const size = Number(reader.varint());
    return Number.isSafeInteger(size) ? size : reader.refuse('the size of an axis is too large');
  });

function readTensor(reader: ByteReader): Tensor {
  const dtype = dtypeOrder[reader.byte()] ?? reader.refuse('an unknown dtype');
  const shape = readShape(reader);
  const length = reader.count(1);
  if (length !== sizeOf(shape) * bytesOf(dtype)) reader.refuse(`${length} bytes for ${dtype}[${shape.join(', ')}]`);
  const data = fromStored(dtype, reader.take(length));
  return tensor(data as unknown as NumericArray, { dtype, shape }) as Tensor;
}

/** The next element of the bytes. Throws `E_FILE` naming the byte that makes no sense. */
function readPart(reader: ByteReader, depth: number): unknown {
  if (depth > deepest) reader.refuse(`structure of more than ${deepest} levels`);
  const tag = reader.byte();
  switch (tag) {
    case tags.null:
      return null;
    case tags.undefined:
      return undefined;
    case tags.false:
      return false;
    case tags.true:
      return true;
    case tags.number:
      return new Float64Array(reader.take(8).buffer)[0];
    case tags.bigint:
      return readBigint(reader);
    case tags.text:
    case tags.oddText:
      return readText(reader, tag);
    case tags.array:
      return readArray(reader);
    case tags.shapedArray: {
      const shape = readShape(reader);
      const data = readArray(reader);
      if (sizeOf(shape) !== data.length) reader.refuse(`${data.length} elements for [${shape.join(', ')}]`);
      return { data, shape };
    }
    case tags.tensor:
      return readTensor(reader);
    case tags.list:
      return Array.from({ length: reader.count(1) }, () => readPart(reader, depth + 1));
    case tags.record: {
      const entries = Array.from({ length: reader.count(3) }, () => {
        const key = readText(reader, reader.byte());
        return [key, readPart(reader, depth + 1)] as const;
      });
      return Object.fromEntries(entries);
    }
    default:
      return reader.refuse('an unknown kind of value');
  }
}

/** The element that bytes hold. Throws `E_FILE` naming the byte that makes no sense. */
export function decodeElement(reader: ByteReader): unknown {
  const value = readPart(reader, 0);
  if (reader.left > 0) reader.refuse(`${reader.left} bytes are left behind an element`);
  return value;
}
