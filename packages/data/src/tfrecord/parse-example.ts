/**
 * Reading `tf.train.Example`, whose fields are numbered as in TensorFlow's `example.proto` and `feature.proto`: an example is its features
 * by name, a feature one list of bytes, of floats or of 64-bit integers. As in every message of protocol buffers, numbers may be packed or
 * not, a list may come in parts, unknown fields are passed by, and the last of two features of one name counts.
 */
import { raise, wireKinds } from '@deft/core';
import { decodeText } from '../environment.ts';
import { ByteReader } from '../stored/byte-reader.ts';
import {
  type FeatureKind,
  type Features,
  type FeatureValues,
  type KnownFeature,
  knownFeatures,
  listOf,
} from './features.ts';

const op = 'parseExample';

/** Number and kind of the next field. */
function readTag(reader: ByteReader): readonly [field: number, kind: number] {
  const tag = Number(reader.varint());
  return [Math.floor(tag / 8), tag & 7];
}

/** Passes by the value of a field. */
function passBy(reader: ByteReader, kind: number): void {
  if (kind === wireKinds.varint) reader.varint();
  else if (kind === wireKinds.fixed64) reader.part(8);
  else if (kind === wireKinds.fixed32) reader.part(4);
  else if (kind === wireKinds.bytes) reader.part(reader.count(1));
  else reader.refuse(`a field of the unknown kind ${kind}`);
}

/** Hands the fields of one number, which are messages, to a function, and passes by all others. */
function eachMessage(reader: ByteReader, field: number, use: (message: ByteReader) => void): void {
  while (reader.left > 0) {
    const [found, kind] = readTag(reader);
    if (found === field && kind === wireKinds.bytes) use(reader.part(reader.count(1)));
    else passBy(reader, kind);
  }
}

/** The lists of the format, by the numbers of their fields. */
const lists = ['', 'bytes', 'float', 'int64'] as const;

/** The values of one list. */
interface FoundList {
  readonly list: string;
  readonly values: (Uint8Array | number | bigint)[];
}

/** How single values of lists are read, and the wire kind they have outside of a packed row. */
const readers = {
  bytes: { kind: wireKinds.bytes, read: (reader: ByteReader) => reader.take(reader.count(1)) },
  float: {
    kind: wireKinds.fixed32,
    read: (reader: ByteReader) => new DataView(reader.take(4).buffer).getFloat32(0, true),
  },
  int64: { kind: wireKinds.varint, read: (reader: ByteReader) => BigInt.asIntN(64, reader.varint()) },
} as const;

function readList(reader: ByteReader, list: keyof typeof readers, values: FoundList['values']): void {
  const { kind: single, read } = readers[list];
  while (reader.left > 0) {
    const [field, kind] = readTag(reader);
    if (field === 1 && kind === single) values.push(read(reader));
    else if (field === 1 && kind === wireKinds.bytes) {
      const packed = reader.part(reader.count(1));
      while (packed.left > 0) values.push(read(packed));
    } else passBy(reader, kind);
  }
}

/** The list of a feature; nothing where it has none. Of two of different kinds the last counts. */
function readFeature(reader: ByteReader): FoundList | undefined {
  let found: FoundList | undefined;
  while (reader.left > 0) {
    const [field, kind] = readTag(reader);
    const list = lists[field];
    if (list === undefined || list === '' || kind !== wireKinds.bytes) {
      passBy(reader, kind);
      continue;
    }
    if (found?.list !== list) found = { list, values: [] };
    readList(reader.part(reader.count(1)), list, found.values);
  }
  return found;
}

const decodeName = (bytes: Uint8Array): string | undefined => {
  try {
    return decodeText(bytes);
  } catch {
    return undefined;
  }
};

/** The features with one of the names. */
function readExample(reader: ByteReader, names: ReadonlySet<string>): ReadonlyMap<string, FoundList | undefined> {
  const found = new Map<string, FoundList | undefined>();
  eachMessage(reader, 1, (features) =>
    eachMessage(features, 1, (entry) => {
      let name: string | undefined = '';
      let feature: ByteReader | undefined;
      while (entry.left > 0) {
        const [field, kind] = readTag(entry);
        if (field === 1 && kind === wireKinds.bytes) name = decodeName(entry.take(entry.count(1)));
        else if (field === 2 && kind === wireKinds.bytes) feature = entry.part(entry.count(1));
        else passBy(entry, kind);
      }
      if (name !== undefined && names.has(name)) found.set(name, feature && readFeature(feature));
    }),
  );
  return found;
}

