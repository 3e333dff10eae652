/**
 * How a batch axis passes through the op `loop`. Carried values that come to depend on the example are batched from the
 * start; which they are is found by running the body until nothing changes. Where the end depends on the example, the
 * loop runs until the last example has ended, and examples that have ended keep their state.
 */
import {
  type Attributes,
  abstractValue,
  algebra,
  type BatchAxis,
  type Calculus,
  calculus,
  type PartlyBatched,
  type Region,
  regionTools,
  type Tensor,
} from '@deft/core';
import { add } from '../add.ts';
import { any } from '../any.ts';
import { cast } from '../cast.ts';
import { less } from '../less.ts';
import { max } from '../max.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';
import { applyLoop, type MakeLoop } from './apply-loop.ts';
import { bodyResults, inputTypes, type LoopAttributes, type LoopOperands, loopOperands } from './loop-layout.ts';
import { intScalar } from './whole-scalars.ts';

/** Which of the inputs and results of a body have a batch axis. */
interface Batched {
  readonly closedOver: readonly boolean[];
  readonly carries: readonly boolean[];
  readonly stacked: readonly boolean[];
  readonly slices: readonly boolean[];
  readonly condition: boolean;
}

/** How many examples, and their axis if it has a name. */
export interface Batch {
  readonly size: number;
  readonly axis: BatchAxis | undefined;
}

/** What a region gives for all examples. */
const applyToAll = (
  region: Region,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  { size, axis }: Batch,
): ReturnType<Calculus['batch']> =>
  calculus().batch((examples) => regionTools().apply(region, examples), inputs, batched, size, axis);

/** Which results of a region depend on the example. */
export function dependent(region: Region, batched: readonly boolean[], batch: Batch): readonly boolean[] {
  let found: readonly boolean[] = [];
  regionTools().trace([
    {
      inputs: inputTypes(region).map(({ shape, dtype }, i) =>
        abstractValue(batched[i] ? [batch.size, ...shape] : shape, dtype),
      ),
      f: (inputs) => {
        const results = applyToAll(region, inputs, batched, batch);
        found = results.batched;
        return results.values;
      },
    },
  ]);
  return found;
}

function findBatched(
  [body, condition]: readonly [Region, Region | undefined],
  given: LoopOperands<boolean>,
  count: number,
  batch: Batch,
): Batched {
  const { closedOver, stacked } = given;
  let carries = given.carries;
  for (;;) {
    const ends = condition !== undefined && dependent(condition, [...closedOver, ...carries], batch)[0] === true;
    if (ends || given.count) carries = carries.map(() => true);
    const out = bodyResults(dependent(body, [...closedOver, ...carries, ...stacked], batch), count);
    const next = carries.map((flag, i) => flag || out.carries[i] === true);
    if (next.every((flag, i) => flag === carries[i])) {
      const slices = ends || given.count ? out.slices.map(() => true) : out.slices;
      return { closedOver, carries, stacked, slices, condition: ends };
    }
    carries = next;
  }
}

const allOf = (x: Tensor, size: number): Tensor => algebra().broadcastTo(x, [size, ...x.abstract.shape]);

/** Of two batches the examples that the mask picks. */
function pick(mask: Tensor, first: Tensor, second: Tensor): Tensor {
  const { shape } = first.abstract;
  const spread = algebra().reshape(mask, [shape[0] as number, ...shape.slice(1).map(() => 1)]);
  return where(spread, first, second) as Tensor;
}

/** The loop for all examples. What is carried and does not depend on them stays one value: state, and the order of effects. */
export function batchLoop(
  make: MakeLoop,
  regions: readonly Region[],
  inputs: readonly Tensor[],
  batchedInputs: readonly boolean[],
  attributes: Attributes,
  batch: Batch,
): readonly Tensor[] | PartlyBatched {
  const { size } = batch;
  const [body, condition] = regions as [Region, Region?];
  const { steps, reverse, carries: count } = attributes as LoopAttributes;
  const operands = loopOperands(inputs, attributes);
  const given = loopOperands(batchedInputs, attributes);
  const batched = findBatched([body, condition], given, count, batch);
  const endsApart = batched.condition || given.count === true;
  const whole = (x: Tensor, isBatched: boolean | undefined, wanted: boolean | undefined): Tensor =>
    wanted && !isBatched ? allOf(x, size) : x;
  const initial = operands.carries.map((x, i) => whole(x, given.carries[i], batched.carries[i]));
  const stacked = operands.stacked.map((x, i) => (given.stacked[i] ? algebra().moveAxis(x, 0, 1) : x));

  const holdsFor = (carries: readonly Tensor[]): Tensor =>
    applyToAll(
      condition as Region,
      [...operands.closedOver, ...carries],
      [...batched.closedOver, ...batched.carries],
      batch,
    ).values[0] as Tensor;

  const step = (carries: readonly Tensor[], slices: readonly Tensor[]): { carries: Tensor[]; slices: Tensor[] } => {
    const results = applyToAll(
      body,
      [...operands.closedOver, ...carries, ...slices],
      [...batched.closedOver, ...batched.carries, ...batched.stacked],
      batch,
    );
    const flags = [...batched.carries, ...batched.slices];
    const values = results.values.map((x, i) => whole(x, results.batched[i], flags[i]));
    return { carries: values.slice(0, count), slices: values.slice(count) };
  };

  if (!endsApart) {
    const results = applyLoop(make, {
      steps,
      reverse,
      count: operands.count,
      carries: initial,
      stacked,
      body: step,
      condition: condition && holdsFor,
    });
    return {
      values: [
        ...results.carries,
        ...results.stacks.map((x, i) => (batched.slices[i] ? algebra().moveAxis(x, 1, 0) : x)),
        ...(results.taken ? [results.taken] : []),
      ],
      batched: [...batched.carries, ...batched.slices, ...(results.taken ? [false] : [])],
    };
  }

  // What was carried, how many steps each example has taken, and the place of the step. A loop with counts that differ goes
  // through the places of the longest one: in reverse, an example joins in at its own last place.
  const counts = operands.count && whole(operands.count, given.count, true);
  const longest = counts && (max(counts) as Tensor);
  const results = applyLoop(make, {
    steps,
    reverse,
    count: longest,
    carries: [
      algebra().zeros([size], 'int32'),
      longest && reverse ? (sub(longest, 1) as Tensor) : intScalar(0),
      ...initial,
    ],
    stacked,
    condition: condition && ((carries) => any(whole(holdsFor(carries.slice(2)), batched.condition, true)) as Tensor),
    body: ([taken, place, ...carries], slices) => {
      const next = step(carries, slices);
      const mask = condition
        ? whole(holdsFor(carries), batched.condition, true)
        : (less(place as Tensor, counts as Tensor) as Tensor);
      return {
        carries: [
          add(taken as Tensor, cast(mask, 'int32')) as Tensor,
          (reverse ? sub(place as Tensor, 1) : add(place as Tensor, 1)) as Tensor,
          ...next.carries.map((x, i) => pick(mask, x, carries[i] as Tensor)),
        ],
        slices: next.slices.map((x) => pick(mask, x, algebra().zeros(x.abstract.shape, x.dtype))),
      };
    },
  });
  const [taken, , ...carries] = results.carries;
  const stacks = results.stacks.map((x) => algebra().moveAxis(x, 1, 0));
  return [...carries, ...stacks, ...(condition ? [taken as Tensor] : [])];
}
