/**
 * The code of a program: one WebAssembly module with a function for each loop, scatter and routine kernel, and its constants.
 * Given as several samples that differ in numbers only, the code serves every size: what is not the same in all samples the
 * functions read from a list that an executable makes for its size. Products, sorts and calls of the host have no code of their own.
 */
import { internal, toStored } from '@deft/core';
import {
  type BufferSpec,
  type ContractKernel,
  contractAsLoop,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  type LoopKernel,
  type RoutineKernel,
  type ScatterKernel,
} from '@deft/kernel';
import type { ModuleBuilder } from './assembler/index.ts';
import { emitLoopKernel, type SizedLoop } from './codegen/loop-kernel.ts';
import { emitRoutineKernel } from './codegen/routine-kernel.ts';
import { emitScatterKernel } from './codegen/scatter-kernel.ts';
import { type FixedBlock, fixArray } from './fixed-memory.ts';
import { Lent } from './lent.ts';
import type { SharedModule, WasmRuntime } from './wasm-runtime.ts';

/** A generated function at one size. */
export interface SizedFunction extends Pick<SizedLoop, 'list' | 'division'> {
  readonly name: string;
  /** The buffers whose addresses it takes, in order. */
  readonly buffers: readonly number[];
}

/** How a kernel runs, at any of the sizes that the code serves. */
export interface KernelCode {
  /** Its function at the size of a program; none for products, sorts and kernels that hold others. */
  readonly at?: (kernel: Kernel, program: KernelProgram) => SizedFunction;
  /** Estimated nanoseconds from which it is divided among threads. */
  readonly shortest: number;
  /** Of kernels that hold others, their lists. */
  readonly inside: readonly (readonly KernelCode[])[];
}

/** The same kernel in every sample, and the program it stands in. */
interface Sample<K extends Kernel = Kernel> {
  readonly kernel: K;
  readonly program: KernelProgram;
}

const specOf = ({ buffers }: KernelProgram, id: number): BufferSpec => buffers[id] ?? internal(`no buffer ${id}`);

/** Whether a product runs as a loop that multiplies and sums, rather than by the template. */
export const runsAsLoop = (kernel: ContractKernel, { buffers }: KernelProgram): boolean =>
  buffers[kernel.result]?.dtype !== 'float32';

/** A program's code. */
export class WasmCode {
  readonly kernels: readonly KernelCode[];
  /** The functions; none if the program needs none. */
  readonly module: SharedModule | undefined;
  /** The address of every constant. */
  readonly constants: ReadonlyMap<number, number>;
  readonly #runtime: WasmRuntime;
  /** Held by whoever runs the code while that calls the host. */
  readonly lent: Lent = new Lent(() => this.#free());
  readonly #fixed: FixedBlock[] = [];
  #generated = 0;

  /** The first of the samples is the one by which choices are made that cost speed only. */
  constructor(runtime: WasmRuntime, samples: readonly KernelProgram[]) {
    this.#runtime = runtime;
    const module = runtime.newModule();
    this.kernels = this.#emitAll(
      samples.map((program) => ({ program, kernels: program.kernels })),
      module,
      runtime.shortestDivided,
    );
    this.module = this.#generated === 0 ? undefined : runtime.instantiate(module);
    const { buffers } = samples[0] ?? internal('code of no program');
    this.constants = new Map(
      buffers.flatMap(({ role, dtype, data }, id) => {
        if (role !== 'constant') return [];
        const block = fixArray(
          runtime.cells,
          runtime.heap,
          toStored(dtype, data ?? internal('a constant without elements')),
        );
        this.#fixed.push(block);
        return [[id, block.pointer]];
      }),
    );
  }

