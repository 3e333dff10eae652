/**
 * Another reader and writer of the files that `serialize` writes, made by their description in `docs/decisions/0045-saved-functions.md`: tests change
 * files with it, and it shows that the description is enough.
 */

/** A file taken apart. */
export interface SavedParts {
  /** Parsed; a text stands for itself. */
  // biome-ignore lint/suspicious/noExplicitAny: tests put anything there
  manifest: any;
  /** Each with its line break. */
  graphs: string[];
  tensors: Uint8Array;
}

const magic = Uint8Array.of(0x89, 0x44, 0x46, 0x54, 0x0d, 0x0a, 0x1a, 0x0a);
const tags = ['manifest', 'graphs', 'tensors'];
const [header, entry, alignment] = [32, 24, 64];

/** CRC-32 bit by bit. */
function checksum(bytes: Uint8Array): number {
  let word = 0xffffffff;
  for (const byte of bytes) {
    word ^= byte;
    for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1;
  }
  return ~word >>> 0;
}

/** Puts the checksum of a file into its place. */
export function sealSaved(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  view.setUint32(24, 0, true);
  view.setUint32(24, checksum(file), true);
}

/** Takes a file apart that is whole. */
export function takeSavedApart(file: Uint8Array): SavedParts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const sections = tags.map((_, i) => {
    const at = header + entry * i;
    const offset = Number(view.getBigUint64(at + 8, true));
    return file.slice(offset, offset + Number(view.getBigUint64(at + 16, true)));
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const [manifestBytes, text, tensors] = sections;
  const manifest = JSON.parse(new TextDecoder().decode(manifestBytes));
  let end = 0;
  const graphs = (manifest.graphs as number[]).map((length) => {
    end += length;
    return new TextDecoder().decode(text.subarray(end - length, end));
  });
  return { manifest, graphs, tensors };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Puts a file together. With `keepsLengths` the manifest says what it says of the lengths of graphs. */
export function putSavedTogether({ manifest, graphs, tensors }: SavedParts, keepsLengths = false): Uint8Array {
  const encoder = new TextEncoder();
  const texts = graphs.map((graph) => encoder.encode(graph));
  const stated = keepsLengths ? manifest : { ...manifest, graphs: texts.map(({ length }) => length) };
  const json = typeof manifest === 'string' ? manifest : JSON.stringify(stated);
  const sections = [encoder.encode(json), joined(texts), tensors];
  let end = header + entry * sections.length;
  const offsets = sections.map(({ length }) => {
    const offset = Math.ceil(end / alignment) * alignment;
    end = offset + length;
    return offset;
  });
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint32(8, 1, true);
  view.setUint32(12, sections.length, true);
  view.setBigUint64(16, BigInt(end), true);
  sections.forEach((bytes, i) => {
    const at = header + entry * i;
    file.set(encoder.encode(tags[i] as string), at);
    view.setBigUint64(at + 8, BigInt(offsets[i] as number), true);
    view.setBigUint64(at + 16, BigInt(bytes.length), true);
    file.set(bytes, offsets[i]);
  });
  sealSaved(file);
  return file;
}
