/** Laws of windows over random geometries: `overlapAdd` is the adjoint of `windows`, and both agree with plain loops. */
import { allocate, type NdArray, type Operation, sizeOf, type Tensor } from '@deft/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AxisPadding, coverOf, windowCount } from './definition/window-geometry.ts';
import { conv2d, overlapAdd, tensor, windows } from './index.ts';

interface Axis {
  readonly dim: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: AxisPadding;
}

const axis: fc.Arbitrary<Axis> = fc
  .record({
    dim: fc.integer({ min: 1, max: 7 }),
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: -1, max: 4 })),
  })
  .filter(({ dim, size, stride, dilation, padding }) => {
    const left = dim + Math.min(0, padding[0]) + Math.min(0, padding[1]);
    return left >= 1 && windowCount(dim, size, stride, dilation, padding) >= 1 && coverOf(size, dilation) <= 10;
  });

/** Small whole numbers, so that sums are exact in any order. */
function numbers(shape: readonly number[], seed: number): Tensor {
  const data = allocate('float32', sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = ((i * 7 + seed * 13) % 11) - 5;
  return tensor(data as Float32Array, { shape }) as Tensor;
}

function inner(a: Tensor, b: Tensor): number {
  const [x, y] = [a.dataSync() as ArrayLike<number>, b.dataSync() as ArrayLike<number>];
  expect(a.shape).toEqual(b.shape);
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] as number) * (y[i] as number);
  return total;
}

/** The op as a composition of other ops, where calling it would run its plain reference. */
function composed(
  { operation }: { readonly operation: Operation },
  inputs: readonly Tensor[],
  attributes: object,
): Tensor {
  return (operation.compose as NonNullable<Operation['compose']>)(inputs, attributes as never)[0] as Tensor;
}

function referenced(
  { operation }: { readonly operation: Operation },
  inputs: readonly Tensor[],
  attributes: object,
): NdArray {
  const arrays = inputs.map((x) => ({ shape: x.shape, dtype: x.dtype, data: x.dataSync() as NdArray['data'] }));
  return (operation.reference as NonNullable<Operation['reference']>)(arrays, attributes as never)[0] as NdArray;
}

it('overlapAdd is the adjoint of windows', () => {
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 2 }), fc.nat(9), (list, seed) => {
      const axes = list.map((_, i) => i + 1);
      const shape = list.map(({ dim }) => dim);
      const options = {
        axes,
        strides: list.map(({ stride }) => stride),
        dilation: list.map(({ dilation }) => dilation),
        padding: list.map(({ padding }) => padding),
      };
      const x = numbers([2, ...shape, 2], seed);
      const views = windows(x, { ...options, size: list.map(({ size }) => size) });
      const y = numbers(views.shape, seed + 1);
      expect(inner(views, y)).toBe(inner(x, overlapAdd(y, { ...options, shape })));
      const attributes = { ...options, shape };
      const added = composed(overlapAdd, [y], attributes);
      const expected = referenced(overlapAdd, [y], attributes);
      expect(added.shape).toEqual(expected.shape);
      expect(Array.from(added.dataSync())).toEqual(Array.from(expected.data));
    }),
    { numRuns: 200 },
  );
});

it('a convolution and its gradients are what loops give', () => {
  const geometry = fc.tuple(axis, axis, fc.constantFrom(1, 2), fc.constantFrom('NHWC', 'NCHW'), fc.nat(9));
  fc.assert(
    fc.property(geometry, ([rows, columns, groups, dataFormat, seed]) => {
      const list = [rows, columns];
      const padding = list.map((a): AxisPadding => [Math.max(0, a.padding[0]), Math.max(0, a.padding[1])]);
      fc.pre(list.every((a, i) => windowCount(a.dim, a.size, a.stride, a.dilation, padding[i] as AxisPadding) >= 1));
      const attributes = {
        strides: list.map(({ stride }) => stride),
        dilation: list.map(({ dilation }) => dilation),
        padding,
        groups,
        dataFormat,
      };
      const x = numbers(dataFormat === 'NHWC' ? [2, rows.dim, columns.dim, 2] : [2, 2, rows.dim, columns.dim], seed);
      const filter = numbers([rows.size, columns.size, 2 / groups, 4], seed + 1);
      const y = composed(conv2d, [x, filter], attributes);
      const expected = referenced(conv2d, [x, filter], attributes);
      expect(y.shape).toEqual(expected.shape);
      expect(Array.from(y.dataSync())).toEqual(Array.from(expected.data));
      // The convolution is linear in either operand, so its gradients are adjoint to it.
      const ct = numbers(y.shape, seed + 2);
      const rule = conv2d.operation.vjp as NonNullable<Operation['vjp']>;
      const [dx, dFilter] = rule(
        [ct],
        { x, filter },
        attributes as never,
        [true, true],
        [x.abstract, filter.abstract],
        [true],
      ) as [Tensor, Tensor];
      expect(inner(dx, x)).toBe(inner(y, ct));
      expect(inner(dFilter, filter)).toBe(inner(y, ct));
      const other = numbers(x.shape, seed + 3);
      expect(inner(dx, other)).toBe(inner(composed(conv2d, [other, filter], attributes), ct));
    }),
    { numRuns: 100 },
  );
});
