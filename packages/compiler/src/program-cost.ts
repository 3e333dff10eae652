/**
 * What one run of a program computes and moves, counted from the descriptions of its kernels, exactly wherever that is known
 * before the run. `kernel-cost.ts` has estimates for choosing between programs; here every operation counts as one.
 *
 * A *flop* is an operation on floating-point numbers that is no transcendental function: a sum, difference, product, quotient,
 * remainder, root, extreme, comparison, rounding, change of sign. An element that goes into a sum (or another reduction) counts one
 * more, so a product of matrices is 2·m·k·n. Arithmetic on whole numbers, on indices and on bits, choosing, converting, moving and
 * sorting count nothing, nor does what makes sums accurate. What an expression computes at a point counts once,
 * and what depends on no reduced axis once for each place.
 */
import { dtypes, sizeOf } from '@deft/core';
import {
  type BranchKernel,
  type BufferId,
  type BufferSpec,
  bufferBytes,
  buffersOf,
  type Expression,
  foldExpression,
  type Kernel,
  type KernelProgram,
  type LoopKernel,
  type Operand,
  type RepeatKernel,
  type RoutineKernel,
  type ScatterKernel,
} from '@deft/kernel';
import { nodeCount, type OperationCount, plus, times } from './program-cost-operations.ts';
import { routineCount } from './program-cost-routine.ts';

/** What one run of a program computes and moves. */
export interface ProgramCost {
  /** Operations on floating-point numbers besides transcendental functions; a product of matrices has 2·m·k·n. */
  readonly flops: number;
  /** Exponentials, logarithms, powers, trigonometric and error functions. */
  readonly transcendentals: number;
  /** Bytes of elements that kernels read: of every operand what its view shows, in every step of a loop, whatever a cache saves. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Kernels of the program; a loop counts as one with all that is in it. */
  readonly kernels: number;
  /** Whether every figure holds for every run. */
  readonly isExact: boolean;
  /** Why not. */
  readonly inexactBecause: readonly string[];
}

interface Work extends OperationCount {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

const noWork: Work = { flops: 0, transcendentals: 0, bytesRead: 0, bytesWritten: 0 };

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const together = (list: readonly Work[]): Work =>
  list.reduce(
    (a, b) => ({
      ...plus(a, b),
      bytesRead: a.bytesRead + b.bytesRead,
      bytesWritten: a.bytesWritten + b.bytesWritten,
    }),
    noWork,
  );

const repeated = (work: Work, turns: number): Work => ({
  ...times(work, turns),
  bytesRead: work.bytesRead * turns,
  bytesWritten: work.bytesWritten * turns,
});

const isFloat = (dtype: BufferSpec['dtype']): boolean => dtypes[dtype].kind === 'float';

class CostCounter {
  readonly #program: KernelProgram;
  readonly reasons: Set<string> = new Set<string>();

  constructor(program: KernelProgram) {
    this.#program = program;
  }

