/**
 * Kernels and programs: plain data that a backend compiles. A program is a list of buffers and a list of kernels run in
 * order; a kernel is one of a small closed set of forms. Backends and passes look at forms only.
 *
 * - `loop`: passes over an index space. Without reductions it is a *map*; with them it is a *reduce*: the reduced axes are the
 *   last ones of the space, `reductions` are accumulated over them, and `results` may use the accumulated values. What is
 *   accumulated may use those of earlier reductions, so one kernel can normalise rows: it runs in stages (`stagesOf`).
 *   Indirect loads (`gather`) make it a gather.
 * - `contract`: batched, generalised product over affine views; a convolution is one over a window view.
 * - `scatter`: writes (or adds) elements at computed offsets of a copy of its base.
 * - `sort`: along the last axis, stable.
 * - `routine`: an imperative program over arrays, once for every instance of a batch (see `routine.ts`).
 * - `repeat`: runs kernels step after step, with values carried from step to step and slices of stacks.
 * - `branch`: runs one of several lists of kernels.
 * - `call`: has a function of the host compute its results (see `host-function.ts`).
 */
import { bytesOf, type Dims, type DType, type TypedArray } from '@deft/core';
import { type Expression, foldExpression } from './expression.ts';
import type { HostFunction } from './host-function.ts';
import type { Routine } from './routine.ts';
import type { View } from './view.ts';

/** Index of a buffer in its program. */
export type BufferId = number;

/** A buffer read through a view. The dtype is the buffer's. */
export interface Operand {
  readonly buffer: BufferId;
  readonly view: View;
}

/**
 * How a reduction combines values. `sum` in floats is compensated or blocked so that its error does not grow with the
 * length; `max` and `min` give NaN when any value is; on bool they are any and all. `argMax` and `argMin` give the `int32`
 * row-major position within the reduced axes of the first extreme value (the first NaN if there is one; −0 equals +0 here).
 * Empty: 0, 1, the dtype's lowest and highest value (−Infinity and Infinity for floats, false and true for bool), position 0.
 */
export type Combine = 'sum' | 'prod' | 'max' | 'min' | 'argMax' | 'argMin';

/** One accumulated value of a loop kernel. */
export interface Reduction {
  readonly combine: Combine;
  /** What is accumulated, over the whole space. It may use the values of earlier reductions. */
  readonly value: Expression;
  /** `int32` for positions, else the dtype of `value`. */
  readonly dtype: DType;
}

/**
 * One buffer that a kernel writes whole. Without `strides` it has an element for every place of the kept axes, contiguously,
 * and its value depends on no reduced axis. With them it has one for every point of `[...space, ...reduced]`, and the
 * strides say where: they are those of a contiguous array with its axes in some order.
 */
export interface Result {
  readonly buffer: BufferId;
  readonly value: Expression;
  readonly strides?: Dims;
}

/** Passes over an index space: maps, gathers and reductions. */
export interface LoopKernel {
  readonly form: 'loop';
  /** Kept axes: the shape of results without strides. */
  readonly space: Dims;
  /** Reduced axes; views and index expressions range over `[...space, ...reduced]`. Empty for a map. */
  readonly reduced: Dims;
  readonly operands: readonly Operand[];
  readonly reductions: readonly Reduction[];
  readonly results: readonly Result[];
}

/**
 * The stage of every reduction: 0, or one more than the highest stage among those whose values it uses. A stage is one pass
 * over the reduced axes of a place.
 */
export function stagesOf(reductions: readonly Reduction[]): number[] {
  const stages: number[] = [];
  const memo = new Map<Expression, number>();
  for (const { value } of reductions) stages.push(stageOf(value, stages, memo));
  return stages;
}

/** The pass in which an expression can be computed first, given the stages of the reductions it may use. */
export function stageOf(
  root: Expression,
  stages: readonly number[],
  memo: Map<Expression, number> = new Map<Expression, number>(),
): number {
  return foldExpression<number>(
    root,
    (node, parts) => (node.kind === 'reduced' ? (stages[node.reduction] as number) + 1 : Math.max(0, ...parts)),
    memo,
  );
}

