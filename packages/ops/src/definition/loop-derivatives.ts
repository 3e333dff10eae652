/**
 * Derivatives of the op `loop`. Forwards, tangents are carried, sliced and stacked next to their values. Backwards, a loop whose
 * number of steps has a bound keeps of every step what the way back through it needs, as further stacked results, and the
 * way back is a loop in the other direction; a loop without a bound computes its steps again (`loop-recompute.ts`).
 *
 * What a step must keep is found by tracing the body together with its way back as one region and dividing it
 * (`RegionTools.split`): what is closed over and the stacked inputs are there again, views and cheap ops are done again.
 */
import {
  type Attributes,
  algebra,
  calculus,
  dispatch,
  internal,
  marked,
  type Operation,
  type Region,
  regionTools,
  type Saved,
  type SplitRegion,
  sizeOf,
  spread,
  type Tensor,
  traceRoundTrip,
} from '@deft/core';
import { isCheapOperation } from '@deft/kernel';
import { type ActiveParts, activeParts } from './active-parts.ts';
import { applyLoop, type MakeLoop } from './apply-loop.ts';
import { inputTypes, type LoopAttributes, type LoopOperands, loopOperands, outputTypes } from './loop-layout.ts';
import { pullBackByRecomputing } from './loop-recompute.ts';

const zerosOf = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

/** Values and tangents. */
export function pushLoop(
  make: MakeLoop,
  regions: readonly Region[],
  primals: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
  attributes: Attributes,
): { outputs: readonly Tensor[]; tangents: readonly (Tensor | undefined)[] } {
  const [body, condition] = regions as [Region, Region?];
  const { steps, reverse, carries: count } = attributes as LoopAttributes;
  const { apply } = regionTools();
  const values = loopOperands(primals, attributes);
  const directions = loopOperands(tangents, attributes);
  const active = activeParts(
    body,
    tangents.map((tangent) => tangent !== undefined),
    attributes,
  );
  const initial = values.carries.flatMap((value, i) =>
    active.carries[i] ? [directions.carries[i] ?? zerosOf(value)] : [],
  );
  const results = applyLoop(make, {
    steps,
    reverse,
    count: values.count,
    carries: [...values.carries, ...initial],
    stacked: [...values.stacked, ...marked(directions.stacked, active.stacked).map((tangent) => tangent as Tensor)],
    condition:
      condition && ((carries) => apply(condition, [...values.closedOver, ...carries.slice(0, count)])[0] as Tensor),
    body: (carries, slices) => {
      const { outputs, tangents: moved } = calculus().push(
        (inputs) => apply(body, inputs),
        [...values.closedOver, ...carries.slice(0, count), ...slices.slice(0, values.stacked.length)],
        [
          ...directions.closedOver.map((tangent, i) => (active.closedOver[i] ? tangent : undefined)),
          ...spread(carries.slice(count), active.carries),
          ...spread(slices.slice(values.stacked.length), active.stacked),
        ],
      );
      const direction = (i: number): Tensor => moved[i] ?? zerosOf(outputs[i] as Tensor);
      const stacks = outputs.slice(count);
      return {
        carries: [...outputs.slice(0, count), ...active.carries.flatMap((flag, i) => (flag ? [direction(i)] : []))],
        slices: [...stacks, ...active.results.flatMap((flag, i) => (flag ? [direction(count + i)] : []))],
      };
    },
  });
  const stacks = active.results.length;
  return {
    outputs: [
      ...results.carries.slice(0, count),
      ...results.stacks.slice(0, stacks),
      ...(results.taken ? [results.taken] : []),
    ],
    tangents: [
      ...spread(results.carries.slice(count), active.carries),
      ...spread(results.stacks.slice(stacks), active.results),
    ],
  };
}

/** A cotangent of what is closed over that is not added up in the loop: its factors are stacked, and summed at once after it. */
interface LateSum {
  /** Which of the arriving cotangents. */
  readonly output: number;
  /** Where the factors' stacks are: inputs of the late part that are slices, or outputs of it. */
  readonly factors: readonly ({ readonly input: number } | { readonly output: number })[];
  readonly summed: (stacks: readonly Tensor[]) => Tensor;
}

/** How a loop that is bounded is gone through backwards. */
interface WayBack {
  readonly active: ActiveParts;
  readonly split: SplitRegion;
  /** From what the late part is given to the arriving cotangents and the factors of late sums. */
  readonly late: Region;
  readonly sums: readonly LateSum[];
  /** Of each input of the body whether a cotangent arrives there. */
  readonly arrives: readonly boolean[];
}

