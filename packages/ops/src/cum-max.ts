/** `cumMax`: the running maximum. */
import type { OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { cumulativeExtremeSamples } from './definition/extreme-samples.ts';
import { lowestOf } from './definition/extremes.ts';
import { numeric } from './definition/rules.ts';
import { extremeArguments, extremeForms, extremeSteps } from './definition/running-extreme.ts';
import { oneAxisOn, type Scan, scanReference } from './definition/scan.ts';
import { scanCotangent, scanTangent } from './definition/scan-derivative.ts';
import { greater } from './greater.ts';

/**
 * The largest of every element and those before it, along an axis (the first unless told).
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { cumMax, tensor } from '@deft/tensor';
 * console.log(cumMax(tensor([1, 3, 2])).toArray()); // [1, 3, 3]
 * ```
 */
export const cumMax: OperationFunction<Scan> = definePrimitive({
  name: 'cumMax',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The largest of every element and those before it, along an axis (the first unless told).',
    notes: [
      'NaN from the first NaN on. Equal elements share the gradient. Exclusive, the first result is the lowest value of the dtype.',
    ],
    see: ['max', 'cumMin'],
  },
  arguments: extremeArguments('cumMax', lowestOf),
  infer: ([x]) => numeric('cumMax', x),
  jvp: ([x], [dx], attributes, y) => scanTangent(dx, extremeSteps(x, y, attributes, greater), attributes),
  vjp: (ct, { x, output }, attributes) => [scanCotangent(ct, extremeSteps(x, output, attributes, greater), attributes)],
  saves: ['x', 'output'],
  batch: ([x], _, attributes) => cumMax(x, oneAxisOn(attributes)),
  lower: ([x], attributes, y) => extremeForms(x, y, attributes, 'max'),
  reference: ([x], attributes) =>
    scanReference(x, attributes, attributes.start, (a, b) =>
      Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b),
    ),
  samples: cumulativeExtremeSamples([1, 2, 1, 0, 0, 0], [0, 0, 2]),
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cumMax: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cumMax: expected numeric input, got bool/,
    },
  ],
});
