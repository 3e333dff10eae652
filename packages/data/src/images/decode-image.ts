/** Images from bytes: which format they have is told by their first bytes, and what comes out is of one form whatever that was. */
import { raise } from '@deft/core';
import { checkCount } from '../checks.ts';
import type { HostArray } from '../host-arrays.ts';
import { decodeJpeg } from './jpeg.ts';
import { jpegSignature } from './jpeg-segments.ts';
import { cropToForm, type Pixels, type Refuse, resizePixels, withChannels } from './pixels.ts';
import { decodePng } from './png.ts';
import { pngSignature } from './png-chunks.ts';

/** An image: rows of pixels of 0 to 255 a channel. */
export type DecodedImage = HostArray<Uint8Array, readonly [height: number, width: number, channels: number]>;

/** What images become. */
export interface ImageOptions {
  /** 1 (grey), 3 (RGB, unless told) or 4 (with alpha). */
  readonly channels?: 1 | 3 | 4;
  /** Height and width that every image is brought to, by bilinear interpolation; as it is unless told. */
  readonly size?: readonly [height: number, width: number];
  /** Widens the filter where images become smaller, so that no pattern of the old pixels shines through; false unless told. */
  readonly antialias?: boolean;
  /** Whether the largest part of the form of `size` is taken from the middle first, so that nothing is stretched; false unless told. */
  readonly cropToAspectRatio?: boolean;
  /** The most pixels that an image may have, before it is resized: 2²⁵ unless told. */
  readonly maxPixels?: number;
}

/** Decodes the bytes of a format, at most so many pixels. */
type Decode = (bytes: Uint8Array, maxPixels: number, refuse: Refuse) => Promise<Pixels>;

const formats: readonly { readonly signature: readonly number[]; readonly decode: Decode }[] = [
  { signature: pngSignature, decode: decodePng },
  { signature: jpegSignature, decode: decodeJpeg },
];

const defaultMaxPixels = 2 ** 25;

/** Throws `E_ATTRIBUTE` for options that make no sense. */
export function checkImageOptions(
  op: string,
  { channels = 3, size, maxPixels = defaultMaxPixels }: ImageOptions,
): void {
  if (![1, 3, 4].includes(channels)) {
    raise('E_ATTRIBUTE', { op, argument: 'channels', expected: '1, 3 or 4', found: String(channels) });
  }
  if (size !== undefined && (!Array.isArray(size) || size.length !== 2)) {
    raise('E_ATTRIBUTE', { op, argument: 'size', expected: '[height, width]', found: JSON.stringify(size) });
  }
  for (const length of size ?? []) checkCount(op, 'size', length, 1);
  checkCount(op, 'maxPixels', maxPixels, 1);
}

/** The most bytes that a file with an image of so many pixels is read with: four channels of 16 bits, and some more. */
export function mostImageBytes({ maxPixels = defaultMaxPixels }: ImageOptions): number {
  return 8 * maxPixels + 2 ** 20;
}

/** The image in bytes that have a name. */
export async function decodeNamed(
  op: string,
  name: string,
  bytes: Uint8Array,
  options: ImageOptions,
): Promise<DecodedImage> {
  const { channels = 3, size, antialias = false, cropToAspectRatio = false, maxPixels = defaultMaxPixels } = options;
  const refuse: Refuse = (byte, says) => raise('E_FILE', { op, says: `${name}: byte ${byte}: ${says}` });
  if (bytes.length === 0) refuse(0, 'the file is empty');
  const format = formats.find(({ signature }) => signature.every((byte, i) => bytes[i] === byte));
  if (format === undefined) return refuse(0, 'neither a PNG nor a JPEG file begins this way');
  let pixels = withChannels(await format.decode(bytes, maxPixels, refuse), channels);
  if (size) {
    if (cropToAspectRatio) pixels = cropToForm(pixels, size);
    pixels = resizePixels(pixels, size, antialias);
  }
  return { data: pixels.data, shape: [pixels.height, pixels.width, pixels.channels] };
}

/**
 * The image in the bytes of a PNG or JPEG file, which are told apart by their beginning: `[height, width, channels]` of 8 bits.
 * Samples of 16 bits are rounded, palettes looked up. Grey is the luma of ITU-R BT.601; alpha is left out unless `channels` is 4.
 * The turn that a camera notes beside the pixels is not made. `size` resizes as `resize` of `@deft/tensor` does, rounded.
 *
 * @throws `E_FILE` with the byte where the file stops making sense: other formats, damaged or cut off files, more than `maxPixels`,
 * and what is not read (JPEG that is lossless, coded arithmetically, or of 12 bits; interlaced PNG of fewer than 8 bits a sample). `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { decodeImage } from '@deft/data';
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4XmNgaAAAAIMAgfuFMjgAAAAASUVORK5CYII=';
 * const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
 * const image = await decodeImage(bytes, { channels: 1 });
 * console.log(image.shape); // → [1, 2, 1]
 * ```
 */
export async function decodeImage(bytes: Uint8Array, options: ImageOptions = {}): Promise<DecodedImage> {
  checkImageOptions('decodeImage', options);
  return decodeNamed('decodeImage', 'the bytes', bytes, options);
}
