/** Decides how a loop kernel is gone through: its passes, and the axis whose points are computed side by side. */
import {
  type BufferSpec,
  type Expression,
  type LoopKernel,
  type Nest,
  type Pass,
  planPasses,
  type Reduction,
  type Span,
  spansOf,
} from '@deft/kernel';

/** A kept axis shorter than this does not pay as lanes. */
const shortestAxis = 8;
/** Every stretch is code of its own. */
const mostStretches = 16;
/** Whether a reduction is a sum of float32. */
export const isSummedInDouble = ({ combine, value }: Reduction): boolean =>
  combine === 'sum' && value.dtype === 'float32';

/** Whether a reduction gives a position. */
export const isPosition = ({ combine }: Reduction): boolean => combine === 'argMax' || combine === 'argMin';

/** How a kernel, or a stretch of it, is gone through. */
export interface LoopPlan {
  readonly nest: Nest;
  readonly reductions: readonly Reduction[];
  readonly results: readonly {
    readonly value: Expression;
    readonly atPoints: boolean;
    readonly dtype: BufferSpec['dtype'];
  }[];
  readonly passes: readonly Pass[];
  readonly lanes: 'kept' | 'reduced' | 'none';
  /** The stretches of axes that it covers, at most one of each. */
  readonly spans: readonly Span[];
}

const contiguousOperands = (nest: Nest, axis: number): number =>
  nest.operands.filter(({ strides }) => strides[axis] === 1).length;

/** Stretches of a map in which no guard is left where two axes are cut: the second one within every stretch of the first. */
export function stretchesOf(nest: Nest): readonly (readonly Span[])[] {
  const outer = spansOf(nest);
  if (outer === undefined) return [[]];
  return outer.flatMap((span) => {
    const inner = spansOf(span.nest);
    if (inner === undefined || inner.length * outer.length > mostStretches) return [[span]];
    return inner.map((each) => [span, each]);
  });
}

/** Plans a kernel, or stretches of it. */
export function planOf(
  kernel: LoopKernel,
  whole: Nest,
  buffers: readonly BufferSpec[],
  spans: readonly Span[] = [],
): LoopPlan {
  const nest = spans.at(-1)?.nest ?? whole;
  const reductions = kernel.reductions.map((r, i) => ({ ...r, value: nest.expressions[i] as Expression }));
  const results = kernel.results.map((r, i) => ({
    dtype: (buffers[r.buffer] as BufferSpec).dtype,
    value: nest.expressions[kernel.reductions.length + i] as Expression,
    atPoints: r.strides !== undefined,
    // Whatever it may lie over: places of temporaries are no matter of the code.
    over: new Set(kernel.operands.keys()),
  }));
  const passes = reductions.length === 0 ? [] : planPasses(reductions, results);
  const last = nest.kept.length - 1;
  const extent = nest.kept[last];
  const longEnough = extent !== undefined && (typeof extent !== 'number' || extent >= shortestAxis);
  const inOrder = nest.resultStrides.every((strides) => strides[last] === 1 || strides[last] === 0);
  const folds = nest.reduced.length > 0 && !reductions.some(isPosition);
  const reducedAxis = nest.kept.length + nest.reduced.length - 1;
  let lanes: LoopPlan['lanes'] = longEnough && inOrder ? 'kept' : 'none';
  if (folds && (lanes === 'none' || contiguousOperands(nest, reducedAxis) > contiguousOperands(nest, last))) {
    lanes = 'reduced';
  }
  return { nest, reductions, results, passes, lanes: reductions.length === 0 ? 'none' : lanes, spans };
}
