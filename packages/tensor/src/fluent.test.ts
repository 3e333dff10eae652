/** Methods are the free functions, with the types of the tensor they are called on. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { add, mean, mul, relu, type Tensor, tensor, zeros } from './index.ts';
import './fluent.ts';

describe('methods', () => {
  const x = tensor([
    [1, -2, 3],
    [-4, 5, -6],
  ]);

  test('give what the free functions give', () => {
    expect(x.mul(2).add(1).relu().toArray()).toEqual(relu(add(mul(x, 2), 1)).toArray());
    expect(x.mean({ axis: 1 }).toArray()).toEqual(mean(x, { axis: 1 }).toArray());
    expect(x.reshape([3, 2]).shape).toEqual([3, 2]);
  });

  test('leave the members of Tensor alone', () => {
    expect(x.shape).toEqual([2, 3]);
    expect(x.data).toBeTypeOf('function');
    expect(Object.keys(x)).not.toContain('add');
  });

  test('know shapes and dtypes', () => {
    const z = zeros([2, 3]);
    expectTypeOf(z.add(zeros([3]))).toEqualTypeOf<Tensor<[2, 3], 'float32'>>();
    expectTypeOf(z.greater(0)).toEqualTypeOf<Tensor<[2, 3], 'bool'>>();
    expectTypeOf(z.sum({ axis: 0 })).toEqualTypeOf<Tensor<[3], 'float32'>>();
    // @ts-expect-error shapes [2, 3] and [4] do not broadcast
    expect(() => z.add(zeros([4]))).toThrow(/add: shapes do not broadcast/);
  });
});
