/** Writing `tf.train.Example`: the way back of `parseExample`. */
import { bytesField, joinBytes, raise, varint } from '@deft/core';
import { encodeText } from '../environment.ts';
import { isHostArray, isHostData } from '../host-arrays.ts';
import {
  type FeatureKind,
  type Features,
  type FeatureValues,
  type KnownFeature,
  knownFeatures,
  listOf,
} from './features.ts';

const op = 'exampleBytes';

/** The numbers of the fields of a feature. */
const fields = { bytes: 1, float: 2, int64: 3 } as const;

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** Which values a kind can be made of. */
const kinds: { readonly [K in FeatureKind]: { readonly says: string; readonly is: (value: unknown) => boolean } } = {
  bytes: { says: 'a Uint8Array', is: (value) => value instanceof Uint8Array },
  text: {
    says: 'a text that UTF-8 can spell',
    is: (value) => typeof value === 'string' && !/\p{Surrogate}/u.test(value),
  },
  float: { says: 'a number', is: (value) => typeof value === 'number' },
  int: { says: 'a whole number', is: isWhole },
  int64: { says: 'a bigint or a whole number', is: (value) => typeof value === 'bigint' || isWhole(value) },
};

function listBytes(kind: FeatureKind, values: readonly unknown[]): Uint8Array {
  if (kind === 'bytes') return joinBytes((values as Uint8Array[]).map((value) => bytesField(1, value)));
  if (kind === 'text') return joinBytes((values as string[]).map((value) => bytesField(1, encodeText(value))));
  if (kind !== 'float') return bytesField(1, joinBytes((values as (number | bigint)[]).map(varint)));
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value as number, true);
  return bytesField(1, new Uint8Array(view.buffer));
}

/** The values of a feature in a row. */
function valuesOf({ kind, shape, count }: KnownFeature, value: unknown, path: string): readonly unknown[] {
  const data = isHostArray(value) ? value.data : value;
  const isList = Array.isArray(data) || (isHostData(data) && !(kind === 'bytes' && shape.length === 0));
  const values = shape.length === 0 || !isList ? [data] : Array.from(data as ArrayLike<unknown>);
  const { says, is } = kinds[kind];
  const wrong = values.findIndex((one) => !is(one));
  if (wrong >= 0) {
    const argument = shape.length === 0 ? path : `${path}[${wrong}]`;
    raise('E_DTYPE', { op, argument, expected: says, found: values[wrong] === null ? 'null' : typeof values[wrong] });
  }
  if (count !== undefined && values.length !== count) {
    const expected = `${count} values for [${(shape as readonly number[]).join(', ')}]`;
    raise('E_SHAPE', { op, argument: path, expected, found: String(values.length) });
  }
  return values;
}

/**
 * The bytes of a `tf.train.Example` with these values, which `parseExample` reads with the same features, and TensorFlow too.
 *
 * @throws `E_DTYPE` for a value of another kind, `E_SHAPE` for another number of values, `E_ATTRIBUTE` for bad descriptions.
 * @example
 * ```ts
 * import { exampleBytes } from '@deft/data';
 * console.log(exampleBytes({ label: 1 }, { label: 'int' }).length); // → 18
 * ```
 */
export function exampleBytes<const F extends Features>(values: FeatureValues<F>, features: F): Uint8Array {
  const entries = knownFeatures(op, features).map((feature) => {
    const { name, kind } = feature;
    const list = listBytes(kind, valuesOf(feature, (values as Readonly<Record<string, unknown>>)[name], name));
    const value = bytesField(fields[listOf[kind]], list);
    return bytesField(1, joinBytes([bytesField(1, encodeText(name)), bytesField(2, value)]));
  });
  return bytesField(1, joinBytes(entries));
}
