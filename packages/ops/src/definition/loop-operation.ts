/**
 * The op `loop`: a body that is run step after step, with values carried from one step to the next, slices taken of stacked
 * inputs and results stacked. `scan`, `whileLoop`, `foriLoop` and `map` are made of it in captures. Its body, and the condition
 * under which it goes on if there is one, are regions; see `loop-layout.ts` for the order of operands and results.
 *
 * A loop takes `steps` steps, or as many as its count says, or as long as its condition holds, but never more than `steps`.
 * Stacked results of steps that were not taken are zeros.
 */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  algebra,
  internal,
  marked,
  type Operation,
  type PrunedApplication,
  type Region,
  raise,
  regionTools,
  registerRegionOperation,
  type Tensor,
} from '@deft/core';
import type { Form, Lowering } from '@deft/kernel';
import { applyLoop, type LoopRequest, type LoopResults } from './apply-loop.ts';
import { batchLoop } from './loop-batching.ts';
import { loopDerivatives, pushLoop } from './loop-derivatives.ts';
import { bodyResults, inputTypes, type LoopAttributes, loopOperands, operandsOf, outputTypes } from './loop-layout.ts';
import { knownScalar } from './loop-state.ts';
import { intScalar } from './whole-scalars.ts';

/** Types of results: carried values, stacks, and the number of steps taken where a condition decides it. */
function infer(regions: readonly Region[], inputs: readonly AbstractValue[], attributes: Attributes): AbstractValue[] {
  const [body, condition] = regions as [Region, Region?];
  const { steps, carries, counted, closedOver: shared, stacked: stacks } = attributes as LoopAttributes;
  const { count, closedOver, carries: initial, stacked } = loopOperands(inputs, attributes);
  const expect = (what: string, expected: string | undefined, found: string | undefined): void => {
    if (expected !== found)
      raise('E_GRAPH', { op: 'loop', says: `${what}: ${found} for ${expected}`, operands: inputs });
  };
  const isWhole = [shared, carries, stacks, steps ?? 0].every((each) => Number.isInteger(each) && each >= 0);
  const stated = isWhole ? shared + carries + stacks + (counted ? 1 : 0) : Number.NaN;
  expect('operands', String(inputs.length), String(stated));
  const results = bodyResults(outputTypes(body), carries);
  if (counted) expect('number of steps', 'int32[]', count?.text);
  const slices = stacked.map(({ shape, dtype, text }) => {
    if (shape[0] !== steps) expect('length of a stack', String(steps), text);
    return abstractValue(shape.slice(1), dtype);
  });
  const given = [...closedOver, ...initial, ...slices];
  const taken = inputTypes(body);
  expect('inputs of the body', String(taken.length), String(given.length));
  taken.forEach((type, i) => {
    expect(`input ${i} of the body`, type.text, given[i]?.text);
  });
  initial.forEach((type, i) => {
    expect(`carried value ${i} after a step`, type.text, results.carries[i]?.text);
  });
  if (condition) {
    inputTypes(condition).forEach((type, i) => {
      expect(`input ${i} of the condition`, type.text, given[i]?.text);
    });
    expect('the condition', 'bool[]', outputTypes(condition)[0]?.text);
  }
  if (steps === null && (results.slices.length > 0 || stacked.length > 0 || (!counted && !condition))) {
    expect('steps', 'a number', 'null');
  }
  return [
    ...results.carries.map(({ shape, dtype }) => abstractValue(shape, dtype)),
    ...results.slices.map(({ shape, dtype }) => abstractValue([steps ?? 0, ...shape], dtype)),
    ...(condition ? [abstractValue([], 'int32')] : []),
  ];
}

/** Runs the loop at once. */
function run(regions: readonly Region[], inputs: readonly Tensor[], attributes: Attributes): Tensor[] {
  const [body, condition] = regions as [Region, Region?];
  const { apply } = regionTools();
  const { steps, carries, reverse } = attributes as LoopAttributes;
  const { count, closedOver, carries: initial, stacked } = loopOperands(inputs, attributes);
  const most = Math.max(
    0,
    Math.min(steps ?? Number.POSITIVE_INFINITY, count ? knownAt(count) : Number.POSITIVE_INFINITY),
  );
  const slices = stacked.map((stack) => algebra().unstack(stack));
  const rows: (readonly Tensor[])[] = [];
  let state = initial;
  let taken = 0;
  while (taken < most) {
    if (condition && knownAt(apply(condition, [...closedOver, ...state])[0] as Tensor) === 0) break;
    const place = reverse ? most - 1 - taken : taken;
    const given = slices.map((list) => list[place] as Tensor);
    const results = bodyResults(apply(body, [...closedOver, ...state, ...given]), carries);
    state = results.carries;
    rows[place] = results.slices;
    taken++;
  }
  const stacks = bodyResults(outputTypes(body), carries).slices.map(({ shape, dtype }, k) => {
    const all = Array.from({ length: steps ?? 0 }, (_, i) => rows[i]?.[k] ?? algebra().zeros(shape, dtype));
    return all.length === 0 ? algebra().zeros([0, ...shape], dtype) : algebra().stack(all);
  });
  return [...state, ...stacks, ...(condition ? [intScalar(taken)] : [])];
}

