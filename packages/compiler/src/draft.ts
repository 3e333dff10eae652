/**
 * A program while it is being put together: buffers without places, kernels with the reasons why their results are
 * stored.
 */
import { type DType, type NdArray, sizeOf } from '@deft/core';
import type { GraphValue } from '@deft/graph';
import type { BufferId, HostFunction, Kernel } from '@deft/kernel';

/** A buffer before it is known where it lies. */
export interface DraftBuffer {
  readonly dtype: DType;
  readonly length: number;
  /** `place`: a repeat kernel says where it lies. */
  readonly source: 'input' | 'constant' | 'kernel' | 'place';
  /** Elements of a constant. */
  readonly array?: NdArray;
  /** Why the value has a buffer. */
  readonly reason: string;
  /** The value, as the first that lies here is called. */
  readonly value?: GraphValue;
}

/** A kernel and the ops whose results it stores. */
export interface DraftKernel {
  readonly kernel: Kernel;
  /** Names of the ops, for people. */
  readonly ops: readonly string[];
  /** How many barriers stand before it. */
  readonly epoch: number;
  /** Kernels that it could have been one with, and why it is not. */
  readonly apart: readonly string[];
}

/** Buffers, kernels in order, and what goes in and out. */
export interface Draft {
  readonly buffers: readonly DraftBuffer[];
  readonly kernels: readonly DraftKernel[];
  readonly inputs: readonly BufferId[];
  readonly outputs: readonly BufferId[];
  /** Inputs that the caller may give up. */
  readonly donated?: readonly BufferId[];
  /** Functions of the host that call kernels name; absent where there are none. */
  readonly calls?: readonly HostFunction[];
}

/** Collects a draft. */
export class DraftBuilder {
  readonly buffers: DraftBuffer[];
  readonly kernels: DraftKernel[] = [];
  readonly inputs: BufferId[] = [];
  readonly outputs: BufferId[] = [];
  readonly calls: HostFunction[];
  /** How many barriers were passed. */
  epoch = 0;
  readonly #constants: Map<NdArray, BufferId>;

  constructor(
    buffers: DraftBuffer[] = [],
    constants: Map<NdArray, BufferId> = new Map<NdArray, BufferId>(),
    calls: HostFunction[] = [],
  ) {
    this.buffers = buffers;
    this.#constants = constants;
    this.calls = calls;
  }

  /** A list of kernels of its own over the same buffers and functions. */
  inside(): DraftBuilder {
    return new DraftBuilder(this.buffers, this.#constants, this.calls);
  }

  /** Says which value a buffer holds; views of it lie there too, and come later. */
  holds(buffer: BufferId, value: GraphValue): void {
    const spec = this.buffers[buffer];
    if (spec !== undefined && spec.value === undefined) this.buffers[buffer] = { ...spec, value };
  }

  /** A buffer whose memory a repeat kernel moves. */
  place(dtype: DType, length: number): BufferId {
    return this.buffers.push({ dtype, length, source: 'place', reason: 'moves from step to step' }) - 1;
  }

  /** Makes a place of a kernel's result. */
  makePlace(buffer: BufferId): void {
    this.buffers[buffer] = {
      ...(this.buffers[buffer] as DraftBuffer),
      source: 'place',
      reason: 'the result of a step',
    };
  }

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
    this.kernels.push({ kernel, ops: [op], epoch: this.epoch, apart: [] });
  }
}
