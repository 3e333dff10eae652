/** `argMin`: the position of the smallest element over axes. */
import { abstractValue, type OperationFunction, raise, reducedShape, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { argExtremeSamples, extremeAxisError, extremeBoolError } from './definition/extreme-samples.ts';
import { countOver, type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';

/**
 * The position of the smallest element along an axis, as int32. Without an axis it counts through all elements in row-major
 * order.
 *
 * @throws `E_AXIS` when an axis is out of range, `E_SHAPE` when there is nothing to choose from.
 * @example
 * ```ts
 * import { argMin, tensor } from '@deft/tensor';
 * console.log(argMin(tensor([[1, 5], [7, 3]]), { axis: 1 }).toArray()); // [0, 1]
 * ```
 */
export const argMin: OperationFunction<ReductionTo<'int32'>> = definePrimitive({
  name: 'argMin',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The position of the smallest element along an axis, or in row-major order over several.',
    notes: ['The first one if there are several; the first NaN if there is one.'],
    see: ['argMax', 'min', 'argSort'],
  },
  arguments: reduceArguments('argMin'),
  infer: ([x], { axes, keepDims }) => {
    numeric('argMin', x);
    const shape = reducedShape(x.shape, axes, keepDims);
    if (countOver(x.shape, axes) === 0 && !shape.includes(0)) {
      raise('E_SHAPE', { op: 'argMin', says: 'there is no smallest element of nothing', operands: [x] });
    }
    return abstractValue(shape, 'int32');
  },
  nonDifferentiable: 'the result is a position',
  batch: ([x], _, { axes, keepDims }) => argMin(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'argMin', axes }),
  reference: ([x], { axes, keepDims }) => reduceReference(x, axes, keepDims, firstExtreme, 'int32'),
  samples: argExtremeSamples,
  errors: [
    extremeAxisError('argMin'),
    {
      label: 'nothing',
      inputs: [{ shape: [2, 0] }],
      rest: [{ axis: 1 }],
      code: 'E_SHAPE',
      says: /argMin: there is no smallest element of nothing/,
    },
    extremeBoolError('argMin'),
  ],
});

function firstExtreme(values: readonly number[]): number {
  const nan = values.findIndex(Number.isNaN);
  if (nan >= 0) return nan;
  return values.reduce((best, value, i) => (value < (values[best] as number) ? i : best), 0);
}
