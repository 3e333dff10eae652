/**
 * Derivatives of eager ops as compiled programs. The op is traced together with its rule as one region, which is divided: the
 * early part gives the results and what must be kept, the late part the cotangents. Each is compiled once for a signature,
 * so an op that is made of many runs as one program in both directions, and nothing between its parts is ever a tensor.
 */

import type { ProgramExecutor } from '@deft/compiler';
import {
  type AbstractValue,
  type Attributes,
  algebra,
  type CompiledDerivative,
  currentInterpreter,
  DeftError,
  dispatch,
  isComplex,
  isDifferentiable,
  type Operation,
  type Region,
  regionTools,
  type SplitRegion,
  type Tensor,
  traceRoundTrip,
} from '@deft/core';
import { isCheapOperation } from '@deft/kernel';
import { OperationProgram, type ProgramOwner } from './operation-program.ts';

/** A region of an op's derivative as a program. */
function programOf(region: Region, owner: ProgramOwner, executor: ProgramExecutor): OperationProgram {
  const abstracts = (values: Region['inputs']): AbstractValue[] => values.map(({ abstract }) => abstract);
  // Rules that the region keeps as they are get their parts when it is applied.
  const f = (inputs: readonly Tensor[]): readonly Tensor[] => regionTools().apply(region, inputs);
  return new OperationProgram(
    { f, inputs: abstracts(region.inputs), results: abstracts(region.outputs) },
    owner,
    executor,
  );
}

/** The late part for the cotangents that are needed. */
interface WayBack {
  /** What computes the cotangents that are none of the inputs. */
  readonly region: Region;
  /** The region compiled, from its first run on: cotangents of transforms and captures never need it. */
  program: OperationProgram | undefined;
  /** Which of the late part's inputs the program reads. */
  readonly reads: readonly number[];
  /** Of each input of the op: which result of the program, or which input of the late part its cotangent is. */
  readonly places: readonly ({ readonly result: number } | { readonly input: number } | undefined)[];
}

/** What was found out about an op for one signature. */
interface Plan {
  readonly owner: ProgramOwner;
  readonly split: SplitRegion;
  readonly results: readonly AbstractValue[];
  /** The results that cotangents come from. */
  readonly seeds: readonly number[];
  /** Of each input whether a cotangent arrives there. */
  readonly arrives: readonly boolean[];
}

/** Traces an op with its way back; `undefined` where a rule reads tensors besides its own. Throws what the rules throw. */
function planOf(
  operation: Operation,
  types: readonly AbstractValue[],
  attributes: Attributes,
  varies: readonly boolean[],
): Plan | undefined {
  const results = operation.infer(types, attributes);
  const active = results.map(({ dtype }) => isDifferentiable(dtype));
  const { region, closedOver, arrives } = traceRoundTrip({
    f: (inputs) => dispatch(operation, inputs, attributes),
    inputs: types,
    outputs: results,
    wanted: types.map(({ dtype }, i) => varies[i] === true && isDifferentiable(dtype)),
    active,
  });
  if (closedOver.length > 0) return undefined;
  const split = regionTools().split(region, {
    earlyInputs: types.length,
    earlyOutputs: results.length,
    again: types.map(() => true),
    invariant: types.map(() => false),
    isCheap: isCheapOperation,
  });
  const seeds = active.flatMap((isActive, i) => (isActive ? [i] : []));
  return { owner: { operation, operands: types }, split, results, seeds, arrives };
}

/** One op for one signature. */
class OperationDerivative implements CompiledDerivative {
  readonly #executor: ProgramExecutor;
  readonly #plan: Plan;
  readonly #early: OperationProgram;
  /** Of each saved value which result of the early program it is: it may be a result of the op. */
  readonly #keeps: readonly number[];
  readonly #waysBack = new Map<string, WayBack>();

  constructor(plan: Plan, executor: ProgramExecutor) {
    const { early } = plan.split;
    const count = plan.results.length;
    const first = early.outputs.map((output) => early.outputs.indexOf(output));
    const distinct = first.flatMap((place, i) => (i < count || place === i ? [i] : []));
    const allInputs = early.inputs.map((_, i) => i);
    this.#plan = plan;
    this.#executor = executor;
    this.#keeps = first.slice(count).map((place) => distinct.indexOf(place));
    const region = regionTools().restrict(early, allInputs, distinct);
    this.#early = programOf(region, { ...plan.owner, direction: 'forward' }, executor);
  }

