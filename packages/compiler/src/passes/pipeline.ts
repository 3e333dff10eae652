/**
 * The graph passes in the order in which they run. Each can be switched off by its name.
 */
import { span } from '@deft/core';
import type { Graph } from '@deft/graph';
import { commonSubexpressions } from './common-subexpressions.ts';
import { deadCode } from './dead-code.ts';
import { foldConstants } from './fold-constants.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { type GraphPass, mapRegions, type PassContext } from './pass.ts';
import { pruneRegions } from './prune-regions.ts';
import { simplify } from './simplify.ts';

/**
 * Folding and merging come before simplifying, which sees constants then; what that leaves unused goes last. Before all of
 * them regions lose what nobody uses and what is the same in every step.
 */
export const graphPasses: readonly GraphPass[] = [
  deadCode,
  pruneRegions,
  hoistInvariants,
  foldConstants,
  simplify,
  commonSubexpressions,
  deadCode,
];

/**
 * Runs the passes that are not switched off, first on the regions of the graph's ops and then on the graph. `onPass` sees the
 * graph after each of them.
 */
export function runGraphPasses(
  graph: Graph,
  context: PassContext,
  without: readonly string[],
  onPass: ((name: string, graph: Graph) => void) | undefined,
): Graph {
  let current = graph;
  let regionsDone = false;
  for (const pass of graphPasses) {
    // Regions are small once they are pruned, and what is hoisted out of them is final.
    if (pass === hoistInvariants && !regionsDone) {
      current = mapRegions(current, (region) => runGraphPasses(region, context, without, undefined));
      regionsDone = true;
    }
    if (without.includes(pass.name)) continue;
    const before = current;
    current = span(pass.name, 'pass', undefined, () => pass.run(before, context));
    onPass?.(pass.name, current);
  }
  return current;
}
