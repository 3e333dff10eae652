/**
 * Pixels of PNG files: rows are unpacked, freed of their filters and spread to 8 bits a channel, all kinds of colours, depths and the
 * interlacing of Adam7 (W3C, Portable Network Graphics, third edition, sections 7 to 9 and 13).
 */
import { unpack } from '../environment.ts';
import type { Pixels, Refuse } from './pixels.ts';
import { colours, type PngHeader, type PngParts, readPngChunks } from './png-chunks.ts';

/** Some of the pixels, which have rows of their own: from (`left`, `top`) on every so many. */
interface Grid {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  readonly width: number;
  readonly height: number;
}

const adam7: readonly (readonly [left: number, top: number, across: number, down: number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

function gridsOf({ width, height, isInterlaced }: PngHeader): Grid[] {
  if (!isInterlaced) return [{ left: 0, top: 0, across: 1, down: 1, width, height }];
  return adam7
    .map(([left, top, across, down]) => ({
      ...{ left, top, across, down },
      width: Math.ceil((width - left) / across),
      height: Math.ceil((height - top) / down),
    }))
    .filter((grid) => grid.width > 0 && grid.height > 0);
}

const rowLength = ({ samples, depth }: PngHeader, width: number): number => Math.ceil((width * samples * depth) / 8);

type Predict = (left: number, up: number, corner: number) => number;

/** What a filter predicts of a byte, by its number. */
const predictions: readonly Predict[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) return left;
    return toUp <= toCorner ? up : corner;
  },
];

/** Adds to every byte of a row what was predicted of it. The bytes to the left belong to the pixel before. */
function unfilter(row: Uint8Array, above: Uint8Array | undefined, predict: Predict, pixel: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < pixel ? 0 : (row[i - pixel] as number);
    const up = above ? (above[i] as number) : 0;
    const corner = above && i >= pixel ? (above[i - pixel] as number) : 0;
    row[i] = (row[i] as number) + predict(left, up, corner);
  }
}

/** Reads sample `i` of a row, by its bits. */
function sampleReader(depth: number): (row: Uint8Array, i: number) => number {
  if (depth === 8) return (row, i) => row[i] as number;
  if (depth === 16) return (row, i) => ((row[2 * i] as number) << 8) | (row[2 * i + 1] as number);
  const mask = (1 << depth) - 1;
  const each = 8 / depth;
  return (row, i) => ((row[Math.floor(i / each)] as number) >> (8 - depth * ((i % each) + 1))) & mask;
}

/** Writes the channels of a pixel, given the place of its first sample in its row. */
type Spread = (row: Uint8Array, sample: number, into: Uint8Array, at: number) => void;

function spreadPalette({ palette, transparency, packedAt }: PngParts, depth: number, refuse: Refuse): Spread {
  const read = sampleReader(depth);
  const table = palette as Uint8Array;
  return (row, sample, into, at) => {
    const colour = read(row, sample);
    if (3 * colour >= table.length) refuse(packedAt, `colour ${colour} of a palette of ${table.length / 3}`);
    for (let i = 0; i < 3; i++) into[at + i] = table[3 * colour + i] as number;
    if (transparency) into[at + 3] = transparency[colour] ?? 255;
  };
}

function spreadSamples({ header, transparency }: PngParts): Spread {
  const { samples, depth } = header;
  const read = sampleReader(depth);
  const scale = 255 / (2 ** depth - 1);
  const key = transparency && Array.from({ length: samples }, (_, i) => sampleReader(16)(transparency, i));
  return (row, sample, into, at) => {
    let isKey = true;
    for (let i = 0; i < samples; i++) {
      const value = read(row, sample + i);
      into[at + i] = Math.round(value * scale);
      if (value !== key?.[i]) isKey = false;
    }
    if (key) into[at + samples] = isKey ? 0 : 255;
  };
}

/** The pixels of a file whose first bytes are the signature, at most so many. */
export async function decodePng(bytes: Uint8Array, maxPixels: number, refuse: Refuse): Promise<Pixels> {
  const parts = readPngChunks(bytes, maxPixels, refuse);
  const { header, packed, packedAt } = parts;
  const { width, height, depth, colour, samples } = header;
  const grids = gridsOf(header);
  const expected = grids.reduce((sum, grid) => sum + grid.height * (1 + rowLength(header, grid.width)), 0);
  const rows = await unpack('deflate', packed, expected).catch((error: unknown) =>
    refuse(packedAt, `the compression is damaged: ${error instanceof Error ? error.message : String(error)}`),
  );
  if (rows?.length !== expected) {
    const found = rows === undefined ? 'more' : String(rows.length);
    return refuse(packedAt, `expected ${expected} bytes for ${height} x ${width} pixels, got ${found}`);
  }
  const isPalette = colour === colours.palette;
  // The transparency of colours that have an alpha of their own says nothing.
  const hasKey = parts.transparency !== undefined && colour !== colours.greyAlpha && colour !== colours.rgba;
  const channels = (isPalette ? 3 : samples) + Number(hasKey);
  const spread = isPalette
    ? spreadPalette(parts, depth, refuse)
    : spreadSamples({ ...parts, transparency: hasKey ? parts.transparency : undefined });
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (const grid of grids) {
    const length = rowLength(header, grid.width);
    let above: Uint8Array | undefined;
    for (let y = 0; y < grid.height; y++) {
      const filter = rows[at] as number;
      const predict = predictions[filter] ?? refuse(packedAt, `unknown filter ${filter} in row ${y}`);
      const row = rows.subarray(at + 1, at + 1 + length);
      if (filter !== 0) unfilter(row, above, predict, Math.max(1, (samples * depth) >> 3));
      const line = (grid.top + y * grid.down) * width + grid.left;
      for (let x = 0; x < grid.width; x++) spread(row, x * samples, data, (line + x * grid.across) * channels);
      above = row;
      at += 1 + length;
    }
  }
  return { data, height, width, channels };
}
