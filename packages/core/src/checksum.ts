/**
 * CRC-32 (the polynomial of IEEE 802.3) as zip and PNG use it, and CRC-32C (Castagnoli's: RFC 3720, section 12.1 and appendix B.4) as
 * files of records use it. Eight bytes are taken at a time, each by a table of its own: M. E. Kounavis and F. L. Berry, A Systematic
 * Approach to Building High Performance Software-based CRC Generators (2005).
 */

/** Bytes that are taken at a time. */
const stride = 8;

/**
 * The remainders of all bytes by a polynomial whose bits are reversed, in the first 256 words; behind them those of the same bytes
 * with one zero byte after them, with two, and so on.
 */
function tablesOf(polynomial: number): Int32Array {
  const tables = new Int32Array(256 * stride);
  for (let byte = 0; byte < 256; byte++) {
    let word = byte;
    for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ polynomial : word >>> 1;
    tables[byte] = word;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256] as number;
    tables[i] = (shorter >>> 8) ^ (tables[shorter & 0xff] as number);
  }
  return tables;
}

function checksum(tables: Int32Array, bytes: Uint8Array, before: number): number {
  const at = (zeros: number, byte: number): number => tables[256 * zeros + byte] as number;
  let word = ~before;
  let i = 0;
  for (const last = bytes.length - stride; i <= last; i += stride) {
    const low =
      word ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    word =
      at(7, low & 0xff) ^
      at(6, (low >>> 8) & 0xff) ^
      at(5, (low >>> 16) & 0xff) ^
      at(4, low >>> 24) ^
      at(3, bytes[i + 4] as number) ^
      at(2, bytes[i + 5] as number) ^
      at(1, bytes[i + 6] as number) ^
      at(0, bytes[i + 7] as number);
  }
  for (; i < bytes.length; i++) word = at(0, (word ^ (bytes[i] as number)) & 0xff) ^ (word >>> 8);
  return ~word >>> 0;
}

const tables: Int32Array = tablesOf(0xedb88320);
const castagnoliTables: Int32Array = tablesOf(0x82f63b78);

/** The CRC-32 of bytes, going on from that of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  return checksum(tables, bytes, before);
}

/** The CRC-32C of bytes, going on from that of the bytes before them. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  return checksum(castagnoliTables, bytes, before);
}
