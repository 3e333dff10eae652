/**
 * A cell's way through a sequence: the inputs of all steps are prepared at once, then one loop carries the states along. Steps
 * that do not count leave the states as they are and repeat the output before, or give zeros.
 */
import type { Tensor } from '@deft/core';
import { flip, reshape, scan, stack, transpose, unstack, where, zeros } from '@deft/tensor';
import type { OwnWeights } from '../define-layer.ts';
import type { ExampleShape } from '../layer.ts';
import type { Cell, CellStates } from './cell.ts';

/** How a sequence is gone through. */
export interface Way {
  /** Whether from the last step to the first; outputs then stand in the order in which they are made. */
  readonly goBackwards: boolean;
  /** Whether the loop is written out. */
  readonly unroll: boolean;
  /** Whether steps that do not count give zeros. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are needed. */
  readonly returnSequences: boolean;
}

/** What a cell goes through, and from where. */
export interface Run {
  readonly weights: OwnWeights;
  /** `[batch, steps, …stepShape]` */
  readonly x: Tensor;
  /** `bool[batch, steps]` */
  readonly mask: Tensor | undefined;
  readonly states: readonly Tensor[];
  /** Whether the states are the zeros with which sequences begin. */
  readonly isFresh: boolean;
  readonly outputShape: ExampleShape;
  readonly drawn: unknown;
}

/** The first two axes exchanged: batch and steps. */
function exchanged(x: Tensor): Tensor {
  return transpose(x, [1, 0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2)]) as Tensor;
}

type Step = (carry: Tensor[], slices: Tensor[]) => [carry: Tensor[], results: Tensor[]];

/** What `scan` does, with the steps written out. */
function unrolled(step: Step, initial: Tensor[], xs: readonly Tensor[], reverse: boolean): [Tensor[], Tensor[]] {
  const slices = xs.map((x) => unstack(x) as readonly Tensor[]);
  const places = [...(slices[0] as readonly Tensor[]).keys()];
  const rows: Tensor[][] = [];
  let carry = initial;
  for (const place of reverse ? places.reverse() : places) {
    const [next, results] = step(
      carry,
      slices.map((all) => all[place] as Tensor),
    );
    carry = next;
    rows[place] = results;
  }
  return [carry, (rows[0] as Tensor[]).map((_, k) => stack(rows.map((row) => row[k] as Tensor)) as Tensor)];
}

/** Of each example, the one where its step counts and the other where not. */
function choose(counts: Tensor, one: Tensor, other: Tensor): Tensor {
  const spread = [counts.shape[0] as number, ...new Array<number>(one.rank - 1).fill(1)];
  return where(reshape(counts, spread), one, other) as Tensor;
}

/** The output, of all steps or of the last one, and the states after the last step. */
export function runCell(cell: Cell, run: Run, way: Way): { readonly output: Tensor; readonly states: Tensor[] } {
  const { weights, x, mask, states, drawn } = run;
  const { goBackwards: reverse, returnSequences, zeroOutputForMask } = way;
  const { outputState } = cell;
  // Where the output is a state, and steps that do not count repeat it, nothing else needs to be carried.
  const isState = outputState !== undefined && (mask === undefined || (run.isFresh && !zeroOutputForMask));
  const carriesOutput = !isState && (mask !== undefined || !returnSequences);
  const count = states.length;
  const [first] = states as readonly [Tensor];
  const blank = (): Tensor => zeros([x.shape[0] as number, ...run.outputShape], first.dtype) as Tensor;

  const step: Step = (carry, [input, counts]) => {
    const before = carry.slice(0, count) as unknown as CellStates;
    const result = cell.step(weights, before, input as Tensor, drawn);
    if (counts === undefined) {
      return [
        carriesOutput ? [...result.states, result.output] : [...result.states],
        returnSequences ? [result.output] : [],
      ];
    }
    const after = result.states.map((state, i) => choose(counts, state, before[i] as Tensor));
    if (isState) return [after, returnSequences ? [after[outputState] as Tensor] : []];
    const output = choose(counts, result.output, zeroOutputForMask ? blank() : (carry[count] as Tensor));
    return [[...after, output], returnSequences ? [output] : []];
  };
  const prepared = cell.prepare(weights, exchanged(x), drawn);
  const xs = mask === undefined ? [prepared] : [prepared, exchanged(mask)];
  const start = carriesOutput ? [...states, blank()] : [...states];
  const [end, results] =
    way.unroll && prepared.shape[0] !== 0
      ? unrolled(step, start, xs, reverse)
      : (scan(step as never, start, xs, { reverse }) as unknown as [Tensor[], Tensor[]]);
  const after = end.slice(0, count);
  if (!returnSequences) return { output: end[isState ? outputState : count] as Tensor, states: after };
  const output = exchanged(results[0] as Tensor);
  return { output: reverse ? (flip(output, 1) as Tensor) : output, states: after };
}
