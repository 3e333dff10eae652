/**
 * The form in which every part of this program holds pictures: one flat array of grey values with the logical shape
 * `[n, 28, 28, 1]` (images, rows, columns, channels) and one label per image.
 */

/** Rows, and columns, of one image. */
export const IMAGE_SIDE = 28;

/** Grey values of one image. */
export const IMAGE_PIXELS: number = IMAGE_SIDE * IMAGE_SIDE;

/** Labels go from 0 to 9. */
export const CLASS_COUNT = 10;

/** Images and their labels; `images.length === labels.length * IMAGE_PIXELS`. */
export interface LabelledImages {
  /** Grey values from 0 (background) to 1 (ink), row by row, shape `[n, 28, 28, 1]`. */
  readonly images: Float32Array;
  /** The class of each image, shape `[n]`. */
  readonly labels: Int32Array;
}

/** The grey values of image `index`, as a view of the set's array. */
export function imageAt(set: LabelledImages, index: number): Float32Array {
  return set.images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS);
}

/** A new set that holds copies of the images at `indices`, in that order. */
export function takeImages(set: LabelledImages, indices: Int32Array): LabelledImages {
  const images = new Float32Array(indices.length * IMAGE_PIXELS);
  const labels = new Int32Array(indices.length);
  for (const [position, index] of indices.entries()) {
    const label = set.labels[index];
    if (label === undefined) {
      throw new RangeError(`internal: image ${index} asked for, but the set holds ${set.labels.length}`);
    }
    images.set(imageAt(set, index), position * IMAGE_PIXELS);
    labels[position] = label;
  }
  return { images, labels };
}
