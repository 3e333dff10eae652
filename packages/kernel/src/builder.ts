/**
 * Writes small programs by hand, as tests and tools do: numbers buffers, fills in contiguous views, and makes every result
 * that is not read by name an output. The compiler plans its programs itself.
 */
import { type Dims, type DType, internal, sizeOf, type TypedArray } from '@deft/core';
import type { Expression } from './expression.ts';
import type { HostFunction } from './host-function.ts';
import type {
  BufferId,
  BufferSpec,
  Combine,
  ContractKernel,
  Kernel,
  KernelProgram,
  Operand,
  Result,
  ScatterCombine,
} from './kernel.ts';
import { contiguousView } from './view.ts';

/** A buffer read in order, or an operand with a view of its own. */
export type Source = BufferId | Operand;

/** What `ProgramBuilder.loop` needs to know. */
export interface LoopDescription {
  readonly space: Dims;
  readonly reduced?: Dims;
  readonly operands?: readonly Source[];
  readonly reductions?: readonly { readonly combine: Combine; readonly value: Expression }[];
  /** One result for each. One with strides has an element at every point, one without at every place of `space`. */
  readonly values: readonly (Expression | Pick<Result, 'value' | 'strides'>)[];
}

/**
 * Collects buffers and kernels.
 *
 * @example
 * ```ts
 * import { binaryExpression, interpretProgram, loadExpression, ProgramBuilder } from '@deft/kernel';
 * const builder = new ProgramBuilder();
 * const x = builder.input('float32', 3);
 * const load = loadExpression('float32', 0);
 * builder.loop({ space: [3], operands: [x], values: [binaryExpression('add', load, load)] });
 * const [doubled] = interpretProgram(builder.program(), [new Float32Array([1, 2, 3])]);
 * console.log(Array.from(doubled)); // [2, 4, 6]
 * ```
 */
export class ProgramBuilder {
  readonly #buffers: BufferSpec[] = [];
  readonly #kernels: Kernel[] = [];
  readonly #calls: HostFunction[] = [];

  #add(spec: BufferSpec): BufferId {
    this.#buffers.push(spec);
    return this.#buffers.length - 1;
  }

  #dtype(id: BufferId): DType {
    return (this.#buffers[id] ?? internal(`there is no buffer ${id}`)).dtype;
  }

  /** A buffer that the caller gives. */
  input(dtype: DType, length: number): BufferId {
    return this.#add({ dtype, length, role: 'input' });
  }

  /** A buffer of known elements. */
  constant(dtype: DType, data: TypedArray): BufferId {
    return this.#add({ dtype, length: data.length, role: 'constant', data });
  }

  /** Adds a loop kernel, and gives the buffers of its results. */
  loop(description: LoopDescription): BufferId[] {
    const { space, reduced = [], operands = [], reductions = [], values } = description;
    const results = values.map((each) => {
      const { value, strides } = 'kind' in each ? { value: each, strides: undefined } : each;
      const length = sizeOf(strides === undefined ? space : [...space, ...reduced]);
      const buffer = this.#add({ dtype: value.dtype, length, role: 'output' });
      return strides === undefined ? { buffer, value } : { buffer, value, strides };
    });
    this.#kernels.push({
      form: 'loop',
      space,
      reduced,
      operands: operands.map((source) => operandOf(source, [...space, ...reduced])),
      reductions: reductions.map(({ combine, value }) => ({
        combine,
        value,
        dtype: combine === 'argMax' || combine === 'argMin' ? 'int32' : value.dtype,
      })),
      results,
    });
    return results.map((result) => result.buffer);
  }

  /** Adds a product, and gives the buffer of its result. */
  contract(description: Pick<ContractKernel, 'batch' | 'm' | 'n' | 'k'> & { left: Source; right: Source }): BufferId {
    const { batch, m, n, k } = description;
    const left = operandOf(description.left, [...batch, ...m, ...k]);
    const right = operandOf(description.right, [...batch, ...k, ...n]);
    const length = sizeOf([...batch, ...m, ...n]);
    const result = this.#add({ dtype: this.#dtype(left.buffer), length, role: 'output' });
    this.#kernels.push({ form: 'contract', batch, m, n, k, left, right, result });
    return result;
  }

  /** Adds a scatter into a copy of `base`, or into `length` zeros, and gives the buffer of its result. */
  scatter(description: {
    readonly space: Dims;
    readonly operands?: readonly Source[];
    readonly base: BufferId | { readonly length: number };
    readonly offset: Expression;
    readonly value: Expression;
    readonly combine: ScatterCombine;
  }): BufferId {
    const { space, operands = [], base, offset, value, combine } = description;
    const based = typeof base === 'number';
    const { length } = based ? (this.#buffers[base] as BufferSpec) : base;
    const result = this.#add({ dtype: value.dtype, length, role: 'output' });
    this.#kernels.push({
      form: 'scatter',
      space,
      operands: operands.map((source) => operandOf(source, space)),
      base: based ? base : undefined,
      offset,
      value,
      combine,
      result,
    });
    return result;
  }

  /** Adds a sort of `rows` rows, and gives the buffer of its result. */
  sort(source: BufferId, rows: number, gives: 'values' | 'positions' = 'values', descending = false): BufferId {
    const { dtype, length } = this.#buffers[source] ?? internal(`there is no buffer ${source}`);
    const result = this.#add({ dtype: gives === 'values' ? dtype : 'int32', length, role: 'output' });
    this.#kernels.push({ form: 'sort', rows, length: length / rows, source, descending, gives, result });
    return result;
  }

  /** Adds a call of a function of the host, and gives the buffers of its results. */
  call(
    host: HostFunction,
    operands: readonly BufferId[],
    results: readonly Pick<BufferSpec, 'dtype' | 'length'>[],
  ): BufferId[] {
    const ids = results.map(({ dtype, length }) => this.#add({ dtype, length, role: 'output' }));
    this.#kernels.push({ form: 'call', call: this.#calls.push(host) - 1, operands, results: ids });
    return ids;
  }

  /** The program: its outputs are all results, or those that are named, with the rest as temporaries side by side. */
  program(outputs?: readonly BufferId[]): KernelProgram {
    let arenaBytes = 0;
    const buffers = this.#buffers.map((buffer, id): BufferSpec => {
      if (buffer.role !== 'output' || outputs === undefined || outputs.includes(id)) return buffer;
      const arenaOffset = arenaBytes;
      arenaBytes += Math.ceil((buffer.length * 8) / 64) * 64;
      return { ...buffer, role: 'temporary', arenaOffset };
    });
    const withRole = (role: BufferSpec['role']): BufferId[] =>
      buffers.flatMap((buffer, id) => (buffer.role === role ? [id] : []));
    return {
      buffers,
      inputs: withRole('input'),
      outputs: outputs ?? withRole('output'),
      kernels: this.#kernels,
      arenaBytes,
      ...(this.#calls.length === 0 ? {} : { calls: this.#calls }),
    };
  }
}

function operandOf(source: Source, space: Dims): Operand {
  return typeof source === 'number' ? { buffer: source, view: contiguousView(space) } : source;
}
