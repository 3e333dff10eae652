/** PNG files of rows that are there already: nothing in them is packed, so that reading one unpacks nothing. */
import { crc32, joinBytes } from '@deft/core';

/** The bytes of numbers, the most significant first. */
function bigEndian(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word);
  return bytes;
}

/** The checksum of the zlib format (RFC 1950, section 8.2). */
function adler32(bytes: Uint8Array): number {
  const modulus = 65521;
  // So many bytes before the sums could leave 32 bits.
  const most = 5552;
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += most) {
    const end = Math.min(start + most, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i] as number;
      b += a;
    }
    a %= modulus;
    b %= modulus;
  }
  return (b << 16) | a;
}

/** Bytes in the zlib format, in blocks that are stored as they are (RFC 1951, section 3.2.4). */
function storedZlib(bytes: Uint8Array): Uint8Array {
  const most = 65535;
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let start = 0; start < bytes.length; start += most) {
    const block = bytes.subarray(start, start + most);
    const isLast = start + most >= bytes.length;
    const { length } = block;
    parts.push(Uint8Array.of(Number(isLast), length & 255, length >> 8, ~length & 255, (~length >> 8) & 255), block);
  }
  return joinBytes([...parts, bigEndian(adler32(bytes))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = joinBytes([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), data]);
  return joinBytes([bigEndian(data.length), named, bigEndian(crc32(named))]);
}

/** A PNG file of rows, each with its filter, that begins with signature, header and colours. */
export function pngOfRows(tables: Uint8Array, rows: Uint8Array): Uint8Array {
  return joinBytes([tables, chunk('IDAT', storedZlib(rows)), chunk('IEND', new Uint8Array())]);
}
