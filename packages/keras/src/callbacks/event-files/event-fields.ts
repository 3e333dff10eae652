/** Fields of event files beside those of the wire format itself. */
import { bytesField, joinBytes, varint, wireKinds } from '@deft/core';
import { encodeText } from '../../environment.ts';

/** A field of a `double`. */
export function doubleField(field: number, value: number): Uint8Array {
  return joinBytes([varint(field * 8 + wireKinds.fixed64), littleEndian([value], 8)]);
}

/** A field of a text. */
export const textField = (field: number, text: string): Uint8Array => bytesField(field, encodeText(text));

/** Floating numbers of 4 or 8 bytes, the lowest byte first. */
export function littleEndian(values: ArrayLike<number>, size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) {
    if (size === 8) view.setFloat64(i * 8, values[i] as number, true);
    else view.setFloat32(i * 4, values[i] as number, true);
  }
  return new Uint8Array(view.buffer);
}
