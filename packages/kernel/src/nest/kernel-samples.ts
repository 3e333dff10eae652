/**
 * Kernels as what code is made of: the source of a nest for loop and scatter kernels, and the constants of routines, of which some are
 * unknown where a kernel is given for several sizes.
 */
import { internal } from '@deft/core';
import type { Expression } from '../expression.ts';
import type { LoopKernel, RoutineKernel, ScatterKernel } from '../kernel.ts';
import { expressionsOf, type Statement } from '../routine.ts';
import { elementOf, type NestSource, nodesOf } from './nest.ts';
import type { Quantities, Quantity } from './quantity.ts';

/** What the nest of a loop kernel is made of. */
export const loopSource = ({ space, reduced, operands, reductions, results }: LoopKernel): NestSource => ({
  space,
  reduced,
  operands,
  expressions: [...reductions, ...results].map(({ value }) => value),
  results: results.map(({ strides }) => strides),
  further: [],
});

/** A scatter kernel, and the elements of its result. */
export interface SizedScatter {
  readonly kernel: ScatterKernel;
  readonly length: number;
}

/** What the nest of a scatter kernel is made of; its one further number is the length of the result. */
export const scatterSource = ({ kernel: { space, operands, offset, value }, length }: SizedScatter): NestSource => ({
  space,
  reduced: [],
  operands,
  expressions: [offset, value],
  results: [],
  further: [length],
});

/** Every node of a routine once, in an order that depends on its structure alone. */
function nodesOfRoutine(body: readonly Statement[]): Expression[] {
  const roots: Expression[] = [];
  const visit = (statement: Statement): void => {
    roots.push(...expressionsOf(statement));
    if ('body' in statement) statement.body.forEach(visit);
    if ('otherwise' in statement) statement.otherwise.forEach(visit);
  };
  body.forEach(visit);
  return nodesOf(roots);
}

/** What the constants of a routine are, if it is given for several sizes. */
export function routineConstants(
  samples: readonly RoutineKernel[],
  quantities: Quantities<RoutineKernel>,
): Map<Expression, Quantity> {
  const [own = internal('a function of no kernel')] = samples;
  const constants = new Map<Expression, Quantity>();
  if (!quantities.many) return constants;
  const nodes = new WeakMap<RoutineKernel, readonly Expression[]>();
  const valueAt = (kernel: RoutineKernel, at: number): number => {
    const list = nodes.get(kernel) ?? nodesOfRoutine(kernel.routine.body);
    nodes.set(kernel, list);
    return elementOf(list[at] as Extract<Expression, { kind: 'constant' }>);
  };
  nodesOfRoutine(own.routine.body).forEach((node, at) => {
    if (node.kind !== 'constant') return;
    constants.set(
      node,
      quantities.of((kernel) => valueAt(kernel, at)),
    );
  });
  return constants;
}
