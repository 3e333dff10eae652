/**
 * The few things of the environment that this package uses, typed here because the package is built without the types of any one
 * environment: text, decompression and timers everywhere, files in Node.
 */
import { joinBytes, raise } from '@deft/core';

interface Environment {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM?: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly DecompressionStream: new (
    format: 'gzip' | 'deflate',
  ) => {
    readonly readable: { getReader(): Reader };
    readonly writable: { getWriter(): Writer };
  };
  readonly Date: { now(): number };
  readonly crypto: { getRandomValues(array: Uint32Array): Uint32Array };
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly pid: number;
    uptime(): number;
    kill(pid: number, signal: 0): void;
  };
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

interface Writer {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

interface Timers {
  setTimeout(run: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

const environment = globalThis as unknown as Environment;
/** The timers of the environment. */
export const timers: Timers = globalThis as unknown as Timers;
const decoder = { fatal: true, ignoreBOM: true };

/** The text that bytes spell in UTF-8; a byte order mark is one of its characters, as elsewhere in data. Throws `TypeError` where they spell none. */
export function decodeText(bytes: Uint8Array): string {
  return new environment.TextDecoder('utf-8', decoder).decode(bytes);
}

/** The bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new environment.TextEncoder().encode(text);
}

/**
 * What packed bytes hold, gzipped or in the zlib format (`deflate`), a part at a time; no more is unpacked once no more is taken.
 * Rejects where they are damaged.
 */
export async function* unpackedParts(format: 'gzip' | 'deflate', bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new environment.DecompressionStream(format);
  const writer = writable.getWriter();
  // What is wrong with the bytes is told where they are read, too.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** What packed bytes hold; nothing if that is more than `most` bytes. Rejects where they are damaged. */
export async function unpack(
  format: 'gzip' | 'deflate',
  bytes: Uint8Array,
  most: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of unpackedParts(format, bytes)) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return joinBytes(parts);
}

/** What is known of a file. */
export interface FileFacts {
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** An open file. */
export interface OpenFile {
  stat(): Promise<FileFacts>;
  read(into: Uint8Array, at: number, length: number, from: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** A file that is written. */
export interface WritableFile extends OpenFile {
  /** Writes behind what was written. */
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
}

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Node's files. */
export interface NodeFiles {
  open(path: string, flags: string): Promise<WritableFile>;
  readFile(path: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  stat(path: string): Promise<FileFacts>;
  readdir(path: string, options: { readonly withFileTypes: true }): Promise<readonly FolderEntry[]>;
  realpath(path: string): Promise<string>;
}

/** Milliseconds since 1970. */
export function wallTime(): number {
  return environment.Date.now();
}

/** The number of this process; 0 where there are none. */
export function processNumber(): number {
  return environment.process?.pid ?? 0;
}

/** When this process began, in milliseconds since 1970. */
export function processStart(): number {
  return wallTime() - (environment.process?.uptime() ?? 0) * 1000;
}

/** Whether a process of this system runs, as far as it can be told. */
export function isRunning(pid: number): boolean {
  try {
    environment.process?.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: string }).code !== 'ESRCH';
  }
}

/** Eight hexadecimal digits that nothing else is called by. */
export function uniqueSuffix(): string {
  const [word] = environment.crypto.getRandomValues(new Uint32Array(1));
  return (word as number).toString(16).padStart(8, '0');
}

/** Node's files. Throws `E_FILE` where there are none. */
export async function nodeFiles(op: string): Promise<NodeFiles> {
  if (environment.process?.versions?.node === undefined) {
    raise('E_FILE', {
      op,
      says: 'there are no files in this environment',
      hint: 'fetch the bytes and give them instead',
    });
  }
  // Not a literal, so that bundlers for the browser leave it alone.
  const specifier = 'node:fs/promises';
  return (await import(/* @vite-ignore */ specifier)) as NodeFiles;
}

/** What a function of a file gives. Throws `E_FILE` with the path where the system refuses it. */
export async function withPath<T>(op: string, path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    return raise('E_FILE', { op, says: `${path}: ${(error as Error).message}` });
  }
}

/** Opens a file for reading. Throws `E_FILE` where there is no such file, or where there are no files. */
export async function openFile(op: string, path: string): Promise<OpenFile> {
  const files = await nodeFiles(op);
  return withPath(op, path, () => files.open(path, 'r'));
}

/** The size of an open file. Throws `E_FILE` for what is no file. */
export async function fileSize(op: string, path: string, file: OpenFile): Promise<number> {
  const facts = await file.stat();
  if (!facts.isFile()) raise('E_FILE', { op, says: `${path}: not a file` });
  return facts.size;
}

/** The first bytes of an open file. Throws `E_FILE` where it has fewer. */
export async function readFirst(op: string, path: string, file: OpenFile, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await withPath(op, path, () => file.read(bytes, at, length - at, at));
    if (bytesRead === 0) raise('E_FILE', { op, says: `${path}: byte ${at}: the file ended while it was read` });
    at += bytesRead;
  }
  return bytes;
}

/** All bytes of a file of at most so many. Throws `E_FILE`. */
export async function readWholeFile(op: string, path: string, most: number): Promise<Uint8Array> {
  const file = await openFile(op, path);
  try {
    const size = await fileSize(op, path, file);
    if (size > most) raise('E_FILE', { op, says: `${path}: ${size} bytes, more than the ${most} allowed` });
    return await readFirst(op, path, file, size);
  } finally {
    await file.close();
  }
}
