/** Estimates of how long kernels take on one core: what is too short is not divided among threads. */
import { type Expression, nodesOf, slowFunctions } from '@deft/kernel';

/** Estimated nanoseconds from which a kernel is divided among threads: waking a worker takes some microseconds. */
export const shortestDivided = 20_000;

/** Nanoseconds of a point, of a node there, of a function such as `exp`, and of a multiplication and addition of a product. */
const [pointCost, nodeCost, functionCost, multiplyAddCost] = [0.08, 0.04, 0.4, 0.012];

/** Nanoseconds of one point at which expressions are computed. */
export function pointTime(expressions: readonly Expression[]): number {
  const nodes = nodesOf(expressions);
  const slow = nodes.filter((node) => (node.kind === 'unary' || node.kind === 'binary') && slowFunctions.has(node.op));
  return pointCost + nodeCost * nodes.length + functionCost * slow.length;
}

/** Nanoseconds of a product. */
export const productTime = (batches: number, m: number, n: number, k: number): number =>
  batches * m * n * k * multiplyAddCost;
