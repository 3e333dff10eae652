/**
 * Runs programs on host arrays: the meaning of every kernel form, plainly said, and the oracle that backends are compared
 * with. It checks nothing that `verifyProgram` checks, but reads outside of a buffer are caught.
 */
import { allocate, type Dims, dtypes, internal, isInteger, sizeOf, type TypedArray, toElement } from '@deft/core';
import { type Accumulator, accumulatorOf } from './accumulator.ts';
import { hostFunctionOf } from './calls.ts';
import { type Elements, evaluate } from './evaluator.ts';
import type { Expression } from './expression.ts';
import { callHost, type HostFunction } from './host-function.ts';
import {
  type BranchKernel,
  type CallKernel,
  type ContractKernel,
  type Kernel,
  type KernelProgram,
  type LoopKernel,
  type Operand,
  type Reduction,
  type RepeatKernel,
  type Result,
  type ScatterKernel,
  type SortKernel,
  stagesOf,
} from './kernel.ts';
import { runRoutine } from './routine-interpreter.ts';
import { binaryFunction } from './scalar-functions.ts';
import { affineAt, pointAt, readView } from './view-reading.ts';

/** The elements of every buffer that has some at the moment; a repeat kernel moves places. */
type Buffers = Elements[];

/**
 * Runs a program. An output that is an input is that very array, and a buffer that is an output twice is one array; all
 * other outputs are new.
 */
export function interpretProgram(program: KernelProgram, inputs: readonly TypedArray[]): TypedArray[] {
  if (inputs.length !== program.inputs.length) internal(`${inputs.length} inputs for ${program.inputs.length}`);
  const given = new Map(program.inputs.map((buffer, i) => [buffer, inputs[i] as TypedArray]));
  const buffers = program.buffers.map((spec, id) => {
    const array = spec.role === 'constant' ? spec.data : given.get(id);
    if (array === undefined) {
      if (spec.role === 'input' || spec.role === 'constant') internal(`buffer ${id} has no elements`);
      return { dtype: spec.dtype, data: allocate(spec.dtype, spec.length) };
    }
    if (!(array instanceof dtypes[spec.dtype].array) || array.length !== spec.length) {
      internal(`buffer ${id} is ${spec.dtype}[${spec.length}], given ${array.constructor.name}[${array.length}]`);
    }
    return { dtype: spec.dtype, data: array };
  });
  runAll(program.kernels, buffers, program.calls);
  return program.outputs.map((id) => bufferAt(buffers, id).data);
}

function bufferAt(buffers: Buffers, id: number): Elements {
  return buffers[id] ?? internal(`there is no buffer ${id}`);
}

type Calls = readonly HostFunction[] | undefined;

/** Runs one kernel over the buffers of its program, and writes its results into them. `calls` are the program's. */
export function runKernel(kernel: Kernel, buffers: Buffers, calls?: Calls): void {
  switch (kernel.form) {
    case 'loop':
      runLoop(kernel, buffers);
      break;
    case 'contract':
      runContract(kernel, buffers);
      break;
    case 'scatter':
      runScatter(kernel, buffers);
      break;
    case 'sort':
      runSort(kernel, buffers);
      break;
    case 'routine':
      runRoutine(kernel, buffers);
      break;
    case 'repeat':
      runRepeat(kernel, buffers, calls);
      break;
    case 'branch':
      runBranch(kernel, buffers, calls);
      break;
    case 'call':
      runCall(kernel, buffers, calls);
      break;
  }
}

function runAll(kernels: readonly Kernel[], buffers: Buffers, calls: Calls): void {
  for (const kernel of kernels) runKernel(kernel, buffers, calls);
}

function runCall(kernel: CallKernel, buffers: Buffers, calls: Calls): void {
  const operands = kernel.operands.map((id) => bufferAt(buffers, id).data.slice());
  const targets = kernel.results.map((id) => bufferAt(buffers, id));
  const lengths = targets.map(({ dtype, data }) => ({ dtype, length: data.length }));
  callHost(hostFunctionOf(calls, kernel), operands, lengths).forEach((result, i) => {
    targets[i]?.data.set(result);
  });
}

