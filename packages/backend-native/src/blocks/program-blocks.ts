/**
 * Whole programs as descriptions: a list of kernels, each with the places of its parts, in one array of words that C runs through.
 * Nothing is compiled but routines, whose functions serve every size.
 */

import {
  type BufferSpec,
  bufferBytes,
  type ContractKernel,
  contractAsLoop,
  contractTables,
  invariantProducts,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  type RepeatKernel,
  type RoutineKernel,
} from '@deft/kernel';
import { productTime, shortestDivided } from '../codegen/kernel-time.ts';
import { mostAxes } from '../runtime/blocks.ts';
import { sortedDTypes } from '../runtime/sorts.ts';
import type { Word } from './description.ts';
import { describeLoop, describeScatter, formNumber } from './loop-blocks.ts';

/** What a description needs of its backend. */
export interface DescriptionHost {
  addressOf(array: ArrayBufferView): number;
  /** The address of the function of a routine, and the list it finds its numbers in. */
  routine(
    kernel: RoutineKernel,
    buffers: readonly BufferSpec[],
  ): { readonly address: number; readonly list: Float64Array };
  readonly shortestDivided?: number | undefined;
}

/** A program as C runs it. */
export interface ProgramDescription {
  readonly words: BigInt64Array;
  /** Where its list of kernels is. */
  readonly root: number;
  /** What the words point to. */
  readonly held: readonly ArrayBufferView[];
}

class ProgramWriter {
  readonly words: Word[] = [];
  readonly held: ArrayBufferView[] = [];
  readonly #program: KernelProgram;
  readonly #host: DescriptionHost;
  readonly #shortest: number;
  #calls = 0;
  /** Where contractions stand, to be packed by the loop around. */
  readonly #contracts = new Map<ContractKernel, number>();

  constructor(program: KernelProgram, host: DescriptionHost) {
    this.#program = program;
    this.#host = host;
    this.#shortest = host.shortestDivided ?? shortestDivided;
  }

  #append(words: readonly Word[]): number {
    const at = this.words.length;
    for (const word of words) this.words.push(word);
    return at;
  }

  #hold(array: ArrayBufferView): number {
    this.held.push(array);
    return this.#host.addressOf(array);
  }

  list(kernels: readonly Kernel[]): number {
    const places = kernels.map((kernel) => this.#kernel(kernel));
    return this.#append([kernels.length, ...places]);
  }

  #kernel(kernel: Kernel): number {
    const { buffers } = this.#program;
    const lengthOf = (id: number): number => (buffers[id] as BufferSpec).length;
    switch (kernel.form) {
      case 'loop':
        return this.#append(describeLoop(kernel, buffers, this.#shortest));
      case 'scatter':
        return this.#append(describeScatter({ kernel, length: lengthOf(kernel.result) }, buffers));
      case 'contract':
        return this.#contract(kernel);
      case 'sort': {
        const { source, result, rows, length, descending, gives } = kernel;
        const dtype = sortedDTypes.indexOf((buffers[source] as BufferSpec).dtype);
        const flags = [descending ? 1 : 0, gives === 'positions' ? 1 : 0];
        return this.#append([formNumber('sort'), dtype, source, result, rows, length, ...flags]);
      }
      case 'routine': {
        const { address, list } = this.#host.routine(kernel, buffers);
        const { instances, routine, buffers: ids } = kernel;
        const elements = routine.arrays.reduce((sum, { length }) => sum + length, 0);
        const isWorthIt = instances * elements >= this.#shortest ? 1 : 0;
        return this.#append([
          formNumber('routine'),
          address,
          this.#hold(list),
          instances,
          isWorthIt,
          ids.length,
          ...ids,
        ]);
      }
      case 'repeat':
        return this.#repeat(kernel);
      case 'call':
        return this.#append([formNumber('call_form'), this.#calls++, buffers.length]);
      case 'branch': {
        const lists = kernel.branches.map((branch) => this.list(branch));
        return this.#append([formNumber('branch'), kernel.index, lists.length, 4, ...lists]);
      }
    }
  }

  #contract(kernel: ContractKernel): number {
    const { buffers } = this.#program;
    const { left, right, result } = kernel;
    if ((buffers[result] as BufferSpec).dtype !== 'float32') {
      return this.#append(describeLoop(contractAsLoop(kernel, buffers), buffers, this.#shortest));
    }
    const t = contractTables(kernel);
    const tables = [t.leftRows, t.leftK, t.rightK, t.rightColumns, t.leftBatches, t.rightBatches];
    const batches = t.leftBatches.length;
    const isWorthIt = productTime(batches, t.m, t.n, t.k) >= this.#shortest ? 1 : 0;
    const place = this.#append([
      formNumber('contract'),
      left.buffer,
      right.buffer,
      result,
      ...tables.map((table) => this.#hold(table)),
      t.m,
      t.n,
      t.k,
      batches,
      isWorthIt,
      0,
    ]);
    this.#contracts.set(kernel, place);
    return place;
  }

  #repeat(kernel: RepeatKernel): number {
    const { steps, count, reverse, condition, carries, reads, writes, taken } = kernel;
    const bytesOf = (id: number): number => bufferBytes(this.#program.buffers[id] as BufferSpec);
    const lists = kernelListsOf(kernel).map((list) => this.list(list));
    const packed = invariantProducts(kernel).flatMap((each) => this.#contracts.get(each) ?? []);
    const head = 15;
    const carryWords = carries.flatMap(({ initial, current, next, spare, result }) => [
      initial,
      current,
      next,
      spare ?? -1,
      result,
      bytesOf(result),
    ]);
    const sliceWords = [...reads, ...writes].flatMap(({ stack, place }) => [stack, place, bytesOf(place)]);
    return this.#append([
      formNumber('repeat'),
      Number.isFinite(steps) ? steps : -1,
      count ?? -1,
      reverse ? 1 : 0,
      condition === undefined ? -1 : (lists[0] as number),
      condition?.holds ?? -1,
      taken ?? -1,
      carries.length,
      head,
      reads.length,
      writes.length,
      head + carryWords.length,
      lists.at(-1) as number,
      packed.length,
      head + carryWords.length + sliceWords.length,
      ...carryWords,
      ...sliceWords,
      ...packed,
    ]);
  }
}

const axesOf = (kernel: Kernel): number => {
  if (kernel.form === 'loop') return kernel.space.length + kernel.reduced.length;
  if (kernel.form === 'scatter') return kernel.space.length;
  return kernel.form === 'contract' ? kernel.left.view.shape.length + kernel.n.length : 0;
};

/** Whether no kernel has more axes than a description can say. */
const canBeDescribed = (kernels: readonly Kernel[]): boolean =>
  kernels.every((kernel) => axesOf(kernel) < mostAxes && kernelListsOf(kernel).every(canBeDescribed));

/** The description of a program; `undefined` where a kernel has too many axes. */
export function describeProgram(program: KernelProgram, host: DescriptionHost): ProgramDescription | undefined {
  if (!canBeDescribed(program.kernels)) return undefined;
  const writer = new ProgramWriter(program, host);
  const root = writer.list(program.kernels);
  return { words: BigInt64Array.from(writer.words, BigInt), root, held: writer.held };
}
