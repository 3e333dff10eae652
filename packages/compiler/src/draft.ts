/**
 * A program while it is being put together: buffers without places, kernels with the reasons why their results are
 * stored.
 */
import { type DType, type NdArray, sizeOf } from '@deft/core';
import type { BufferId, Kernel } from '@deft/kernel';

/** A buffer before it is known where it lies. */
export interface DraftBuffer {
  readonly dtype: DType;
  readonly length: number;
  readonly source: 'input' | 'constant' | 'kernel';
  /** Elements of a constant. */
  readonly array?: NdArray;
  /** Why the value has a buffer. */
  readonly reason: string;
}

/** A kernel and the ops whose results it stores. */
export interface DraftKernel {
  readonly kernel: Kernel;
  /** Names of the ops, for people. */
  readonly ops: readonly string[];
  /** How many barriers stand before it. */
  readonly epoch: number;
}

/** Buffers, kernels in order, and what goes in and out. */
export interface Draft {
  readonly buffers: readonly DraftBuffer[];
  readonly kernels: readonly DraftKernel[];
  readonly inputs: readonly BufferId[];
  readonly outputs: readonly BufferId[];
}

/** Collects a draft. */
export class DraftBuilder {
  readonly buffers: DraftBuffer[] = [];
  readonly kernels: DraftKernel[] = [];
  readonly inputs: BufferId[] = [];
  readonly outputs: BufferId[] = [];
  /** How many barriers were passed. */
  epoch = 0;
  readonly #constants = new Map<NdArray, BufferId>();

  input(dtype: DType, length: number): BufferId {
    const id = this.buffers.push({ dtype, length, source: 'input', reason: 'input' }) - 1;
    this.inputs.push(id);
    return id;
  }

  constant(array: NdArray): BufferId {
    let id = this.#constants.get(array);
    if (id === undefined) {
      id =
        this.buffers.push({
          dtype: array.dtype,
          length: sizeOf(array.shape),
          source: 'constant',
          array,
          reason: 'constant',
        }) - 1;
      this.#constants.set(array, id);
    }
    return id;
  }

  result(dtype: DType, length: number, reason: string): BufferId {
    return this.buffers.push({ dtype, length, source: 'kernel', reason }) - 1;
  }

  kernel(kernel: Kernel, op: string): void {
    this.kernels.push({ kernel, ops: [op], epoch: this.epoch });
  }
}
