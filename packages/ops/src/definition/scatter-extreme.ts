/** What `scatterMax` and `scatterMin` share beside what all scatters do: types, and derivatives in which equal elements have equal shares. */
import type { DType, Shape, Tensor } from '@deft/core';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { type GatherOptions, gather } from '../gather.ts';
import { scatterAdd } from '../scatter-add.ts';
import { where } from '../where.ts';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import type { GatherAttributes } from './gathering.ts';
import { scatterCall } from './scattering.ts';

/** Slices combined with those of an operand at positions along an axis. */
export interface ScatterExtreme {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    updates: Tensor<Shape, D>,
    indices: TensorLike,
    options?: GatherOptions,
  ): Tensor<S, D>;
  (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions): Tensor;
}

/** The `arguments` of such an op. */
export function scatterArguments(
  op: string,
): (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions) => Call<GatherAttributes> {
  return (x, updates, indices, options = {}) => scatterCall(op, [x, updates, indices], options);
}

/** Which elements of `x` and of the updates are the results, and how many for each result. */
function winners(
  x: Tensor,
  updates: Tensor,
  indices: Tensor,
  output: Tensor,
  attributes: GatherAttributes,
): { readonly own: Tensor; readonly others: Tensor; readonly count: Tensor } {
  const own = equal(x, output) as Tensor;
  const others = equal(updates, gather(output, indices, attributes)) as Tensor;
  return { own, others, count: scatterAdd(cast(own, x.dtype), cast(others, x.dtype), indices, attributes) };
}

/** The derivative of the result: elements that are equally extreme count in equal shares. */
export function scatterTangent(
  [x, updates, indices]: readonly [Tensor, Tensor, Tensor],
  [dx, dUpdates]: readonly [Tensor, Tensor, Tensor],
  attributes: GatherAttributes,
  output: Tensor,
): Tensor {
  const { own, others, count } = winners(x, updates, indices, output, attributes);
  const total = scatterAdd(where(own, dx, 0) as Tensor, where(others, dUpdates, 0) as Tensor, indices, attributes);
  return div(total, count) as Tensor;
}

/** Its adjoint. */
export function scatterCotangents(
  ct: Tensor,
  [x, updates, indices]: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  attributes: GatherAttributes,
): readonly (Tensor | null)[] {
  const { own, others, count } = winners(x, updates, indices, output, attributes);
  const shares = div(ct, count) as Tensor;
  return [where(own, shares, 0) as Tensor, where(others, gather(shares, indices, attributes), 0) as Tensor, null];
}