/**
 * `result[b, m, n] = Σ_k left[b, m, k] · right[b, k, n]`, each letter any number of axes. Views are over
 * `[...batch, ...m, ...k]` and `[...batch, ...k, ...n]` and have no guards; the result is contiguous over
 * `[...batch, ...m, ...n]`. Both operands and the result have one dtype.
 */
export interface ContractKernel {
  readonly form: 'contract';
  readonly batch: Dims;
  readonly m: Dims;
  readonly n: Dims;
  readonly k: Dims;
  readonly left: Operand;
  readonly right: Operand;
  readonly result: BufferId;
}

/** What a scatter makes of the element that is there and the value that comes: their sum, the value, the larger, the smaller. */
export type ScatterCombine = 'add' | 'replace' | 'max' | 'min';

/**
 * Writes into a copy of `base` (or zeros), or into `base` itself where the result lies over it: for every point of `space` in
 * row-major order, the element at `offset` is combined with `value`. A point whose offset lies outside of the result is skipped.
 */
export interface ScatterKernel {
  readonly form: 'scatter';
  readonly space: Dims;
  readonly operands: readonly Operand[];
  /** Contiguous buffer of the result's size that the result starts from. */
  readonly base: BufferId | undefined;
  readonly offset: Expression;
  readonly value: Expression;
  readonly combine: ScatterCombine;
  readonly result: BufferId;
}

/**
 * Stable sort along the last axis of a contiguous source, in either direction (equal elements keep their order; −0 equals
 * +0). NaN goes last in ascending and first in descending order.
 */
export interface SortKernel {
  readonly form: 'sort';
  readonly rows: number;
  readonly length: number;
  readonly source: BufferId;
  readonly descending: boolean;
  /** `values`: the sorted elements; `positions`: `int32` places they came from. */
  readonly gives: 'values' | 'positions';
  readonly result: BufferId;
}

/** Runs a routine once for each of `instances` parts, which lie one behind the other in every buffer. */
export interface RoutineKernel {
  readonly form: 'routine';
  readonly routine: Routine;
  readonly instances: number;
  /** The buffer of each of the routine's arrays. */
  readonly buffers: readonly BufferId[];
}

/** A value that a repeat kernel carries from step to step. */
export interface Carry {
  /** Its elements before the first step. */
  readonly initial: BufferId;
  /** A place: the elements before the step that runs. */
  readonly current: BufferId;
  /** A place that the body writes: the elements after the step. It may be a place of `writes`. */
  readonly next: BufferId;
  /** Memory besides the result's, so that a step can read what it replaces; none if `next` is a place of `writes`. */
  readonly spare: BufferId | undefined;
  /** Its elements after the last step. */
  readonly result: BufferId;
}

/** A slice of a stack: as many elements as the place has, at the step's position. */
export interface StackSlice {
  readonly stack: BufferId;
  readonly place: BufferId;
}

/**
 * Runs `body` for every step. Buffers whose role is `place` are the kernel's: it says in every step where they lie. Everything
 * else that the body writes is known within a step only.
 *
 * There are `steps` steps at most (infinity for no bound), `count` if that is less, and no more once `condition` fails, which
 * is computed before every step. Step i is at position i of the stacks; in `reverse` at the position from which i steps
 * of the number known before the first one follow. Slices of steps that are not taken are zeros.
 */
export interface RepeatKernel {
  readonly form: 'repeat';
  readonly steps: number;
  /** An `int32` element. */
  readonly count: BufferId | undefined;
  readonly reverse: boolean;
  /** Kernels over the current values; `holds` is a bool element. */
  readonly condition: { readonly kernels: readonly Kernel[]; readonly holds: BufferId } | undefined;
  readonly carries: readonly Carry[];
  readonly reads: readonly StackSlice[];
  readonly writes: readonly StackSlice[];
  readonly body: readonly Kernel[];
  /** Where the number of steps taken goes, an `int32` element. */
  readonly taken: BufferId | undefined;
}

/** Runs the branch that `index`, an `int32` element, numbers, or the nearest one. Every branch writes all results. */
export interface BranchKernel {
  readonly form: 'branch';
  readonly index: BufferId;
  readonly branches: readonly (readonly Kernel[])[];
  readonly results: readonly BufferId[];
}

