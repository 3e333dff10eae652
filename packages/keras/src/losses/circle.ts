/** The circle loss on embeddings (Sun et al., 2020, https://arxiv.org/abs/2002.10857). */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  add,
  cast,
  equal,
  expandDims,
  eye,
  greater,
  logicalAnd,
  logicalNot,
  logSumExp,
  matmul,
  maximum,
  mul,
  softplus,
  sub,
  transpose,
  where,
} from '@deft/tensor';
import { alignTargets, floatingOf } from './alignment.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';

/** Options of `circle`. */
export interface CircleOptions extends LossOptions {
  /** Scale of the costs; 80 unless told. */
  readonly gamma?: number;
  /** How far from the ideal distances embeddings may be; 0.4 unless told. */
  readonly margin?: number;
  /** Whether an embedding is no pair with itself; true unless told. */
  readonly removeDiagonal?: boolean;
}

/** Stands for the score of a pair that is none: far below all others, and finite, so that gradients stay numbers. */
const absent = -1e30;

/**
 * Brings embeddings of the same class together and drives those of others apart. Targets are class numbers `[batch]`,
 * predictions embeddings of length 1 `[batch, size]`; every pair of the batch is compared. Examples without a partner or
 * without an opponent cost nothing and do not count.
 *
 * With d = max(1 − cosine, 0): `ln(1 + Σ exp(gamma · (margin + d)(d − margin)) · Σ exp(gamma · max(1 + margin − d, 0)(1 −
 * margin − d)))`, the first sum over examples of the same class, the second over the others.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const embeddings = tensor([[1, 0], [1, 0], [0, 1]]);
 * const loss = losses.circle();
 * console.log(loss.values(tensor([0, 0, 1]), embeddings).toArray()); // [0…, 0…, 0]
 * ```
 */
export function circle(options: CircleOptions = {}): Loss {
  const name = 'circle';
  const { gamma = 80, margin = 0.4, removeDiagonal = true, ...rest } = options;
  return recorded(
    'circle',
    options,
    defineLoss({
      name,
      ...rest,
      values: (target, prediction) => {
        if (prediction.rank !== 2) {
          const expected = 'shape [batch, size]';
          raise('E_MODEL', { op: name, argument: 'predictions', expected, found: prediction.abstract.text });
        }
        const embeddings = floatingOf(prediction);
        const batch = embeddings.shape[0] as number;
        const labels = alignTargets(name, target, [batch]);
        const same = equal(expandDims(labels, 1), expandDims(labels, 0));
        const other = logicalNot(same);
        const partners = removeDiagonal ? logicalAnd(same, logicalNot(cast(eye(batch), 'bool'))) : same;
        const distances = maximum(
          sub(1, matmul(embeddings as Tensor<[number, number]>, transpose(embeddings))),
          0,
        ) as Tensor;
        const near = mul(mul(add(distances, margin), sub(distances, margin)), gamma);
        const far = mul(mul(maximum(sub(1 + margin, distances), 0), sub(1 - margin, distances)), gamma);
        const over = (scores: Tensor, pairs: Tensor): Tensor => logSumExp(where(pairs, scores, absent), { axis: 1 });
        return softplus(add(over(near, partners), over(far, other)));
      },
      mask: (_target, _prediction, values) => greater(values, 0),
    }),
  );
}
