/**
 * `koffi`, which calls functions of C. It is an optional dependency and loaded when it is first needed, so that this package can be
 * imported where it is not installed, or has no binary for the platform.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { raise } from '@deft/core';
import type { BuildCache } from './build-cache.ts';

/** A library in memory. */
export interface LoadedLibrary {
  /** The function that a declaration in C names. */
  func(declaration: string): unknown;
}

/** The part of `koffi` that is used. */
interface Koffi {
  load(path: string): LoadedLibrary;
  proto(declaration: string): unknown;
  pointer(type: unknown): unknown;
  register(f: (...values: never[]) => unknown, type: unknown): bigint;
}

/** So often a library is built again that another process drops before it is loaded. */
const mostAttempts = 10;

let found: Koffi | string | undefined;

/** `koffi`, or why it cannot be used. */
function findKoffi(): Koffi | string {
  found ??= look();
  return found;
}

function look(): Koffi | string {
  try {
    const require = createRequire(import.meta.url);
    return require('koffi') as Koffi;
  } catch (error) {
    return loadingProblem(error as NodeJS.ErrnoException, { platform: process.platform, arch: process.arch, isMusl });
  }
}

/** Why `koffi` cannot be used, or `undefined` if it can. */
export function koffiProblem(): string | undefined {
  const koffi = findKoffi();
  return typeof koffi === 'string' ? koffi : undefined;
}

/** What is said of an error that loading `koffi` gave. */
export function loadingProblem(
  { code, message }: { readonly code?: string | undefined; readonly message: string },
  { platform, arch, isMusl }: { readonly platform: string; readonly arch: string; readonly isMusl: () => boolean },
): string {
  const line = message.split('\n', 1)[0] as string;
  if (code === 'MODULE_NOT_FOUND' && line.includes("'koffi'")) {
    return 'the optional package koffi is not installed (npm install koffi)';
  }
  return `the package koffi does not load on ${platform} ${arch}${isMusl() ? ' with musl' : ''}: ${line}`;
}

/** Whether this is a Linux with another C library than GNU's. The report takes long: it is made only where loading has failed. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

/** The address at which C calls a function, until the process or the thread of Node ends. */
export function callableAddress(f: (...values: never[]) => unknown, declaration: string): number {
  const koffi = findKoffi();
  if (typeof koffi === 'string') raise('E_BACKEND', { op: 'native', says: koffi });
  return Number(koffi.register(f, koffi.pointer(koffi.proto(declaration))));
}

/** Builds a source, unless it was built, and loads the library. A line is said on stderr before it is built. */
export function loadSource(
  cache: BuildCache,
  source: string,
  flags: readonly string[] = [],
  line?: string,
): LoadedLibrary {
  const koffi = findKoffi();
  if (typeof koffi === 'string') raise('E_BACKEND', { op: 'native', says: koffi });
  for (let attempt = 1; ; attempt++) {
    const path = cache.library(source, flags, line);
    try {
      return koffi.load(path);
    } catch (error) {
      // Between the two steps another process may have dropped it to make room.
      if (!existsSync(path) && attempt < mostAttempts) continue;
      raise('E_BACKEND', {
        op: 'native',
        says: `a library that was built does not load: ${(error as Error).message.split('\n', 1)[0]}`,
        hint: 'DEFT_CACHE_DIR names a folder from which programs may run',
      });
    }
  }
}
