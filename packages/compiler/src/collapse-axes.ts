/**
 * Merges neighbouring axes of a kernel's space where every operand, guard and index expression steps through them as
 * through one axis, so that a backend sees `[2048]` rather than `[64, 32]` and its inner loops are long.
 */
import {
  type ContractKernel,
  type Expression,
  type Kernel,
  type LoopKernel,
  type Operand,
  rewriteExpression,
  type ScatterKernel,
  type View,
} from '@deft/kernel';

/** Everything that steps along axes: strides, guard coefficients, index coefficients. */
type Steps = readonly (readonly number[])[];

function stepsOfView(view: View): Steps {
  return [view.strides, ...view.guards.map((guard) => guard.coefficients)];
}

/** For every axis whether it continues into the next one, so that both can be one. */
function joins(shape: readonly number[], steps: Steps, boundaries: readonly number[]): boolean[] {
  return shape.map((_, axis) => {
    if (axis + 1 >= shape.length || boundaries.includes(axis + 1)) return false;
    const inner = shape[axis + 1] as number;
    return steps.every((list) => list[axis] === (list[axis + 1] as number) * inner);
  });
}

/** The dims with joined axes multiplied. */
function joinDims(shape: readonly number[], joined: readonly boolean[]): number[] {
  const result: number[] = [];
  let product = 1;
  shape.forEach((dim, axis) => {
    product *= dim;
    if (joined[axis]) return;
    result.push(product);
    product = 1;
  });
  return result;
}

/** Of joined axes the innermost step is the step of the joint one. */
function joinSteps(list: readonly number[], joined: readonly boolean[]): number[] {
  return list.filter((_, axis) => !joined[axis]);
}

function joinView(view: View, joined: readonly boolean[]): View {
  return {
    ...view,
    shape: joinDims(view.shape, joined),
    strides: joinSteps(view.strides, joined),
    guards: view.guards.map((guard) => ({ ...guard, coefficients: joinSteps(guard.coefficients, joined) })),
  };
}

interface LeafUse {
  readonly flat: ReadonlySet<number>;
  readonly steps: Steps;
}

/** Which operands are flat arrays, and the index expressions' coefficients. */
function leavesOf(roots: readonly Expression[]): LeafUse {
  const flat = new Set<number>();
  const steps: (readonly number[])[] = [];
  const memo = new Map<Expression, Expression>();
  for (const root of roots) {
    rewriteExpression(
      root,
      (node) => {
        if (node.kind === 'gather') flat.add(node.operand);
        if (node.kind === 'index') steps.push(node.coefficients);
        return node;
      },
      memo,
    );
  }
  return { flat, steps };
}

interface LoopLike {
  readonly shape: readonly number[];
  /** What else steps along the axes. */
  readonly others: Steps;
  readonly operands: readonly Operand[];
  readonly roots: readonly Expression[];
  readonly boundaries: readonly number[];
}

/** Operands and expressions over the joined axes; `undefined` where none can be joined. */
function collapse({
  shape,
  others,
  operands,
  roots,
  boundaries,
}: LoopLike):
  | { readonly joined: readonly boolean[]; readonly operands: Operand[]; readonly roots: Expression[] }
  | undefined {
  if (shape.length < 2) return undefined;
  const { flat, steps } = leavesOf(roots);
  const all = [
    ...steps,
    ...others,
    ...operands.flatMap((operand, i) => (flat.has(i) ? [] : stepsOfView(operand.view))),
  ];
  const joined = joins(shape, all, boundaries);
  if (!joined.includes(true)) return undefined;
  const memo = new Map<Expression, Expression>();
  const move = (node: Expression): Expression =>
    node.kind === 'index' ? { ...node, coefficients: joinSteps(node.coefficients, joined) } : node;
  return {
    joined,
    operands: operands.map((operand, i) =>
      flat.has(i) ? operand : { buffer: operand.buffer, view: joinView(operand.view, joined) },
    ),
    roots: roots.map((root) => rewriteExpression(root, move, memo)),
  };
}

