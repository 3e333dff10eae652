/**
 * Brings the results of loop kernels to an order in which the most of them can be written over what is read: those that read the
 * most buffers first. A step of an optimiser writes the parameter, for which it reads everything, before the averages.
 */
import { foldExpression, type Kernel, type LoopKernel, type Result } from '@deft/kernel';

function buffersRead({ operands }: LoopKernel, { value }: Result): number {
  const read = new Set<number | undefined>();
  foldExpression(value, (node) => {
    if (node.kind === 'load' || node.kind === 'gather') read.add(operands[node.operand]?.buffer);
  });
  return read.size;
}

/** The kernel, and those within it, with its results in order. */
export function orderResults(kernel: Kernel): Kernel {
  switch (kernel.form) {
    case 'loop': {
      if (kernel.results.length === 1) return kernel;
      const counts = new Map(kernel.results.map((result) => [result, buffersRead(kernel, result)]));
      const countOf = (result: Result): number => counts.get(result) as number;
      return { ...kernel, results: [...kernel.results].sort((a, b) => countOf(b) - countOf(a)) };
    }
    case 'repeat': {
      const { condition } = kernel;
      return {
        ...kernel,
        condition: condition && { ...condition, kernels: condition.kernels.map(orderResults) },
        body: kernel.body.map(orderResults),
      };
    }
    case 'branch':
      return { ...kernel, branches: kernel.branches.map((branch) => branch.map(orderResults)) };
    default:
      return kernel;
  }
}