/** Moves the places from step to step; what is carried lies in new memory after every step. */
function runRepeat(kernel: RepeatKernel, buffers: Buffers, calls: Calls): void {
  const { steps, count, reverse, condition, carries, reads, writes, body, taken } = kernel;
  const dataAt = (id: number): TypedArray => bufferAt(buffers, id).data;
  const counted = count === undefined ? steps : (dataAt(count)[0] as number);
  const most = Math.max(0, Math.min(steps, counted));
  const lengths = new Map([...reads, ...writes].map((slice) => [slice.place, dataAt(slice.place).length]));
  for (const { stack } of writes) {
    const { dtype, data } = bufferAt(buffers, stack);
    data.set(allocate(dtype, data.length));
  }
  for (const { initial, current } of carries) buffers[current] = bufferAt(buffers, initial);
  let step = 0;
  for (; step < most; step++) {
    if (condition !== undefined) {
      runAll(condition.kernels, buffers, calls);
      if (dataAt(condition.holds)[0] === 0) break;
    }
    for (const { next, spare, result } of carries) {
      if (spare === undefined) continue;
      const { dtype, data } = bufferAt(buffers, result);
      buffers[next] = { dtype, data: allocate(dtype, data.length) };
    }
    const position = reverse ? most - 1 - step : step;
    for (const { stack, place } of [...reads, ...writes]) {
      const length = lengths.get(place) as number;
      const { dtype, data } = bufferAt(buffers, stack);
      buffers[place] = { dtype, data: data.subarray(position * length, (position + 1) * length) };
    }
    runAll(body, buffers, calls);
    const after = carries.map(({ next }) => bufferAt(buffers, next));
    carries.forEach(({ current }, i) => {
      buffers[current] = after[i] as Elements;
    });
  }
  for (const { current, result } of carries) dataAt(result).set(dataAt(current) as never);
  if (taken !== undefined) dataAt(taken)[0] = step;
}

function runBranch({ index, branches }: BranchKernel, buffers: Buffers, calls: Calls): void {
  const number = Math.max(0, Math.min(branches.length - 1, bufferAt(buffers, index).data[0] as number));
  runAll(branches[number] ?? internal('a branch kernel without branches'), buffers, calls);
}

function sourcesOf(operands: readonly Operand[], buffers: Buffers): Elements[] {
  return operands.map((operand) => bufferAt(buffers, operand.buffer));
}

/** Runs the stages one after the other, each over the whole space; then everything that is stored. */
function runLoop(kernel: LoopKernel, buffers: Buffers): void {
  const { operands, space, reduced, reductions, results } = kernel;
  const sources = sourcesOf(operands, buffers);
  const positions = sizeOf(reduced);
  const totals: TypedArray[] = [];
  const everywhere = { space: [...space, ...reduced], operands, sources, reduced: totals, pointsPerPlace: positions };
  const stages = stagesOf(reductions);
  for (let stage = 0; stages.includes(stage); stage++) {
    const numbers = [...reductions.keys()].filter((r) => stages[r] === stage);
    const running = numbers.map((r) => accumulatorOf(reductions[r] as Reduction, sizeOf(space)));
    evaluate(
      numbers.map((r) => (reductions[r] as Reduction).value),
      everywhere,
      (values, start, count) => {
        values.forEach((block, i) => {
          const accumulator = running[i] as Accumulator;
          for (let k = 0; k < count; k++) {
            const point = start + k;
            accumulator.accept(Math.floor(point / positions), point % positions, block[k] as number);
          }
        });
      },
    );
    numbers.forEach((r, i) => {
      totals[r] = (running[i] as Accumulator).values();
    });
  }
  const targetOf = (result: Result): TypedArray => bufferAt(buffers, result.buffer).data;
  const valuesOf = (list: readonly Result[]): Expression[] => list.map((result) => result.value);
  const atPlaces = results.filter((result) => result.strides === undefined);
  const places = { space: [...space, ...reduced.map(() => 1)], operands, sources, reduced: totals };
  evaluate(valuesOf(atPlaces), places, (values, start, count) => {
    atPlaces.forEach((result, r) => {
      targetOf(result).set((values[r] as TypedArray).subarray(0, count), start);
    });
  });
  const atPoints = results.filter((result) => result.strides !== undefined);
  evaluate(valuesOf(atPoints), everywhere, (values, start, count) => {
    atPoints.forEach((result, r) => {
      const target = targetOf(result);
      for (let i = 0; i < count; i++) {
        const offset = affineAt(0, result.strides as Dims, pointAt(everywhere.space, start + i));
        target[offset] = values[r]?.[i] as number;
      }
    });
  });
}

