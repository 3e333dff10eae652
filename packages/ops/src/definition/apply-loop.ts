/**
 * Applies the op `loop` to functions: they are traced as regions, and what they close over becomes operands. Cells of state that the
 * body replaces are carried behind what the caller carries.
 */
import {
  type AbstractValue,
  abstractValue,
  dispatch,
  type Operation,
  type Region,
  regionTools,
  type Tensor,
} from '@deft/core';
import { type LoopAttributes, operandsOf, outputTypes } from './loop-layout.ts';
import { intScalar } from './whole-scalars.ts';

/** A loop. */
export interface LoopRequest {
  /** Steps at most, and the length of all stacks; `null` for no bound. */
  readonly steps: number | null;
  /** How many steps, an `int32` scalar. */
  readonly count?: Tensor | undefined;
  readonly reverse?: boolean;
  readonly carries: readonly Tensor[];
  readonly stacked?: readonly Tensor[];
  body(
    carries: readonly Tensor[],
    slices: readonly Tensor[],
  ): { readonly carries: readonly Tensor[]; readonly slices?: readonly Tensor[] };
  /** Whether another step is taken, a bool scalar. */
  readonly condition?: ((carries: readonly Tensor[]) => Tensor) | undefined;
}

/** What a loop gives. */
export interface LoopResults {
  readonly carries: readonly Tensor[];
  readonly stacks: readonly Tensor[];
  /** Steps taken, where a condition decides it. */
  readonly taken: Tensor | undefined;
}

const strong = ({ shape, dtype }: AbstractValue): AbstractValue => abstractValue(shape, dtype);

/** Makes the op of a body and perhaps a condition; handed on, as the op's own rules apply loops. */
export type MakeLoop = (regions: readonly Region[]) => Operation;

/** Applies a loop. */
export function applyLoop(make: MakeLoop, request: LoopRequest): LoopResults {
  const { steps, count, reverse = false, carries, stacked = [], condition } = request;
  const carried = carries.map(({ abstract }) => strong(abstract));
  const sliced = stacked.map(({ abstract }) => abstractValue(abstract.shape.slice(1), abstract.dtype));
  const { regions, closedOver, replaced } = regionTools().trace([
    {
      f: (inputs) => {
        const results = request.body(inputs.slice(0, carries.length), inputs.slice(carries.length));
        return [...results.carries, ...(results.slices ?? [])];
      },
      inputs: [...carried, ...sliced],
      cellsAt: { input: carries.length, output: carries.length },
    },
    ...(condition
      ? [
          {
            f: (inputs: readonly Tensor[]) => [condition(inputs)],
            inputs: carried,
            cellsAt: { input: carries.length },
          },
        ]
      : []),
  ]);
  const cells = replaced.map((cell) => cell.get());
  const all = [...carries, ...cells];
  const made = outputTypes(regions[0] as Region).length;
  if (made === 0 && !condition) return { carries: [], stacks: [], taken: undefined };
  // An op has operands: a loop that reads nothing gets its number of steps as one.
  const readsNothing = closedOver.length + all.length + stacked.length === 0 && steps !== null;
  const counter = count ?? (readsNothing ? intScalar(steps) : undefined);
  const operands = operandsOf({ count: counter, closedOver, carries: all, stacked });
  const attributes: LoopAttributes = {
    steps,
    counted: counter !== undefined,
    closedOver: closedOver.length,
    carries: all.length,
    stacked: stacked.length,
    reverse,
  };
  const results = dispatch(make(regions), operands, attributes);
  const stacks = made - all.length;
  replaced.forEach((cell, i) => {
    cell.set(results[carries.length + i] as Tensor);
  });
  return {
    carries: results.slice(0, carries.length),
    stacks: results.slice(all.length, all.length + stacks),
    taken: condition ? results.at(-1) : undefined,
  };
}