const knownAt = (x: Tensor): number => knownScalar(x) ?? internal('a loop that runs at once does not know its end');

const lower: Lowering = (_inputs, attributes, outputs) => {
  const { steps, counted, closedOver, carries, stacked, reverse } = attributes as LoopAttributes;
  return outputs.map(
    (_, result): Form => ({
      form: 'repeat',
      result,
      steps: steps ?? Number.POSITIVE_INFINITY,
      counted,
      closedOver,
      carries,
      stacked,
      reverse,
    }),
  );
};

/** Leaves out carried values and stacked results that no used result depends on, and operands that nothing reads. */
function prune(
  regions: readonly Region[],
  attributes: Attributes,
  used: readonly boolean[],
): PrunedApplication | undefined {
  const [body, condition] = regions as [Region, Region?];
  const { needed, restrict } = regionTools();
  const { carries: count, closedOver: shared } = attributes as LoopAttributes;
  const parts = loopOperands(
    Array.from({ length: inputTypes(body).length + ((attributes as LoopAttributes).counted ? 1 : 0) }, (_, i) => i),
    attributes,
  );
  const keptCarries = Array.from({ length: count }, (_, i) => used[i] === true);
  const keptSlices = outputTypes(body)
    .slice(count)
    .map((_, i) => used[count + i] === true);
  const forCondition = condition ? needed(condition, [true]) : [];
  forCondition.slice(shared).forEach((isNeeded, i) => {
    keptCarries[i] ||= isNeeded;
  });
  let read = needed(body, [...keptCarries, ...keptSlices]);
  for (let before = -1; before !== keptCarries.filter(Boolean).length; ) {
    before = keptCarries.filter(Boolean).length;
    read = needed(body, [...keptCarries, ...keptSlices]);
    keptCarries.forEach((kept, i) => {
      keptCarries[i] = kept || read[shared + i] === true;
    });
  }
  const placesOf = (flags: readonly boolean[]): number[] => flags.flatMap((flag, i) => (flag ? [i] : []));
  const closed = parts.closedOver.map((_, i) => read[i] === true || forCondition[i] === true);
  const stacked = parts.stacked.map((_, i) => read[shared + count + i] === true);
  const everything = [...closed, ...keptCarries, ...stacked, ...keptSlices];
  if (everything.every(Boolean)) return undefined;
  const inputs = placesOf([...closed, ...keptCarries, ...stacked]);
  const smaller = restrict(body, inputs, placesOf([...keptCarries, ...keptSlices]));
  const test = condition && restrict(condition, placesOf([...closed, ...keptCarries]), [0]);
  const operands = operandsOf({
    count: parts.count,
    closedOver: marked(parts.closedOver, closed),
    carries: marked(parts.carries, keptCarries),
    stacked: marked(parts.stacked, stacked),
  });
  if (operands.length === 0) return undefined;
  const results = placesOf([...keptCarries, ...keptSlices, ...(condition ? [true] : [])]);
  return {
    operation: loopOperation(test ? [smaller, test] : [smaller]),
    attributes: {
      ...attributes,
      closedOver: closed.filter(Boolean).length,
      carries: keptCarries.filter(Boolean).length,
      stacked: stacked.filter(Boolean).length,
    },
    operands,
    results,
  };
}

/** The op `loop` of a body and perhaps a condition. */
export function loopOperation(regions: readonly Region[]): Operation {
  const derivatives = loopDerivatives(loopOperation, regions);
  return {
    name: 'loop',
    kind: 'primitive',
    inputs: ['operands'],
    variadic: true,
    multipleResults: true,
    doc: { group: 'control flow', summary: 'Runs a body step after step.' },
    regions: {
      list: regions,
      withRegions: loopOperation,
      closedOver: (attributes) => {
        const { counted, closedOver } = attributes as LoopAttributes;
        return { from: counted ? 1 : 0, count: closedOver };
      },
      withClosedOver: (attributes, count) => ({ ...attributes, closedOver: count }),
      stacks: (attributes) => {
        const [body] = regions as [Region, Region?];
        const { counted, closedOver, carries, stacked } = attributes as LoopAttributes;
        const first = (counted ? 1 : 0) + closedOver + carries;
        return {
          operands: Array.from({ length: stacked }, (_, i) => first + i),
          results: Array.from({ length: body.outputs.length - carries }, (_, i) => carries + i),
        };
      },
      repeats: true,
      prune: (attributes, used) => prune(regions, attributes, used),
    },
    infer: (inputs, attributes) => infer(regions, inputs, attributes),
    compose: (inputs, attributes) => run(regions, inputs, attributes),
    lower,
    saves: [],
    pushForward: (primals, tangents, attributes) => pushLoop(loopOperation, regions, primals, tangents, attributes),
    ...derivatives,
    batch: (inputs, batched, attributes, size, axis) =>
      batchLoop(loopOperation, regions, inputs, batched, attributes, { size, axis }),
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal('loop is called through scan, whileLoop, foriLoop and map'),
  };
}

registerRegionOperation('loop', loopOperation);

/** Applies a loop over functions, which are traced. */
export function traceLoop(request: LoopRequest): LoopResults {
  return applyLoop(loopOperation, request);
}
