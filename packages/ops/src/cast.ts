/** `cast`: the elements in another dtype. */
import {
  abstractValue,
  type DType,
  dtypeNames,
  dtypes,
  isComplex,
  isDType,
  nd,
  type OperationFunction,
  raise,
  type Shape,
  type Tensor,
} from '@deft/core';
import { castExpression, type Expression } from '@deft/kernel';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { notEqual } from './not-equal.ts';
import { real } from './real.ts';
import { stack } from './stack.ts';
import { zerosLike } from './zeros-like.ts';

interface Cast {
  <S extends Shape, const E extends DType>(x: Tensor<S, DType>, dtype: E): Tensor<S, E>;
  <const E extends DType>(x: TensorLike, dtype: E): Tensor<Shape, E>;
}

/**
 * The elements in another dtype. Floats become integers by truncation.
 *
 * @example
 * ```ts
 * import { cast, tensor } from '@deft/tensor';
 * console.log(cast(tensor([1.9, -1.9]), 'int32').toArray()); // [1, -1]
 * ```
 */
export const cast: OperationFunction<Cast> = definePrimitive({
  name: 'cast',
  inputs: ['x'],
  doc: {
    group: 'conversion',
    summary: 'The elements in another dtype.',
    notes: [
      'Floats to integers: truncated towards zero, limited to the range of the dtype, NaN becomes 0.',
      'Between integers the low bits stay, and the number if it fits. To bool: whether the element is not 0.',
      'Complex numbers become real ones by their real part.',
    ],
    see: ['round', 'floor'],
  },
  arguments: (x: TensorLike, dtype: DType) => ({ inputs: [x], attributes: { dtype } }),
  infer: ([x], { dtype }) => {
    if (!isDType(dtype)) {
      raise('E_ATTRIBUTE', {
        op: 'cast',
        argument: 'dtype',
        expected: `one of ${dtypeNames.join(', ')}`,
        found: String(dtype),
      });
    }
    return abstractValue(x.shape, dtype);
  },
  jvp: (_, [dx], { dtype }) => cast(dx, dtype),
  vjp: (ct, _saved, _attributes, _needs, [x]) => [cast(ct, x.dtype)],
  batch: 'elementwise',
  lower: (_, { dtype }) => ({ form: 'map', value: ([x]) => castExpression(x as Expression, dtype) }),
  complex: ([x], { dtype }) => (dtype === 'bool' ? notEqual(x, 0) : cast(real(x), dtype)) as Tensor,
  // Complex operands have gone to `complex`, so this is a real one becoming complex.
  onPlanes: ([x]) => {
    const re = cast(x as Tensor, 'float32');
    return [stack([re, zerosLike(re)]) as Tensor];
  },
  reference: ([x], { dtype }) => {
    const part = generate(x.shape, isComplex(dtype) ? 'float32' : dtype, (point) =>
      castNumber(elementAt(x, point), x.dtype, dtype),
    );
    return isComplex(dtype)
      ? nd(
          x.shape,
          Array.from(part.data).flatMap((re) => [re, 0]),
          dtype,
        )
      : part;
  },
  samples: [
    { label: 'float to double', inputs: [nd([3], [1.5, -2, 0.25])], rest: ['float64'], grad: 'check' },
    { label: 'double to float', inputs: [nd([2], [0.1, 1e300], 'float64')], rest: ['float32'], grad: 'skip' },
    { label: 'truncates', inputs: [nd([4], [1.9, -1.9, 0.5, -0.5])], rest: ['int32'] },
    { label: 'limits to the range', inputs: [nd([4], [NaN, Infinity, -Infinity, 3e9])], rest: ['int32'] },
    { label: 'limits to the unsigned range', inputs: [nd([4], [NaN, Infinity, -1, 3e9])], rest: ['uint32'] },
    { label: 'keeps bits between integers', inputs: [nd([2], [-1, 7], 'int32')], rest: ['uint32'] },
    { label: 'to bool', inputs: [nd([4], [0, 0.5, -2, NaN])], rest: ['bool'] },
    { label: 'bool to float', inputs: [nd([2], [1, 0], 'bool')], rest: ['float32'] },
    { label: 'integers that float32 rounds', inputs: [nd([2], [16777217, -16777219], 'int32')], rest: ['float32'] },
    { label: 'to whole numbers of 8 bits', inputs: [nd([4], [NaN, 300, -1, 200.7])], rest: ['uint8'] },
    { label: 'wraps to 8 bits', inputs: [nd([3], [300, -1, 128], 'int32')], rest: ['int8'] },
    { label: 'to whole numbers of 64 bits', inputs: [nd([3], [NaN, -1.5, 1e10], 'float64')], rest: ['int64'] },
    { label: 'to half precision', inputs: [nd([5], [0.1, 65519, 65520, 1e-7, 2049])], rest: ['float16'] },
    { label: 'to brain floats', inputs: [nd([4], [0.1, 3.4e38, 257, 1e-40])], rest: ['bfloat16'] },
    { label: 'to complex numbers', inputs: [nd([2], [1, -2])], rest: ['complex64'] },
    { label: 'the real part', inputs: [nd([2], [1, 2, -3, 4], 'complex64')], rest: ['float32'] },
    { label: 'scalar', inputs: [nd([], [2.5])], rest: ['int32'] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: ['int32'] },
  ],
  errors: [
    {
      label: 'an unknown dtype',
      inputs: [{ shape: [2] }],
      rest: ['double'],
      code: 'E_ATTRIBUTE',
      says: /cast: dtype: expected one of bool, .*, got double/,
    },
  ],
});

/** The value before it is rounded, or wrapped, by the array that holds the result. */
function castNumber(value: number, from: DType, to: DType): number {
  const target = dtypes[to].kind;
  if (target === 'bool') return value === 0 ? 0 : 1;
  if (dtypes[from].kind !== 'float' || target === 'float' || target === 'complex') return value;
  const width = 8 * dtypes[to].bytes;
  const [lowest, highest] = target === 'int' ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
  return Number.isNaN(value) ? 0 : Math.min(highest, Math.max(lowest, Math.trunc(value)));
}
