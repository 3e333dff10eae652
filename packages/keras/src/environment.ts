/**
 * The few things of the environment that this package uses, typed here because the package is built without the types of
 * any one environment: text, time, the console and requests everywhere, files and the terminal in Node.
 */

interface Environment {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly console?: { log(line: string): void };
  readonly crypto: { getRandomValues(array: Uint32Array): Uint32Array };
  readonly performance: { now(): number };
  readonly Date: { now(): number };
  readonly MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
  readonly AbortSignal: { timeout(milliseconds: number): unknown };
  readonly URL: new (address: string) => { readonly protocol: string; readonly host: string };
  fetch(address: string, request: object): Promise<{ readonly ok: boolean; readonly status: number }>;
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly pid: number;
    readonly stdout?: TextOutput;
    kill(pid: number, signal: 0): void;
  };
}

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: undefined): void;
  close(): void;
}

/** Where text goes, as far as it is known: a stream of Node is one. */
export interface TextOutput {
  write(text: string): unknown;
  /** Whether it is a terminal, on which a line can be written anew. */
  readonly isTTY?: boolean;
  /** Characters in a line of the terminal. */
  readonly columns?: number;
}

const environment = globalThis as unknown as Environment;

/** The bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new environment.TextEncoder().encode(text);
}

/** The text that bytes spell in UTF-8, without a byte order mark at its beginning. Throws `TypeError` where they spell none. */
export function decodeText(bytes: Uint8Array): string {
  return new environment.TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Writes a line to the console, if there is one. */
export function printLine(line: string): void {
  environment.console?.log(line);
}

/** The standard output, or the console, a line at a time. */
export function standardOutput(): TextOutput {
  return environment.process?.stdout ?? { write: (text) => printLine(text.replace(/\n$/, '')) };
}

/** Milliseconds of a clock that never goes back. */
export function steadyTime(): number {
  return environment.performance.now();
}

/** Seconds since 1970. */
export function wallTime(): number {
  return environment.Date.now() / 1000;
}

/** Lets the environment do what waits: a page is painted, events are handled. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Unlike timers, messages are not held back in pages that nobody looks at.
    const { port1, port2 } = new environment.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Scheme and host of an address, `http://localhost:9000`. Throws `TypeError` where it is none. */
export function originOf(address: string): { readonly protocol: string; readonly host: string } {
  return new environment.URL(address);
}

/** Posts a text. Rejects where the answer is no success or does not come in time. */
export async function postText(
  address: string,
  text: string,
  headers: { readonly [name: string]: string },
  milliseconds: number,
): Promise<void> {
  const signal = environment.AbortSignal.timeout(milliseconds);
  const answer = await environment.fetch(address, { method: 'POST', headers, body: text, signal });
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
}

/** Eight hexadecimal digits that no other process is using. */
export function uniqueSuffix(): string {
  const [word] = environment.crypto.getRandomValues(new Uint32Array(1));
  return (word as number).toString(16).padStart(8, '0');
}

/** An open file. */
export interface OpenFile {
  stat(): Promise<{ readonly size: number }>;
  read(into: Uint8Array, at: number, length: number, from: number): Promise<{ readonly bytesRead: number }>;
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Node's files. */
export interface NodeFiles {
  open(path: string, flags: string): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
  stat(path: string): Promise<unknown>;
  readdir(path: string): Promise<readonly string[]>;
}

/** The number of this process; 0 where there are none. */
export function processNumber(): number {
  return environment.process?.pid ?? 0;
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

/** Node's files, or `undefined` in other environments. */
export async function nodeFiles(): Promise<NodeFiles | undefined> {
  if (environment.process?.versions?.node === undefined) return undefined;
  // Not a literal, so that bundlers for the browser leave it alone.
  const specifier = 'node:fs/promises';
  return (await import(/* @vite-ignore */ specifier)) as NodeFiles;
}
