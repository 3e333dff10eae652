/** `nonMaxSuppressionPadded`: the best boxes of those that overlap, in a list of known length. */
import type { TensorLike } from './definition/convert.ts';
import { chooseBoxes, type PaddedBoxes, paddedBoxes, type SuppressionOptions } from './definition/suppression.ts';

/** Options of `nonMaxSuppressionPadded`. */
export interface PaddedSuppressionOptions extends SuppressionOptions {
  /** Fill up the positions with zeros, so that there are `maxOutputSize` of them; false unless told. */
  readonly padToMaxOutputSize?: boolean;
}

/**
 * The positions of at most `maxOutputSize` boxes, best first, as `nonMaxSuppression` chooses them, filled up with zeros with
 * `padToMaxOutputSize`; and how many are chosen.
 *
 * @throws `E_SHAPE` unless there are boxes of four numbers with a score each, `E_ATTRIBUTE` for a bad threshold,
 * `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { nonMaxSuppressionPadded } from '@deft/tensor';
 * const boxes = [[0, 0, 2, 2], [0, 0, 2, 1.9], [3, 3, 4, 4]];
 * const chosen = nonMaxSuppressionPadded(boxes, [0.8, 0.9, 0.5], 4, { padToMaxOutputSize: true });
 * console.log(chosen.selectedIndices.toArray(), chosen.validOutputs.item()); // [1, 2, 0, 0] 2
 * ```
 */
export function nonMaxSuppressionPadded(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  { padToMaxOutputSize = false, ...options }: PaddedSuppressionOptions = {},
): PaddedBoxes {
  const chosen = chooseBoxes('nonMaxSuppressionPadded', boxes, scores, maxOutputSize, options);
  return paddedBoxes(chosen, padToMaxOutputSize ? maxOutputSize : chosen.length);
}
