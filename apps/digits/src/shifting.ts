/**
 * Moves images by a pixel or so in random directions. A digit stays the same digit wherever it stands, so shifted copies
 * are as good as more handwriting; they halve the errors of a training on as few images as the default ones.
 */
import { IMAGE_PIXELS, IMAGE_SIDE } from './labelled-images.ts';
import type { RandomNumbers } from './random-numbers.ts';

/**
 * Copies of images, each moved by up to `reach` pixels along both axes, every distance being equally likely. What leaves
 * the frame is lost, what enters is background.
 *
 * @param images - grey values, shape `[n, 28, 28, 1]`
 * @param reach - whole pixels
 */
export function shiftImages(images: Float32Array, reach: number, random: RandomNumbers): Float32Array {
  const shifted = new Float32Array(images.length);
  const distance = (): number => random.below(2 * reach + 1) - reach;
  for (let start = 0; start < images.length; start += IMAGE_PIXELS) {
    const image = images.subarray(start, start + IMAGE_PIXELS);
    moveImage(image, shifted.subarray(start, start + IMAGE_PIXELS), distance(), distance());
  }
  return shifted;
}

/** Writes `image`, moved down and to the right, into the zeros of `target`. */
function moveImage(image: Float32Array, target: Float32Array, down: number, right: number): void {
  const [from, to] = [Math.max(-right, 0), IMAGE_SIDE - Math.max(right, 0)];
  for (let row = Math.max(-down, 0); row < IMAGE_SIDE - Math.max(down, 0); row += 1) {
    const strip = image.subarray(row * IMAGE_SIDE + from, row * IMAGE_SIDE + to);
    target.set(strip, (row + down) * IMAGE_SIDE + from + right);
  }
}
