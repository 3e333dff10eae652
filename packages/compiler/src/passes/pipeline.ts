/**
 * The graph passes in the order in which they run. Each can be switched off by its name.
 */
import type { Graph } from '@deft/graph';
import { commonSubexpressions } from './common-subexpressions.ts';
import { deadCode } from './dead-code.ts';
import { foldConstants } from './fold-constants.ts';
import type { GraphPass, PassContext } from './pass.ts';
import { simplify } from './simplify.ts';

/** Folding and merging come before simplifying, which sees constants then; what that leaves unused goes last. */
export const graphPasses: readonly GraphPass[] = [deadCode, foldConstants, simplify, commonSubexpressions, deadCode];

/** Runs the passes that are not switched off; `onPass` sees the graph after each of them. */
export function runGraphPasses(
  graph: Graph,
  context: PassContext,
  without: readonly string[],
  onPass: ((name: string, graph: Graph) => void) | undefined,
): Graph {
  let current = graph;
  for (const pass of graphPasses) {
    if (without.includes(pass.name)) continue;
    current = pass.run(current, context);
    onPass?.(pass.name, current);
  }
  return current;
}
