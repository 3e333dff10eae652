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
  isFloating,
  type Operation,
  type Region,
  regionTools,
  type SplitRegion,
  type Tensor,
} from '@deft/core';
import { applyLoop } from './apply-loop.ts';
import { isCheap } from './cheap-ops.ts';
import { bodyResults, inputTypes, type LoopAttributes, type LoopOperands, loopOperands, outputTypes } from './loop-layout.ts';
import { loopOperation } from './loop-operation.ts';
import { pullBackByRecomputing } from './loop-recompute.ts';

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
    flags.map((flag, i) => flag && isFloating(types[from + i]?.dtype ?? 'bool'));
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

const zerosOf = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);
const marked = <T>(list: readonly T[], flags: readonly boolean[]): T[] => list.filter((_, i) => flags[i]);

/** For every flag that is set the next item, else `undefined`. */
function spread<T>(items: readonly T[], flags: readonly boolean[]): (T | undefined)[] {
  let next = 0;
  return flags.map((flag) => (flag ? items[next++] : undefined));
}

/** Values and tangents. */
export function pushLoop(
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
  const results = applyLoop({
    steps,
    reverse,
    count: values.count,
    carries: [...values.carries, ...initial],
    stacked: [...values.stacked, ...marked(directions.stacked, active.stacked).map((tangent) => tangent as Tensor)],
    condition: condition && ((carries) => apply(condition, [...values.closedOver, ...carries.slice(0, count)])[0] as Tensor),
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

/** How a loop that is bounded is gone through backwards. */
interface WayBack {
  readonly active: ActiveParts;
  readonly split: SplitRegion;
  /** Of each input of the body whether a cotangent arrives there. */
  readonly arrives: readonly boolean[];
}

function planWayBack(body: Region, attributes: Attributes, needs: readonly boolean[]): WayBack {
  const { apply, split, trace } = regionTools();
  const { carries: count, closedOver } = attributes as LoopAttributes;
  const active = activeParts(body, needs, attributes);
  const activeInputs = [...active.closedOver, ...active.carries, ...active.stacked];
  const activeOutputs = [...active.carries, ...active.results];
  const types = inputTypes(body);
  const results = outputTypes(body);
  let arrives: readonly boolean[] = [];
  const { regions } = trace([
    {
      inputs: [...types, ...marked(results, activeOutputs)],
      f: (inputs) => {
        const primals = inputs.slice(0, types.length);
        const recorded = calculus().record((chosen) => {
          const all = spread(chosen, activeInputs).map((one, i) => one ?? (primals[i] as Tensor));
          return apply(body, all);
        }, marked(primals, activeInputs));
        const cotangents = recorded.pullBack(spread(inputs.slice(types.length), activeOutputs));
        const each = spread(cotangents, activeInputs);
        arrives = each.map((cotangent) => cotangent !== undefined);
        return [...recorded.outputs, ...each.flatMap((cotangent) => cotangent ?? [])];
      },
    },
  ]);
  return {
    active,
    arrives,
    split: split(regions[0] as Region, {
      earlyInputs: types.length,
      earlyOutputs: results.length,
      again: types.map((_, i) => i < closedOver || i >= closedOver + count),
      invariant: types.map((_, i) => i < closedOver),
      isCheap,
    }),
  };
}

/** Goes back through a bounded loop. */
function pullBackThroughStacks(
  { active, arrives, split }: WayBack,
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
  const totals = marked(inputs.closedOver, arriving.closedOver).map(zerosOf);
  const results = applyLoop({
    steps,
    reverse: !reverse,
    count: inputs.count,
    carries: [...seeds, ...totals],
    stacked: [...stacks, ...again, ...marked(cotangents.slice(carried), active.results)],
    body: (carries, slices) => {
      const saved = slices.slice(0, stacks.length);
      let next = stacks.length;
      const there = split.again.map((i) => (i < closed ? inputs.closedOver[i] : slices[next++]) as Tensor);
      const given = [...saved, ...there, ...carries.slice(0, seeds.length), ...slices.slice(next)];
      const each = spread(apply(split.late, given), arrives);
      const before = active.carries.flatMap((flag, i) =>
        flag ? [each[closed + i] ?? zerosOf(inputs.carries[i] as Tensor)] : [],
      );
      const added = marked(each.slice(0, closed), arriving.closedOver).map((cotangent, i) =>
        algebra().add(carries[seeds.length + i] as Tensor, cotangent as Tensor),
      );
      return {
        carries: [...before, ...added],
        slices: each.slice(closed + carried).flatMap((cotangent) => cotangent ?? []),
      };
    },
  });
  const orNull = (items: readonly Tensor[], flags: readonly boolean[]): (Tensor | null)[] =>
    spread(items, flags).map((item) => item ?? null);
  return [
    ...(counted ? [null] : []),
    ...orNull(results.carries.slice(seeds.length), arriving.closedOver),
    ...orNull(results.carries.slice(0, seeds.length), active.carries),
    ...orNull(results.stacks, arriving.stacked),
  ];
}

/** The rules of the reverse mode. */
export function loopDerivatives(regions: readonly Region[]): Pick<Operation, 'forward' | 'vjp'> {
  const [body, condition] = regions as [Region, Region?];
  const plans = new Map<string, WayBack>();
  const planOf = (attributes: Attributes, needs: readonly boolean[]): WayBack => {
    const key = needs.join();
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planWayBack(body, attributes, needs);
      plans.set(key, plan);
    }
    return plan;
  };
  const name = (tensors: readonly Tensor[]): Record<string, Tensor> =>
    Object.fromEntries(tensors.map((tensor, i) => [`saved ${i}`, tensor]));
  return {
    forward: (inputs, attributes, needs) => {
      if ((attributes as LoopAttributes).steps === null) {
        const outputs = dispatch(loopOperation(regions), inputs, attributes);
        return { outputs, saved: name([...inputs, ...(condition ? [outputs.at(-1) as Tensor] : [])]) };
      }
      const { split } = planOf(attributes, needs);
      const operation = loopOperation(condition ? [split.early, condition] : [split.early]);
      const all = dispatch(operation, inputs, attributes);
      const own = outputTypes(body).length;
      const stacks = all.slice(own, own + split.saved.length);
      const taken = condition ? [all.at(-1) as Tensor] : [];
      return { outputs: [...all.slice(0, own), ...taken], saved: name([...inputs, ...stacks, ...taken]) };
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
        return pullBackByRecomputing(body, active, operands, given, attributes);
      }
      const stacks = kept.slice(count, condition ? -1 : undefined);
      return pullBackThroughStacks(planOf(attributes, needs), given, operands, stacks, attributes);
    },
  };
}
