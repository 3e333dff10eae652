/**
 * CRC-32 (the polynomial of IEEE 802.3) as zip and PNG use it, and CRC-32C (Castagnoli's: RFC 3720, section 12.1 and appendix B.4) as
 * files of records use it, both by a table for each byte.
 */

/** The remainders of all bytes by a polynomial whose bits are reversed. */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let word = byte;
    for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ polynomial : word >>> 1;
    return word >>> 0;
  });
}

function checksum(table: Uint32Array, bytes: Uint8Array, before: number): number {
  let word = ~before >>> 0;
  for (let i = 0; i < bytes.length; i++) {
    word = (table[(word ^ (bytes[i] as number)) & 0xff] as number) ^ (word >>> 8);
  }
  return ~word >>> 0;
}

const table: Uint32Array = tableOf(0xedb88320);
const castagnoliTable: Uint32Array = tableOf(0x82f63b78);

/** The CRC-32 of bytes, going on from that of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  return checksum(table, bytes, before);
}

/** The CRC-32C of bytes, going on from that of the bytes before them. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  return checksum(castagnoliTable, bytes, before);
}
