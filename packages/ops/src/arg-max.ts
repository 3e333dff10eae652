/** `argMax`: the position of the largest element over axes. */
import { abstractValue, type OperationFunction, raise, reducedShape, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { argExtremeSamples, extremeAxisError, extremeBoolError } from './definition/extreme-samples.ts';
import { countOver, type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';

/**
 * The position of the largest element along an axis, as int32. Without an axis it counts through all elements in row-major
 * order.
 *
 * @throws `E_AXIS` when an axis is out of range, `E_SHAPE` when there is nothing to choose from.
 * @example
 * ```ts
 * import { argMax, tensor } from '@deft/tensor';
 * console.log(argMax(tensor([[1, 5], [7, 3]]), { axis: 1 }).toArray()); // [1, 0]
 * ```
 */
export const argMax: OperationFunction<ReductionTo<'int32'>> = definePrimitive({
  name: 'argMax',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The position of the largest element along an axis, or in row-major order over several.',
    notes: ['The first one if there are several; the first NaN if there is one.'],
    see: ['argMin', 'max', 'argSort'],
  },
  arguments: reduceArguments('argMax'),
  infer: ([x], { axes, keepDims }) => {
    numeric('argMax', x);
    const shape = reducedShape(x.shape, axes, keepDims);
    if (countOver(x.shape, axes) === 0 && !shape.includes(0)) {
      raise('E_SHAPE', { op: 'argMax', says: 'there is no largest element of nothing', operands: [x] });
    }
    return abstractValue(shape, 'int32');
  },
  nonDifferentiable: 'the result is a position',
  batch: ([x], _, { axes, keepDims }) => argMax(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'argMax', axes }),
  reference: ([x], { axes, keepDims }) => reduceReference(x, axes, keepDims, firstExtreme, 'int32'),
  samples: argExtremeSamples,
  errors: [
    extremeAxisError('argMax'),
    {
      label: 'nothing',
      inputs: [{ shape: [2, 0] }],
      rest: [{ axis: 1 }],
      code: 'E_SHAPE',
      says: /argMax: there is no largest element of nothing/,
    },
    extremeBoolError('argMax'),
  ],
});

function firstExtreme(values: readonly number[]): number {
  const nan = values.findIndex(Number.isNaN);
  if (nan >= 0) return nan;
  return values.reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);
}
