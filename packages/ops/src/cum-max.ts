/** `cumMax`: the running maximum. */
import type { OperationFunction, Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { cumulativeExtremeSamples } from './definition/extreme-samples.ts';
import { lowestOf } from './definition/extremes.ts';
import { numeric } from './definition/rules.ts';
import { type Scan, type ScanAttributes, scan, scanArguments, scanReference } from './definition/scan.ts';
import { maximum } from './maximum.ts';

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
export const cumMax: OperationFunction<Scan> = defineComposite({
  name: 'cumMax',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The largest of every element and those before it, along an axis (the first unless told).',
    notes: ['NaN from the first NaN on. Exclusive, the first result is the lowest value of the dtype.'],
    see: ['max', 'cumMin'],
  },
  arguments: scanArguments('cumMax'),
  compose: ([x], attributes: ScanAttributes): Tensor => {
    numeric('cumMax', x.abstract);
    return scan(x, attributes, lowestOf(x.dtype), (a, b) => maximum(a, b));
  },
  reference: ([x], attributes: ScanAttributes) =>
    scanReference(x, attributes, lowestOf(x.dtype), (a, b) =>
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