  #emitAll(
    samples: readonly { readonly program: KernelProgram; readonly kernels: readonly Kernel[] }[],
    module: ModuleBuilder,
    shortest: number,
  ): KernelCode[] {
    const [first = internal('code of no program')] = samples;
    return first.kernels.map((_, i) => {
      const each = samples.map(({ program, kernels }) => ({ program, kernel: kernels[i] as Kernel }));
      return this.#emit(each, module, shortest);
    });
  }

  /** Writes the functions of a kernel, and of those within it, into the module. */
  #emit(samples: readonly Sample[], module: ModuleBuilder, shortest: number): KernelCode {
    const { kernel, program } = samples[0] as Sample;
    switch (kernel.form) {
      case 'sort':
      case 'call':
        return { shortest, inside: [] };
      case 'contract': {
        if (!runsAsLoop(kernel, program)) return { shortest, inside: [] };
        const asLoop = (own: Kernel, { buffers }: KernelProgram): LoopKernel =>
          contractAsLoop(own as ContractKernel, buffers);
        const at = this.#emitLoop(
          samples.map((own) => asLoop(own.kernel, own.program)),
          program,
          module,
          shortest,
        );
        return { at: (own, ownProgram) => at(asLoop(own, ownProgram)), shortest, inside: [] };
      }
      case 'repeat':
      case 'branch': {
        const within = kernel.form === 'repeat' ? this.#runtime.shortestDividedInLoop : shortest;
        const inside = kernelListsOf(kernel).map((_, i) => {
          const lists = samples.map((own) => ({ program: own.program, kernels: kernelListsOf(own.kernel)[i] ?? [] }));
          return this.#emitAll(lists, module, within);
        });
        return { shortest, inside };
      }
      case 'routine': {
        const name = this.#newName();
        const listFor = emitRoutineKernel(
          module,
          name,
          samples.map((own) => own.kernel as RoutineKernel),
        );
        const { buffers } = kernel;
        const at = (own: Kernel): SizedFunction => ({
          name,
          buffers,
          list: listFor(own as RoutineKernel),
          division: undefined,
        });
        return { at, shortest, inside: [] };
      }
      case 'scatter': {
        const name = this.#newName();
        const sized = (own: Kernel, ownProgram: KernelProgram): { kernel: ScatterKernel; length: number } => ({
          kernel: own as ScatterKernel,
          length: specOf(ownProgram, kernel.result).length,
        });
        const listFor = emitScatterKernel(
          module,
          name,
          samples.map((own) => sized(own.kernel, own.program)),
          program.buffers,
        );
        const base = kernel.base === undefined ? [] : [kernel.base];
        const buffers = [...kernel.operands.map((o) => o.buffer), ...base, kernel.result];
        const at = (own: Kernel, ownProgram: KernelProgram): SizedFunction => ({
          name,
          buffers,
          list: listFor(sized(own, ownProgram)),
          division: undefined,
        });
        return { at, shortest, inside: [] };
      }
      case 'loop': {
        const loops = samples.map((own) => own.kernel as LoopKernel);
        const at = this.#emitLoop(loops, program, module, shortest);
        return { at: (own) => at(own as LoopKernel), shortest, inside: [] };
      }
    }
  }

  #emitLoop(
    samples: readonly LoopKernel[],
    { buffers }: KernelProgram,
    module: ModuleBuilder,
    shortest: number,
  ): (kernel: LoopKernel) => SizedFunction {
    const name = this.#newName();
    const worthDividing = (time: number): boolean => this.#runtime.pool !== undefined && time >= shortest;
    const sized = emitLoopKernel(module, name, samples, buffers, worthDividing);
    const { operands, results } = samples[0] as LoopKernel;
    const taken = [...operands.map((o) => o.buffer), ...results.map((r) => r.buffer)];
    return (kernel) => {
      const { list, division, time } = sized(kernel);
      const divided = division && { ...division, everywhere: division.everywhere && worthDividing(time) };
      return { name, buffers: taken, list, division: divided };
    };
  }

  #newName(): string {
    return `kernel${this.#generated++}`;
  }

  /** Gives memory back; nothing that runs this code may be run any more. */
  dispose(): void {
    this.lent.giveBack();
  }

  #free(): void {
    for (const block of this.#fixed.splice(0)) block.free();
    this.module?.free();
  }
}
