/**
 * A program compiled to WebAssembly: the list of steps that run it, at its sizes, with code that it may share with the same
 * program at other sizes (`wasm-code.ts`). Products go through the template that lives as long as the backend; nothing
 * is instantiated when a program runs.
 */
import { internal } from '@deft/core';
import {
  type Backend,
  type BufferSpec,
  type CallKernel,
  type ContractKernel,
  type ContractTables,
  checkInputs,
  contractTables,
  type Executable,
  hostFunctionOf,
  inputBelow,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  type MadeBuffer,
  madeBuffers,
  passOn,
  type SortKernel,
  type Storage,
} from '@deft/kernel';
import { callStep } from './call-step.ts';
import type { LoopDivision } from './codegen/loop-kernel.ts';
import { branchStep, repeatStep, type Step } from './control-steps.ts';
import { type FixedBlock, fixArray } from './fixed-memory.ts';
import { Lent } from './lent.ts';
import { PreparedOperands } from './prepared-operands.ts';
import { sortRows } from './sort-kernel.ts';
import { panelBytes, planGemm } from './templates/gemm.ts';
import { divideProduct, evenBounds, type ProductDivision } from './threads/divide.ts';
import type { ThreadPool } from './threads/thread-pool.ts';
import { productTime } from './threads/work-estimate.ts';
import { type KernelCode, runsAsLoop, type WasmCode } from './wasm-code.ts';
import type { WasmRuntime } from './wasm-runtime.ts';
import { WasmStorage } from './wasm-storage.ts';

/** Gives inputs that are still there another owner, so that user code which disposes of one frees it after the run only. */
function retained(inputs: readonly Storage[]): Storage[] {
  const held = inputs.filter((input) => !input.released);
  for (const input of held) input.retain();
  return held;
}

/** A program compiled to WebAssembly. */
export class WasmExecutable implements Executable {
  readonly program: KernelProgram;
  readonly #backend: Backend;
  readonly #runtime: WasmRuntime;
  readonly #steps: readonly Step[];
  readonly #fixed: FixedBlock[] = [];
  readonly #pointers: number[];
  readonly #prepared: PreparedOperands;
  /** The tables of products in memory. */
  readonly #tables = new Map<ContractKernel, readonly number[]>();
  readonly #code: WasmCode;
  readonly #made: readonly MadeBuffer[];
  readonly #lent: Lent;

