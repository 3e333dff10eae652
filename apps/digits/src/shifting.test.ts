/** Shifted images are the same images elsewhere. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IMAGE_PIXELS, IMAGE_SIDE } from './labelled-images.ts';
import { RandomNumbers } from './random-numbers.ts';
import { shiftImages } from './shifting.ts';

/** The image moved, pixel by pixel. */
function moved(image: Float32Array, down: number, right: number): Float32Array {
  return Float32Array.from({ length: IMAGE_PIXELS }, (_, at) => {
    const [row, column] = [Math.floor(at / IMAGE_SIDE) - down, (at % IMAGE_SIDE) - right];
    const inside = row >= 0 && row < IMAGE_SIDE && column >= 0 && column < IMAGE_SIDE;
    return inside ? (image[row * IMAGE_SIDE + column] ?? 0) : 0;
  });
}

test('every image is moved by at most the reach, in all directions alike, and the given ones stay as they are', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2), fc.nat(), (reach, seed) => {
      const distances = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
      const places = distances.flatMap((down) => distances.map((right) => [down, right] as const));
      const image = Float32Array.from({ length: IMAGE_PIXELS }, (_, at) => ((at * 7919) % 1009) / 1009);
      const expected = new Set(places.map(([down, right]) => moved(image, down, right).join()));

      // With so many draws a place is missed once in a hundred million times.
      const count = places.length * 22;
      const images = new Float32Array(count * IMAGE_PIXELS);
      for (let start = 0; start < images.length; start += IMAGE_PIXELS) {
        images.set(image, start);
      }
      const before = images.slice();
      const shifted = shiftImages(images, reach, new RandomNumbers(seed));
      expect(images).toEqual(before);
      const found = new Set(
        Array.from({ length: count }, (_, at) => shifted.subarray(at * IMAGE_PIXELS, (at + 1) * IMAGE_PIXELS).join()),
      );
      expect(found).toEqual(expected);
    }),
    { numRuns: 5 },
  );
});
