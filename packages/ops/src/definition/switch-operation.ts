/**
 * The op `switch`: one of several branches, by a number that is known only when the program runs. `cond` and `switchCase` are made
 * of it in captures. Operands: the number, an `int32` scalar (one outside of the branches takes the nearest), and what the
 * branches close over, which are the inputs of all of them. Only the branch that is taken is computed.
 *
 * The way back computes the branch that was taken again, inside of a branch of its own.
 */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  algebra,
  type BatchAxis,
  calculus,
  dispatch,
  internal,
  isDifferentiable,
  marked,
  type Operation,
  type PartlyBatched,
  type PrunedApplication,
  type Region,
  raise,
  regionTools,
  registerRegionOperation,
  spread,
  type Tensor,
} from '@deft/core';
import { clip } from '../clip.ts';
import { equal } from '../equal.ts';
import { where } from '../where.ts';
import { dependent } from './loop-batching.ts';
import { inputTypes, outputTypes } from './loop-layout.ts';
import { knownScalar } from './loop-state.ts';

/**
 * Applies one of the functions, which give results of the same types; what they close over becomes operands, and so do cells of state
 * that any of them replaces.
 */
export function applySwitch(index: Tensor, branches: readonly (() => readonly Tensor[])[]): readonly Tensor[] {
  let results = 0;
  const { regions, closedOver, replaced } = regionTools().trace(
    branches.map((f) => ({
      f: () => {
        const made = f();
        results = made.length;
        return made;
      },
      inputs: [],
      // Behind the results, of which all branches have as many.
      cellsAt: { input: 0, output: Number.POSITIVE_INFINITY },
    })),
  );
  const operands = [...closedOver, ...replaced.map((cell) => cell.get())];
  const given = dispatch(switchOperation(regions), [index, ...operands], { closedOver: operands.length });
  replaced.forEach((cell, i) => {
    cell.set(given[results + i] as Tensor);
  });
  return given.slice(0, results);
}

function infer(
  regions: readonly Region[],
  inputs: readonly AbstractValue[],
  { closedOver: count }: Attributes,
): AbstractValue[] {
  const [index, ...closedOver] = inputs as [AbstractValue, ...AbstractValue[]];
  const first = outputTypes(regions[0] as Region);
  const texts = (types: readonly AbstractValue[]): string => types.map((type) => type.text).join();
  const fits =
    index.text === 'int32[]' &&
    count === closedOver.length &&
    regions.every(
      (region) => texts(inputTypes(region)) === texts(closedOver) && texts(outputTypes(region)) === texts(first),
    );
  if (!fits)
    raise('E_GRAPH', { op: 'switch', says: 'the branches differ in what they take or give', operands: inputs });
  return first.map(({ shape, dtype }) => abstractValue(shape, dtype));
}

const placeOf = (index: Tensor, branches: number): Tensor => clip(index, 0, branches - 1) as Tensor;

function run(regions: readonly Region[], [index, ...closedOver]: readonly Tensor[]): readonly Tensor[] {
  const place = knownScalar(index as Tensor) ?? internal('a switch that runs at once does not know its branch');
  return regionTools().apply(regions[Math.max(0, Math.min(regions.length - 1, place))] as Region, closedOver);
}

const zerosOf = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

function push(
  regions: readonly Region[],
  [index, ...closedOver]: readonly Tensor[],
  [, ...tangents]: readonly (Tensor | undefined)[],
): { outputs: readonly Tensor[]; tangents: readonly (Tensor | undefined)[] } {
  const { apply, reached } = regionTools();
  const marked = tangents.map((tangent) => tangent !== undefined);
  const flags = outputTypes(regions[0] as Region).map((_, k) => regions.some((region) => reached(region, marked)[k]));
  const results = applySwitch(
    index as Tensor,
    regions.map((region) => () => {
      const pushed = calculus().push((inputs) => apply(region, inputs), closedOver, tangents);
      const directions = pushed.outputs.flatMap((output, k) =>
        flags[k] ? [pushed.tangents[k] ?? zerosOf(output)] : [],
      );
      return [...pushed.outputs, ...directions];
    }),
  );
  return { outputs: results.slice(0, flags.length), tangents: spread(results.slice(flags.length), flags) };
}

