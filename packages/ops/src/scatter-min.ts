/** `scatterMin`: slices at computed positions along an axis, where the smaller element stays. */
import type { OperationFunction, Tensor } from '@deft/core';
import { withBatchAxis } from './definition/batching.ts';
import { definePrimitive } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import {
  type ScatterExtreme,
  scatterArguments,
  scatterCotangents,
  scatterTangent,
} from './definition/scatter-extreme.ts';
import { scatterBoolError, scatterErrors, scatterExtremeSamples } from './definition/scatter-samples.ts';
import { inferScatter, lowerScatter, scatterReference } from './definition/scattering.ts';

/**
 * `x` with the smaller of its elements and those of slices at the given positions along an axis; positions may occur several
 * times. `updates` has the shape that `gather(x, indices, options)` gives. A position outside of the axis is moved to its nearest
 * end.
 *
 * @throws `E_SHAPE` when the updates have another shape, `E_DTYPE` unless the indices are integers, `E_AXIS`.
 * @example
 * ```ts
 * import { scatterMin, tensor } from '@deft/tensor';
 * const best = scatterMin(tensor([3, 3]), tensor([1, 5, 4]), tensor([0, 1, 1], { dtype: 'int32' }));
 * console.log(best.toArray()); // [1, 3]
 * ```
 */
export const scatterMin: OperationFunction<ScatterExtreme> = definePrimitive({
  name: 'scatterMin',
  inputs: ['x', 'updates', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'Slices at the given positions along an axis, where the smaller element stays.',
    math: 'scatterMin(x, u, i)[…, k, …] = min(x[…, k, …], u[…, j, …]) over all j with i[j] = k',
    notes: [
      '`updates` has the shape of `gather(x, indices, options)`.',
      'A position outside of the axis is moved to its nearest end.',
      'Where several elements are smallest, they get equal shares of the gradient.',
    ],
    see: ['scatterAdd', 'segmentMin', 'min'],
  },
  promote: ['x', 'updates'],
  arguments: scatterArguments('scatterMin'),
  infer: (inputs, attributes) => {
    numeric('scatterMin', inputs[0]);
    return inferScatter('scatterMin', inputs, attributes);
  },
  jvp: (primals, tangents, attributes, output) => scatterTangent(primals, tangents, attributes, output),
  vjp: (ct, { x, updates, indices, output }, attributes) =>
    scatterCotangents(ct, [x, updates, indices], output, attributes),
  saves: ['x', 'updates', 'indices', 'output'],
  batch: ([x, updates, indices], [a, b, c], { axis, batchDims }, size) =>
    scatterMin(withBatchAxis(x, a, size), withBatchAxis(updates, b, size), withBatchAxis(indices, c, size), {
      axis: axis + 1,
      batchDims: batchDims + 1,
    }) as Tensor,
  lower: (inputs, attributes) => lowerScatter('min', inputs, attributes),
  reference: (inputs, attributes) => scatterReference(inputs, attributes, Math.min),
  samples: scatterExtremeSamples([
    [0.25, 1],
    [0.25, 0.25, 0.25, 0],
  ]),
  errors: [...scatterErrors('scatterMin'), scatterBoolError],
});
