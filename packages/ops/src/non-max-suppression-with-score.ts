/** `nonMaxSuppressionWithScore`: the best boxes, where those that overlap may lose score instead of being dropped. */
import type { Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { chooseBoxes, type SuppressionOptions } from './definition/suppression.ts';

/** Options of `nonMaxSuppressionWithScore`. */
export interface SoftSuppressionOptions extends SuppressionOptions {
  /**
   * Above 0, a box loses score with its overlap with every chosen one, by a factor exp(−iou² / 2σ): Bodla et al.,
   * “Soft-NMS” (2017). With an `iouThreshold` of 1 none is dropped.
   */
  readonly softNmsSigma?: number;
}

/** What `nonMaxSuppressionWithScore` gives. */
export interface ScoredBoxes {
  /** Positions of the chosen boxes, best first. */
  readonly selectedIndices: Tensor;
  /** The scores they were chosen with. */
  readonly selectedScores: Tensor;
}

/**
 * The positions and scores of at most `maxOutputSize` boxes, best first, as `nonMaxSuppression` chooses them; with
 * `softNmsSigma` boxes that overlap a better one lose score.
 *
 * @throws `E_SHAPE` unless there are boxes of four numbers with a score each, `E_ATTRIBUTE` for a bad threshold,
 * `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { nonMaxSuppressionWithScore } from '@deft/tensor';
 * const boxes = [[0, 0, 2, 2], [0, 0, 2, 1], [3, 3, 4, 4]];
 * const soft = nonMaxSuppressionWithScore(boxes, [0.75, 0.875, 0.5], 10, { iouThreshold: 1, softNmsSigma: 0.5 });
 * console.log(soft.selectedIndices.toArray()); // [1, 0, 2]
 * ```
 */
export function nonMaxSuppressionWithScore(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  { softNmsSigma = 0, ...options }: SoftSuppressionOptions = {},
): ScoredBoxes {
  const chosen = chooseBoxes('nonMaxSuppressionWithScore', boxes, scores, maxOutputSize, options, softNmsSigma);
  const shape = [chosen.length];
  const indices = Int32Array.from(chosen, ({ index }) => index);
  const kept = Float32Array.from(chosen, ({ score }) => score);
  return {
    selectedIndices: constantTensor({ shape, dtype: 'int32', data: indices }),
    selectedScores: constantTensor({ shape, dtype: 'float32', data: kept }),
  };
}
