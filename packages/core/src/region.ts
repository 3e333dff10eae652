/**
 * Functions as data: an op such as a loop calls functions of tensors, which it holds as *regions*. A region is a graph that
 * reads nothing but its inputs; what the user's function closes over stands among the op's operands. An op with regions
 * is not in the registry: its record is made for its regions, and its rules close over them.
 *
 * Core knows of a region only what goes in and out. Making, applying and taking regions apart is done by functions that
 * `@deft/graph` provides, differentiating and batching them by functions that `@deft/transforms` provides.
 */
import type { AbstractValue } from './abstract-value.ts';
import { isDifferentiable } from './dtype.ts';
import { internal } from './errors.ts';
import type { Attributes, BatchAxis, Operation, Region } from './operation.ts';
import type { StateCell } from './state.ts';
import type { Tensor } from './tensor.ts';

/** A function to be made a region, and the types of its arguments. */
export interface RegionFunction {
  readonly f: (inputs: readonly Tensor[]) => readonly Tensor[];
  readonly inputs: readonly AbstractValue[];
  /**
   * Where cells that any of the functions replaces stand: their values come in at one position among the inputs and go out
   * at one among the outputs. A function without a place for those that go out replaces none.
   */
  readonly cellsAt?: { readonly input: number; readonly output?: number };
}

/** How to divide a region whose last inputs are there later than the others. */
export interface SplitRequest {
  /** Inputs that are there from the start. */
  readonly earlyInputs: number;
  /** Outputs that the early part gives. */
  readonly earlyOutputs: number;
  /** Of each early input whether the late part gets it as well. */
  readonly again: readonly boolean[];
  /** Of each early input whether it is the same at every run. */
  readonly invariant: readonly boolean[];
  /** Whether an op is better computed again than kept. */
  isCheap(
    operation: Operation,
    inputs: readonly AbstractValue[],
    attributes: Attributes,
    outputs: readonly AbstractValue[],
  ): boolean;
}

/** A region in two parts. */
export interface SplitRegion {
  /** Early inputs to early outputs, then what is saved. */
  readonly early: Region;
  /** What is saved, the early inputs named by `again`, the late inputs; to the other outputs. */
  readonly late: Region;
  readonly saved: readonly AbstractValue[];
  /** Early inputs that the late part gets, in order. */
  readonly again: readonly number[];
}

/** Functions on regions. */
export interface RegionTools {
  /**
   * The functions as regions over the tensors that any of them closes over, followed by their own inputs. Those tensors, of
   * whatever interpreter, are to be operands. Cells that are only read are closed over, those that are replaced are inputs and
   * outputs of all functions; whoever applies the regions replaces them.
   */
  trace(functions: readonly RegionFunction[]): {
    readonly regions: readonly Region[];
    readonly closedOver: readonly Tensor[];
    readonly replaced: readonly StateCell[];
  };
  /** Whether a function replaces cells. */
  replacesCells(f: RegionFunction): boolean;
  /**
   * The region as it is run a second time, to compute its values again: without effects. Throws `E_CAPTURE_IMPURE` where one
   * gives results.
   */
  withoutEffects(region: Region): Region;
  /** Applies the ops of a region to tensors. */
  apply(region: Region, inputs: readonly Tensor[]): readonly Tensor[];
  /** Which outputs a derivative can reach from the inputs that are marked. */
  reached(region: Region, inputs: readonly boolean[]): readonly boolean[];
  /** Which inputs the marked outputs depend on. */
  needed(region: Region, outputs: readonly boolean[]): readonly boolean[];
  /** The region with some of its inputs (the outputs do not depend on the others) and outputs. */
  restrict(region: Region, inputs: readonly number[], outputs: readonly number[]): Region;
  split(region: Region, request: SplitRequest): SplitRegion;
  /** Which input each output is; `undefined` for one that is computed. */
  inputsAmong(region: Region): readonly (number | undefined)[];
  /**
   * Takes apart an output that an op gives which states how its results add up: the region with the op's operands among its
   * outputs, and which those are.
   */
  factor(region: Region, output: number): FactoredOutput | undefined;
}

/** An output taken apart into the op that gives it and the op's operands, which are outputs of the region. */
export interface FactoredOutput {
  readonly region: Region;
  readonly operands: readonly number[];
  /** The sum of the outputs of many runs, from the stacked operands. */
  readonly summed: (stacks: readonly Tensor[]) => Tensor;
}

let tools: RegionTools | undefined;

/** Called once by the package that knows graphs. */
export function provideRegionTools(provided: RegionTools): void {
  tools = provided;
}

/** Whether regions can be made: the package that knows graphs is loaded. */
export function hasRegionTools(): boolean {
  return tools !== undefined;
}

/** The functions that the graph package provides. */
export function regionTools(): RegionTools {
  return tools ?? internal('@deft/graph is not loaded');
}

/** Derivatives and batching of functions of tensors, as rules of ops with regions need them. */
export interface Calculus {
  /** Runs a function, and gives its results and the way back: cotangents of operands, `undefined` where none arrives. */
  record(
    f: (inputs: readonly Tensor[]) => readonly Tensor[],
    inputs: readonly Tensor[],
  ): {
    readonly outputs: readonly Tensor[];
    pullBack(cotangents: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
  };
  /** Results and their tangents; `undefined` is no tangent. */
  push(
    f: (inputs: readonly Tensor[]) => readonly Tensor[],
    primals: readonly Tensor[],
    tangents: readonly (Tensor | undefined)[],
  ): { readonly outputs: readonly Tensor[]; readonly tangents: readonly (Tensor | undefined)[] };
  /** Results for all examples: with the batch axis in front where they depend on the example. */
  batch(
    f: (inputs: readonly Tensor[]) => readonly Tensor[],
    inputs: readonly Tensor[],
    batched: readonly boolean[],
    size: number,
    axis?: BatchAxis,
  ): { readonly values: readonly Tensor[]; readonly batched: readonly boolean[] };
  /** The same value, which derivatives take for a constant. */
  constant(x: Tensor): Tensor;
  /** The innermost running batch over an axis of that name, or over that axis. `index` is the number of the example. */
  batchAxis(
    nameOrAxis: string | BatchAxis,
  ): { readonly axis: BatchAxis; readonly level: number; index(): Tensor } | undefined;
  /** The names of all running batches that have one, the innermost first. */
  batchAxisNames(): readonly string[];
}

let providedCalculus: Calculus | undefined;

/** Called once by the package of the transforms. */
export function provideCalculus(calculus: Calculus): void {
  providedCalculus = calculus;
}

/** The functions that the transforms provide. */
export function calculus(): Calculus {
  return providedCalculus ?? internal('@deft/transforms is not loaded');
}

/** A value as derivatives see it that has passed through state: a constant. */
export function withoutDerivative(x: Tensor): Tensor {
  return providedCalculus === undefined || !isDifferentiable(x.dtype) ? x : providedCalculus.constant(x);
}

const families = new Map<string, (regions: readonly Region[]) => Operation>();

/** Enters a kind of op with regions under its name, by which graph text names it. */
export function registerRegionOperation(name: string, make: (regions: readonly Region[]) => Operation): void {
  if (families.has(name)) internal(`the op of regions ${name} is registered twice`);
  families.set(name, make);
}

/** Makes the op of that name of regions, or `undefined` if no op with regions is called so. */
export function findRegionOperation(name: string): ((regions: readonly Region[]) => Operation) | undefined {
  return families.get(name);
}
