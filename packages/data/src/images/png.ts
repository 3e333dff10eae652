/**
 * Pixels of PNG files, by the library `fast-png`, which is loaded with the first of them. It would unpack whatever a file holds, so
 * rows are unpacked here, within bounds, and it is given a file of these and of what says how pixels are made of them.
 */
import { unpack } from '../environment.ts';
import type { Pixels, Refuse } from './pixels.ts';
import { colours, type PngParts, readPngChunks } from './png-chunks.ts';
import { pngOfRows } from './png-writing.ts';

/** What the library gives. Samples of fewer than 8 bits stay packed, rows beginning with a byte. */
interface DecodedPng {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: number;
  /** The samples of the colour that is transparent. */
  readonly transparency?: Uint16Array;
  /** Colours of three channels, or of four where some are transparent. */
  readonly palette?: readonly (readonly number[])[];
}

/** What is used of the library. */
interface PngLibrary {
  decode(bytes: Uint8Array): DecodedPng;
  convertIndexedToRgb(image: DecodedPng): Uint8Array;
}

/** The bytes that the packed rows must have: those of every pass of an interlaced image, and of each row one for its filter. */
function unpackedLength({ width, height, depth, samples, isInterlaced }: PngParts['header']): number {
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const sizes = isInterlaced
    ? passes.map(([left, top, across, down]) => [(width - left) / across, (height - top) / down])
    : [[width, height]];
  return sizes.reduce((sum, size) => {
    const [columns, rows] = size.map(Math.ceil) as [number, number];
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * samples * depth) / 8)) : sum;
  }, 0);
}

/** Samples one behind the other, from rows in which several share a byte. */
function spreadBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const each = 8 / depth;
  const row = Math.ceil(width / each);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const column = i % width;
    const byte = data[Math.floor(i / width) * row + Math.floor(column / each)] as number;
    return (byte >> (8 - depth * ((column % each) + 1))) & (2 ** depth - 1);
  });
}

/** Samples as 8 bits a channel, with an alpha channel where one colour is transparent. */
function toBytes(image: DecodedPng): Pixels {
  const { width, height, channels: samples, depth, transparency } = image;
  if (image.data instanceof Uint8Array && depth === 8 && transparency === undefined) {
    return { data: image.data, width, height, channels: samples };
  }
  const values = depth < 8 ? spreadBits(image) : image.data;
  const scale = 255 / (2 ** depth - 1);
  const channels = samples + Number(transparency !== undefined);
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    let isTransparent = true;
    for (let i = 0; i < samples; i++) {
      const value = values[pixel * samples + i] as number;
      data[pixel * channels + i] = Math.round(value * scale);
      if (value !== transparency?.[i]) isTransparent = false;
    }
    if (transparency) data[pixel * channels + samples] = isTransparent ? 0 : 255;
  }
  return { data, width, height, channels };
}

/** The pixels of a file whose first bytes are the signature, at most so many. */
export async function decodePng(bytes: Uint8Array, maxPixels: number, refuse: Refuse): Promise<Pixels> {
  const { header, packed, packedAt, tables } = readPngChunks(bytes, maxPixels, refuse);
  const { width, height, depth, colour, isInterlaced } = header;
  // The library takes such rows for longer ones.
  if (isInterlaced && depth < 8) refuse(packedAt, `interlaced images of ${depth} bits a sample are not read`);
  const damaged = (what: string, error: unknown): never =>
    refuse(packedAt, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  const expected = unpackedLength(header);
  const rows = await unpack('deflate', packed, expected).catch((error: unknown) =>
    damaged('the compression is damaged', error),
  );
  if (rows?.length !== expected) {
    const found = rows === undefined ? 'more' : String(rows.length);
    return refuse(packedAt, `expected ${expected} bytes for ${height} x ${width} pixels, got ${found}`);
  }
  const library = (await import('fast-png')) as unknown as PngLibrary;
  try {
    const image = library.decode(pngOfRows(tables, rows));
    if (colour !== colours.palette) return toBytes(image);
    return { data: library.convertIndexedToRgb(image), width, height, channels: image.palette?.[0]?.length ?? 3 };
  } catch (error) {
    return damaged('the pixels are damaged', error);
  }
}