/**
 * Calls a function of the host. Operands and results are whole buffers, contiguous and in the order of the function's arrays.
 * Wherever a program says so the function is called, once and in order: no backend calls it ahead or again.
 */
export interface CallKernel {
  readonly form: 'call';
  /** Place of the function among the program's `calls`. */
  readonly call: number;
  readonly operands: readonly BufferId[];
  readonly results: readonly BufferId[];
}

/** A kernel of any form. */
export type Kernel =
  | LoopKernel
  | ContractKernel
  | ScatterKernel
  | SortKernel
  | RoutineKernel
  | RepeatKernel
  | BranchKernel
  | CallKernel;

/** What a buffer of a program is for. */
export interface BufferSpec {
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;
  /**
   * `input`: given by the caller, never written; `output`: allocated anew for every run; `temporary`: lives in the arena at
   * `arenaOffset`; `constant`: elements that come with the program; `place`: has no memory of its own, a repeat kernel says in
   * every step where it lies.
   */
  readonly role: 'input' | 'output' | 'temporary' | 'constant' | 'place';
  /** Bytes from the start of the arena (temporaries). A multiple of 64. */
  readonly arenaOffset?: number;
  /** Whether the caller may give its memory up (inputs). */
  readonly donated?: boolean;
  /** The donated input whose memory it takes if the caller does (outputs). */
  readonly over?: BufferId;
  /** Elements (constants). */
  readonly data?: TypedArray;
}

/** The bytes that a buffer's elements take. */
export function bufferBytes({ dtype, length }: Pick<BufferSpec, 'dtype' | 'length'>): number {
  return length * bytesOf(dtype);
}

/**
 * Buffers, and the kernels that run over them in order. Every temporary and every output is written by one kernel, before
 * others read it. Temporaries share bytes of the arena only if their lives (from the first kernel that touches one to the
 * last) have no kernel in common, or just one: a loop kernel that reads the one last, writes the other first, both whole at the
 * same offset, where `mayOverwrite` allows it. So a kernel's results lie on nothing else that it reads. The same holds for an
 * output and the input that it may lie over, which is no output itself and over which lies no other. What a repeat or
 * branch kernel reads from outside lives as long as the kernel runs, what is written within it no longer than a step.
 */
export interface KernelProgram {
  readonly buffers: readonly BufferSpec[];
  readonly inputs: readonly BufferId[];
  /** Results in order. An input may stand here (it is passed through), and a buffer may stand here twice. */
  readonly outputs: readonly BufferId[];
  readonly kernels: readonly Kernel[];
  /** Bytes that all temporaries together need at once. */
  readonly arenaBytes: number;
  /** The functions that call kernels name; none in most programs. */
  readonly calls?: readonly HostFunction[];
}

/** The buffers a kernel reads and the ones it writes, besides those that are known only within it. */
export function buffersOf(kernel: Kernel): {
  readonly reads: readonly BufferId[];
  readonly writes: readonly BufferId[];
} {
  switch (kernel.form) {
    case 'loop':
      return { reads: kernel.operands.map((o) => o.buffer), writes: kernel.results.map((r) => r.buffer) };
    case 'contract':
      return { reads: [kernel.left.buffer, kernel.right.buffer], writes: [kernel.result] };
    case 'scatter': {
      const reads = kernel.operands.map((o) => o.buffer);
      return { reads: kernel.base === undefined ? reads : [...reads, kernel.base], writes: [kernel.result] };
    }
    case 'sort':
      return { reads: [kernel.source], writes: [kernel.result] };
    case 'routine': {
      const { arrays } = kernel.routine;
      return {
        reads: kernel.buffers.filter((_, i) => arrays[i]?.role === 'input'),
        writes: kernel.buffers.filter((_, i) => arrays[i]?.role === 'result'),
      };
    }
    case 'repeat': {
      const { count, taken, condition, carries, reads, writes, body } = kernel;
      const known = [...carries.flatMap((c) => [c.current, c.next]), ...[...reads, ...writes].map((s) => s.place)];
      const inside = [...readFromOutside(condition?.kernels ?? [], known), ...readFromOutside(body, known)];
      const given = [...carries.map((c) => c.initial), ...reads.map((s) => s.stack)];
      const made = carries.flatMap((c) => (c.spare === undefined ? [c.result] : [c.result, c.spare]));
      return {
        reads: [...new Set([...(count === undefined ? [] : [count]), ...given, ...inside])],
        writes: [...made, ...writes.map((s) => s.stack), ...(taken === undefined ? [] : [taken])],
      };
    }
    case 'branch': {
      const inside = kernel.branches.flatMap((branch) => readFromOutside(branch, []));
      return { reads: [...new Set([kernel.index, ...inside])], writes: kernel.results };
    }
    case 'call':
      return { reads: kernel.operands, writes: kernel.results };
  }
}

