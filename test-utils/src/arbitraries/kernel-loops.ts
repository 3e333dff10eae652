/** Random loop kernels: reductions in stages, results at every point and at every place, or one plain map. */
import { dtypes, isFloating, sizeOf } from '@deft/core';
import {
  type BufferId,
  type Combine,
  combineKinds,
  type Expression,
  type Operand,
  type Reduction,
  type Result,
  reducedExpression,
  unaryExpression,
} from '@deft/kernel';
import { addResult, type Draft, spec } from './kernel-draft.ts';
import { grow, growSmall, harvest, isCarrier, transcendental } from './kernel-expressions.ts';
import { addGather, addOperands, indexLeaf, smallLoads } from './kernel-leaves.ts';
import { randomShape, shapeOfSize } from './kernel-views.ts';

/** A loop with up to two axes reduced and up to two results. */
export function addLoop(draft: Draft): void {
  const { tape } = draft;
  const operands: Operand[] = [];
  const reductions: Reduction[] = [];
  const results: Result[] = [];
  const [space, given] = randomAxes(draft);
  let reduced = given;
  if (reduced.length > 0 || tape.once(2)) {
    if (reduced.length === 0) reduced = randomShape(tape, 2, 300 / Math.max(1, sizeOf(space)));
    const full = [...space, ...reduced];
    const loads = addOperands(draft, full, [], operands);
    const leaves = [...loads, ...indexLeaf(draft, full.length)];
    const small = smallLoads(draft, loads, operands);
    for (let i = 0; i <= tape.take(2); i++) {
      // One may use what those before it came to, as a stage of its own.
      const known = tape.once(2) ? [...leaves, ...totalsOf(reductions)] : leaves;
      reductions.push(randomReduction(draft, known, small));
    }
    if (tape.once(2)) addResultsAtPoints(draft, full, [...leaves, ...totalsOf(reductions)], results);
  }
  const rank = space.length + reduced.length;
  const leaves = [
    ...addOperands(draft, space, reduced, operands),
    ...indexLeaf(draft, rank, space.length),
    ...totalsOf(reductions),
  ];
  const positions = leaves.filter((leaf) => leaf.dtype === 'int32');
  if (positions.length > 0) leaves.push(...addGather(draft, tape.pick(positions), operands));
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 6);
  const readable: BufferId[] = results.map((result) => result.buffer);
  for (let i = 0; i <= tape.take(2); i++) {
    const dtype = tape.once(3) ? tape.pick(draft.dtypes) : (pool.at(-1) as Expression).dtype;
    const value = harvest(tape, pool, dtype);
    if (draft.transcendental && isFloating(dtype) && isCarrier(dtype) && tape.once(3)) {
      results.push({ buffer: addResult(draft, dtype, sizeOf(space), false), value: transcendental(tape, value) });
    } else {
      const buffer = addResult(draft, dtype, sizeOf(space), true);
      readable.push(buffer);
      results.push({ buffer, value });
    }
  }
  draft.kernels.push({ form: 'loop', space, reduced, operands, reductions, results });
  draft.readable.push(...readable);
}

/** The axes of a loop: often as many points as a buffer has elements, so that it can be written over. */
function randomAxes(draft: Draft): [space: number[], reduced: number[]] {
  const { tape } = draft;
  const { length } = spec(draft, tape.pick(draft.readable));
  if (length > 300 || !tape.once(2)) return [randomShape(tape, 3, 300), []];
  const shape = shapeOfSize(tape, length);
  const kept = tape.once(3) ? tape.take(shape.length) : shape.length;
  return [shape.slice(0, kept), shape.slice(kept)];
}

const totalsOf = (reductions: readonly Reduction[]): Expression[] =>
  reductions.map((reduction, r) => reducedExpression(reduction.dtype, r));

/** One or two results over the whole space, their axes in some order. */
function addResultsAtPoints(
  draft: Draft,
  shape: readonly number[],
  leaves: readonly Expression[],
  results: Result[],
): void {
  const { tape } = draft;
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 6);
  for (let i = 0; i <= tape.take(2); i++) {
    const left = [...shape.keys()];
    const strides = shape.map(() => 0);
    let step = 1;
    while (left.length > 0) {
      const [axis] = left.splice(tape.take(left.length), 1) as [number];
      strides[axis] = step;
      step *= shape[axis] as number;
    }
    const value = harvest(tape, pool, tape.pick(draft.dtypes));
    results.push({ buffer: addResult(draft, value.dtype, sizeOf(shape), true), value, strides });
  }
}

function randomReduction(draft: Draft, leaves: readonly Expression[], small: readonly Expression[]): Reduction {
  const { tape } = draft;
  let value = harvest(tape, grow(tape, { leaves, dtypes: draft.dtypes }, 4), tape.pick(draft.dtypes.filter(isCarrier)));
  const { kind } = dtypes[value.dtype];
  const combine = tape.pick((Object.keys(combineKinds) as Combine[]).filter((way) => combineKinds[way].includes(kind)));
  // Sums and products of floats must be exact in any order.
  if (kind === 'float' && combine === 'sum') value = growSmall(tape, small, value.dtype);
  if (kind === 'float' && combine === 'prod') value = unaryExpression('sign', value);
  return { combine, value, dtype: combine === 'argMax' || combine === 'argMin' ? 'int32' : value.dtype };
}

/** A map of readable buffers that writes a whole buffer. */
export function addLoopInto(draft: Draft, buffer: BufferId): void {
  const { tape } = draft;
  const { dtype, length } = spec(draft, buffer);
  const operands: Operand[] = [];
  const leaves = [...addOperands(draft, [length], [], operands), ...indexLeaf(draft, 1)];
  const value = harvest(tape, grow(tape, { leaves, dtypes: draft.dtypes }, 3), dtype);
  draft.kernels.push({
    form: 'loop',
    space: [length],
    reduced: [],
    operands,
    reductions: [],
    results: [{ buffer, value }],
  });
}