  list(kernels: readonly Kernel[]): Work {
    return together(kernels.map((kernel) => this.#kernel(kernel)));
  }

  #spec(id: BufferId): BufferSpec {
    return this.#program.buffers[id] as BufferSpec;
  }

  #whole(ids: readonly BufferId[]): number {
    return sum(ids.map((id) => bufferBytes(this.#spec(id))));
  }

  #kernel(kernel: Kernel): Work {
    const bytesWritten = this.#whole(buffersOf(kernel).writes);
    switch (kernel.form) {
      case 'loop':
        return { ...this.#loop(kernel), bytesWritten };
      case 'contract': {
        const { batch, m, n, k, left, right, result } = kernel;
        const flops = isFloat(this.#spec(result).dtype) ? 2 * sizeOf([...batch, ...m, ...n, ...k]) : 0;
        return { flops, transcendentals: 0, bytesRead: this.#shown(left) + this.#shown(right), bytesWritten };
      }
      case 'scatter':
        return { ...this.#scatter(kernel), bytesWritten };
      case 'routine':
        return { ...this.#routine(kernel), bytesRead: this.#whole(buffersOf(kernel).reads), bytesWritten };
      case 'repeat':
        return this.#repeat(kernel);
      case 'branch':
        return this.#branch(kernel);
      case 'sort':
      case 'call':
        return { ...noWork, bytesRead: this.#whole(buffersOf(kernel).reads), bytesWritten };
    }
  }

  /** Bytes of the elements that a view shows, each once. */
  #shown({ buffer, view }: Operand): number {
    const { dtype, length } = this.#spec(buffer);
    const steps = view.shape.filter((_, axis) => view.strides[axis] !== 0);
    return bufferBytes({ dtype, length: sizeOf(view.shape) === 0 ? 0 : Math.min(length, sizeOf(steps)) });
  }

  /** Bytes of what expressions load through views, and of what they gather at their points. */
  #loaded(operands: readonly Operand[], roots: readonly Expression[], points: number): number {
    const viewed = new Set<number>();
    let gathered = 0;
    visitNodes(roots, (node) => {
      if (node.kind === 'load') viewed.add(node.operand);
      if (node.kind !== 'gather') return;
      const { dtype, length } = this.#spec((operands[node.operand] as Operand).buffer);
      gathered += length === 0 ? 0 : bufferBytes({ dtype, length: points });
    });
    return gathered + sum([...viewed].map((i) => this.#shown(operands[i] as Operand)));
  }

  #loop({ space, reduced, operands, reductions, results }: LoopKernel): Omit<Work, 'bytesWritten'> {
    const places = sizeOf(space);
    const points = places * sizeOf(reduced);
    const atPoints = [...reductions, ...results.filter(({ strides }) => strides !== undefined)].map((r) => r.value);
    const atPlaces = results.filter(({ strides }) => strides === undefined).map((r) => r.value);
    const varies = new Map<Expression, boolean>();
    const counted = new Set<Expression>();
    let count: OperationCount = { flops: 0, transcendentals: 0 };
    const add = (roots: readonly Expression[]): void => {
      for (const root of roots) {
        foldExpression<boolean>(
          root,
          (node, parts) => variesAlong(node, operands, space.length) || parts.some(Boolean),
          varies,
        );
      }
      visitNodes(roots, (node) => {
        if (counted.has(node)) return;
        counted.add(node);
        count = plus(count, times(nodeCount(node), varies.get(node) === true ? points : places));
      });
    };
    add(atPoints);
    add(atPlaces);
    const combined = reductions.filter(({ value }) => isFloat(value.dtype)).length;
    return {
      flops: count.flops + combined * points,
      transcendentals: count.transcendentals,
      bytesRead: this.#loaded(operands, [...atPoints, ...atPlaces], points),
    };
  }

  #scatter({ space, operands, base, offset, value, combine }: ScatterKernel): Omit<Work, 'bytesWritten'> {
    const points = sizeOf(space);
    let count: OperationCount = { flops: combine !== 'replace' && isFloat(value.dtype) ? 1 : 0, transcendentals: 0 };
    visitNodes([offset, value], (node) => {
      count = plus(count, nodeCount(node));
    });
    const bytesRead = this.#loaded(operands, [offset, value], points) + (base === undefined ? 0 : this.#whole([base]));
    return { ...times(count, points), bytesRead };
  }

  #routine({ routine, instances }: RoutineKernel): OperationCount {
    return times(
      routineCount(routine, (reason) => this.reasons.add(reason)),
      instances,
    );
  }

  /** Steps that a loop takes, as far as that is known. */
  #turns({ steps, count, condition }: RepeatKernel): number {
    const known = count === undefined ? Number.POSITIVE_INFINITY : this.#spec(count).data?.[0];
    const most = Math.max(0, Math.min(steps, known ?? Number.POSITIVE_INFINITY));
    if (condition === undefined && known !== undefined) return most;
    if (Number.isFinite(most)) this.reasons.add(`a loop may end before its ${most} steps, all of which are counted`);
    else this.reasons.add('how many steps a loop takes is known when it runs: one is counted');
    return Number.isFinite(most) ? most : 1;
  }

  #repeat(kernel: RepeatKernel): Work {
    const turns = this.#turns(kernel);
    const body = repeated(this.list(kernel.body), turns);
    return kernel.condition === undefined
      ? body
      : together([body, repeated(this.list(kernel.condition.kernels), turns + 1)]);
  }

  #branch({ branches }: BranchKernel): Work {
    const works = branches.map((branch) => this.list(branch));
    const dearest = works.reduce((a, b) => (b.flops + b.transcendentals > a.flops + a.transcendentals ? b : a));
    const keys = Object.keys(noWork) as (keyof Work)[];
    if (works.some((work) => keys.some((key) => work[key] !== dearest[key])))
      this.reasons.add('branches differ: the one that computes most is counted');
    return dearest;
  }
}

/** Whether a leaf is another one along the axes from `kept` on. */
function variesAlong(node: Expression, operands: readonly Operand[], kept: number): boolean {
  if (node.kind === 'index') return node.coefficients.some((coefficient, axis) => axis >= kept && coefficient !== 0);
  if (node.kind !== 'load') return false;
  const { strides, guards } = (operands[node.operand] as Operand).view;
  return (
    strides.some((stride, axis) => axis >= kept && stride !== 0) ||
    guards.some(({ coefficients }) => coefficients.some((coefficient, axis) => axis >= kept && coefficient !== 0))
  );
}

/** Visits the distinct nodes of expressions. */
function visitNodes(roots: readonly Expression[], visit: (node: Expression) => void): void {
  const memo = new Map<Expression, true>();
  for (const root of roots) {
    foldExpression<true>(
      root,
      (node) => {
        visit(node);
        return true;
      },
      memo,
    );
  }
}

/** What one run of a program computes and moves. What functions of the host do is not counted. */
export function programCost(program: KernelProgram): ProgramCost {
  const counter = new CostCounter(program);
  const work = counter.list(program.kernels);
  const inexactBecause = [...counter.reasons];
  return { ...work, kernels: program.kernels.length, isExact: inexactBecause.length === 0, inexactBecause };
}
