/** `bitcast`: the same bits read as another dtype. */
import {
  abstractValue,
  bytesOf,
  type DType,
  isComplex,
  nd,
  type OperationFunction,
  raise,
  type Shape,
  type Tensor,
} from '@deft/core';
import { bitcastExpression, type Expression, reinterpretElements } from '@deft/kernel';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { checkDType } from './definition/operand.ts';

interface Bitcast {
  <S extends Shape, D extends DType>(x: Tensor<S>, dtype: D): Tensor<S, D>;
  (x: TensorLike, dtype: DType): Tensor;
}

/**
 * The same bits read as another dtype of as many bytes.
 *
 * @throws `E_DTYPE` between dtypes of different sizes, and for 8-byte ones.
 *
 * @example
 * ```ts
 * import { bitcast, tensor } from '@deft/tensor';
 * console.log(bitcast(tensor([1, -2]), 'int32').toArray()); // [1065353216, -1073741824]
 * ```
 */
export const bitcast: OperationFunction<Bitcast> = definePrimitive({
  name: 'bitcast',
  inputs: ['x'],
  doc: {
    group: 'bits',
    summary: 'The same bits read as another dtype of 4 bytes.',
    notes: [
      'Between dtypes of one size: float32, int32 and uint32; float64 and int64; float16 and bfloat16; int8 and uint8. To convert values write cast.',
    ],
    see: ['cast'],
  },
  arguments: (x: TensorLike, dtype: DType) => {
    checkDType('bitcast', dtype);
    return { inputs: [x], attributes: { dtype } };
  },
  infer: ([x], { dtype }) => {
    for (const type of [x.dtype, dtype]) {
      if (type !== 'bool' && !isComplex(type)) continue;
      raise('E_DTYPE', { op: 'bitcast', expected: 'a dtype of real numbers', found: type, operands: [x] });
    }
    if (bytesOf(x.dtype) !== bytesOf(dtype)) {
      raise('E_DTYPE', {
        op: 'bitcast',
        argument: 'dtype',
        expected: `a dtype of ${bytesOf(x.dtype)} bytes as ${x.dtype}`,
        found: `${dtype}, which has ${bytesOf(dtype)}`,
        operands: [x],
      });
    }
    return abstractValue(x.shape, dtype);
  },
  nonDifferentiable: 'it reads bits and is no function of real numbers',
  batch: 'elementwise',
  lower: (_, { dtype }) => ({ form: 'map', value: ([x]) => bitcastExpression(x as Expression, dtype) }),
  reference: ([x], { dtype }) => ({ shape: x.shape, dtype, data: reinterpretElements(x.data, x.dtype, dtype) }),
  samples: [
    { label: 'signed to float', inputs: [nd([3], [1065353216, -1073741824, 1], 'int32')], rest: ['float32'] },
    { label: 'between integers', inputs: [nd([2], [-1, 7], 'int32')], rest: ['uint32'] },
    { label: 'scalar', inputs: [nd([], [3], 'int32')], rest: ['float32'] },
    { label: 'empty', inputs: [nd([0, 2], [], 'int32')], rest: ['float32'] },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      rest: ['int32'],
      code: 'E_DTYPE',
      says: /bitcast: expected a dtype of real numbers, got bool/,
    },
    {
      label: 'an unknown dtype',
      inputs: [{ shape: [2] }],
      rest: ['bits'],
      code: 'E_DTYPE',
      says: /bitcast: dtype: .*got bits/,
    },
  ],
});
