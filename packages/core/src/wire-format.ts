/**
 * The wire format of protocol buffers (protobuf.dev/programming-guides/encoding), as far as writing goes: a message is its fields one after
 * the other, a field its number and kind, then its value.
 */

/** Parts one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A whole number from 0 to 2⁵³ − 1, or a bigint of 64 bits, as groups of seven bits, the lowest first. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** How the value of a field is written: a varint, 8 bytes, a length and bytes, or 4 bytes. */
export const wireKinds = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field of a whole number or an enumeration. */
export function numberField(field: number, value: number | bigint): Uint8Array {
  return joinBytes([varint(field * 8 + wireKinds.varint), varint(value)]);
}

/** A field of bytes, of a text, of a message, or of packed numbers. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return joinBytes([varint(field * 8 + wireKinds.bytes), varint(bytes.length), bytes]);
}
