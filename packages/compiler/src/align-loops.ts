/**
 * Brings two loop kernels over one set of points to the same axes, so that they can become one kernel: the rows of a
 * softmax are reduced over `[64] × [32]`, divided over `[64, 32]`, and perhaps flattened or transposed in between.
 *
 * Points are told apart by an *anchor*: a buffer of which both kernels touch every element once. A kernel's axes are then
 * digits of the element's offset, each of one weight (its stride); the digits of both kernels are cut where either cuts, and
 * along these axes everything affine in one kernel stays affine. The kernel that reduces says which axes are reduced, and
 * the order of all; a map takes both over, and its results become results with an element at every point. Two kernels that
 * reduce have to agree.
 */
import { type Dims, sameShape, sizeOf, stridesOf } from '@deft/core';
import { type BufferId, type Expression, type LoopKernel, rewriteExpression, type View } from '@deft/kernel';

/** Both kernels over one `space` and `reduced`; `undefined` where their points cannot be told to be the same. */
export function alignLoops(a: LoopKernel, b: LoopKernel): readonly [LoopKernel, LoopKernel] | undefined {
  const reduces = [a, b].map((kernel) => kernel.reductions.length > 0);
  if (sameShape(a.space, b.space) && (!reduces[0] || !reduces[1] || sameShape(a.reduced, b.reduced))) {
    const reduced = reduces[0] ? a.reduced : b.reduced;
    return [besideReduced(a, reduced), besideReduced(b, reduced)];
  }
  const leader = reduces[0] ? a : b;
  const follower = leader === a ? b : a;
  if (leader.reductions.length === 0) return undefined;
  const [shape, others] = [pointsOf(leader), pointsOf(follower)];
  if (sizeOf(shape) !== sizeOf(others) || sizeOf(shape) === 0) return undefined;
  const anchor = anchorOf(leader, follower);
  if (!anchor) return undefined;
  const cuts = cutsOf([digitsOf(shape, anchor[0]), digitsOf(others, anchor[1])], sizeOf(shape));
  if (!cuts) return undefined;
  const leading = new AxisSplit(shape, anchor[0], cuts);
  const following = new AxisSplit(others, anchor[1], cuts);
  const lead = leading.countBefore(leader.space.length);
  if (follower.reductions.length > 0) {
    const same = leading.digits.every(({ weight }, i) => weight === following.digits[i]?.weight);
    if (!same || following.countBefore(follower.space.length) !== lead) return undefined;
  }
  const moved = [leading.apply(leader, leading, lead), following.apply(follower, leading, lead)] as const;
  return leader === a ? moved : [moved[1], moved[0]];
}

function pointsOf({ space, reduced }: LoopKernel): Dims {
  return [...space, ...reduced];
}

/** A map over the kept axes, as a kernel that also has the reduced ones and does not depend on them. */
function besideReduced(kernel: LoopKernel, reduced: Dims): LoopKernel {
  if (kernel.reductions.length > 0 || reduced.length === 0) return kernel;
  const more = (list: Dims): number[] => [...list, ...reduced.map(() => 0)];
  return overOtherAxes(kernel, { space: kernel.space, reduced }, more, (result) => result);
}

/** Strides under which a kernel touches every element of a buffer once, for each such buffer; results first. */
function coveringStrides(kernel: LoopKernel): Map<BufferId, Dims[]> {
  const shape = pointsOf(kernel);
  const found = new Map<BufferId, Dims[]>();
  const add = (buffer: BufferId, strides: Dims): void => {
    found.set(buffer, [...(found.get(buffer) ?? []), strides]);
  };
  for (const { buffer, strides } of kernel.results) {
    if (strides !== undefined) add(buffer, strides);
    else if (kernel.reductions.length === 0) add(buffer, stridesOf(shape));
  }
  for (const { buffer, view } of kernel.operands) {
    const covers = view.offset === 0 && view.guards.length === 0 && sameShape(view.shape, shape);
    if (covers && isArrangement(view.shape, view.strides)) add(buffer, view.strides);
  }
  return found;
}

/** Whether the strides are those of a contiguous array with the axes in some order. */
function isArrangement(shape: Dims, strides: Dims): boolean {
  const axes = [...shape.keys()].sort((i, j) => (strides[i] as number) - (strides[j] as number));
  let step = 1;
  return axes.every((axis) => {
    const fits = strides[axis] === step && shape[axis] !== 1;
    step *= shape[axis] as number;
    return fits;
  });
}

