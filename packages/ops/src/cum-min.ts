/** `cumMin`: the running minimum. */
import type { OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { cumulativeExtremeSamples } from './definition/extreme-samples.ts';
import { highestOf } from './definition/extremes.ts';
import { numeric } from './definition/rules.ts';
import { extremeArguments, extremeForms, extremeSteps } from './definition/running-extreme.ts';
import { oneAxisOn, type Scan, scanReference } from './definition/scan.ts';
import { scanCotangent, scanTangent } from './definition/scan-derivative.ts';
import { less } from './less.ts';

/**
 * The smallest of every element and those before it, along an axis (the first unless told).
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { cumMin, tensor } from '@deft/tensor';
 * console.log(cumMin(tensor([1, 3, 2])).toArray()); // [1, 1, 1]
 * ```
 */
export const cumMin: OperationFunction<Scan> = definePrimitive({
  name: 'cumMin',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The smallest of every element and those before it, along an axis (the first unless told).',
    notes: [
      'NaN from the first NaN on. Equal elements share the gradient. Exclusive, the first result is the highest value of the dtype.',
    ],
    see: ['min', 'cumMax'],
  },
  arguments: extremeArguments('cumMin', highestOf),
  infer: ([x]) => numeric('cumMin', x),
  jvp: ([x], [dx], attributes, y) => scanTangent(dx, extremeSteps(x, y, attributes, less), attributes),
  vjp: (ct, { x, output }, attributes) => [scanCotangent(ct, extremeSteps(x, output, attributes, less), attributes)],
  saves: ['x', 'output'],
  batch: ([x], _, attributes) => cumMin(x, oneAxisOn(attributes)),
  lower: ([x], attributes, y) => extremeForms(x, y, attributes, 'min'),
  reference: ([x], attributes) =>
    scanReference(x, attributes, attributes.start, (a, b) =>
      Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.min(a, b),
    ),
  samples: cumulativeExtremeSamples([2, 1, 0, 1, 0, 0], [0, 1, 1]),
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cumMin: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cumMin: expected numeric input, got bool/,
    },
  ],
});