/** Sums the products of each result in double precision (integers wrap) and rounds once. */
function runContract(kernel: ContractKernel, buffers: Buffers): void {
  const [batch, m, n, k] = [kernel.batch, kernel.m, kernel.n, kernel.k].map(sizeOf) as [number, number, number, number];
  const { dtype, data: result } = bufferAt(buffers, kernel.result);
  const left = bufferAt(buffers, kernel.left.buffer).data;
  const right = bufferAt(buffers, kernel.right.buffer).data;
  const row = allocate(dtype, k);
  const matrix = allocate(dtype, k * n);
  const totals = isInteger(dtype) ? allocate(dtype, n) : new Float64Array(n);
  const zero = toElement(isInteger(dtype) ? dtype : 'float64', 0);
  const [multiply, add] = [binaryFunction('mul', dtype), binaryFunction('add', dtype)];
  for (let b = 0; b < batch; b++) {
    readView(kernel.right.view, right, b * k * n, k * n, matrix);
    for (let i = 0; i < m; i++) {
      readView(kernel.left.view, left, (b * m + i) * k, k, row);
      totals.fill(zero);
      for (let inner = 0; inner < k; inner++) {
        const x = row[inner] as number;
        for (let j = 0; j < n; j++) {
          const y = matrix[inner * n + j] as number;
          totals[j] = add(totals[j] as number, multiply(x, y));
        }
      }
      result.set(totals, (b * m + i) * n);
    }
  }
}

function runScatter(kernel: ScatterKernel, buffers: Buffers): void {
  const { dtype, data: result } = bufferAt(buffers, kernel.result);
  if (kernel.base === undefined) result.fill(toElement(dtype, 0));
  else result.set(bufferAt(buffers, kernel.base).data);
  const { space, operands, combine } = kernel;
  const context = { space, operands, sources: sourcesOf(operands, buffers), reduced: [] };
  const combined = combine === 'replace' ? undefined : binaryFunction(combine, dtype);
  evaluate([kernel.offset, kernel.value], context, ([offsets, values], _, count) => {
    for (let i = 0; i < count; i++) {
      const offset = offsets?.[i] as number;
      const value = values?.[i] as number;
      if (offset < 0 || offset >= result.length) continue;
      result[offset] = combined ? toElement(dtype, combined(result[offset] as number, value)) : value;
    }
  });
}

/** NaN counts as greater than everything, and −0 as equal to 0. */
function ascending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

function runSort(kernel: SortKernel, buffers: Buffers): void {
  const source = bufferAt(buffers, kernel.source).data;
  const result = bufferAt(buffers, kernel.result).data;
  for (let row = 0; row < kernel.rows; row++) {
    const start = row * kernel.length;
    const at = (i: number): number => source[start + i] as number;
    const order = Array.from({ length: kernel.length }, (_, i) => i);
    order.sort(kernel.descending ? (a, b) => ascending(at(b), at(a)) : (a, b) => ascending(at(a), at(b)));
    order.forEach((position, i) => {
      result[start + i] = kernel.gives === 'positions' ? position : at(position);
    });
  }
}