function planWayBack(body: Region, hasCondition: boolean, attributes: Attributes, needs: readonly boolean[]): WayBack {
  const { carries: count, closedOver, counted } = attributes as LoopAttributes;
  const active = activeParts(body, needs, attributes);
  const types = inputTypes(body);
  const results = outputTypes(body);
  const { region, arrives } = traceRoundTrip({
    f: (inputs) => regionTools().apply(body, inputs),
    inputs: types,
    outputs: results,
    wanted: [...active.closedOver, ...active.carries, ...active.stacked],
    active: [...active.carries, ...active.results],
  });
  const parts = regionTools().split(region, {
    earlyInputs: types.length,
    earlyOutputs: results.length,
    again: types.map((_, i) => i < closedOver || i >= closedOver + count),
    invariant: types.map((_, i) => i < closedOver),
    isCheap: isCheapOperation,
  });
  // Of steps that are not taken, slices of inputs hold anything, so only loops that take all their steps sum up afterwards.
  const takesAll = !counted && !hasCondition;
  const present = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
  const totals = takesAll ? present(arrives.slice(0, closedOver)) : 0;
  const firstSlice = present(arrives.slice(0, closedOver + count));
  return { active, arrives, split: parts, ...sumAfterwards(parts, totals, firstSlice, closedOver, active) };
}

/** Finds the cotangents among the first `totals` outputs of the late part that are better summed after the loop. */
function sumAfterwards(
  { late, saved, again }: SplitRegion,
  totals: number,
  firstSlice: number,
  closedOver: number,
  active: ActiveParts,
): Pick<WayBack, 'late' | 'sums'> {
  const { factor, inputsAmong } = regionTools();
  const seeds = active.carries.filter(Boolean).length;
  // What is closed over is no slice, nor are the cotangents that are carried.
  const isSlice = (input: number): boolean => {
    if (input < saved.length) return true;
    const place = input - saved.length;
    if (place < again.length) return (again[place] as number) >= closedOver;
    return place - again.length >= seeds;
  };
  const own = late.outputs.length;
  let region = late;
  const sums: LateSum[] = [];
  for (let output = 0; output < totals; output++) {
    const found = factor(region, output);
    if (!found) continue;
    const passed = inputsAmong(found.region);
    const factors = found.operands.map((place) => {
      const input = passed[place];
      return input === undefined || !isSlice(input) ? { output: place } : { input };
    });
    const isFixed = found.operands.some((place) => {
      const input = passed[place];
      return input !== undefined && !isSlice(input) && input < saved.length + again.length;
    });
    // A stack of what is much larger than the sum would cost more memory than it saves work.
    const size = (place: number): number =>
      sizeOf((found.region.outputs[place] as Region['outputs'][0]).abstract.shape);
    const stacked = factors.filter((one) => 'output' in one && one.output >= own);
    const isCarried = factors.some((one) => 'output' in one && one.output < firstSlice);
    const added = stacked.reduce((sum, one) => sum + size((one as { output: number }).output), 0);
    if (isFixed || isCarried || added > mostStacked * size(output)) continue;
    region = found.region;
    sums.push({ output, factors, summed: found.summed });
  }
  return { late: region, sums };
}

/** Factors of a sum are stacked if a step's are at most so many times larger than the sum. */
const mostStacked = 2;

