/** Which parts of a loop a derivative passes through: a fixed point, as what is carried meets itself in the next step. */
import { type Attributes, isDifferentiable, type Region, regionTools } from '@deft/core';
import { bodyResults, inputTypes, type LoopAttributes, type LoopOperands, loopOperands } from './loop-layout.ts';

/** Which parts of a loop a derivative passes through. */
export interface ActiveParts extends LoopOperands<boolean> {
  /** The stacked results. */
  readonly results: readonly boolean[];
}

/** What a derivative reaches, if it begins at the operands that are marked. */
export function activeParts(body: Region, marked: readonly boolean[], attributes: Attributes): ActiveParts {
  const { carries: count } = attributes as LoopAttributes;
  const types = inputTypes(body);
  const parts = loopOperands(marked, attributes);
  const floating = (from: number, flags: readonly boolean[]): boolean[] =>
    flags.map((flag, i) => flag && isDifferentiable(types[from + i]?.dtype ?? 'bool'));
  const closedOver = floating(0, parts.closedOver);
  const stacked = floating(closedOver.length + count, parts.stacked);
  let carries = floating(closedOver.length, parts.carries);
  for (;;) {
    const out = bodyResults(regionTools().reached(body, [...closedOver, ...carries, ...stacked]), count);
    const next = carries.map((flag, i) => flag || out.carries[i] === true);
    if (next.every((flag, i) => flag === carries[i])) {
      return { count: undefined, closedOver, carries, stacked, results: out.slices };
    }
    carries = next;
  }
}
