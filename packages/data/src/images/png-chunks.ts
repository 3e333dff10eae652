/**
 * PNG files as chunks: length, type, data and a checksum of these (W3C, Portable Network Graphics, third edition, section 5). All is
 * checked before pixels are looked at, and the sizes in the header are bounded before anything is allocated by them.
 */
import { crc32, joinBytes } from '@deft/core';
import type { Refuse } from './pixels.ts';

/** The first bytes of a PNG file. */
export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Codes of what the samples of a pixel are. */
export const colours = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** Chunks that say what pixels are made of. */
const tableTypes = new Set(['IHDR', 'PLTE', 'tRNS']);

/** Samples of a pixel, and depths they may have, by the codes of colours. */
const kinds: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [colours.grey, { samples: 1, depths: [1, 2, 4, 8, 16] }],
  [colours.rgb, { samples: 3, depths: [8, 16] }],
  [colours.palette, { samples: 1, depths: [1, 2, 4, 8] }],
  [colours.greyAlpha, { samples: 2, depths: [8, 16] }],
  [colours.rgba, { samples: 4, depths: [8, 16] }],
]);

/** What the header says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly colour: number;
  /** Samples of a pixel. */
  readonly samples: number;
  readonly isInterlaced: boolean;
}

/** What pixels are made of. */
export interface PngParts {
  readonly header: PngHeader;
  /** The beginning of a PNG file of the same image: signature, header and colours. */
  readonly tables: Uint8Array;
  /** The packed rows. */
  readonly packed: Uint8Array;
  /** The byte of the file at which they begin. */
  readonly packedAt: number;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

function readHeader(data: Uint8Array, at: number, maxPixels: number, refuse: Refuse): PngHeader {
  if (data.length !== 13) refuse(at, `a header of ${data.length} bytes instead of 13`);
  const view = viewOf(data);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colour, compression, filter, interlace] = data.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (width === 0 || height === 0) refuse(at, `an image of ${height} x ${width} pixels`);
  if (width * height > maxPixels) refuse(at, `${height} x ${width} pixels, more than the ${maxPixels} allowed`);
  const kind = kinds.get(colour);
  if (!kind?.depths.includes(depth)) return refuse(at + 8, `no such colours: type ${colour} of ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    refuse(at + 10, `unknown compression ${compression}, filter ${filter} or interlacing ${interlace}`);
  }
  return { width, height, depth, colour, samples: kind.samples, isInterlaced: interlace === 1 };
}

/** Checks what stands beside the pixels, so that looking something up in it finds it. */
function checkTables({ colour }: PngHeader, palette: Uint8Array | undefined, transparency: Uint8Array | undefined) {
  if (palette && (palette.length % 3 !== 0 || palette.length === 0 || palette.length > 768)) {
    return `a palette of ${palette.length} bytes`;
  }
  if (colour === colours.palette && palette === undefined) return 'there is no palette before the pixels';
  const wanted = { [colours.grey]: 2, [colours.rgb]: 6 }[colour];
  if (transparency && wanted !== undefined && transparency.length !== wanted) {
    return `a transparent colour of ${transparency.length} bytes instead of ${wanted}`;
  }
  return undefined;
}

/** Takes a file apart whose first bytes are the signature. */
export function readPngChunks(bytes: Uint8Array, maxPixels: number, refuse: Refuse): PngParts {
  const view = viewOf(bytes);
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const packed: Uint8Array[] = [];
  const tables = [bytes.subarray(0, pngSignature.length)];
  let packedAt = 0;
  let at = pngSignature.length;
  for (let type = ''; type !== 'IEND'; ) {
    if (at + 12 > bytes.length) refuse(bytes.length, 'the file ends before its last chunk');
    const length = view.getUint32(at);
    const start = at + 8;
    type = String.fromCharCode(...bytes.subarray(at + 4, start));
    if (!/^[A-Za-z]{4}$/.test(type)) refuse(at + 4, 'expected the type of a chunk');
    if (length > bytes.length - at - 12) refuse(bytes.length, `the file ends within the chunk ${type} of byte ${at}`);
    if (crc32(bytes.subarray(at + 4, start + length)) !== view.getUint32(start + length)) {
      refuse(at, `the checksum of the chunk ${type} does not fit`);
    }
    const data = bytes.subarray(start, start + length);
    if ((type === 'IHDR') !== (header === undefined)) refuse(at, `expected the header first and once, got ${type}`);
    if (type === 'IHDR') header = readHeader(data, start, maxPixels, refuse);
    else if (type === 'PLTE') palette = data;
    else if (type === 'tRNS') transparency = data;
    else if (type === 'IDAT') {
      if (packed.length === 0) packedAt = start;
      packed.push(data);
    } else if (type !== 'IEND' && /^[A-Z]/.test(type)) refuse(at, `unknown chunk ${type}`);
    // The transparency of colours that have an alpha of their own says nothing.
    const saysNothing = type === 'tRNS' && (header?.colour === colours.greyAlpha || header?.colour === colours.rgba);
    if (tableTypes.has(type) && !saysNothing) tables.push(bytes.subarray(at, start + length + 4));
    at = start + length + 4;
  }
  if (header === undefined || packed.length === 0) return refuse(at, 'there are no pixels');
  const wrong = checkTables(header, palette, transparency);
  if (wrong !== undefined) refuse(packedAt, wrong);
  return { header, tables: joinBytes(tables), packed: joinBytes(packed), packedAt };
}
