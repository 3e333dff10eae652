/**
 * Dtypes: one promotion table, which is the one in the documentation, in every mode; numbers of JavaScript take the dtype of the tensors
 * beside them, also where they are inputs of captured functions.
 */
import { readFileSync } from 'node:fs';
import {
  add,
  cast,
  type DType,
  jit,
  lessEqual,
  maximum,
  mul,
  setWarningOutput,
  sub,
  type Tensor,
  tensor,
  where,
} from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

const page = readFileSync(new URL('../../../../docs/reference/dtypes.md', import.meta.url), 'utf8');
const rows = page
  .slice(page.indexOf('## Promotion'))
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('|---'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('*', '')),
  );
const [[, ...names], ...body] = rows as [string[], ...string[][]];
const dtypes = names as DType[];
const table = new Map(body.map(([row, ...cells]) => [row, new Map(cells.map((cell, i) => [dtypes[i], cell]))]));
const promoted = (a: DType, b: DType): string => table.get(a)?.get(b) as string;

const one = (dtype: DType): Tensor => cast(tensor([1, 1]), dtype) as Tensor;
const pairs = dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const));

describe('J13 the promotion table', () => {
  it('J13 is that of the documentation, for every pair, at once and captured', () => {
    expect(pairs.length).toBe(121);
    for (const op of [add, mul, chosen] as readonly ((x: Tensor, y: Tensor) => Tensor)[]) {
      const captured = jit(op);
      for (const [a, b] of pairs) {
        // Truth has no sums.
        if (op !== chosen && promoted(a, b) === 'bool') continue;
        const [x, y] = [one(a), one(b)];
        const found = op(x, y);
        expect([a, b, found.dtype]).toEqual([a, b, promoted(a, b)]);
        expect([a, b, captured(x, y).dtype]).toEqual([a, b, promoted(a, b)]);
      }
    }
  });

  it('J13 is a lattice: the order of operands and of three of them does not matter, and nothing is narrower than what goes in', () => {
    for (const a of dtypes) {
      expect(promoted(a, a)).toBe(a);
      for (const b of dtypes) {
        const ab = promoted(a, b) as DType;
        expect(promoted(b, a)).toBe(ab);
        expect(promoted(a, ab)).toBe(ab);
        for (const c of dtypes) expect(promoted(ab, c)).toBe(promoted(a, promoted(b, c) as DType));
      }
    }
  });

  it('J13 has the promotions that the array API demands', () => {
    // https://data-apis.org/array-api/latest/API_specification/type_promotion.html, as far as there are these dtypes.
    const demanded: readonly (readonly [DType, DType, DType])[] = [
      ['int8', 'int8', 'int8'],
      ['int8', 'int32', 'int32'],
      ['int8', 'int64', 'int64'],
      ['int32', 'int64', 'int64'],
      ['uint8', 'uint8', 'uint8'],
      ['uint8', 'uint32', 'uint32'],
      ['int8', 'uint32', 'int64'],
      ['int32', 'uint8', 'int32'],
      ['int32', 'uint32', 'int64'],
      ['int64', 'uint8', 'int64'],
      ['int64', 'uint32', 'int64'],
      ['float32', 'float32', 'float32'],
      ['float32', 'float64', 'float64'],
      ['float64', 'float64', 'float64'],
      ['float32', 'complex64', 'complex64'],
    ];
    for (const [a, b, expected] of demanded) expect([a, b, promoted(a, b)]).toEqual([a, b, expected]);
  });
});

function chosen(x: Tensor, y: Tensor): Tensor {
  return where(tensor([true, false]), x, y) as Tensor;
}

describe('J13 numbers of JavaScript', () => {
  const anyNumber = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.double({ min: -8, max: 8, noNaN: true }));
  const floats = ['float16', 'bfloat16', 'float32', 'float64'] as const;

  it('J13 take the dtype of the tensor beside them, a fraction beside integers float32; nothing is float64 unless asked for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...dtypes), anyNumber, (dtype, k) => {
        const isFloat = /float|complex/.test(dtype);
        const expected = isFloat ? dtype : Number.isInteger(k) ? (dtype === 'bool' ? 'int32' : dtype) : 'float32';
        for (const f of [add, mul, sub] as readonly ((x: Tensor, k: number) => Tensor)[]) {
          expect([f(one(dtype), k).dtype, jit(f)(one(dtype), k).dtype]).toEqual([expected, expected]);
        }
      }),
      { numRuns: 60 },
    );
    expect(tensor([1, 2]).dtype).toBe('float32');
    expect(tensor(0.1).dtype).toBe('float32');
  });

  it('J13 J1 T7 do so where they are inputs of a captured function: floating tensors keep their dtype, integers become float32', () => {
    const ops = [add, mul, maximum, (x: Tensor, k: Tensor) => where(lessEqual(x, k), x, k)] as unknown as ((
      x: Tensor,
      k: unknown,
    ) => Tensor)[];
    for (const op of ops) {
      const f = jit(op, { dynamic: [1] });
      for (const dtype of floats) {
        const x = cast(tensor([0.25, 3]), dtype) as Tensor;
        for (const k of [0.5, 2, -1]) {
          const [found, expected] = [f(x, k), op(x, k)];
          expect([dtype, k, found.dtype, found.toArray()]).toEqual([dtype, k, dtype, expected.toArray()]);
        }
      }
      expect(f(one('int32'), 2).dtype).toBe('float32');
      // One program for each dtype, whatever the number.
      expect(f.compileCount).toBe(floats.length + 1);
    }
  });

  it('J13 a float64 tensor stays one through a program, with the digits of float64', () => {
    const third = tensor([1 / 3], { dtype: 'float64' });
    const f = (x: Tensor): Tensor => mul(add(x, 1e-12), 3) as Tensor;
    expect((f(third).toArray() as number[])[0]).toBe((1 / 3 + 1e-12) * 3);
    expect((jit(f)(third).toArray() as number[])[0]).toBe((1 / 3 + 1e-12) * 3);
  });
});
