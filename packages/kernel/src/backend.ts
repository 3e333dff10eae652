/**
 * The contract between executors and backends. A backend keeps arrays of elements (storages), compiles programs and runs
 * them; it knows nothing of ops, graphs or tensors.
 */
import type { DType, TypedArray } from '@deft/core';
import type { KernelProgram } from './kernel.ts';

/**
 * Elements kept by a backend. Immutable once made. Nobody has to free one: the backend takes the memory back when the
 * storage is collected, and keeps its memory bounded even in a loop that never yields; `release` only does it earlier.
 */
export interface Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;
  /** Adds an owner: `release` frees only when every owner has called it. A new storage has one owner. */
  retain(): void;
  release(): void;
  /** Whether all owners have released it. */
  readonly released: boolean;
}

/** How much memory a backend holds. */
export interface MemoryReport {
  /** Bytes of storages that are held in the backend's own memory. */
  readonly residentBytes: number;
  /** Bytes of storages that were moved out to collectable memory and come back on use, as far as known. */
  readonly evictedBytes: number;
  /** Bytes the backend has taken from the system. */
  readonly reservedBytes: number;
  /** Storages that were made and not yet freed, as far as known. */
  readonly storages: number;
}

/** A compiled program. */
export interface Executable {
  readonly program: KernelProgram;
  /**
   * Runs the program. Inputs must have the dtype and length that the program states; outputs are new storages, except
   * that an output which is an input is that storage with one more owner.
   *
   * With `donated` the caller gives up the inputs over which outputs may lie, if they have no other owner and are given once: the
   * backend may take their memory, and they count as released then. A run that fails before its first kernel takes none.
   *
   * Functions of the host that the program calls may run programs, this one too, and release what it was given; that is freed after
   * the run. What one of them throws the run throws, and what was made for it is given back.
   */
  run(inputs: readonly Storage[], donated?: boolean): Storage[];
  /** Gives back what the compilation holds (code, constants, tables); called in the midst of a run, when that has ended. */
  dispose(): void;
}

/**
 * What a program's code is worth: `'quick'` is for one that has to run at once, which is not known to run often, so a backend whose
 * compiler takes long runs it by code that is there; `'full'` is for one that is run again and again.
 */
export type Effort = 'quick' | 'full';

/** Code that serves a program at every size. */
export interface SizedCode {
  /** The executable for a program that differs from the samples in numbers only, by the same code. */
  at(program: KernelProgram): Executable;
  /** Gives the code back; its executables must not run any more. */
  dispose(): void;
}

/** Runs kernels. */
export interface Backend {
  /** `reference`, `wasm`, … */
  readonly name: string;
  /** Threads it computes with. */
  readonly threads: number;
  /** Whether `readSync` works. */
  readonly canReadSync: boolean;
  /** Keeps the elements (whose host array the caller gives up); they may stay on the host until first used. */
  upload(dtype: DType, data: TypedArray): Storage;
  /**
   * An array for `upload` that lies in the backend's own memory, with whatever is in it: every element is to be written. Nothing
   * where the backend has none to give.
   */
  arrayFor?(dtype: DType, length: number): TypedArray | undefined;
  /** A copy of the elements. */
  read(storage: Storage): Promise<TypedArray>;
  readSync(storage: Storage): TypedArray;
  /** Compiles a program, with full effort unless told. */
  compile(program: KernelProgram, effort?: Effort): Executable;
  /**
   * Compiles a program for every size. The samples are the program at some sizes: they differ in numbers only, and nothing
   * may be taken from a number that is not the same in all of them. Choices that cost speed only are made by the first.
   */
  compileSizes(samples: readonly KernelProgram[]): SizedCode;
  memory(): MemoryReport;
}
