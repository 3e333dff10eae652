/**
 * Right operands of products that are the same in every step of a loop: they are packed once, when the loop begins, and not
 * again for every product. The packed panels of one executable lie side by side in an area that all runs share.
 */
import { internal } from '@deft/core';
import { type ContractKernel, type ContractTables, changingBuffers, type RepeatKernel } from '@deft/kernel';
import { panelBytes } from './templates/gemm.ts';
import type { WasmRuntime } from './wasm-runtime.ts';

/** Where the panels of one operand lie, and what packs them. */
export interface PreparedOperand {
  readonly offset: number;
  readonly kernel: ContractKernel;
}

/** The prepared operands of one executable. */
export class PreparedOperands {
  readonly #runtime: WasmRuntime;
  readonly #operands = new Map<ContractKernel, PreparedOperand>();
  #bytes = 0;
  #start = 0;

  constructor(runtime: WasmRuntime) {
    this.#runtime = runtime;
  }

  /** Chooses among the products of a loop's body; `isTaken` says which can use panels. Gives those that are prepared. */
  choose(kernel: RepeatKernel, isTaken: (contract: ContractKernel) => boolean): PreparedOperand[] {
    if (kernel.steps < 2) return [];
    const changing = changingBuffers(kernel);
    return kernel.body.flatMap((each) => {
      if (each.form !== 'contract' || changing.has(each.right.buffer) || !isTaken(each)) return [];
      const size = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
      const bytes = panelBytes(size(each.n), size(each.k));
      if (size(each.batch) !== 1 || bytes === 0) return [];
      const operand = { offset: this.#bytes, kernel: each };
      this.#bytes += Math.ceil(bytes / 64) * 64;
      this.#operands.set(each, operand);
      return [operand];
    });
  }

  of(kernel: ContractKernel): PreparedOperand | undefined {
    return this.#operands.get(kernel);
  }

  /** Finds room for the panels; called before a run. */
  reserve(): void {
    if (this.#bytes > 0) this.#start = this.#runtime.panels.reserve(this.#bytes);
  }

  /** Calls the host in the midst of a run, during which there may be others. */
  around<T>(call: () => T): T {
    const start = this.#start;
    try {
      return call();
    } finally {
      this.#start = start;
    }
  }

  /** The address of an operand's panels in this run. */
  address({ offset }: PreparedOperand): number {
    return this.#start + offset;
  }

  /** What packs an operand, given the address of every buffer. */
  packing(operand: PreparedOperand, tables: ContractTables, rightK: number, rightColumns: number) {
    const pack = this.#runtime.templates.exports['gemmPanels'] ?? internal('no packing template');
    const { right } = operand.kernel;
    const shift = tables.rightBatches[0] ?? 0;
    return (pointers: readonly number[]): void => {
      const start = (pointers[right.buffer] as number) + shift;
      pack(tables.n, tables.k, start, rightK, rightColumns, this.address(operand));
    };
  }
}