/** What a list of kernels reads that none of them writes and that is not known. */
function readFromOutside(kernels: readonly Kernel[], known: readonly BufferId[]): BufferId[] {
  const inside = new Set(known);
  const found = new Set<BufferId>();
  for (const kernel of kernels) {
    const { reads, writes } = buffersOf(kernel);
    for (const id of reads) if (!inside.has(id)) found.add(id);
    for (const id of writes) inside.add(id);
  }
  return [...found];
}

/** The lists of kernels within a kernel. */
export function kernelListsOf(kernel: Kernel): readonly (readonly Kernel[])[] {
  if (kernel.form === 'branch') return kernel.branches;
  if (kernel.form !== 'repeat') return [];
  return kernel.condition === undefined ? [kernel.body] : [kernel.condition.kernels, kernel.body];
}

/** Whether a result lies, or may lie, where another buffer that its kernel reads does. */
export function liesOver(buffers: readonly BufferSpec[], written: BufferId, read: BufferId): boolean {
  if (buffers[written]?.over === read) return true;
  const offset = buffers[written]?.arenaOffset;
  return offset !== undefined && buffers[read]?.arenaOffset === offset && buffers[read]?.length !== 0;
}

/** Whether a result may lie where another buffer that its kernel reads does, wherever buffers are placed. */
export function mayLieOver(buffers: readonly BufferSpec[], written: BufferId, read: BufferId): boolean {
  const [above, below] = [buffers[written], buffers[read]];
  if (above?.role === 'output') return below?.donated === true;
  return above?.role === 'temporary' && below?.role === 'temporary';
}

/** What a program touches at one time. */
export interface Touch {
  readonly kernel: Kernel;
  readonly buffers: readonly BufferId[];
}

/**
 * What a program touches, in order, an entry for each kernel. A kernel that holds others touches what it reads from outside and
 * what it writes at its beginning and at its end, and they lie in between.
 */
export function touchesOf(kernels: readonly Kernel[]): Touch[] {
  return kernels.flatMap((kernel) => {
    const { reads, writes } = buffersOf(kernel);
    const touch = { kernel, buffers: [...new Set([...reads, ...writes])] };
    const inside = kernelListsOf(kernel).flatMap(touchesOf);
    return inside.length === 0 ? [touch] : [touch, ...inside, touch];
  });
}

/** The buffers that change from step to step of a loop. */
export function changingBuffers(kernel: RepeatKernel): Set<number> {
  const { carries, reads, writes } = kernel;
  const changing = new Set([
    ...carries.flatMap((c) => [c.current, c.next]),
    ...[...reads, ...writes].map((s) => s.place),
  ]);
  const visit = (kernels: readonly Kernel[]): void => {
    for (const each of kernels) {
      for (const id of buffersOf(each).writes) changing.add(id);
      kernelListsOf(each).forEach(visit);
    }
  };
  kernelListsOf(kernel).forEach(visit);
  return changing;
}

/** The products of a repeat's body whose right operand is the same in every step, and in every batch: it can be packed once. */
export function invariantProducts(kernel: RepeatKernel): ContractKernel[] {
  const changing = changingBuffers(kernel);
  return kernel.body.filter(
    (each): each is ContractKernel =>
      each.form === 'contract' && each.batch.length === 0 && !changing.has(each.right.buffer),
  );
}
