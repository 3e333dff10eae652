/** `logCumSumExp`: the logarithm of the running sum of exponentials. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { Scalar } from '@deft/kernel';
import { cast } from './cast.ts';
import { definePrimitive } from './definition/define.ts';
import { exponentialShare } from './definition/exponential-share.ts';
import { floating } from './definition/rules.ts';
import { type FloatScan, oneAxisOn, type ScanAttributes, scanArguments, scanReference } from './definition/scan.ts';
import { resultsBefore, type StepDerivatives, scanCotangent, scanTangent } from './definition/scan-derivative.ts';
import { type Accumulation, scanForms } from './definition/scan-routine.ts';

/**
 * The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { logCumSumExp, tensor } from '@deft/tensor';
 * console.log(logCumSumExp(tensor([0, 0])).toArray()); // [0, 0.6931…]
 * ```
 */
export const logCumSumExp: OperationFunction<FloatScan> = definePrimitive({
  name: 'logCumSumExp',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary:
      'The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told).',
    math: 'logCumSumExp(x)ᵢ = ln Σⱼ exp(xⱼ), j ≤ i',
    notes: ['Without overflow. Exclusive, the first result is −Infinity.'],
    see: ['logSumExp', 'cumSum'],
  },
  arguments: scanArguments('logCumSumExp'),
  promote: 'float',
  infer: ([x]) => floating('logCumSumExp', x),
  jvp: ([x], [dx], attributes, y) =>
    inDouble(dx, (change) => scanTangent(change, stepsOf(x, y, attributes), attributes)),
  vjp: (ct, { x, output }, attributes) => [
    inDouble(ct, (cotangent) => scanCotangent(cotangent, stepsOf(x, output, attributes), attributes)),
  ],
  saves: ['x', 'output'],
  batch: ([x], _, attributes) => logCumSumExp(x, oneAxisOn(attributes)),
  lower: ([x], attributes, y) => scanForms([x], y, attributes, runningLogarithm),
  reference: ([x], attributes) =>
    scanReference(x, attributes, Number.NEGATIVE_INFINITY, (a, b) =>
      a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    ),
  samples: [
    { label: 'a vector', inputs: [nd([5], [1, 3, 2, -4, 5])], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 6, 5])], rest: [{ axis: 1 }], grad: 'check' },
    {
      label: 'columns, exclusive',
      inputs: [nd([3, 2], [1, 5, 2, 4, 3, 6])],
      rest: [{ exclusive: true }],
      grad: [[1 + 1 / (1 + Math.E), 1 + Math.E / (1 + Math.E), Math.E / (1 + Math.E), 1 / (1 + Math.E), 0, 0]],
    },
    { label: 'from the end', inputs: [nd([4], [1, 3, 2, 4])], rest: [{ reverse: true }], grad: 'check' },
    {
      label: 'exclusive, from the end',
      inputs: [nd([1, 3], [1, 2, 3])],
      rest: [{ axis: -1, exclusive: true, reverse: true }],
      grad: [[0, 1 / (1 + Math.E), 1 + Math.E / (1 + Math.E)]],
    },
    { label: 'one element', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
    { label: 'large', inputs: [nd([3], [1000, 1000, -1000])], grad: [[2, 1, 0]] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /logCumSumExp: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /logCumSumExp: expected floating input, got bool/,
    },
  ],
});

/**
 * The largest exponent so far, and the sum of the other exponentials divided by the largest: the result is the exponent and
 * the logarithm of 1 and that sum, which is accurate where the sum is small. Of nothing it is −∞ and −1.
 */
const runningLogarithm: Accumulation = {
  label: 'runningLogarithm',
  held: [
    { dtype: 'float64', start: Number.NEGATIVE_INFINITY },
    { dtype: 'float64', start: -1 },
  ],
  next: (held, [given], r) => {
    const [largest, others] = held as readonly [Scalar, Scalar];
    const x = r.let((given as Scalar).to('float64'));
    const distance = x.sub(largest).apply('abs').apply('neg');
    // Infinity less Infinity is no number: equal exponents are told apart from that.
    const ratio = r.let(x.equal(largest).select(r.constant('float64', 1), distance.apply('exp')));
    const scaled = others.add(1).mul(ratio);
    return [largest.max(x), x.greater(largest).select(scaled, others.add(ratio))];
  },
  result: (held) => {
    const [largest, others] = held as readonly [Scalar, Scalar];
    return largest.add(others.apply('log1p'));
  },
};

/** Each result is `logAddExp` of the one before and an element. In double precision, as many of these factors are multiplied. */
function stepsOf(x: Tensor, y: Tensor, attributes: ScanAttributes): StepDerivatives {
  const element = cast(x, 'float64') as Tensor;
  const before = cast(resultsBefore(y, attributes, Number.NEGATIVE_INFINITY), 'float64') as Tensor;
  return { kept: exponentialShare(before, element), taken: exponentialShare(element, before) };
}

function inDouble(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  return cast(f(cast(x, 'float64') as Tensor), x.dtype as DType) as Tensor;
}
