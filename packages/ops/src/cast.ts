/** `cast`: the elements in another dtype. */
import {
  abstractValue,
  type DType,
  dtypeNames,
  dtypes,
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
      'Between integers the 32 bits stay. To bool: whether the element is not 0.',
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
  reference: ([x], { dtype }) => generate(x.shape, dtype, (point) => castNumber(elementAt(x, point), x.dtype, dtype)),
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

const ranges = { int: [-(2 ** 31), 2 ** 31 - 1], uint: [0, 2 ** 32 - 1] } as const;

/** The value before it is rounded, or wrapped, by the array that holds the result. */
function castNumber(value: number, from: DType, to: DType): number {
  const target = dtypes[to].kind;
  if (target === 'bool') return value === 0 ? 0 : 1;
  if (dtypes[from].kind !== 'float' || target === 'float') return value;
  const [lowest, highest] = ranges[target];
  return Number.isNaN(value) ? 0 : Math.min(highest, Math.max(lowest, Math.trunc(value)));
}