  /** `ownsCode`: the code goes when this executable goes. */
  constructor(backend: Backend, runtime: WasmRuntime, program: KernelProgram, code: WasmCode, ownsCode: boolean) {
    this.#backend = backend;
    this.#runtime = runtime;
    this.#code = code;
    this.#lent = new Lent(() => {
      for (const block of this.#fixed.splice(0)) block.free();
      if (ownsCode) code.dispose();
    });
    this.program = program;
    this.#prepared = new PreparedOperands(runtime);
    this.#pointers = program.buffers.map((_, id) => code.constants.get(id) ?? 0);
    this.#made = madeBuffers(program);
    this.#steps = this.#list(program.kernels, code.kernels);
  }

  #spec(id: number): BufferSpec {
    return this.program.buffers[id] ?? internal(`no buffer ${id}`);
  }

  #fix(data: ArrayBufferView): number {
    const block = fixArray(this.#runtime.cells, this.#runtime.heap, data);
    this.#fixed.push(block);
    return block.pointer;
  }

  #list(kernels: readonly Kernel[], code: readonly KernelCode[]): Step[] {
    return kernels.map((kernel, i) => this.#step(kernel, code[i] ?? internal('a kernel without code')));
  }

  #step(kernel: Kernel, code: KernelCode): Step {
    if (kernel.form === 'contract' && !runsAsLoop(kernel, this.program)) {
      return this.#contractStep(kernel, code.shortest);
    }
    if (kernel.form === 'sort') return this.#sortStep(kernel);
    if (kernel.form === 'call') return this.#callStep(kernel);
    // Chosen before the body's steps are made, which look for them.
    const chosen =
      kernel.form === 'repeat' ? this.#prepared.choose(kernel, (contract) => !runsAsLoop(contract, this.program)) : [];
    const lists = kernelListsOf(kernel).map((list, i) => this.#list(list, code.inside[i] ?? []));
    if (kernel.form === 'branch') return branchStep(kernel, lists, this.#runtime);
    if (kernel.form === 'repeat') {
      const before = chosen.map((operand) => {
        const [, , rightK, columns] = this.#tables.get(operand.kernel) as readonly [number, number, number, number];
        return this.#prepared.packing(operand, contractTables(operand.kernel), rightK, columns);
      });
      const parts = { before, condition: kernel.condition ? (lists[0] ?? []) : [], body: lists.at(-1) ?? [] };
      return repeatStep(kernel, parts, this.program.buffers, this.#runtime);
    }
    const { name, buffers, list, division } =
      code.at?.(kernel, this.program) ?? internal('a kernel without a function');
    const listAt = list === undefined ? undefined : this.#fix(list);
    const addresses = (pointers: readonly number[]): number[] => {
      const all = buffers.map((id) => pointers[id] as number);
      if (listAt !== undefined) all.push(listAt);
      return all;
    };
    if (division !== undefined) return this.#dividedStep(name, addresses, division);
    const run = this.#code.module?.exports[name] ?? internal(`no function ${name}`);
    return (pointers) => {
      run(...addresses(pointers));
    };
  }

  /** A loop kernel that takes a range, which threads may share. */
  #dividedStep(name: string, addresses: (pointers: readonly number[]) => number[], division: LoopDivision): Step {
    const { extent, multiple, everywhere } = division;
    const module = this.#code.module ?? internal('a function without a module');
    const run = module.exports[name] ?? internal(`no function ${name}`);
    const { pool } = this.#runtime;
    if (pool === undefined || !everywhere) {
      return (pointers) => {
        run(0, extent, 0, ...addresses(pointers));
      };
    }
    const task = module.shared(name);
    return (pointers) => {
      pool.run(task, evenBounds(extent, pool.available(), multiple), addresses(pointers));
    };
  }

  #contractStep(kernel: ContractKernel, shortest: number): Step {
    const { heap, packing, pool } = this.#runtime;
    const { left, right, result } = kernel;
    const ids = [left.buffer, right.buffer, result];
    const tables = contractTables(kernel);
    const { m, n, k, leftBatches } = tables;
    const resultBytes = leftBatches.length * m * n * 4;
    if (k === 0) {
      return (pointers) => {
        const start = pointers[result] as number;
        heap.bytes.fill(0, start, start + resultBytes);
      };
    }
    const fixed = [tables.leftRows, tables.leftK, tables.rightK, tables.rightColumns].map((table) => this.#fix(table));
    this.#tables.set(kernel, fixed);
    packing.reserve(planGemm(m, n, k).scratchBytes);
    const prepared = this.#prepared.of(kernel);
    const panelsOf = (): number => (prepared === undefined ? 0 : this.#prepared.address(prepared));
    const whole = this.#wholeProduct(tables, fixed, panelsOf);
    const divided =
      pool !== undefined && resultBytes > 0 && productTime((resultBytes / 4) * k) >= shortest
        ? this.#dividedProduct(tables, fixed, pool, panelsOf)
        : undefined;
    return (pointers) => {
      const [a, b, c] = ids.map((id) => pointers[id]) as [number, number, number];
      const threads = divided === undefined ? 1 : (pool as ThreadPool).available();
      if (divided !== undefined && threads > 1) divided(threads, a, b, c);
      else whole(a, b, c);
    };
  }

  #wholeProduct(
    tables: ContractTables,
    fixed: readonly number[],
    panelsOf: () => number,
  ): (a: number, b: number, c: number) => void {
    const { m, n, k, leftBatches, rightBatches } = tables;
    const { packing, templates } = this.#runtime;
    const gemm = templates.exports['gemm'] ?? internal('no product template');
    const { rowsPerBlock, scratchBytes } = planGemm(m, n, k);
    const [rows, leftK, rightK, columns] = fixed as [number, number, number, number];
    const padded = panelBytes(n, 1) / 4;
    return (left, right, result) => {
      const scratch = packing.reserve(scratchBytes);
      const panels = panelsOf();
      for (let i = 0; i < leftBatches.length; i++) {
        const a = left + (leftBatches[i] as number);
        const b = right + (rightBatches[i] as number);
        const c = result + i * m * n * 4;
        gemm(m, n, k, a, rows, leftK, b, rightK, columns, c, n * 4, 0, rowsPerBlock, scratch, panels, padded, 0);
      }
    };
  }

  /** A product that threads share; takes their number first. */
  #dividedProduct(
    tables: ContractTables,
    fixed: readonly number[],
    pool: ThreadPool,
    panelsOf: () => number,
  ): (threads: number, a: number, b: number, c: number) => void {
    const { m, n, k } = tables;
    const { packing, templates } = this.#runtime;
    const batches = tables.leftBatches.length;
    const [leftBatches, rightBatches] = [this.#fix(tables.leftBatches), this.#fix(tables.rightBatches)];
    const [rows, leftK, rightK, columns] = fixed as [number, number, number, number];
    const functions = { gemmRows: templates.shared('gemmRows'), gemmColumns: templates.shared('gemmColumns') };
    const divisions = new Map<number, ProductDivision>();
    return (threads, left, right, result) => {
      let division = divisions.get(threads);
      if (division === undefined) {
        division = divideProduct({ batches, m, n, k }, threads);
        divisions.set(threads, division);
      }
      const { by, bounds, rowsPerBlock, scratchBytes } = division;
      const scratch = packing.reserve(scratchBytes * (bounds.length - 1));
      const sizes = [batches, m, n, k];
      const operands = [left, leftBatches, rows, leftK, right, rightBatches, rightK, columns, result];
      const rest = [rowsPerBlock, scratch, scratchBytes, panelsOf(), panelBytes(n, 1) / 4];
      pool.run(functions[by], bounds, [...sizes, ...operands, ...rest]);
    };
  }

  #sortStep(kernel: SortKernel): Step {
    const { source, result } = kernel;
    const count = kernel.rows * kernel.length;
    return (pointers) => {
      sortRows(
        this.#runtime.elements(this.#spec(source).dtype, pointers[source] as number, count),
        this.#runtime.elements(this.#spec(result).dtype, pointers[result] as number, count),
        kernel,
      );
    };
  }

  #callStep(kernel: CallKernel): Step {
    const host = hostFunctionOf(this.program.calls, kernel);
    const { heap } = this.#runtime;
    return callStep(kernel, host, this.program.buffers, heap, (call) => this.#outside(call));
  }

  /** Calls the host in the midst of a run: this program, too, may run before that goes on. */
  #outside<T>(call: () => T): T {
    const pointers = this.#pointers.slice();
    try {
      return this.#runtime.outside(() => this.#prepared.around(call));
    } finally {
      for (let i = 0; i < pointers.length; i++) this.#pointers[i] = pointers[i] as number;
    }
  }

  run(inputs: readonly Storage[], donated = false): Storage[] {
    checkInputs(this.program, this.#backend, inputs);
    if (this.program.calls === undefined) return this.#run(inputs, donated);
    // User code may let go of the program meanwhile.
    const lent = [this.#lent, this.#code.lent];
    for (const each of lent) each.enter();
    try {
      return this.#run(inputs, donated);
    } finally {
      for (const each of lent) each.leave();
    }
  }

  #run(inputs: readonly Storage[], donated: boolean): Storage[] {
    const { cells, arena } = this.#runtime;
    const { program } = this;
    const pointers = this.#pointers;
    const outputs = new Array<Storage>(program.outputs.length);
    const made: WasmStorage[] = [];
    const taken: [output: MadeBuffer, input: WasmStorage][] = [];
    let held: readonly Storage[] = [];
    let pinned = 0;
    let hasEnded = false;
    try {
      for (; pinned < inputs.length; pinned++) {
        pointers[program.inputs[pinned] as number] = cells.pin((inputs[pinned] as WasmStorage).cell);
      }
      for (const output of this.#made) {
        const { id, dtype, length, byteLength, position } = output;
        const below = donated ? inputBelow<WasmStorage>(output, inputs) : undefined;
        if (below !== undefined) {
          taken.push([output, below]);
          pointers[id] = pointers[program.inputs[output.over as number] as number] as number;
          continue;
        }
        const storage = new WasmStorage(this.#backend, cells, dtype, length, cells.create(byteLength));
        made.push(storage);
        pointers[id] = cells.pin(storage.cell);
        outputs[position] = storage;
      }
      if (program.arenaBytes > 0) {
        const start = arena.reserve(program.arenaBytes);
        program.buffers.forEach((spec, id) => {
          if (spec.role === 'temporary')
            pointers[id] = start + (spec.arenaOffset ?? internal('a temporary without a place'));
        });
      }
      this.#prepared.reserve();
      // Nothing fails from here on but kernels, and what they had begun to overwrite is of no use to anybody.
      for (const [{ position, dtype, length }, input] of taken) {
        cells.unpin(input.cell);
        const storage = input.handOver(dtype, length);
        cells.pin(storage.cell);
        made.push(storage);
        outputs[position] = storage;
      }
      if (program.calls !== undefined) held = retained(inputs);
      for (const step of this.#steps) step(pointers);
      if (made.length < outputs.length) passOn(program, this.#backend, inputs, outputs);
      hasEnded = true;
    } finally {
      for (let i = 0; i < pinned; i++) {
        const input = inputs[i] as WasmStorage;
        if (!input.released) cells.unpin(input.cell);
      }
      for (const storage of made) {
        cells.unpin(storage.cell);
        if (!hasEnded) storage.release();
      }
      for (const input of held) input.release();
    }
    return outputs;
  }

  dispose(): void {
    this.#lent.giveBack();
  }
}
