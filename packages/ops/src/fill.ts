/** `fill`: a tensor with one value everywhere. */
import {
  abstractValue,
  checkShape,
  type DType,
  elementsOf,
  isComplex,
  isInteger,
  type OperationFunction,
  raise,
  type Shape,
  sizeOf,
  type Tensor,
} from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { checkDType } from './definition/operand.ts';
import { constant } from './definition/scalar.ts';
import { stack } from './stack.ts';

interface Fill {
  <const S extends Shape, D extends DType = 'float32'>(shape: S, value: number, dtype?: D): Tensor<S, D>;
  <const S extends Shape>(shape: S, value: boolean): Tensor<S, 'bool'>;
  (shape: readonly number[], value: number | boolean, dtype?: DType): Tensor;
}

/**
 * A tensor of the given shape with `value` everywhere. Its dtype is float32 (bool for `true` and `false`) unless told. In
 * a capture it is a node of the graph, not data.
 *
 * @throws `E_DIM` for a bad shape, `E_DTYPE` for an unknown dtype, `E_ATTRIBUTE` for a value that the dtype cannot hold.
 * @example
 * ```ts
 * import { fill } from '@deft/tensor';
 * console.log(fill([2, 2], 7, 'int32').toArray()); // [[7, 7], [7, 7]]
 * ```
 */
export const fill: OperationFunction<Fill> = definePrimitive({
  name: 'fill',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'A tensor of the given shape with one value everywhere.',
    notes: ['The dtype is float32 (bool for true and false) unless told.'],
    see: ['zeros', 'ones', 'fullLike'],
  },
  arguments: (shape: readonly number[], value: number | boolean, dtype?: DType) => {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      raise('E_ARGUMENT', { op: 'fill', argument: 'value', expected: 'a number or a boolean', found: typeof value });
    }
    return {
      inputs: [],
      attributes: { shape, value: Number(value), dtype: dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32') },
    };
  },
  infer: (_, { shape, value, dtype }) => {
    checkShape('fill', shape);
    checkDType('fill', dtype);
    if (isInteger(dtype) && !Number.isInteger(value)) {
      raise('E_ATTRIBUTE', {
        op: 'fill',
        argument: 'value',
        expected: `a whole number for ${dtype}`,
        found: String(value),
      });
    }
    return abstractValue(shape, dtype);
  },
  nonDifferentiable: 'it has no tensor arguments',
  batch: 'elementwise',
  lower: (_, { value, dtype }) => ({
    form: 'map',
    value: () => constant(dtype, dtype === 'bool' ? Number(value !== 0) : value),
  }),
  onPlanes: (_, { shape, value }) => [stack([fill(shape, value), fill(shape, 0)]) as Tensor],
  reference: (_, { shape, value, dtype }) => {
    const element = isComplex(dtype) ? [value, 0] : [value];
    const data = Array.from(
      { length: sizeOf(shape) * element.length },
      (_each, i) => element[i % element.length] as number,
    );
    return { shape, dtype, data: dtype === 'int64' ? new Float64Array(data) : elementsOf(dtype, data) };
  },
  samples: [
    { label: 'a matrix', inputs: [], rest: [[2, 3], 1.5] },
    { label: 'a scalar', inputs: [], rest: [[], -2] },
    { label: 'integers', inputs: [], rest: [[3], 7, 'int32'] },
    { label: 'float64', inputs: [], rest: [[2], 0.1, 'float64'] },
    { label: 'a boolean', inputs: [], rest: [[1, 2], true] },
    { label: 'half precision', inputs: [], rest: [[2], 0.1, 'float16'] },
    { label: 'whole numbers of 64 bits', inputs: [], rest: [[2], -7, 'int64'] },
    { label: 'complex numbers', inputs: [], rest: [[2, 1], 1.5, 'complex64'] },
    { label: 'empty', inputs: [], rest: [[0, 2], 1] },
    { label: 'nan', inputs: [], rest: [[2], Number.NaN] },
    { label: 'infinity', inputs: [], rest: [[2], Number.NEGATIVE_INFINITY] },
  ],
  errors: [
    {
      label: 'a negative dim',
      inputs: [],
      rest: [[2, -1], 0],
      code: 'E_DIM',
      says: /fill: shape: .*at least 0, got \[2, -1\]/,
    },
    { label: 'a broken dim', inputs: [], rest: [[1.5], 0], code: 'E_DIM', says: /whole numbers/ },
    {
      label: 'an unknown dtype',
      inputs: [],
      rest: [[2], 0, 'float8'],
      code: 'E_DTYPE',
      says: /fill: dtype: .*float32.*got float8/,
    },
    {
      label: 'half an integer',
      inputs: [],
      rest: [[2], 0.5, 'int32'],
      code: 'E_ATTRIBUTE',
      says: /whole number for int32, got 0.5/,
    },
    {
      label: 'a value that is no number',
      inputs: [],
      rest: [[2], 'x'],
      code: 'E_ARGUMENT',
      says: /a number or a boolean/,
    },
  ],
});
