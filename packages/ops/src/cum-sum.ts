/** `cumSum`: the running sum. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import { oneAxisOn, type Scan, scanArguments, scanReference } from './definition/scan.ts';
import { runningSum, scanForms } from './definition/scan-routine.ts';

/**
 * The sum of every element and those before it, along an axis (the first unless told).
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { cumSum, tensor } from '@deft/tensor';
 * console.log(cumSum(tensor([1, 2, 3])).toArray()); // [1, 3, 6]
 * ```
 */
export const cumSum: OperationFunction<Scan> = definePrimitive({
  name: 'cumSum',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The sum of every element and those before it, along an axis (the first unless told).',
    math: 'cumSum(x)ᵢ = Σⱼ xⱼ, j ≤ i',
    notes: [
      'Floats are added in double precision, doubles with their rounding errors, so the error does not grow with the length. Integers wrap.',
    ],
    see: ['sum', 'cumProd'],
  },
  arguments: scanArguments('cumSum'),
  infer: ([x]) => numeric('cumSum', x),
  complex: 'parts',
  jvp: (_, [dx], attributes) => cumSum(dx, attributes),
  vjp: (ct, _, { axis, exclusive, reverse }) => [cumSum(ct, { axis, exclusive, reverse: !reverse })],
  batch: ([x], _, attributes) => cumSum(x, oneAxisOn(attributes)),
  lower: ([x], attributes, y) => scanForms([x], y, attributes, runningSum(x, attributes.exclusive)),
  reference: ([x], attributes) => scanReference(x, attributes, 0, (a, b) => a + b),
  samples: [
    { label: 'a vector', inputs: [nd([5], [1, 3, 2, -4, 5])], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 6, 5])], rest: [{ axis: 1 }], grad: 'check' },
    {
      label: 'columns, exclusive',
      inputs: [nd([3, 2], [1, 5, 2, 4, 3, 6])],
      rest: [{ exclusive: true }],
      grad: 'check',
    },
    { label: 'from the end', inputs: [nd([4], [1, 3, 2, 4])], rest: [{ reverse: true }], grad: 'check' },
    {
      label: 'exclusive, from the end',
      inputs: [nd([1, 3], [1, 2, 3])],
      rest: [{ axis: -1, exclusive: true, reverse: true }],
      grad: 'check',
    },
    { label: 'one element', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    {
      label: 'the axis in the middle',
      inputs: [nd([2, 2, 2], [1, 3, 2, -4, 5, 0, -1, 6])],
      rest: [{ axis: 1 }],
      grad: 'check',
    },
    { label: 'an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
    {
      label: 'a large number that cancels',
      inputs: [nd([4], [1, 2 ** 60, 1, -(2 ** 60)])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cumSum: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cumSum: expected numeric input, got bool/,
    },
  ],
});
