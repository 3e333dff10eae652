/**
 * Messages in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding): a message is its fields one
 * after the other, a field its number and kind, then its value. Only what event files need is here.
 */
import { encodeText } from '../../environment.ts';

/** Parts one after the other: fields as a message. */
export function message(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A whole number from 0 to 2⁵³ − 1 as groups of seven bits, the lowest first. */
function variable(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}

const tag = (field: number, kind: 0 | 1 | 2): Uint8Array => variable(field * 8 + kind);

/** A field of a whole number or an enumeration. */
export const numberField = (field: number, value: number): Uint8Array => message(tag(field, 0), variable(value));

/** A field of a `double`. */
export function doubleField(field: number, value: number): Uint8Array {
  return message(tag(field, 1), littleEndian([value], 8));
}

/** A field of bytes, of a message, or of packed numbers. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message(tag(field, 2), variable(bytes.length), bytes);
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
