/** Which axes of a contraction's operands are batch, free and contracted, in the order in which its kernel takes them. */
import type { Dims } from '@deft/core';
import type { ContractKernel, Form } from '@deft/kernel';

/** Axis orders of the operands, and the dims of the kernel. */
export interface ContractAxes {
  readonly dims: Pick<ContractKernel, 'batch' | 'm' | 'n' | 'k'>;
  /** Batch, free, contracted. */
  readonly leftOrder: readonly number[];
  /** Batch, contracted, free. */
  readonly rightOrder: readonly number[];
}

/** The axes of a contraction of operands of these shapes. */
export function contractAxes(form: Form & { readonly form: 'contract' }, left: Dims, right: Dims): ContractAxes {
  const taken = (pairs: readonly (readonly [number, number])[], which: 0 | 1): number[] =>
    pairs.map((pair) => pair[which]);
  const free = (dims: Dims, which: 0 | 1): number[] => {
    const others = new Set(taken([...form.batch, ...form.contracted], which));
    return dims.map((_, axis) => axis).filter((axis) => !others.has(axis));
  };
  const dimsOf = (dims: Dims, axes: readonly number[]): number[] => axes.map((axis) => dims[axis] as number);
  const [leftFree, rightFree] = [free(left, 0), free(right, 1)];
  return {
    dims: {
      batch: dimsOf(left, taken(form.batch, 0)),
      m: dimsOf(left, leftFree),
      n: dimsOf(right, rightFree),
      k: dimsOf(left, taken(form.contracted, 0)),
    },
    leftOrder: [...taken(form.batch, 0), ...leftFree, ...taken(form.contracted, 0)],
    rightOrder: [...taken(form.batch, 1), ...taken(form.contracted, 1), ...rightFree],
  };
}
