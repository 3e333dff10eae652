/**
 * The values of one graph while it is lowered: each one lazy at first, and a buffer's from the moment it is stored. The
 * forms that are lowered ask here for their inputs in the way they can use them: over some space, without reductions, as
 * a buffer. What is not so yet is stored, with the reason why.
 */
import { type AbstractValue, type Dims, internal, sameShape, sizeOf } from '@deft/core';
import type { GraphValue } from '@deft/graph';
import { type BufferId, broadcastMap, type IndexMap, isContiguous, type Operand } from '@deft/kernel';
import type { DraftBuilder } from './draft.ts';
import { loopKernelOf } from './emit-loop.ts';
import { bareRead, type LazyValue, type Leaves, lazyBuffer, throughMap, throughReshape } from './lazy-value.ts';

/** The values of a graph by what they are so far. */
export class LoweredValues {
  readonly leaves: Leaves;
  /** Where kernels of stored values go. */
  readonly draft: DraftBuilder;
  readonly #values = new Map<GraphValue, LazyValue>();

  constructor(leaves: Leaves, draft: DraftBuilder) {
    this.leaves = leaves;
    this.draft = draft;
  }

  /** Says what a value is from now on. */
  define(value: GraphValue, lazy: LazyValue): void {
    this.#values.set(value, lazy);
    const buffer = this.#wholeBuffer(lazy);
    if (buffer !== undefined) this.draft.holds(buffer, value);
  }

  /** The value of that type that a whole buffer holds. */
  held(buffer: BufferId, { shape, dtype }: AbstractValue): LazyValue {
    return lazyBuffer(this.leaves, buffer, shape, dtype);
  }

  /** The value over whatever space it is computed in: its own shape, or another one with its elements in the same order. */
  computed(value: GraphValue): LazyValue {
    return this.#values.get(value) ?? internal('a value is lowered before its inputs');
  }

  /** The value over its own shape. */
  value(value: GraphValue): LazyValue {
    const lazy = this.computed(value);
    if (sameShape(lazy.shape, value.abstract.shape)) return lazy;
    return this.store(value, 'what uses it cannot be computed over its space');
  }

  /** Emits the kernel of a value unless a buffer holds it already, and reads it from its buffer from now on. */
  store(value: GraphValue, reason: string): LazyValue {
    const lazy = this.computed(value);
    const { shape, dtype } = value.abstract;
    let buffer = this.#wholeBuffer(lazy);
    if (buffer === undefined) {
      buffer = this.draft.result(dtype, sizeOf(shape), reason);
      this.draft.kernel(loopKernelOf(this.leaves, lazy, buffer), value.producer?.operation.name ?? 'constant');
    }
    const stored = this.held(buffer, value.abstract);
    this.define(value, stored);
    return stored;
  }

  /** The buffer whose elements, all of them and in order, are the value. */
  #wholeBuffer(lazy: LazyValue): BufferId | undefined {
    const read = bareRead(this.leaves, lazy);
    if (!read || !isContiguous(read.view)) return undefined;
    return this.draft.buffers[read.buffer]?.length === sizeOf(lazy.shape) ? read.buffer : undefined;
  }

  /** A buffer whose elements, all of them and in order, are the value; stores it if there is none. */
  contiguousBuffer(value: GraphValue, reason: string): BufferId {
    return this.#wholeBuffer(this.computed(value)) ?? (this.#wholeBuffer(this.store(value, reason)) as BufferId);
  }

  /** The buffer of a result of the graph: never that of a constant. */
  resultBuffer(output: GraphValue): BufferId {
    const buffer = this.contiguousBuffer(output, 'a result');
    if (this.draft.buffers[buffer]?.source !== 'constant') return buffer;
    const { shape, dtype } = output.abstract;
    const copy = this.draft.result(dtype, sizeOf(shape), 'a result');
    this.draft.kernel(loopKernelOf(this.leaves, this.value(output), copy), 'constant');
    return copy;
  }

  /** The value read through a map, stored first if it cannot follow. */
  readThrough(value: GraphValue, map: IndexMap): LazyValue {
    return (
      throughMap(this.leaves, this.value(value), map) ??
      throughMap(this.leaves, this.store(value, 'its kernel cannot follow the next view'), map) ??
      internal('a stored value cannot be read through a map')
    );
  }

  /** In the new shape, or where its leaves cannot follow still over the space it is computed in. */
  reshaped(value: GraphValue, shape: Dims): LazyValue {
    const lazy = this.computed(value);
    return throughReshape(this.leaves, lazy, shape) ?? lazy;
  }

  /** Stores the value if reductions of it are still to be done. */
  withoutReductions(value: GraphValue, reason: string): void {
    if (this.computed(value).reductions.length > 0) this.store(value, reason);
  }

  /** The inputs of a map over the result's space, all in one kernel: with reductions over the same axes at most. */
  alignedInputs(inputs: readonly GraphValue[], maps: readonly (IndexMap | undefined)[], shape: Dims): LazyValue[] {
    const read = (input: GraphValue, i: number): LazyValue =>
      this.readThrough(input, maps[i] ?? broadcastMap(input.abstract.shape, shape));
    const aligned = inputs.map(read);
    const reduced = aligned.find((lazy) => lazy.reductions.length > 0)?.reduced.join();
    if (reduced === undefined) return aligned;
    return aligned.map((lazy, i) => {
      if (lazy.reductions.length === 0 || lazy.reduced.join() === reduced) return lazy;
      const input = inputs[i] as GraphValue;
      this.store(input, 'used next to a reduction over other axes');
      return read(input, i);
    });
  }

  /** An unguarded view of a buffer. */
  plainView(value: GraphValue, map: IndexMap): Operand {
    const read = bareRead(this.leaves, this.readThrough(value, map));
    if (read && read.view.guards.length === 0) return read;
    this.store(value, 'an operand of a contraction');
    return bareRead(this.leaves, this.readThrough(value, map)) ?? internal('a stored value is not a load');
  }
}
