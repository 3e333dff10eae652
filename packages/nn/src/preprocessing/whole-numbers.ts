/**
 * What becomes of categories, which are whole numbers from 0: they stay as they are, or become vectors with one place for each.
 * Numbers outside of the categories have no place in a vector.
 */
import { type DType, isFloating, type Tensor } from '@deft/core';
import { cast, expandDims, mul, multiHot, oneHot, squeeze, sum } from '@deft/tensor';
import { toCompute } from '../dtype-policy.ts';
import type { ExampleShape, LayerOptions } from '../layer.ts';

/**
 * How categories are given: `int` as they are; `oneHot` as a vector each; `multiHot` as one vector for all along the last axis,
 * which is 1 for each that is there; `count` as one vector with how often each is there.
 */
export type CategoryOutput = 'int' | 'oneHot' | 'multiHot' | 'count';

/** All of them, for checks. */
export const categoryOutputs: readonly CategoryOutput[] = ['int', 'oneHot', 'multiHot', 'count'];

/** Whole numbers in a signed dtype: int64 stays, all else becomes int32. */
export function asWhole(x: Tensor): Tensor {
  const kept: readonly DType[] = ['int32', 'int64'];
  return kept.includes(x.dtype) ? x : (cast(x, 'int32') as Tensor);
}

/** The shape of categories as `mode` gives them, of an example or of a batch. */
export function encodedShape(shape: ExampleShape, mode: CategoryOutput, depth: number): number[] {
  if (mode === 'int') return [...shape];
  const isWhole = mode === 'oneHot' && shape.at(-1) !== 1;
  return [...(isWhole ? shape : shape.slice(0, -1)), depth];
}

/**
 * Categories of a batch as `mode` gives them; vectors are float32 unless a policy says otherwise.
 *
 * @param weights what each counts for in `count`, of the shape of the categories
 */
export function encode(
  categories: Tensor,
  mode: CategoryOutput,
  depth: number,
  policy: LayerOptions['dtype'],
  weights?: Tensor,
): Tensor {
  if (mode === 'int') return categories;
  const whole = categories.dtype === 'int64' ? (cast(categories, 'int32') as Tensor) : categories;
  const isSingle = whole.rank === 1;
  const rows = isSingle ? (expandDims(whole, -1) as Tensor) : whole;
  return toCompute(
    policy,
    vectorsOf(rows, mode, depth, isSingle && weights ? (expandDims(weights, -1) as Tensor) : weights),
  );
}

function vectorsOf(rows: Tensor, mode: CategoryOutput, depth: number, weights: Tensor | undefined): Tensor {
  if (mode === 'multiHot') return multiHot(rows, depth) as Tensor;
  if (mode === 'oneHot') return oneHot(rows.shape.at(-1) === 1 ? (squeeze(rows, -1) as Tensor) : rows, depth) as Tensor;
  const each = oneHot(rows, depth) as Tensor;
  if (weights === undefined) return sum(each, { axis: -2 }) as Tensor;
  const dtype = isFloating(weights.dtype) ? weights.dtype : 'float32';
  return sum(mul(cast(each, dtype), expandDims(cast(weights, dtype), -1)), { axis: -2 }) as Tensor;
}
