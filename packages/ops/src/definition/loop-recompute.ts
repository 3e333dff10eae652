/**
 * The way back through a loop whose number of steps has no bound: there is no memory to keep something of every step, so steps
 * are computed again. The n steps are divided in at most 32 segments, and each of those in at most 32 again; states at
 * the beginnings are kept, and within a segment of the second kind every state is computed from its beginning. So 64
 * states are kept however many steps there are, and a step is computed about 3 + n / 2048 times (once more for its
 * derivative).
 */
import { type Attributes, algebra, calculus, marked, type Region, regionTools, spread, type Tensor } from '@deft/core';
import { add } from '../add.ts';
import { floorDiv } from '../floor-div.ts';
import { maximum } from '../maximum.ts';
import { minimum } from '../minimum.ts';
import { mul } from '../mul.ts';
import { sub } from '../sub.ts';
import type { ActiveParts } from './active-parts.ts';
import { applyLoop, type MakeLoop } from './apply-loop.ts';
import type { LoopAttributes, LoopOperands } from './loop-layout.ts';
import { intScalar } from './whole-scalars.ts';

const segments = 32;

/** Cotangents of all operands of an unbounded loop of `operands.count` steps, of which `step` is one. */
export function pullBackByRecomputing(
  make: MakeLoop,
  step: Region,
  active: ActiveParts,
  operands: LoopOperands<Tensor>,
  cotangents: readonly Tensor[],
  attributes: Attributes,
): (Tensor | null)[] {
  const { apply, withoutEffects } = regionTools();
  const body = withoutEffects(step);
  const { closedOver } = operands;
  const steps = operands.count as Tensor;
  const size = operands.carries.length;
  const zerosOf = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

  /** The state `count` steps later. */
  const advance = (state: readonly Tensor[], count: Tensor): readonly Tensor[] =>
    applyLoop(make, {
      steps: null,
      count,
      carries: state,
      body: (carries) => ({ carries: apply(body, [...closedOver, ...carries]) }),
    }).carries;
  /** How many of `count` steps are in part `part` of parts of `length`. */
  const within = (count: Tensor, part: Tensor, length: Tensor): Tensor =>
    minimum(maximum(sub(count, mul(part, length)), 0), length) as Tensor;
  const divided = (count: Tensor, by: Tensor | number): Tensor =>
    floorDiv(add(count, typeof by === 'number' ? by - 1 : sub(by, 1)), by) as Tensor;
  const perSegment = (count: Tensor): Tensor => maximum(divided(count, segments), 1) as Tensor;
  const placeOf = (carries: readonly Tensor[]): Tensor => carries[0] as Tensor;

  /** The states at the beginnings of the segments of `count` steps, stacked. */
  const beginnings = (state: readonly Tensor[], count: Tensor, length: Tensor): readonly Tensor[] =>
    applyLoop(make, {
      steps: segments,
      count: divided(count, length),
      carries: [intScalar(0), ...state],
      body: (carries) => {
        const [, ...now] = carries;
        const later = advance(now, within(count, placeOf(carries), length));
        return { carries: [add(placeOf(carries), 1) as Tensor, ...later], slices: now };
      },
    }).stacks;

  type Cotangents = readonly Tensor[];
  /** Goes back through the segments, the last one first. */
  const backThrough = (
    state: readonly Tensor[],
    count: Tensor,
    given: Cotangents,
    one: (state: readonly Tensor[], count: Tensor, given: Cotangents) => Cotangents,
  ): Cotangents => {
    const length = perSegment(count);
    const used = divided(count, length);
    const [, ...result] = applyLoop(make, {
      steps: segments,
      count: used,
      reverse: true,
      carries: [sub(used, 1) as Tensor, ...given],
      stacked: beginnings(state, count, length),
      body: (carries, start) => {
        const [, ...after] = carries;
        const before = one(start, within(count, placeOf(carries), length), after);
        return { carries: [sub(placeOf(carries), 1) as Tensor, ...before] };
      },
    }).carries;
    return result;
  };

  const inputsActive = [...active.closedOver, ...active.carries];
  const seeds = marked(cotangents.slice(0, size), active.carries);
  const totals = marked(closedOver, active.closedOver).map(zerosOf);
  /** One step back, given the state before the step. */
  const stepBack = (state: readonly Tensor[], given: Cotangents): Cotangents => {
    const all = [...closedOver, ...state];
    const recorded = calculus().record(
      (chosen) => {
        const each = spread(chosen, inputsActive).map((one, i) => one ?? (all[i] as Tensor));
        return apply(body, each);
      },
      marked(all, inputsActive),
    );
    const arrived = recorded.pullBack(spread(given, active.carries));
    const shared = totals.length;
    return [
      ...seeds.map((seed, i) => arrived[shared + i] ?? zerosOf(seed)),
      ...totals.map((_, i) => {
        const total = given[seeds.length + i] as Tensor;
        return arrived[i] ? algebra().add(total, arrived[i]) : total;
      }),
    ];
  };
  /** Back through a few steps: every state is computed from the first. */
  const backStepByStep = (state: readonly Tensor[], count: Tensor, given: Cotangents): Cotangents => {
    const [, ...result] = applyLoop(make, {
      steps: null,
      count,
      carries: [sub(count, 1) as Tensor, ...given],
      body: (carries) => {
        const [, ...after] = carries;
        const before = stepBack(advance(state, placeOf(carries)), after);
        return { carries: [sub(placeOf(carries), 1) as Tensor, ...before] };
      },
    }).carries;
    return result;
  };

  const result = backThrough(operands.carries, steps, [...seeds, ...totals], (state, count, given) =>
    backThrough(state, count, given, backStepByStep),
  );
  let next = 0;
  const ofCarries = active.carries.map((flag) => (flag ? (result[next++] as Tensor) : null));
  const ofClosed = active.closedOver.map((flag) => (flag ? (result[next++] as Tensor) : null));
  return [...((attributes as LoopAttributes).counted ? [null] : []), ...ofClosed, ...ofCarries];
}
