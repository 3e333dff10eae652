/** `nonMaxSuppression`: the best boxes of those that overlap. */
import type { Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { chooseBoxes, type SuppressionOptions } from './definition/suppression.ts';

/**
 * The positions of at most `maxOutputSize` boxes, best first: every box is dropped that overlaps a better one. A row of
 * `boxes` is `[y1, x1, y2, x2]`, two opposite corners; `scores` has one number for each. How many are chosen depends on the
 * elements, so it cannot be captured.
 *
 * @throws `E_SHAPE` unless there are boxes of four numbers with a score each, `E_ATTRIBUTE` for a bad threshold,
 * `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { nonMaxSuppression } from '@deft/tensor';
 * const boxes = [[0, 0, 2, 2], [0, 0, 2, 1.9], [3, 3, 4, 4]];
 * console.log(nonMaxSuppression(boxes, [0.8, 0.9, 0.5], 10).toArray()); // [1, 2]
 * ```
 */
export function nonMaxSuppression(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  options: SuppressionOptions = {},
): Tensor {
  const chosen = chooseBoxes('nonMaxSuppression', boxes, scores, maxOutputSize, options);
  const data = Int32Array.from(chosen, ({ index }) => index);
  return constantTensor({ shape: [chosen.length], dtype: 'int32', data });
}
