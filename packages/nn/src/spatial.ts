/** Arithmetic of windows over images: how many positions a window has along an axis. */
import { shapeText } from '@deft/core';
import type { ExampleShape, Fail } from './layer.ts';

/** How the border is treated: `valid` keeps windows inside, `same` pads so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** Both paddings, for checks. */
export const paddings: readonly Padding[] = ['valid', 'same'];

/** Height, width and channels of an example. Throws unless it is an image. */
export function imageShape(inputShape: ExampleShape, fail: Fail): [height: number, width: number, channels: number] {
  if (inputShape.length !== 3) {
    fail({
      expected: 'images of shape [height, width, channels]',
      found: shapeText(inputShape),
      hint: 'give grey images an axis of size 1: [28, 28, 1]',
    });
  }
  return [inputShape[0] as number, inputShape[1] as number, inputShape[2] as number];
}

/** Positions of a window along one axis. Throws where it does not fit. */
export function windowCount(
  size: number,
  window: number,
  stride: number,
  padding: Padding,
  fail: Fail,
  dilation = 1,
): number {
  if (padding === 'same') return Math.ceil(size / stride);
  const extent = (window - 1) * dilation + 1;
  if (extent > size) {
    fail({
      expected: `height and width of at least ${extent} for padding valid`,
      found: String(size),
      hint: "use padding: 'same'",
    });
  }
  return Math.floor((size - extent) / stride) + 1;
}
