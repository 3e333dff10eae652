/**
 * The few things of the environment that this package uses, typed here because the package is built without the types of
 * any one environment: text decoding and the console everywhere, files and unique names in Node.
 */

interface Environment {
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly console?: { log(line: string): void };
  readonly crypto: { getRandomValues(array: Uint32Array): Uint32Array };
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly pid: number;
    kill(pid: number, signal: 0): void;
  };
}

const environment = globalThis as unknown as Environment;

/** The bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new environment.TextEncoder().encode(text);
}

/** The text that bytes spell in UTF-8. Throws `TypeError` where they spell none. */
export function decodeText(bytes: Uint8Array): string {
  return new environment.TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Writes a line to the console, if there is one. */
export function printLine(line: string): void {
  environment.console?.log(line);
}

/** Eight hexadecimal digits that no other process is using. */
export function uniqueSuffix(): string {
  const [word] = environment.crypto.getRandomValues(new Uint32Array(1));
  return (word as number).toString(16).padStart(8, '0');
}

/** An open file. */
export interface OpenFile {
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
