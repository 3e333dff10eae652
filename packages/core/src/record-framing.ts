/**
 * Records in a file, as TensorFlow frames them (tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details"): length,
 * its checksum, data, their checksum. A record can be found where the one before it ends, and nowhere else.
 */
import { crc32c } from './checksum.ts';
import { joinBytes } from './wire-format.ts';

/** Bytes before the data of a record. */
export const recordHeadLength = 12;
/** Bytes behind it. */
export const recordFootLength = 4;

/** A checksum as the format stores it: turned and moved, so that checksums of data that hold checksums stay good. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Data in its frame. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const head = new Uint8Array(recordHeadLength);
  viewOf(head).setBigUint64(0, BigInt(data.length), true);
  viewOf(head).setUint32(8, masked(head.subarray(0, 8)), true);
  const foot = new Uint8Array(recordFootLength);
  viewOf(foot).setUint32(0, masked(data), true);
  return joinBytes([head, data, foot]);
}

/** The length of the data that the bytes before them state; nothing where their checksum does not fit. */
export function statedLength(head: Uint8Array): number | undefined {
  const view = viewOf(head);
  return view.getUint32(8, true) === masked(head.subarray(0, 8)) ? Number(view.getBigUint64(0, true)) : undefined;
}

/** Whether the bytes behind data are their checksum. */
export function isIntact(data: Uint8Array, foot: Uint8Array): boolean {
  return viewOf(foot).getUint32(0, true) === masked(data);
}
