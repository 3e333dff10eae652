/** `nonMaxSuppressionPaddedAsync`: `nonMaxSuppressionPadded` where elements cannot be read at once. */
import type { TensorLike } from './definition/convert.ts';
import { bestOf, checkBoxes, type PaddedBoxes, paddedBoxes } from './definition/suppression.ts';
import type { PaddedSuppressionOptions } from './non-max-suppression-padded.ts';

/**
 * What `nonMaxSuppressionPadded` gives, as a promise: it waits for the elements, so it also works on backends that cannot be read
 * at once.
 *
 * @throws `E_SHAPE` unless there are boxes of four numbers with a score each, `E_ATTRIBUTE` for a bad threshold,
 * `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { nonMaxSuppressionPaddedAsync } from '@deft/tensor';
 * const boxes = [[0, 0, 2, 2], [0, 0, 2, 1.9], [3, 3, 4, 4]];
 * const { validOutputs } = await nonMaxSuppressionPaddedAsync(boxes, [0.8, 0.9, 0.5], 4);
 * console.log(validOutputs.item()); // 2
 * ```
 */
export async function nonMaxSuppressionPaddedAsync(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  { padToMaxOutputSize = false, ...options }: PaddedSuppressionOptions = {},
): Promise<PaddedBoxes> {
  const [corners, values] = checkBoxes('nonMaxSuppressionPaddedAsync', boxes, scores, maxOutputSize, options);
  const [data, given] = await Promise.all([corners.data(), values.data()]);
  const chosen = bestOf(data as unknown as Float32Array, given as unknown as Float32Array, maxOutputSize, options);
  return paddedBoxes(chosen, padToMaxOutputSize ? maxOutputSize : chosen.length);
}