/** The strides of both kernels over an anchor: what one makes and the other reads, else what both read. */
function anchorOf(a: LoopKernel, b: LoopKernel): readonly [Dims, Dims] | undefined {
  const [ofA, ofB] = [coveringStrides(a), coveringStrides(b)];
  for (const [buffer, [first]] of ofA) {
    const other = ofB.get(buffer)?.[0];
    if (first !== undefined && other !== undefined) return [first, other];
  }
  return undefined;
}

/** Where the digits of an offset begin: the strides of the axes. */
function digitsOf(shape: Dims, strides: Dims): number[] {
  return strides.filter((_, axis) => (shape[axis] as number) > 1);
}

/** All weights at which digits begin, ascending, with the size behind them; `undefined` if they do not nest. */
function cutsOf(lists: readonly (readonly number[])[], size: number): number[] | undefined {
  const cuts = [...new Set([...lists.flat(), size])].sort((x, y) => x - y);
  return cuts.every((cut, i) => i === 0 || cut % (cuts[i - 1] as number) === 0) ? cuts : undefined;
}

interface Digit {
  /** Of the anchor's offset. */
  readonly weight: number;
  readonly extent: number;
  /** The axis it is a part of, and how many steps of that axis one step of it is. */
  readonly axis: number;
  readonly factor: number;
}

/** The axes of a kernel, cut into digits. */
class AxisSplit {
  readonly digits: readonly Digit[];

  constructor(shape: Dims, strides: Dims, cuts: readonly number[]) {
    this.digits = shape.flatMap((extent, axis) => {
      const stride = strides[axis] as number;
      const own = cuts.flatMap((weight, i): Digit[] => {
        if (weight < stride || weight >= stride * extent) return [];
        return [{ weight, extent: (cuts[i + 1] as number) / weight, axis, factor: weight / stride }];
      });
      return own.reverse();
    });
  }

  /** The number of digits of the axes before `axis`. */
  countBefore(axis: number): number {
    return this.digits.filter((digit) => digit.axis < axis).length;
  }

  /** The kernel over the digits in the order of another split, of which the first `lead` are kept. */
  apply(kernel: LoopKernel, order: AxisSplit, lead: number): LoopKernel {
    const own = new Map(this.digits.map((digit) => [digit.weight, digit]));
    const digits = order.digits.map(({ weight }) => own.get(weight) as Digit);
    const extents = digits.map((digit) => digit.extent);
    const move = (steps: Dims): number[] => digits.map(({ axis, factor }) => (steps[axis] as number) * factor);
    const strides = stridesOf(pointsOf(kernel));
    return overOtherAxes(kernel, { space: extents.slice(0, lead), reduced: extents.slice(lead) }, move, (result) => {
      if (result.strides !== undefined) return { ...result, strides: move(result.strides) };
      return kernel.reductions.length > 0 ? result : { ...result, strides: move(strides) };
    });
  }
}

/** A kernel with everything that steps along its axes moved to others. */
function overOtherAxes(
  kernel: LoopKernel,
  { space, reduced }: Pick<LoopKernel, 'space' | 'reduced'>,
  move: (steps: Dims) => number[],
  moveResult: (result: LoopKernel['results'][number]) => LoopKernel['results'][number],
): LoopKernel {
  const memo = new Map<Expression, Expression>();
  const flat = new Set<number>();
  const rewrite = (root: Expression): Expression =>
    rewriteExpression(
      root,
      (node) => {
        if (node.kind === 'gather') flat.add(node.operand);
        return node.kind === 'index' ? { ...node, coefficients: move(node.coefficients) } : node;
      },
      memo,
    );
  const reductions = kernel.reductions.map((reduction) => ({ ...reduction, value: rewrite(reduction.value) }));
  const results = kernel.results.map((result) => ({ ...moveResult(result), value: rewrite(result.value) }));
  const shape = [...space, ...reduced];
  const moveView = (view: View): View => ({
    ...view,
    shape,
    strides: move(view.strides),
    guards: view.guards.map((guard) => ({ ...guard, coefficients: move(guard.coefficients) })),
  });
  return {
    form: 'loop',
    space,
    reduced,
    operands: kernel.operands.map((operand, i) =>
      flat.has(i) ? operand : { buffer: operand.buffer, view: moveView(operand.view) },
    ),
    reductions,
    results,
  };
}