/** Goes back through a bounded loop. */
function pullBackThroughStacks(
  make: MakeLoop,
  { active, arrives, split, late, sums }: WayBack,
  cotangents: readonly Tensor[],
  inputs: LoopOperands<Tensor>,
  stacks: readonly Tensor[],
  attributes: Attributes,
): (Tensor | null)[] {
  const { apply } = regionTools();
  const { steps, reverse, counted } = attributes as LoopAttributes;
  const [closed, carried] = [inputs.closedOver.length, inputs.carries.length];
  const arriving = {
    closedOver: arrives.slice(0, closed),
    carries: arrives.slice(closed, closed + carried),
    stacked: arrives.slice(closed + carried),
  };
  const again = split.again.filter((i) => i >= closed).map((i) => inputs.stacked[i - closed - carried] as Tensor);
  const seeds = marked(cotangents.slice(0, carried), active.carries);
  const isLate = new Set(sums.map((sum) => sum.output));
  const added = marked(inputs.closedOver, arriving.closedOver);
  const totals = added.filter((_, i) => !isLate.has(i)).map(zerosOf);
  const sliced = [...stacks, ...again, ...marked(cotangents.slice(carried), active.results)];
  const own = arrives.filter(Boolean).length;
  const firstSlice = own - arriving.stacked.filter(Boolean).length;
  const results = applyLoop(make, {
    steps,
    reverse: !reverse,
    count: inputs.count,
    carries: [...seeds, ...totals],
    stacked: sliced,
    body: (carries, slices) => {
      const saved = slices.slice(0, stacks.length);
      let next = stacks.length;
      const there = split.again.map((i) => (i < closed ? inputs.closedOver[i] : slices[next++]) as Tensor);
      const given = [...saved, ...there, ...carries.slice(0, seeds.length), ...slices.slice(next)];
      const found = apply(late, given);
      const each = spread(found.slice(0, own), arrives);
      const before = active.carries.flatMap((flag, i) =>
        flag ? [each[closed + i] ?? zerosOf(inputs.carries[i] as Tensor)] : [],
      );
      const sumsNow = found
        .slice(0, added.length)
        .filter((_, i) => !isLate.has(i))
        .map((cotangent, i) => algebra().add(carries[seeds.length + i] as Tensor, cotangent));
      return { carries: [...before, ...sumsNow], slices: found.slice(firstSlice) };
    },
  });
  // The late part's inputs that are slices, as stacks.
  const stackOf = (input: number): Tensor => {
    if (input < stacks.length) return stacks[input] as Tensor;
    const place = input - stacks.length;
    const fixed = split.again.filter((i) => i < closed).length;
    const seedsBefore = place < split.again.length ? 0 : seeds.length;
    return sliced[input - fixed - seedsBefore] as Tensor;
  };
  let nextTotal = seeds.length;
  const ofClosed = added.map((_, i) => {
    const sum = sums.find(({ output }) => output === i);
    if (!sum) return results.carries[nextTotal++] as Tensor;
    return sum.summed(
      sum.factors.map((one) =>
        'input' in one ? stackOf(one.input) : (results.stacks[one.output - firstSlice] as Tensor),
      ),
    );
  });
  const orNull = (items: readonly Tensor[], flags: readonly boolean[]): (Tensor | null)[] =>
    spread(items, flags).map((item) => item ?? null);
  return [
    ...(counted ? [null] : []),
    ...orNull(ofClosed, arriving.closedOver),
    ...orNull(results.carries.slice(0, seeds.length), active.carries),
    ...orNull(results.stacks, arriving.stacked),
  ];
}

/** The rules of the reverse mode. */
export function loopDerivatives(make: MakeLoop, regions: readonly Region[]): Pick<Operation, 'forward' | 'vjp'> {
  const [body, condition] = regions as [Region, Region?];
  const plans = new Map<string, WayBack>();
  /** The plan by which something was saved: fewer cotangents may be wanted on the way back than were foreseen. */
  const planOfSaved = new WeakMap<Saved, WayBack>();
  const planOf = (attributes: Attributes, needs: readonly boolean[]): WayBack => {
    const key = needs.join();
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planWayBack(body, condition !== undefined, attributes, needs);
      plans.set(key, plan);
    }
    return plan;
  };
  const name = (tensors: readonly Tensor[]): Record<string, Tensor> =>
    Object.fromEntries(tensors.map((tensor, i) => [`saved ${i}`, tensor]));
  return {
    forward: (inputs, attributes, needs) => {
      if ((attributes as LoopAttributes).steps === null) {
        const outputs = dispatch(make(regions), inputs, attributes);
        return { outputs, saved: name([...inputs, ...(condition ? [outputs.at(-1) as Tensor] : [])]) };
      }
      const plan = planOf(attributes, needs);
      const { split } = plan;
      const operation = make(condition ? [split.early, condition] : [split.early]);
      const all = dispatch(operation, inputs, attributes);
      const own = outputTypes(body).length;
      const stacks = all.slice(own, own + split.saved.length);
      const taken = condition ? [all.at(-1) as Tensor] : [];
      const saved = name([...inputs, ...stacks, ...taken]);
      planOfSaved.set(saved, plan);
      return { outputs: [...all.slice(0, own), ...taken], saved };
    },
    vjp: (cotangents, saved, attributes, needs) => {
      const kept = Object.values(saved);
      const count = inputTypes(body).length + ((attributes as LoopAttributes).counted ? 1 : 0);
      const inputs = loopOperands(kept.slice(0, count), attributes);
      const taken = condition ? kept.at(-1) : inputs.count;
      const operands = { ...inputs, count: taken };
      const given = cotangents.slice(0, outputTypes(body).length);
      if ((attributes as LoopAttributes).steps === null) {
        const active = activeParts(body, needs, attributes);
        return pullBackByRecomputing(make, body, active, operands, given, attributes);
      }
      const stacks = kept.slice(count, condition ? -1 : undefined);
      const plan = planOfSaved.get(saved) ?? internal('a loop goes back on what another one saved');
      return pullBackThroughStacks(make, plan, given, operands, stacks, attributes);
    },
  };
}
