/** `cumProd`: the running product. */
import { isFloating, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { Scalar } from '@deft/kernel';
import { definePrimitive } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import { moved, oneAxisOn, type Scan, type ScanAttributes, scanArguments, scanReference } from './definition/scan.ts';
import { resultsBefore, scanCotangent, scanTangent } from './definition/scan-derivative.ts';
import { scanForms } from './definition/scan-routine.ts';
import { mul } from './mul.ts';

/**
 * The product of every element and those before it, along an axis (the first unless told).
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { cumProd, tensor } from '@deft/tensor';
 * console.log(cumProd(tensor([1, 2, 3])).toArray()); // [1, 2, 6]
 * ```
 */
export const cumProd: OperationFunction<Scan> = definePrimitive({
  name: 'cumProd',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The product of every element and those before it, along an axis (the first unless told).',
    math: 'cumProd(x)ᵢ = Πⱼ xⱼ, j ≤ i',
    notes: ['The derivative is right at 0 too: nothing is divided.'],
    see: ['prod', 'cumSum'],
  },
  arguments: scanArguments('cumProd'),
  infer: ([x]) => numeric('cumProd', x),
  complex: ([x], attributes) => productsInTree(x, attributes),
  jvp: ([x], [dx], attributes, y) => scanTangent(dx, { kept: x, taken: resultsBefore(y, attributes, 1) }, attributes),
  vjp: (ct, { x, output }, attributes) => [
    scanCotangent(ct, { kept: x, taken: resultsBefore(output, attributes, 1) }, attributes),
  ],
  saves: ['x', 'output'],
  batch: ([x], _, attributes) => cumProd(x, oneAxisOn(attributes)),
  lower: ([x], attributes, y) => {
    const dtype = isFloating(x.dtype) ? 'float64' : x.dtype;
    return scanForms([x], y, attributes, {
      label: 'runningProduct',
      held: [{ dtype, start: 1 }],
      next: ([product], [element]) => [(product as Scalar).mul((element as Scalar).to(dtype))],
      sums: true,
    });
  },
  reference: ([x], attributes) => scanReference(x, attributes, 1, (a, b) => a * b),
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
      label: 'the axis in the middle, exclusive, from the end',
      inputs: [nd([2, 3, 2], [1, 3, 2, -4, 5, 0, -1, 6, 2, 2, 3, 1])],
      rest: [{ axis: 1, exclusive: true, reverse: true }],
      grad: 'check',
    },
    { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
    { label: 'zeros', inputs: [nd([4], [2, 0, 3, 0])], grad: 'check' },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cumProd: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cumProd: expected numeric input, got bool/,
    },
  ],
});

/**
 * Of complex numbers, by ops on their parts, in ⌈log₂ n⌉ passes: after pass k every element is multiplied with the 2ᵏ⁺¹ − 1 before
 * it (Hillis and Steele, “Data parallel algorithms”, 1986).
 */
function productsInTree(x: Tensor, { axis, exclusive, reverse }: ScanAttributes): Tensor {
  const dim = x.abstract.shape[axis] as number;
  let result = exclusive ? moved(x, axis, 1, reverse, 1) : x;
  for (let step = 1; step < dim; step *= 2) result = mul(moved(result, axis, step, reverse, 1), result) as Tensor;
  return result;
}
