/** `cumMin`: the running minimum. */
import type { OperationFunction, Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { cumulativeExtremeSamples } from './definition/extreme-samples.ts';
import { highestOf } from './definition/extremes.ts';
import { numeric } from './definition/rules.ts';
import { type Scan, type ScanAttributes, scan, scanArguments, scanReference } from './definition/scan.ts';
import { minimum } from './minimum.ts';

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
export const cumMin: OperationFunction<Scan> = defineComposite({
  name: 'cumMin',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The smallest of every element and those before it, along an axis (the first unless told).',
    notes: ['NaN from the first NaN on. Exclusive, the first result is the highest value of the dtype.'],
    see: ['min', 'cumMax'],
  },
  arguments: scanArguments('cumMin'),
  compose: ([x], attributes: ScanAttributes): Tensor => {
    numeric('cumMin', x.abstract);
    return scan(x, attributes, highestOf(x.dtype), (a, b) => minimum(a, b));
  },
  reference: ([x], attributes: ScanAttributes) =>
    scanReference(x, attributes, highestOf(x.dtype), (a, b) =>
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
