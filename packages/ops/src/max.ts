/** `max`: the largest element over axes. */
import { abstractValue, normalizeAxes, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { extremes } from '@deft/kernel';
import { cast } from './cast.ts';
import { definePrimitive } from './definition/define.ts';
import { extremeAxisError, extremeBoolError, extremeSamples } from './definition/extreme-samples.ts';
import { type Reduction, type ReductionAttributes, reduceArguments, reduceReference } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The largest element over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { max, tensor } from '@deft/tensor';
 * console.log(max(tensor([[1, 5], [7, 3]]), { axis: 0 }).toArray()); // [7, 5]
 * ```
 */
export const max: OperationFunction<Reduction> = definePrimitive({
  name: 'max',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The largest element over axes (all of them unless told).',
    notes: [
      'NaN if any element is NaN. The maximum of nothing is the lowest value of the dtype (−Infinity for floats).',
      'Where several elements are largest, they get equal shares of the gradient.',
    ],
    see: ['min', 'argMax', 'maximum'],
  },
  arguments: reduceArguments('max'),
  infer: ([x], { axes, keepDims }) => {
    const { dtype } = numeric('max', x);
    return abstractValue(reducedShape(x.shape, axes, keepDims), dtype);
  },
  jvp: ([x], [dx], { axes, keepDims }, output) => {
    const { chosen, count } = winners(x, output, axes);
    const total = sum(where(chosen, dx, 0), { axis: axes, keepDims: true });
    return reshape(div(total, count), reducedShape(x.abstract.shape, axes, keepDims)) as Tensor;
  },
  vjp: (ct, { x, output }, { axes }) => {
    const { chosen, count } = winners(x, output, axes);
    return [where(chosen, div(reshape(ct, count.shape as number[]), count), 0)];
  },
  saves: ['x', 'output'],
  batch: ([x], _, { axes, keepDims }) => max(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'max', axes }),
  reference: ([x], { axes, keepDims }: ReductionAttributes) =>
    reduceReference(x, axes, keepDims, (values) =>
      values.reduce((a, b) => Math.max(a, b), Number(extremes[x.dtype][0])),
    ),
  samples: extremeSamples([2, 2, 1, 3, 3, 3], [0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]),
  errors: [extremeAxisError('max'), extremeBoolError('max')],
});

/** Where `x` is the largest one, and how many such elements there are for each result, with the reduced axes kept. */
function winners(x: Tensor, output: Tensor, axes: readonly number[]): { chosen: Tensor; count: Tensor } {
  const kept = reducedShape(x.abstract.shape, normalizeAxes('max', axes, x.rank), true);
  const chosen: Tensor = equal(x, reshape(output, kept));
  return { chosen, count: sum(cast(chosen, x.dtype), { axis: axes, keepDims: true }) };
}
