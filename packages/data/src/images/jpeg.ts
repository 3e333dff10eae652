/** Pixels of JPEG files, by the library `jpeg-js`, which is loaded with the first of them. */
import { checkJpegSegments } from './jpeg-segments.ts';
import type { Pixels, Refuse } from './pixels.ts';

/** What is used of the library. */
interface JpegLibrary {
  decode(
    bytes: Uint8Array,
    options: {
      readonly useTArray: true;
      readonly formatAsRGBA: false;
      readonly maxResolutionInMP: number;
      readonly maxMemoryUsageInMB: number;
    },
  ): { readonly data: Uint8Array; readonly height: number; readonly width: number };
}

/** The pixels of a file whose first bytes are the signature, at most so many. */
export async function decodeJpeg(bytes: Uint8Array, maxPixels: number, refuse: Refuse): Promise<Pixels> {
  checkJpegSegments(bytes, maxPixels, refuse);
  const { default: library } = (await import('jpeg-js')) as unknown as { readonly default: JpegLibrary };
  // What it holds is bounded by the sizes, which were checked.
  const limits = { maxResolutionInMP: Number.POSITIVE_INFINITY, maxMemoryUsageInMB: Number.POSITIVE_INFINITY };
  try {
    const options = { useTArray: true, formatAsRGBA: false, ...limits } as const;
    const { data, height, width } = library.decode(bytes, options);
    return { data, height, width, channels: 3 };
  } catch (error) {
    // The library does not say where it stopped; the coded pixels end with the file.
    return refuse(bytes.length, `the pixels are damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}