function collapseLoop(kernel: LoopKernel): LoopKernel {
  const roots = [...kernel.reductions.map((r) => r.value), ...kernel.results.map((r) => r.value)];
  const shape = [...kernel.space, ...kernel.reduced];
  const others = kernel.results.flatMap(({ strides }) => (strides === undefined ? [] : [strides]));
  const done = collapse({ shape, others, operands: kernel.operands, roots, boundaries: [kernel.space.length] });
  if (!done) return kernel;
  const lead = kernel.space.length;
  return {
    form: 'loop',
    space: joinDims(kernel.space, done.joined.slice(0, lead)),
    reduced: joinDims(kernel.reduced, done.joined.slice(lead)),
    operands: done.operands,
    reductions: kernel.reductions.map((r, i) => ({ ...r, value: done.roots[i] as Expression })),
    results: kernel.results.map(({ buffer, strides }, i) => ({
      buffer,
      value: done.roots[kernel.reductions.length + i] as Expression,
      ...(strides === undefined ? {} : { strides: joinSteps(strides, done.joined) }),
    })),
  };
}

function collapseScatter(kernel: ScatterKernel): ScatterKernel {
  const done = collapse({
    shape: kernel.space,
    others: [],
    operands: kernel.operands,
    roots: [kernel.offset, kernel.value],
    boundaries: [],
  });
  if (!done) return kernel;
  const [offset, value] = done.roots as [Expression, Expression];
  return { ...kernel, space: joinDims(kernel.space, done.joined), operands: done.operands, offset, value };
}

/** Drops axes of size 1 from a view. */
function dropUnits(view: View): View {
  const joined = view.shape.map((dim) => dim === 1);
  return { ...view, shape: view.shape.filter((dim) => dim !== 1), strides: joinSteps(view.strides, joined) };
}

function collapseContract(kernel: ContractKernel): ContractKernel {
  const count = (dims: readonly number[]): number => dims.filter((dim) => dim !== 1).length;
  const [b, m, n, k] = [count(kernel.batch), count(kernel.m), count(kernel.n), count(kernel.k)];
  const left = dropUnits(kernel.left.view);
  const right = dropUnits(kernel.right.view);
  const leftJoins = joins(left.shape, [left.strides], [b, b + m]);
  const rightJoins = joins(right.shape, [right.strides], [b, b + k]);
  // Batch and contracted axes stand in both views, so both have to agree.
  const batch = leftJoins.slice(0, b).map((join, i) => join && (rightJoins[i] as boolean));
  const contracted = leftJoins.slice(b + m).map((join, i) => join && (rightJoins[b + i] as boolean));
  const leftAll = [...batch, ...leftJoins.slice(b, b + m), ...contracted];
  const rightAll = [...batch, ...contracted, ...rightJoins.slice(b + k)];
  const dims = (shape: readonly number[], joined: readonly boolean[], from: number, size: number): number[] =>
    joinDims(shape.slice(from, from + size), joined.slice(from, from + size));
  return {
    form: 'contract',
    batch: dims(left.shape, leftAll, 0, b),
    m: dims(left.shape, leftAll, b, m),
    n: dims(right.shape, rightAll, b + k, n),
    k: dims(left.shape, leftAll, b + m, k),
    left: { buffer: kernel.left.buffer, view: joinView(left, leftAll) },
    right: { buffer: kernel.right.buffer, view: joinView(right, rightAll) },
    result: kernel.result,
  };
}

/** The kernel over as few axes as possible. */
export function collapseAxes(kernel: Kernel): Kernel {
  switch (kernel.form) {
    case 'loop':
      return collapseLoop(kernel);
    case 'contract':
      return collapseContract(kernel);
    case 'scatter':
      return collapseScatter(kernel);
    case 'repeat':
    case 'branch': // what they hold went through the passes when it was lowered
    case 'sort':
    case 'routine':
    case 'call':
      return kernel;
  }
}
