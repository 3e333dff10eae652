/**
 * How kernels that hold kernels run: a loop of dispatch within one call of the executable. A step moves the addresses of
 * places and copies nothing: slices are read and written where they lie in their stacks, and what is carried alternates
 * between the memory of its result and a spare one.
 */
import { type BranchKernel, type BufferSpec, bufferBytes, type RepeatKernel } from '@deft/kernel';
import type { WasmRuntime } from './wasm-runtime.ts';

/** Runs one kernel, given the address of every buffer. */
export type Step = (pointers: number[]) => void;

/** The steps of a repeat kernel's parts. */
export interface RepeatSteps {
  /** What is done once, before the first step. */
  readonly before: readonly Step[];
  readonly condition: readonly Step[];
  readonly body: readonly Step[];
}

/** A repeat kernel as a step. */
export function repeatStep(
  kernel: RepeatKernel,
  { before, condition, body }: RepeatSteps,
  buffers: readonly BufferSpec[],
  runtime: WasmRuntime,
): Step {
  const { heap } = runtime;
  const { steps, count, reverse, taken } = kernel;
  const bytes = (id: number): number => bufferBytes(buffers[id] as BufferSpec);
  const slices = [...kernel.reads, ...kernel.writes].map((slice) => ({ ...slice, bytes: bytes(slice.place) }));
  const written = kernel.writes.map((slice) => ({ ...slice, bytes: bytes(slice.place) }));
  const carries = kernel.carries.map((carry) => ({ ...carry, bytes: bytes(carry.result) }));
  const moving = carries.filter((carry) => carry.spare !== undefined);
  const holds = kernel.condition?.holds;
  const element = (pointer: number): number => runtime.elements('int32', pointer, 1)[0] as number;

  return (pointers) => {
    const counted = count === undefined ? steps : element(pointers[count] as number);
    const most = Math.max(0, Math.min(steps, counted));
    for (const { initial, current } of carries) pointers[current] = pointers[initial] as number;
    // Where the number of steps is known, the last one writes to the results.
    let toResult = holds !== undefined || most % 2 === 1;
    if (most > 0) for (const prepare of before) prepare(pointers);
    let step = 0;
    for (; step < most; step++) {
      if (holds !== undefined) {
        for (let i = 0; i < condition.length; i++) (condition[i] as Step)(pointers);
        if (heap.bytes[pointers[holds] as number] === 0) break;
      }
      const position = reverse ? most - 1 - step : step;
      for (let i = 0; i < slices.length; i++) {
        const slice = slices[i] as (typeof slices)[0];
        pointers[slice.place] = (pointers[slice.stack] as number) + position * slice.bytes;
      }
      for (let i = 0; i < moving.length; i++) {
        const { next, spare, result } = moving[i] as (typeof moving)[0];
        pointers[next] = pointers[toResult ? result : (spare as number)] as number;
      }
      for (let i = 0; i < body.length; i++) (body[i] as Step)(pointers);
      for (let i = 0; i < carries.length; i++) {
        const { current, next } = carries[i] as (typeof carries)[0];
        pointers[current] = pointers[next] as number;
      }
      toResult = !toResult;
    }
    for (const { current, result, bytes: length } of carries) {
      const [from, to] = [pointers[current] as number, pointers[result] as number];
      if (from !== to) heap.bytes.copyWithin(to, from, from + length);
    }
    for (const { stack, bytes: length } of written) {
      const start = pointers[stack] as number;
      const first = reverse ? most - step : 0;
      heap.bytes.fill(0, start, start + first * length);
      heap.bytes.fill(0, start + (first + step) * length, start + steps * length);
    }
    if (taken !== undefined) runtime.elements('int32', pointers[taken] as number, 1)[0] = step;
  };
}

/** A branch kernel as a step. */
export function branchStep(
  { index }: BranchKernel,
  branches: readonly (readonly Step[])[],
  runtime: WasmRuntime,
): Step {
  return (pointers) => {
    const number = runtime.elements('int32', pointers[index] as number, 1)[0] as number;
    const branch = branches[Math.max(0, Math.min(branches.length - 1, number))] as readonly Step[];
    for (let i = 0; i < branch.length; i++) (branch[i] as Step)(pointers);
  };
}
