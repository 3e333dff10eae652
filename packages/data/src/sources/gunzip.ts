/**
 * Gzip data that is unpacked no further than asked for, since a file can hold a thousand times its own size: first its beginning, from
 * which is known how much it should hold, then the whole, bounded by that. What is wrong with it is told with the byte, which no
 * environment tells: it is found by unpacking beginnings of the data, all of which are merely cut short until they hold that byte.
 */
import { joinBytes } from '@deft/core';
import { unpack, unpackedParts } from '../environment.ts';

/** Deflate packs no more into a byte: 258 bytes take two bits at best. */
const mostFromByte = 1032;

/** What the header (it may hold a name) and the trailer take at most. */
const mostAround = 2 ** 16;

/** Packed bytes that are read before it is known what they should hold. */
export const packedBeginning: number = mostAround + 2 ** 12;

/** Says what is wrong with the data, and throws. */
export type Refuse = (says: string) => never;

/** Whether bytes begin as gzip data does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The first bytes that packed ones hold, at most `most`: fewer where the data ends, or is damaged, before. */
export async function gunzipBeginning(packed: Uint8Array, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of unpackedParts('gzip', packed)) {
      parts.push(part);
      length += part.length;
      if (length >= most) break;
    }
  } catch {
    // Told when the whole is unpacked.
  }
  return joinBytes(parts).subarray(0, most);
}

/** Refuses a number of packed bytes that cannot hold so many, or that would be far more than these need. */
export function checkPackedSize(size: number, length: number, refuse: Refuse): void {
  if (length > size * mostFromByte) refuse(`byte ${size}: the file ends, and cannot hold the ${length} bytes stated`);
  // Deflate adds at most five bytes to a block of 16 KiB.
  const most = length + Math.ceil(length / 1000) + mostAround;
  if (size > most) refuse(`${size} packed bytes are too many for the ${length} bytes stated`);
}

/**
 * What gzip data holds; nothing if that is more than `most` bytes. Refuses data that is damaged or cut short, and bytes behind it,
 * with the byte at which that begins.
 */
export async function gunzip(packed: Uint8Array, most: number, refuse: Refuse): Promise<Uint8Array | undefined> {
  let unpacked: Uint8Array | undefined;
  try {
    unpacked = await unpack('gzip', packed, most);
  } catch (error) {
    const says = (error as Error).message;
    const cutShort = await saysCutShort();
    if (says === cutShort) return refuse(`byte ${packed.length}: the compression is cut short`);
    const isGood = async (length: number): Promise<boolean> =>
      [undefined, cutShort].includes(await fault(packed.subarray(0, length), most));
    return refuse(`byte ${await lastGood(packed.length, isGood)}: the compression is damaged: ${says}`);
  }
  if (unpacked !== undefined && !statesLength(packed, unpacked.length)) {
    const isUnfinished = async (length: number): Promise<boolean> =>
      (await fault(packed.subarray(0, length), most)) !== undefined;
    const end = (await lastGood(packed.length, isUnfinished)) + 1;
    if (end < packed.length) refuse(`byte ${end}: ${packed.length - end} bytes behind the compressed data`);
  }
  return unpacked;
}

/** Whether the last four bytes are the length of the data (RFC 1952, ISIZE): not where it is of several members, or bytes follow. */
function statesLength(packed: Uint8Array, length: number): boolean {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return view.getUint32(packed.length - 4, true) === length % 2 ** 32;
}

/** What is wrong with data, in the environment's words. */
async function fault(packed: Uint8Array, most: number): Promise<string | undefined> {
  try {
    await unpack('gzip', packed, most);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the environment says of data that is cut short, which is the one way to tell that from damage everywhere. */
function saysCutShort(): Promise<string | undefined> {
  return fault(Uint8Array.of(0x1f, 0x8b), 1);
}

/** The largest length below one that is not good such that it is good, if shorter ones are. */
async function lastGood(notGood: number, isGood: (length: number) => Promise<boolean>): Promise<number> {
  let good = 0;
  let bad = notGood;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (await isGood(middle)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}
