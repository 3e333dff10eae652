/**
 * The roofline of a backend (Williams, Waterman and Patterson, 2009): a kernel takes at least as long as its arithmetic takes at
 * the highest rate, and as its traffic takes at the highest bandwidth. Both limits are those that two kernels of the backend
 * itself reach, a large product and a copy, so they need no knowledge of the machine.
 */
import { type KernelProgram, loadExpression, ProgramBuilder } from '@deft/kernel';
import type { KernelCost } from './kernel-cost.ts';

/** What a backend reaches at most. */
export interface Roofline {
  /** Scalar operations a second. */
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
}

const productSize = 512;
const copiedElements = 1 << 22;

/** The kernels that reach the limits: programs of one float32 input each, with its length. */
export const rooflinePrograms: {
  readonly [limit in keyof Roofline]: () => { readonly program: KernelProgram; readonly length: number };
} = {
  operationsPerSecond: () => {
    const builder = new ProgramBuilder();
    const length = productSize ** 2;
    const x = builder.input('float32', length);
    builder.contract({ batch: [], m: [productSize], n: [productSize], k: [productSize], left: x, right: x });
    return { program: builder.program(), length };
  },
  bytesPerSecond: () => {
    const builder = new ProgramBuilder();
    const x = builder.input('float32', copiedElements);
    builder.loop({ space: [copiedElements], operands: [x], values: [loadExpression('float32', 0)] });
    return { program: builder.program(), length: copiedElements };
  },
};

/** The limits, from the seconds that the two programs took. */
export function rooflineFrom(seconds: { readonly [limit in keyof Roofline]: number }): Roofline {
  return {
    operationsPerSecond: (2 * productSize ** 3) / seconds.operationsPerSecond,
    bytesPerSecond: (8 * copiedElements) / seconds.bytesPerSecond,
  };
}

/** The seconds that a kernel takes at least. Small buffers come from caches, so it may take less. */
export function leastSeconds(cost: KernelCost, roofline: Roofline): number {
  const traffic = (cost.bytesRead + cost.bytesWritten) / roofline.bytesPerSecond;
  return Math.max(traffic, cost.operations / roofline.operationsPerSecond);
}