function pullBack(
  regions: readonly Region[],
  cotangents: readonly Tensor[],
  [index, ...closedOver]: readonly Tensor[],
  [, ...needs]: readonly boolean[],
): (Tensor | null)[] {
  const wanted = closedOver.map((one, i) => needs[i] === true && isDifferentiable(one.dtype));
  const chosen = marked(closedOver, wanted);
  const results = applySwitch(
    index as Tensor,
    regions.map(regionTools().withoutEffects).map((region) => () => {
      const recorded = calculus().record((picked) => {
        const all = spread(picked, wanted).map((one, i) => one ?? (closedOver[i] as Tensor));
        return regionTools().apply(region, all);
      }, chosen);
      return recorded.pullBack(cotangents).map((cotangent, i) => cotangent ?? zerosOf(chosen[i] as Tensor));
    }),
  );
  return [null, ...spread(results, wanted).map((cotangent) => cotangent ?? null)];
}

function batch(
  regions: readonly Region[],
  [index, ...closedOver]: readonly Tensor[],
  [indexBatched, ...batched]: readonly boolean[],
  size: number,
  axis: BatchAxis | undefined,
): readonly Tensor[] | PartlyBatched {
  const branch = (region: Region, wanted?: readonly boolean[]): readonly Tensor[] => {
    const results = calculus().batch((inputs) => regionTools().apply(region, inputs), closedOver, batched, size, axis);
    return results.values.map((x, i) =>
      results.batched[i] || wanted?.[i] === false ? x : algebra().broadcastTo(x, [size, ...x.abstract.shape]),
    );
  };
  if (!indexBatched) {
    // What depends on the example in no branch stays one value: state, and the order of effects.
    const dependents = regions.map((region) => dependent(region, batched, { size, axis }));
    const flags = dependents[0]?.map((_, i) => dependents.some((each) => each[i])) ?? [];
    const values = applySwitch(
      index as Tensor,
      regions.map((region) => () => branch(region, flags)),
    );
    return { values, batched: flags };
  }
  const place = placeOf(index as Tensor, regions.length);
  return regions
    .map((region) => branch(region))
    .reduce((before, results, i) =>
      results.map((x, k) => {
        const shape = [size, ...x.abstract.shape.slice(1).map(() => 1)];
        return where(algebra().reshape(equal(place, i) as Tensor, shape), x, before[k] as Tensor) as Tensor;
      }),
    );
}

/** Leaves out results that nobody uses and operands that no branch reads. */
function prune(
  regions: readonly Region[],
  attributes: Attributes,
  used: readonly boolean[],
): PrunedApplication | undefined {
  const { needed, restrict } = regionTools();
  const read = regions.map((region) => needed(region, used));
  const operands = inputTypes(regions[0] as Region).flatMap((_, i) => (read.some((flags) => flags[i]) ? [i] : []));
  const results = used.flatMap((flag, k) => (flag ? [k] : []));
  if (operands.length === inputTypes(regions[0] as Region).length && results.length === used.length) return undefined;
  return {
    operation: switchOperation(regions.map((region) => restrict(region, operands, results))),
    attributes: { ...attributes, closedOver: operands.length },
    operands: [0, ...operands.map((i) => i + 1)],
    results,
  };
}

/** The op `switch` of branches. */
export function switchOperation(regions: readonly Region[]): Operation {
  return {
    name: 'switch',
    kind: 'primitive',
    inputs: ['operands'],
    variadic: true,
    multipleResults: true,
    doc: { group: 'control flow', summary: 'Computes one of several branches.' },
    regions: {
      list: regions,
      withRegions: switchOperation,
      closedOver: (attributes) => ({ from: 1, count: attributes['closedOver'] as number }),
      withClosedOver: (attributes, count) => ({ ...attributes, closedOver: count }),
      repeats: false,
      prune: (attributes, used) => prune(regions, attributes, used),
    },
    infer: (inputs, attributes) => infer(regions, inputs, attributes),
    compose: (inputs) => run(regions, inputs),
    lower: (_inputs: unknown, _attributes: unknown, outputs: readonly unknown[]) =>
      outputs.map((_, result) => ({ form: 'branch', result })),
    saves: [],
    pushForward: (primals, tangents) => push(regions, primals, tangents),
    forward: (inputs, attributes) => ({
      outputs: dispatch(switchOperation(regions), inputs, attributes),
      saved: Object.fromEntries(inputs.map((input, i) => [`operand ${i}`, input])),
    }),
    vjp: (cotangents, saved, _attributes, needs) => pullBack(regions, cotangents, Object.values(saved), needs),
    batch: (inputs, batched, _attributes, size, axis) => batch(regions, inputs, batched, size, axis),
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal('switch is called through cond and switchCase'),
  };
}

registerRegionOperation('switch', switchOperation);