  forward(primals: readonly Tensor[]): ReturnType<CompiledDerivative['forward']> {
    const { results, split } = this.#plan;
    const all = this.#early.run(primals);
    const kept = this.#keeps.map((place) => all[place] as Tensor);
    const again = split.again.map((i) => primals[i] as Tensor);
    return { outputs: all.slice(0, results.length), saved: [...kept, ...again], own: all.slice(results.length) };
  }

  backward(
    saved: readonly Tensor[],
    cotangents: readonly (Tensor | undefined)[],
    needs: readonly boolean[],
  ): ReturnType<CompiledDerivative['backward']> {
    const key = needs.join();
    let way = this.#waysBack.get(key);
    if (way === undefined) {
      way = this.#wayBack(needs);
      this.#waysBack.set(key, way);
    }
    const { seeds, results: types } = this.#plan;
    const inputOf = (i: number): Tensor => {
      if (i < saved.length) return saved[i] as Tensor;
      const output = seeds[i - saved.length] as number;
      const { shape, dtype } = types[output] as AbstractValue;
      return cotangents[output] ?? algebra().zeros(shape, dtype);
    };
    // Cotangents of a transform or a capture go through the ops of the late part, as they would have without programs.
    const isOurs =
      currentInterpreter() === this.#executor &&
      cotangents.every((one) => one === undefined || one.interpreter === this.#executor);
    const inputs = way.reads.map(inputOf);
    const results = isOurs ? this.#runProgram(way, inputs) : regionTools().apply(way.region, inputs);
    const arriving = way.places.map((place) => {
      if (place === undefined) return undefined;
      return 'result' in place ? results[place.result] : inputOf(place.input);
    });
    return { cotangents: arriving, own: isOurs ? results : [] };
  }

  #runProgram(way: WayBack, inputs: readonly Tensor[]): Tensor[] {
    if (way.region.outputs.length === 0) return [];
    way.program ??= programOf(way.region, { ...this.#plan.owner, direction: 'backward' }, this.#executor);
    return way.program.run(inputs);
  }

  #wayBack(needs: readonly boolean[]): WayBack {
    const { inputsAmong, needed, restrict } = regionTools();
    const { arrives, split } = this.#plan;
    const { late } = split;
    const passed = inputsAmong(late);
    const computed: number[] = [];
    let output = -1;
    const places = arrives.map((isArriving, i): WayBack['places'][number] => {
      if (!isArriving) return undefined;
      output++;
      const input = passed[output];
      if (!needs[i]) return undefined;
      if (input !== undefined) return { input };
      // Two inputs may get the very same cotangent.
      const known = computed.findIndex((one) => late.outputs[one] === late.outputs[output]);
      return { result: known >= 0 ? known : computed.push(output) - 1 };
    });
    const flags = needed(
      late,
      late.outputs.map((_, i) => computed.includes(i)),
    );
    const reads = flags.flatMap((flag, i) => (flag ? [i] : []));
    return { region: restrict(late, reads, computed), program: undefined, reads, places };
  }

  dispose(): void {
    this.#early.dispose();
    for (const { program } of this.#waysBack.values()) program?.dispose();
  }
}

/** A derivative that is compiled, and what gives its programs back. */
export type DisposableDerivative = CompiledDerivative & { dispose(): void };

/**
 * Compiles the derivative of an op by the inputs that vary; `undefined` where that cannot be: for complex numbers, for an op that
 * holds functions, for a rule that fails or reads other tensors. The tape then does it step by step, and meets the failure
 * where it belongs.
 */
export function compileDerivative(
  operation: Operation,
  inputs: readonly Tensor[],
  attributes: Attributes,
  varies: readonly boolean[],
  executor: ProgramExecutor,
): DisposableDerivative | undefined {
  if (operation.regions || operation.barrier || inputs.some(({ dtype }) => isComplex(dtype))) return undefined;
  const types = inputs.map(({ abstract }) => abstract);
  try {
    const plan = planOf(operation, types, attributes, varies);
    return plan && new OperationDerivative(plan, executor);
  } catch (error) {
    if (error instanceof DeftError) return undefined;
    throw error;
  }
}