type Refuse = (says: string) => never;

/** A value of a list as one of a kind. */
const convert: { readonly [K in FeatureKind]: (value: never, refuse: Refuse) => unknown } = {
  bytes: (value: Uint8Array) => value,
  text: (value: Uint8Array, refuse) => decodeName(value) ?? refuse('the bytes are no UTF-8'),
  float: (value: number) => value,
  int: (value: bigint, refuse) => {
    const number = Number(value);
    return Number.isSafeInteger(number)
      ? number
      : refuse(`${value} is no number that JavaScript has: read it as int64`);
  },
  int64: (value: bigint) => value,
};

function several(values: readonly unknown[], { kind, shape }: KnownFeature, refuse: Refuse): unknown {
  if (kind === 'bytes' || kind === 'text') return values;
  const large = kind === 'int' ? (values as number[]).find((value) => value !== (value | 0)) : undefined;
  if (large !== undefined) refuse(`${large} is no number of 32 bits: read it as int64`);
  const data =
    kind === 'float'
      ? Float32Array.from(values as number[])
      : kind === 'int'
        ? Int32Array.from(values as number[])
        : BigInt64Array.from(values as bigint[]);
  return shape === 'any' || shape.length === 1 ? data : { data, shape: [...shape] };
}

function valueOf(feature: KnownFeature, found: FoundList | undefined): unknown {
  const { name, kind, shape, count, default: otherwise } = feature;
  const refuse: Refuse = (says) => raise('E_FILE', { op, says: `feature ${JSON.stringify(name)}: ${says}` });
  if (found !== undefined && found.list !== listOf[kind]) refuse(`expected ${listOf[kind]}, got ${found.list}`);
  const values = found?.values.map((value) => convert[kind](value as never, refuse));
  if (values === undefined || (values.length === 0 && count !== 0)) {
    if (count === undefined) return several([], feature, refuse);
    if (otherwise === undefined) return refuse('it is missing, and there is no default');
    if (shape.length === 0) return otherwise;
    return several(new Array<unknown>(count).fill(otherwise), feature, refuse);
  }
  if (count !== undefined && values.length !== count) {
    refuse(`expected ${count} values for [${(shape as readonly number[]).join(', ')}], got ${values.length}`);
  }
  return shape.length === 0 ? values[0] : several(values, feature, refuse);
}

/**
 * The features of a `tf.train.Example`, which is what records of TFRecord files mostly hold. A kind alone is a single value; with a
 * `shape` floats become a `Float32Array`, `int` an `Int32Array` and `int64` a `BigInt64Array`, with their shape if it has several axes,
 * and bytes and texts an array. Features that are not asked for are passed by.
 *
 * @throws `E_FILE` with the byte where the bytes make no sense, and with the name of a feature that is missing, of another kind, or has
 * another number of values; `E_ATTRIBUTE` for bad descriptions.
 * @example
 * ```ts
 * import { exampleBytes, parseExample } from '@deft/data';
 * const features = { label: 'int', weights: { kind: 'float', shape: [2] } } as const;
 * const bytes = exampleBytes({ label: 3, weights: new Float32Array([0.5, 0.25]) }, features);
 * const { label, weights } = parseExample(bytes, features);
 * console.log(label, Array.from(weights)); // → 3 [0.5, 0.25]
 * ```
 */
export function parseExample<const F extends Features>(bytes: Uint8Array, features: F): FeatureValues<F> {
  const known = knownFeatures(op, features);
  const reader = new ByteReader(bytes, 0, (byte, says) => raise('E_FILE', { op, says: `byte ${byte}: ${says}` }));
  const found = readExample(reader, new Set(known.map(({ name }) => name)));
  return Object.fromEntries(
    known.map((feature) => [feature.name, valueOf(feature, found.get(feature.name))]),
  ) as FeatureValues<F>;
}
