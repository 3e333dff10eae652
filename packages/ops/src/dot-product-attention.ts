/** `dotProductAttention`: values weighted by how queries and keys agree. */
import { type DimAt, nd, type OperationFunction, type ReplaceAxes, raise, sameShape, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { logical, requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';
import { greaterEqual } from './greater-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { softmax } from './softmax.ts';
import { transpose } from './transpose.ts';
import { where } from './where.ts';

/** Options of `dotProductAttention`. */
export interface AttentionOptions {
  /** What the products are multiplied with; 1 / √features unless told. */
  readonly scale?: number;
  /** Whether a target looks only at sources up to its own place. */
  readonly isCausal?: boolean;
}

type DotProductAttention = <const Q extends TensorLike, const K extends TensorLike, const V extends TensorLike>(
  query: Q,
  key: K,
  value: V,
  mask?: TensorLike,
  options?: AttentionOptions,
) => Tensor<ReplaceAxes<ShapeOf<Q>, -1, [DimAt<ShapeOf<V>, -1>]>, FloatOfAll<Q | K | V>>;

/**
 * Scaled dot-product attention. `query` is `[batch, targets, heads, features]`, `key` and `value` are `[batch, sources, heads, …]`;
 * they may have fewer heads, each then serving a group of the query’s. `mask` is bool and broadcasts to
 * `[batch, heads, targets, sources]`; a target looks only at sources where it holds.
 *
 * @throws `E_RANK` unless there are four axes, `E_SHAPE` when the shapes do not fit, `E_DTYPE` unless the mask is bool.
 *
 * @example
 * ```ts
 * import { dotProductAttention, ones } from '@deft/tensor';
 * console.log(dotProductAttention(ones([1, 4, 2, 8]), ones([1, 6, 2, 8]), ones([1, 6, 2, 8])).shape); // [1, 4, 2, 8]
 * ```
 */
export const dotProductAttention: OperationFunction<DotProductAttention> = defineComposite({
  name: 'dotProductAttention',
  inputs: ['query', 'key', 'value', 'mask'],
  doc: {
    group: 'attention',
    summary: 'Values weighted by how queries and keys agree.',
    math: 'softmax(q kᵀ · scale) v',
    notes: [
      'The scale is 1 / √features unless told.',
      'Fewer heads of keys and values: head h of the query goes with head ⌊h / group⌋.',
      'With `isCausal` target i looks at sources 0 to i. A target that may look at nothing gets 0.',
    ],
    see: ['softmax', 'einsum'],
  },
  promote: ['query', 'key', 'value'],
  arguments: (
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    mask: TensorLike = true,
    options: AttentionOptions = {},
  ) => {
    const q = operand('dotProductAttention', 'query', query);
    requireRank('dotProductAttention', 'query', q.abstract, 4);
    const scale = finiteNumber(
      'dotProductAttention',
      'scale',
      options.scale ?? 1 / Math.sqrt(Math.max(1, q.abstract.shape[3] as number)),
    );
    return { inputs: [q, key, value, mask], attributes: { scale, isCausal: options.isCausal === true } };
  },
  compose: ([query, key, value, mask], { scale, isCausal }): Tensor => {
    const operands = [query.abstract, key.abstract, value.abstract];
    requireRank('dotProductAttention', 'key', key.abstract, 4);
    requireRank('dotProductAttention', 'value', value.abstract, 4);
    logical('dotProductAttention', mask.abstract);
    const [batch, targets, heads, features] = query.abstract.shape as readonly [number, number, number, number];
    const [, sources, groups] = key.abstract.shape as readonly [number, number, number, number];
    const width = value.abstract.shape[3] as number;
    if (
      !sameShape(key.abstract.shape, [batch, sources, groups, features]) ||
      !sameShape(value.abstract.shape.slice(0, 3), [batch, sources, groups]) ||
      heads % groups !== 0
    ) {
      raise('E_SHAPE', {
        op: 'dotProductAttention',
        says: 'query, key and value do not fit each other',
        operands,
        hint: 'the shapes are [batch, targets, heads, features] and twice [batch, sources, heads or a divisor of them, features]',
      });
    }
    const size = heads / groups;
    const grouped = reshape(mul(query, scale), [batch, targets, groups, size, features]) as Tensor;
    const agreement = dotGeneral(grouped, key, {
      batch: [
        [0, 2],
        [0, 2],
      ],
      contract: [[4], [3]],
    });
    const logits = reshape(transpose(agreement, [0, 1, 3, 2, 4]), [batch, heads, targets, sources]) as Tensor;
    const before = greaterEqual(reshape(arange(targets), [targets, 1]), arange(sources));
    const seen = broadcastTo(isCausal ? logicalAnd(mask, before) : mask, [batch, heads, targets, sources]) as Tensor;
    const weights = where(seen, softmax(where(seen, logits, hidden)), 0);
    const shares = reshape(weights, [batch, groups, size, targets, sources]) as Tensor;
    const mixed = dotGeneral(shares, value, {
      batch: [
        [0, 1],
        [0, 2],
      ],
      contract: [[4], [1]],
    });
    return reshape(transpose(mixed, [0, 3, 1, 2, 4]), [batch, targets, heads, width]) as Tensor;
  },
  samples: [
    {
      label: 'two heads',
      inputs: [
        nd([1, 2, 2, 2], [1, 2, 0.5, -1, 0, 1, 1, -0.5]),
        nd([1, 3, 2, 2], [1, 0, 0.5, 1, -1, 1, 0.25, 1, 1, 1, 2, 0]),
        nd([1, 3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
      ],
      grad: 'check',
    },
    {
      label: 'causal',
      inputs: [
        nd([1, 2, 2, 2], [1, 2, 0.5, -1, 0, 1, 1, -0.5]),
        nd([1, 3, 2, 2], [1, 0, 0.5, 1, -1, 1, 0.25, 1, 1, 1, 2, 0]),
        nd([1, 3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
      ],
      rest: [true, { isCausal: true }],
      grad: 'check',
    },
    {
      label: 'one head for both',
      inputs: [
        nd([1, 2, 2, 2], [1, 2, 0.5, -1, 0, 1, 1, -0.5]),
        nd([1, 2, 1, 2], [1, 0, 0.5, 1]),
        nd([1, 2, 1, 1], [1, 3]),
      ],
      grad: 'check',
    },
    {
      label: 'a mask',
      inputs: [
        nd([1, 2, 2, 2], [1, 2, 0.5, -1, 0, 1, 1, -0.5]),
        nd([1, 3, 2, 2], [1, 0, 0.5, 1, -1, 1, 0.25, 1, 1, 1, 2, 0]),
        nd([1, 3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
        nd([2, 3], [1, 0, 1, 0, 1, 1], 'bool'),
      ],
      rest: [{ scale: 0.5 }],
      grad: 'check',
    },
    {
      label: 'nothing to look at',
      inputs: [
        nd([1, 2, 2, 2], [1, 2, 0.5, -1, 0, 1, 1, -0.5]),
        nd([1, 3, 2, 2], [1, 0, 0.5, 1, -1, 1, 0.25, 1, 1, 1, 2, 0]),
        nd([1, 3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
        nd([], [0], 'bool'),
      ],
      grad: 'check',
    },
    { label: 'no targets', inputs: [nd([1, 0, 1, 2], []), nd([1, 2, 1, 2], [1, 0, 0.5, 1]), nd([1, 2, 1, 1], [1, 3])] },
  ],
  errors: [
    {
      label: 'three axes',
      inputs: [{ shape: [1, 2, 2] }, { shape: [1, 2, 2] }, { shape: [1, 2, 2] }],
      code: 'E_RANK',
      says: /dotProductAttention: query: expected rank 4, got rank 3/,
    },
    {
      label: 'features that differ',
      inputs: [{ shape: [1, 2, 2, 3] }, { shape: [1, 2, 2, 4] }, { shape: [1, 2, 2, 3] }],
      code: 'E_SHAPE',
      says: /query, key and value do not fit each other/,
    },
    {
      label: 'a mask of numbers',
      inputs: [{ shape: [1, 2, 2, 3] }, { shape: [1, 2, 2, 3] }, { shape: [1, 2, 2, 3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /expected bool input, got float32/,
    },
  ],
});

/** The logit of a source that is not seen: finite, so that a target that sees nothing makes no NaN. */
const hidden = -1e30;
