/**
 * The few things of the environment that this package uses, typed here because the package is built without the types of any one
 * environment: text and decompression everywhere, files in Node.
 */
import { raise } from '@deft/core';

interface Environment {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM?: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly DecompressionStream: new (
    format: 'gzip',
  ) => {
    readonly readable: { getReader(): Reader };
    readonly writable: { getWriter(): Writer };
  };
  readonly process?: { readonly versions?: { readonly node?: string } };
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

interface Writer {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const environment = globalThis as unknown as Environment;
const decoder = { fatal: true, ignoreBOM: true };

/** The text that bytes spell in UTF-8. Throws `TypeError` where they spell none. */
export function decodeText(bytes: Uint8Array): string {
  return new environment.TextDecoder('utf-8', decoder).decode(bytes);
}

/** What gzipped bytes hold; nothing if that is more than `most` bytes. Rejects where they are damaged. */
export async function gunzip(bytes: Uint8Array, most: number): Promise<Uint8Array | undefined> {
  const { readable, writable } = new environment.DecompressionStream('gzip');
  const writer = writable.getWriter();
  // What is wrong with the bytes is told where they are read, too.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    length += value.length;
    if (length > most) {
      await reader.cancel().catch(() => {});
      return undefined;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An open file. */
export interface OpenFile {
  stat(): Promise<{ readonly size: number }>;
  read(into: Uint8Array, at: number, length: number, from: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** Opens a file for reading. Throws `E_FILE` where there is no such file, or where there are no files. */
export async function openFile(op: string, path: string): Promise<OpenFile> {
  if (environment.process?.versions?.node === undefined) {
    raise('E_FILE', {
      op,
      says: 'there are no files in this environment',
      hint: 'fetch the bytes and give them instead',
    });
  }
  // Not a literal, so that bundlers for the browser leave it alone.
  const specifier = 'node:fs/promises';
  const files = (await import(/* @vite-ignore */ specifier)) as {
    open(path: string, flags: string): Promise<OpenFile>;
  };
  try {
    return await files.open(path, 'r');
  } catch (error) {
    return raise('E_FILE', { op, says: `${path}: ${(error as Error).message}` });
  }
}

/** All bytes of a file of at most so many. Throws `E_FILE`. */
export async function readWholeFile(op: string, path: string, most: number): Promise<Uint8Array> {
  const file = await openFile(op, path);
  try {
    const { size } = await file.stat();
    if (size > most) raise('E_FILE', { op, says: `${path}: ${size} bytes, more than the ${most} allowed` });
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, size - at, at);
      if (bytesRead === 0) raise('E_FILE', { op, says: `${path}: byte ${at}: the file ended while it was read` });
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
