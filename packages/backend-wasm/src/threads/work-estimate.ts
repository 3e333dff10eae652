/**
 * How long kernels take, roughly, to tell which are worth dividing: all constants in one table. Waking a worker takes 10 to
 * 40 µs; a kernel that is divided should take several times that.
 */
import {
  type BinaryScalar,
  type Expression,
  foldExpression,
  type SizedNest,
  slowFunctions,
  type UnaryScalar,
} from '@deft/kernel';

/** Nanoseconds on one core. */
const costs = {
  /** One multiplication and addition of a product. */
  multiplyAdd: 0.05,
  /** A point of a loop, and each of its nodes, where four run at once. */
  point: 0.1,
  node: 0.1,
  /** A function such as `exp`. */
  transcendental: 1.5,
  /** How many times longer everything takes one by one. */
  scalar: 4,
} as const;

/** Kernels estimated shorter than this many nanoseconds stay on the caller. */
export const shortestDivided = 120_000;

/** Within a loop kernels follow each other so closely that workers are still awake: there it pays from this many nanoseconds on. */
export const shortestDividedInLoop = 50_000;

/** Packing an element of an operand takes as long as so many multiplications and additions. */
export const packingWeight = 8;

const functions = new Set<UnaryScalar | BinaryScalar>([...slowFunctions, 'div', 'sqrt']);

/** Nanoseconds of a product. */
export function productTime(multiplyAdds: number): number {
  return multiplyAdds * costs.multiplyAdd;
}

/** Nanoseconds of a loop kernel. */
export function loopTime(nest: SizedNest, isVector: boolean): number {
  let perPoint: number = costs.point;
  const memo = new Map<Expression, undefined>();
  const visit = (node: Expression): undefined => {
    const isFunction = (node.kind === 'unary' || node.kind === 'binary') && functions.has(node.op);
    perPoint += node.kind === 'constant' ? 0 : isFunction ? costs.transcendental : costs.node;
    return undefined;
  };
  for (const root of nest.expressions) foldExpression(root, visit, memo);
  const points = [...nest.kept, ...nest.reduced].reduce((product, extent) => product * extent, 1);
  return points * perPoint * (isVector ? 1 : costs.scalar);
}
