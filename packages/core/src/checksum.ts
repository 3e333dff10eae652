/** CRC-32 (the polynomial of IEEE 802.3, reflected: 0xEDB88320), as zip and PNG use it. */

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let word = byte;
  for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1;
  return word >>> 0;
});

/** The checksum of bytes, going on from that of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let word = ~before >>> 0;
  for (let i = 0; i < bytes.length; i++) {
    word = (table[(word ^ (bytes[i] as number)) & 0xff] as number) ^ (word >>> 8);
  }
  return ~word >>> 0;
}
