/**
 * Which results of a kernel may be written over what it reads.
 *
 * Places and points of a loop kernel run in any order, and many at once, but at one place everything has its time: stage by
 * stage the reductions over all its points, and with them, in their order, the results at points whose values are known in that stage
 * first (the last ones after all reductions); then the results at places in their order. Without reductions all results come in
 * their order. So a result may be written over a buffer if its elements fall on the bytes of those elements alone that are
 * read at the same point, and nothing that comes later reads the buffer. A backend that keeps something else in a
 * result's memory before its time has to look whether the buffer below it is read until then.
 *
 * A scatter changes elements of its base at computed offsets, point after point: over its base it has nothing to copy, as long as no
 * point reads that.
 */
import { bytesOf, type DType, stridesOf } from '@deft/core';
import { type Expression, foldExpression } from './expression.ts';
import {
  type BufferId,
  type Kernel,
  type LoopKernel,
  type Result,
  type ScatterKernel,
  stageOf,
  stagesOf,
} from './kernel.ts';

/** What is compared of two buffers. */
interface Elements {
  readonly dtype: DType;
  readonly length: number;
}

/** How an expression reads a set of operands. */
type Reading = 'not' | 'through views' | 'anywhere';

/** How an expression reads the given operands of its kernel. */
function readingOf(root: Expression, operands: ReadonlySet<number>, memo: Map<Expression, Reading>): Reading {
  const visit = (node: Expression, parts: readonly Reading[]): Reading => {
    if (node.kind === 'gather' && operands.has(node.operand)) return 'anywhere';
    if (parts.includes('anywhere')) return 'anywhere';
    if (node.kind === 'load' && operands.has(node.operand)) return 'through views';
    return parts.includes('through views') ? 'through views' : 'not';
  };
  return foldExpression(root, visit, memo);
}

/** Whether every loaded one of the operands is read, at every point, where the result has its element. */
function liesBelow(kernel: LoopKernel, result: Result, operands: ReadonlySet<number>): boolean {
  const { space, reduced } = kernel;
  const shape = [...space, ...reduced];
  const strides = result.strides ?? [...stridesOf(space), ...reduced.map(() => 0)];
  return [...operands].every((i) => {
    const view = kernel.operands[i]?.view;
    if (view === undefined || view.offset !== 0 || view.guards.length > 0) return false;
    return (
      view.strides.length === shape.length &&
      shape.every((dim, axis) => dim === 1 || view.strides[axis] === strides[axis])
    );
  });
}

/** Whether a scatter may write its result over its base. */
function changesBase({ base, operands, result }: ScatterKernel, read: BufferId, written: BufferId): boolean {
  return base === read && result === written && operands.every(({ buffer }) => buffer !== read);
}

/**
 * Whether the kernel may write `written` into the memory of `read`, if nothing needs that buffer after it. Only a loop and a scatter
 * may, into elements of the same width.
 */
export function mayOverwrite(kernel: Kernel, read: BufferId, written: BufferId, buffers: readonly Elements[]): boolean {
  const [below, above] = [buffers[read], buffers[written]];
  if (below === undefined || above === undefined || below.length !== above.length) return false;
  if (bytesOf(below.dtype) !== bytesOf(above.dtype)) return false;
  if (kernel.form === 'scatter') return changesBase(kernel, read, written);
  return kernel.form === 'loop' && loopMayOverwrite(kernel, read, written);
}

function loopMayOverwrite(kernel: LoopKernel, read: BufferId, written: BufferId): boolean {
  const { operands, reductions, results } = kernel;
  const stages = stagesOf(reductions);
  const stageMemo = new Map<Expression, number>();
  const timeOf = ({ value, strides }: Result): number =>
    reductions.length > 0 && strides !== undefined ? stageOf(value, stages, stageMemo) : Number.POSITIVE_INFINITY;
  const position = results.findIndex(({ buffer }) => buffer === written);
  const result = results[position];
  if (result === undefined) return false;
  const time = timeOf(result);
  const entries = new Set([...operands.keys()].filter((i) => operands[i]?.buffer === read));
  if (entries.size === 0 || !liesBelow(kernel, result, entries)) return false;
  const memo = new Map<Expression, Reading>();
  const isSafe = (value: Expression, comesLater: boolean): boolean => {
    const reading = readingOf(value, entries, memo);
    return reading === 'not' || (reading === 'through views' && !comesLater);
  };
  return (
    reductions.every(({ value }, r) => isSafe(value, (stages[r] as number) > time)) &&
    results.every((other, i) => {
      const own = timeOf(other);
      return isSafe(other.value, own > time || (own === time && i > position));
    })
  );
}
