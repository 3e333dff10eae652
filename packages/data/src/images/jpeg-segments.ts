/**
 * JPEG files as segments: a marker, and for most of them a length and data; behind the head of a scan its coded pixels (ITU-T T.81,
 * annex B). The library that decodes them trusts what they say, so it is checked here: nothing reaches beyond the file, which has its
 * end, and sizes, samplings and the number of scans are bounded.
 */
import type { Refuse } from './pixels.ts';

const [startOfImage, endOfImage, startOfScan, temporary] = [0xd8, 0xd9, 0xda, 0x01];
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
/** Frames that are decoded: baseline, extended and progressive, coded by Huffman. */
const knownFrames = new Set([0xc0, 0xc1, 0xc2]);
/** All other frames: lossless, hierarchical or coded arithmetically. */
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** Every scan of a progressive file goes over all pixels, however few bytes it has. */
const mostScans = 100;

/** The first bytes of a JPEG file. */
export const jpegSignature: readonly number[] = [0xff, startOfImage, 0xff];

function checkFrame(data: Uint8Array, at: number, maxPixels: number, refuse: Refuse): void {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = data;
  const height = h1 * 256 + h0;
  const width = w1 * 256 + w0;
  if (data.length < 6 || data.length !== 6 + 3 * components) refuse(at, `a frame of ${data.length} bytes`);
  if (precision !== 8) refuse(at, `samples of ${precision} bits are not read, only those of 8`);
  if (height === 0 || width === 0) refuse(at + 1, `an image of ${height} x ${width} pixels`);
  if (height * width > maxPixels) refuse(at + 1, `${height} x ${width} pixels, more than the ${maxPixels} allowed`);
  if (components !== 1 && components !== 3 && components !== 4) refuse(at + 5, `${components} components`);
  for (let i = 0; i < components; i++) {
    const sampling = data[7 + 3 * i] as number;
    const isKnown = [sampling >> 4, sampling & 15].every((factor) => factor >= 1 && factor <= 4);
    if (!isKnown) refuse(at + 7 + 3 * i, `a sampling of ${sampling >> 4} x ${sampling & 15}`);
  }
}

/** The place of the marker behind coded pixels: 0xff, and neither a stuffed zero nor a restart after it. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] as number;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return bytes.length;
}

/** Checks a file whose first bytes are the signature. */
export function checkJpegSegments(bytes: Uint8Array, maxPixels: number, refuse: Refuse): void {
  let at = 2;
  let frames = 0;
  let scans = 0;
  for (;;) {
    const begin = at;
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) refuse(bytes.length, 'the file ends before its end is marked');
    if (bytes[at] !== 0xff) refuse(begin, 'expected a marker');
    const marker = bytes[at + 1] as number;
    at += 2;
    if (marker === endOfImage) break;
    if (marker === temporary || isRestart(marker)) continue;
    const length = at + 2 > bytes.length ? 0 : (bytes[at] as number) * 256 + (bytes[at + 1] as number);
    if (at + Math.max(2, length) > bytes.length)
      refuse(bytes.length, `the file ends within the segment of byte ${begin}`);
    if (length < 2) refuse(at, `a segment of ${length} bytes`);
    const data = bytes.subarray(at + 2, at + length);
    if (otherFrames.has(marker)) refuse(begin, 'lossless, hierarchical and arithmetically coded images are not read');
    if (knownFrames.has(marker)) {
      if (++frames > 1) refuse(begin, 'a second frame');
      checkFrame(data, at + 2, maxPixels, refuse);
    }
    at += length;
    if (marker !== startOfScan) continue;
    if (frames === 0) refuse(begin, 'a scan before the frame');
    if (++scans > mostScans) refuse(begin, `more than ${mostScans} scans`);
    at = endOfScan(bytes, at);
  }
  if (scans === 0) refuse(at, 'there are no pixels');
}
