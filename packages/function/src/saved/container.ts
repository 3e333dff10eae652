/**
 * The binary container of saved programs: a header, a table of sections, the sections. All numbers are little-endian. A file to
 * read may be hostile: every number is checked against the length that is really there before it is used, and the sections are
 * views of the file.
 *
 * - 8 bytes: `89 44 46 54 0D 0A 1A 0A` (`\x89DFT\r\n\x1a\n`)
 * - u32: version; u32: number of sections
 * - u64: length of the file
 * - u32: CRC-32 of the whole file, taken with these four bytes as zeros; u32: zero
 * - for every section: 8 ASCII characters (the tag, padded with zeros), u64 offset, u64 length
 *
 * Sections begin at multiples of 64, in the order of the table, each at the first one behind the end of the section before it;
 * bytes in between are zeros. The file ends with its last section.
 */
import { crc32 } from '@deft/core';
import { damaged, shown } from './file-error.ts';

/** The version that is written, and the only one so far. */
export const version = 1;

const magic = [0x89, 0x44, 0x46, 0x54, 0x0d, 0x0a, 0x1a, 0x0a];
const [headerBytes, entryBytes, alignment, tagBytes] = [32, 24, 64, 8];
const [versionAt, countAt, lengthAt, checksumAt, reservedAt] = [8, 12, 16, 24, 28];
/** No version has more. */
const mostSections = 16;

/** A part of a file. */
export interface Section {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** A part of a file that was read, and where it begins. */
export interface ReadSection extends Section {
  readonly offset: number;
}

const aligned = (offset: number): number => Math.ceil(offset / alignment) * alignment;

/** The checksum of a file, which does not depend on what stands in its place. */
function checksumOf(file: Uint8Array): number {
  const before = crc32(new Uint8Array(4), crc32(file.subarray(0, checksumAt)));
  return crc32(file.subarray(checksumAt + 4), before);
}

/** Puts the checksum of a file into its place. */
export function seal(file: Uint8Array): void {
  new DataView(file.buffer, file.byteOffset).setUint32(checksumAt, checksumOf(file), true);
}

/** Writes a file. */
export function encodeContainer(sections: readonly Section[]): Uint8Array {
  const offsets: number[] = [];
  let end = headerBytes + entryBytes * sections.length;
  for (const { bytes } of sections) {
    const offset = aligned(end);
    offsets.push(offset);
    end = offset + bytes.length;
  }
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint32(versionAt, version, true);
  view.setUint32(countAt, sections.length, true);
  view.setBigUint64(lengthAt, BigInt(end), true);
  sections.forEach(({ tag, bytes }, i) => {
    const entry = headerBytes + entryBytes * i;
    for (let k = 0; k < tag.length; k++) file[entry + k] = tag.charCodeAt(k);
    view.setBigUint64(entry + tagBytes, BigInt(offsets[i] as number), true);
    view.setBigUint64(entry + tagBytes + 8, BigInt(bytes.length), true);
    file.set(bytes, offsets[i]);
  });
  seal(file);
  return file;
}

/** Takes a file apart; it must have sections of these tags, in this order. Throws `E_FILE`. */
export function decodeContainer(file: Uint8Array, tags: readonly string[]): ReadSection[] {
  // A plain view: what Node reads is a Buffer, whose slice() does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  magic.forEach((byte, i) => {
    if (bytes[i] !== byte) damaged(`byte ${i}`, 'it is no saved program: these begin with \\x89DFT');
  });
  if (bytes.length < headerBytes)
    damaged(`byte ${bytes.length}`, `the file ends within its header of ${headerBytes} bytes`);
  const found = view.getUint32(versionAt, true);
  if (found !== version) damaged(`byte ${versionAt}`, `version ${found}, this library reads version ${version}`);
  const stated = Number(view.getBigUint64(lengthAt, true));
  if (stated !== bytes.length)
    damaged(`byte ${lengthAt}`, `a file of ${stated} bytes is stated, it has ${bytes.length}`);
  const count = view.getUint32(countAt, true);
  if (count > mostSections || headerBytes + entryBytes * count > bytes.length)
    damaged(`byte ${countAt}`, `${count} sections are stated`);
  if (view.getUint32(checksumAt, true) !== checksumOf(bytes))
    damaged(`byte ${checksumAt}`, 'the checksum does not fit: the file was changed or damaged after it was written');
  if (view.getUint32(reservedAt, true) !== 0) damaged(`byte ${reservedAt}`, 'expected zero');
  if (count !== tags.length) damaged(`byte ${countAt}`, `expected ${tags.length} sections, got ${count}`);
  let end = headerBytes + entryBytes * count;
  const sections = tags.map((tag, i): ReadSection => {
    const entry = headerBytes + entryBytes * i;
    const name = String.fromCharCode(...bytes.subarray(entry, entry + tagBytes)).replace(/\0+$/, '');
    if (name !== tag) damaged(`byte ${entry}`, `expected section ${tag}, got ${shown(name)}`);
    const offset = Number(view.getBigUint64(entry + tagBytes, true));
    const length = Number(view.getBigUint64(entry + tagBytes + 8, true));
    if (offset !== aligned(end))
      damaged(`byte ${entry + tagBytes}`, `section ${tag} begins at ${offset}, not at ${aligned(end)}`);
    if (length > bytes.length - offset)
      damaged(
        `byte ${entry + tagBytes + 8}`,
        `section ${tag} has ${length} bytes, the file ends ${bytes.length - offset} behind its begin`,
      );
    if (bytes.subarray(end, offset).some((byte) => byte !== 0)) damaged(`byte ${end}`, `bytes between sections`);
    end = offset + length;
    return { tag, offset, bytes: bytes.subarray(offset, end) };
  });
  if (end !== bytes.length) damaged(`byte ${end}`, `the last section ends here, the file at ${bytes.length}`);
  return sections;
}
