/** What a kernel moves and computes, read from its description. */
import { sizeOf } from '@deft/core';
import {
  type BufferId,
  type BufferSpec,
  bufferBytes,
  buffersOf,
  expressionsOf,
  type Kernel,
  kernelListsOf,
  type Operand,
  type Statement,
} from '@deft/kernel';
import { weightOf } from './expression-weight.ts';

/** What one kernel moves and computes. */
export interface KernelCost {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Scalar operations; transcendental functions count as several. */
  readonly operations: number;
}

/** Scalar operations of statements: loops of known bounds are counted out, others as one turn. */
function routineWeight(statements: readonly Statement[]): number {
  let weight = 0;
  for (const statement of statements) {
    weight += weightOf(expressionsOf(statement)) + 1;
    if (statement.kind === 'loop') {
      const { from, to } = statement;
      const turns = from.kind === 'constant' && to.kind === 'constant' ? Math.max(0, to.value - from.value) : 1;
      weight += turns * routineWeight(statement.body);
    } else if (statement.kind === 'while') weight += routineWeight(statement.body);
    else if (statement.kind === 'if')
      weight += Math.max(routineWeight(statement.body), routineWeight(statement.otherwise));
  }
  return weight;
}

/** The cost of a kernel over the buffers of a program. */
export function costOf(
  kernel: Kernel,
  program: { readonly buffers: readonly Pick<BufferSpec, 'dtype' | 'length'>[] },
): KernelCost {
  const spec = (buffer: BufferId): Pick<BufferSpec, 'dtype' | 'length'> => program.buffers[buffer] as BufferSpec;
  const whole = (buffer: BufferId): number => bufferBytes(spec(buffer));
  const shown = ({ buffer, view }: Operand): number => {
    const steps = view.shape.filter((_, axis) => view.strides[axis] !== 0);
    return bufferBytes({ dtype: spec(buffer).dtype, length: Math.min(spec(buffer).length, sizeOf(steps)) });
  };
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const bytesWritten = sum(buffersOf(kernel).writes.map(whole));
  switch (kernel.form) {
    case 'loop': {
      const kept = sizeOf(kernel.space);
      const places = kernel.results.filter((r) => r.strides === undefined);
      const points = kernel.results.filter((r) => r.strides !== undefined);
      const atPlaces = weightOf(places.map((r) => r.value));
      const { reductions } = kernel;
      const atPoints = weightOf([...reductions, ...points].map((r) => r.value)) + reductions.length;
      const operations = kept * (atPlaces + sizeOf(kernel.reduced) * atPoints);
      return { bytesRead: sum(kernel.operands.map(shown)), bytesWritten, operations };
    }
    case 'contract': {
      const operations = 2 * sizeOf([...kernel.batch, ...kernel.m, ...kernel.n, ...kernel.k]);
      return { bytesRead: shown(kernel.left) + shown(kernel.right), bytesWritten, operations };
    }
    case 'scatter': {
      const base = kernel.base === undefined ? 0 : whole(kernel.base);
      const operations = sizeOf(kernel.space) * (weightOf([kernel.offset, kernel.value]) + 1);
      return { bytesRead: sum(kernel.operands.map(shown)) + base, bytesWritten, operations };
    }
    case 'routine': {
      const { routine, instances, buffers } = kernel;
      const reads = buffers.filter((_, i) => routine.arrays[i]?.role === 'input');
      return { bytesRead: sum(reads.map(whole)), bytesWritten, operations: instances * routineWeight(routine.body) };
    }
    case 'repeat':
    case 'branch': {
      // Of a loop without a bound one step is counted, of branches the dearest.
      const turns = kernel.form === 'repeat' && Number.isFinite(kernel.steps) ? kernel.steps : 1;
      const lists = kernelListsOf(kernel).map((list) => sum(list.map((each) => costOf(each, program).operations)));
      const operations = kernel.form === 'repeat' ? turns * sum(lists) : Math.max(0, ...lists);
      return { bytesRead: sum(buffersOf(kernel).reads.map(whole)), bytesWritten, operations };
    }
    case 'call': // what the function does is not known
      return { bytesRead: sum(kernel.operands.map(whole)), bytesWritten, operations: 0 };
    case 'sort': {
      const steps = Math.ceil(Math.log2(Math.max(2, kernel.length)));
      return { bytesRead: whole(kernel.source), bytesWritten, operations: kernel.rows * kernel.length * steps };
    }
  }
}
