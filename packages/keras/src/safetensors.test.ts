import { allocate, DeftError, type DType, sizeOf } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from './environment.ts';
import { decodeSafetensors, elementsOf, encodeSafetensors, type NamedArray } from './safetensors.ts';

const arrays: fc.Arbitrary<NamedArray[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.stringMatching(/^[a-zäö/_.0-9]{1,12}$/),
      dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'uint32', 'bool'),
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
      fill: fc.array(fc.nat(1), { minLength: 64, maxLength: 64 }),
    })
    .map(({ name, dtype, shape, fill }) => {
      const data = allocate(dtype, sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = fill[i % 64] as number;
      return { name, dtype, shape, data };
    }),
  { selector: ({ name }) => name, maxLength: 6 },
);
const metadata = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string(), { noNullPrototype: true });

/** A file with the given header text and data bytes. */
function fileOf(header: string, dataLength = 0): Uint8Array {
  const text = encodeText(header);
  const file = new Uint8Array(8 + text.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (fields: object): string =>
  JSON.stringify({ t: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...fields } });

describe('safetensors', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(arrays, metadata, (given, texts) => {
        const { tensors, metadata: found } = decodeSafetensors(encodeSafetensors(given, texts));
        expect(Object.fromEntries(found)).toEqual(texts);
        expect([...tensors.keys()].sort()).toEqual(given.map(({ name }) => name).sort());
        for (const { name, dtype, shape, data } of given) {
          const tensor = tensors.get(name);
          expect(tensor).toMatchObject({ dtype, shape });
          expect(tensor && elementsOf(tensor)).toEqual(data);
        }
      }),
    );
  });

  it('takes any name for a tensor, but not the one of the texts', () => {
    const named = (name: string): NamedArray => ({ name, dtype: 'float32', shape: [1], data: new Float32Array([7]) });
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const stored = decodeSafetensors(encodeSafetensors([named(name)], {})).tensors.get(name);
      expect(stored && elementsOf(stored)).toEqual(new Float32Array([7]));
    }
    expect(() => encodeSafetensors([named('__metadata__')], {})).toThrow(/E_ARGUMENT/);
  });

  it('writes the published layout', () => {
    const file = encodeSafetensors([{ name: 'w', dtype: 'float32', shape: [1], data: new Float32Array([1]) }], {});
    const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    expect(file.length).toBe(8 + headerLength + 4);
    const header = String.fromCharCode(...file.subarray(8, 8 + headerLength));
    expect(JSON.parse(header)).toEqual({ __metadata__: {}, w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
    expect([...file.subarray(8 + headerLength)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it.each([
    ['an empty file', new Uint8Array(), /byte 0: the file ends within the length/],
    [
      'a header longer than the file',
      fileOf('{}').subarray(0, 9),
      /byte 9: the file ends within its header, .* byte 10/,
    ],
    [
      'a huge header',
      Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127]),
      /byte 0: a header of 9223372036854775807|byte 0: a header of 92233720368547/,
    ],
    ['no JSON', fileOf('{"a": nope}'), /byte \d+: the header is not valid JSON/],
    ['no UTF-8', Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0xff]), /byte 8: the header is not UTF-8/],
    ['an array', fileOf('[]'), /the header is not a JSON object/],
    ['deep nesting', fileOf('['.repeat(100_000)), /byte 56: JSON is nested deeper than 48/],
    ['a name twice', fileOf('{"a": {}, "b": [{"a": 1, "\\u0061": 2}]}'), /byte 33: the name a is there twice/],
    ['an entry that is a number', fileOf('{"t": 3}'), /header entry "t": expected an object, got 3/],
    ['an unknown dtype', fileOf(entry({ dtype: 'F8' }), 4), /expected dtype BOOL, .* got "F8"/],
    ['a dtype of the prototype', fileOf(entry({ dtype: 'toString' }), 4), /expected dtype/],
    ['a negative dim', fileOf(entry({ shape: [-1] }), 4), /whole dims/],
    ['a fraction', fileOf(entry({ shape: [0.5] }), 4), /whole dims/],
    ['a shape larger than memory', fileOf(entry({ shape: [2 ** 30, 2 ** 30, 2 ** 30] }), 4), /larger than the file/],
    ['offsets past the end', fileOf(entry({ data_offsets: [0, 8] }), 4), /two offsets from 0 to 4/],
    ['offsets the wrong way', fileOf(entry({ data_offsets: [4, 0] }), 4), /has -4 bytes/],
    ['bytes that do not fit the shape', fileOf(entry({ shape: [2] }), 4), /has 4 bytes, its dtype and shape take 8/],
    ['bytes that belong to nobody', fileOf(entry({}), 5), /the last tensor ends here, but the file at byte/],
    ['a hole', fileOf(entry({ data_offsets: [4, 8] }), 8), /should begin here/],
    [
      'tensors that overlap',
      fileOf(
        JSON.stringify(
          Object.fromEntries(
            ['t', 'u'].map((name, i) => [name, { dtype: 'F32', shape: [2], data_offsets: [4 * i, 4 * i + 8] }]),
          ),
        ),
        12,
      ),
      /tensor "u" should begin here, but begins at byte/,
    ],
    ['metadata that is no object', fileOf('{"__metadata__": 1}'), /__metadata__ to be an object/],
    ['metadata that is no text', fileOf('{"__metadata__": {"a": {}}}'), /"a" to be a text/],
  ])('rejects %s', (_, bytes, says) => {
    expect(() => decodeSafetensors(bytes)).toThrow(says);
    expect(() => decodeSafetensors(bytes)).toThrow(/\[E_FILE\]/);
  });

  it('treats the names of prototypes as names', () => {
    const file = fileOf('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}', 4);
    const { tensors } = decodeSafetensors(file);
    expect([...tensors.keys()]).toEqual(['__proto__']);
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
  });

  it('gives nothing but its own errors for any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => fileOf(text, 8)),
        ),
        (bytes) => {
          try {
            decodeSafetensors(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(DeftError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
