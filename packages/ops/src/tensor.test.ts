/** What `tensor` reads out of plain values: shapes, dtypes, and the errors of values that are no tensor. */
import { DeftError, type DType, type Shape, type Tensor } from '@deft/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { tensor } from './index.ts';

function failure(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof DeftError) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('tensor', () => {
  it('reads numbers and booleans', () => {
    expect(tensor(3).abstract.text).toBe('float32[]');
    expect(tensor(true).toArray()).toBe(true);
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(tensor(3, { dtype: 'int32' }).item()).toBe(3);
  });

  it('reads nested arrays', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.abstract.text).toBe('float32[2, 3]');
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  it('reads typed arrays, and copies them', () => {
    const source = new Float64Array([1, 2, 3, 4]);
    const x = tensor(source, { shape: [2, 2] });
    source[0] = 9;
    expect(x.abstract.text).toBe('float64[2, 2]');
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(new Int16Array([-1, 2])).abstract.text).toBe('int32[2]');
    expect(tensor(new Int8Array([-1, 2])).abstract.text).toBe('int8[2]');
    expect(tensor(new BigInt64Array([-1n, 2n ** 62n])).toArray()).toEqual([-1n, 2n ** 62n]);
    expect(tensor([1n, -2n]).abstract.text).toBe('int64[2]');
    expect(tensor(new Uint8Array([0, 200]), { dtype: 'float32' }).toArray()).toEqual([0, 200]);
    expect(tensor(new Uint8Array([0, 200])).abstract.text).toBe('uint8[2]');
    expect(tensor(new Uint8Array([0, 1]), { dtype: 'bool' }).toArray()).toEqual([false, true]);
  });

  it('takes a flat array into a shape', () => {
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('says what is wrong', () => {
    expect(failure(() => tensor([[1, 2], [3]]))).toMatch(/values\[1\]: expected 2 entries .*got 1 \[E_SHAPE\]/);
    expect(failure(() => tensor([1, 'two'] as never))).toMatch(
      /values\[1\]: expected a number, got string \[E_ARGUMENT\]/,
    );
    expect(failure(() => tensor({} as never))).toMatch(/values: expected a number, got object \[E_ARGUMENT\]/);
    expect(failure(() => tensor([1, 2, 3], { shape: [2, 2] }))).toMatch(/expected 4 elements .*got 3 \[E_DATA\]/);
    expect(failure(() => tensor([1], { shape: [-1] }))).toMatch(/\[E_DIM\]/);
    expect(failure(() => tensor([1], { dtype: 'double' as DType }))).toMatch(/got double \[E_DTYPE\]/);
    expect(failure(() => tensor(new Float32Array(3), { dtype: 'complex64' }))).toMatch(
      /values: expected real and imaginary parts in turn for complex64, got 3 numbers \[E_DATA\]/,
    );
  });

  it('has the shape of literals in its type', () => {
    expectTypeOf(tensor(1)).toEqualTypeOf<Tensor<[], 'float32'>>();
    expectTypeOf(tensor([[1, 2, 3]])).toEqualTypeOf<Tensor<[1, 3], 'float32'>>();
    expectTypeOf(tensor([true])).toEqualTypeOf<Tensor<[1], 'bool'>>();
    expectTypeOf(tensor([1, 2], { dtype: 'int32' })).toEqualTypeOf<Tensor<[2], 'int32'>>();
    expectTypeOf(tensor([1, 2], { shape: [2, 1] })).toEqualTypeOf<Tensor<[2, 1], 'float32'>>();
    expectTypeOf(tensor(new Int32Array(6), { shape: [2, 3] })).toEqualTypeOf<Tensor<[2, 3], 'int32'>>();
    expectTypeOf(tensor(new Float64Array(2))).toEqualTypeOf<Tensor<[number], 'float64'>>();
    const rows: number[][] = [[1]];
    expectTypeOf(tensor(rows)).toEqualTypeOf<Tensor<[number, number], 'float32'>>();
    const shape: readonly number[] = [1];
    expectTypeOf(tensor([1], { shape })).toEqualTypeOf<Tensor<Shape, DType>>();
  });
});
