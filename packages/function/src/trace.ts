/**
 * One trace of a captured function: its graph for one signature, compiled for the executor that was in use, and how its
 * results are put together again. Without an executor that runs programs the graph is interpreted.
 */
import {
  type CompiledProgram,
  compileGraph,
  type Donation,
  type Executable,
  explain,
  heldMemory,
  isProgramExecutor,
  type ProgramExecutor,
} from '@deft/compiler';
import {
  type AbstractValue,
  baseInterpreter,
  DeferredCallSite,
  DeftError,
  flatten,
  raise,
  type StateCell,
  span,
  stateScope,
  Tensor,
  type TreeStructure,
} from '@deft/core';
import { callsHost, evaluateGraph, type Graph, type GraphCapture, type TracerOptions, traceGraph } from '@deft/graph';
import type { Holdings } from './holdings.ts';
import { measureKernels } from './profile.ts';
import { recordedRun } from './profiling/recorded-run.ts';
import type { CallSignature } from './signature.ts';

/** A captured computation, ready to run. */
export interface Trace {
  readonly graph: Graph;
  /** What the function wrote down. */
  readonly call: TracedCall;
  /**
   * Runs on the tensors of a call, in the order of the signature's leaves. With a reason those at the donated places are given up,
   * and the error that says so gives it.
   */
  run(tensors: readonly Tensor[], donatedBecause?: () => string): unknown;
  /** Its kernels in words; with `measured`, run on the tensors of a call and timed. */
  explain(tensors: readonly Tensor[], measured: boolean): string;
  dispose(): void;
}

/** What a captured function gives: what is no tensor is fixed when the function is traced. */
export interface ResultShape {
  readonly structure: TreeStructure;
  /** The leaves; a tensor's place holds its position among the graph's outputs. */
  readonly leaves: readonly ({ readonly output: number } | { readonly value: unknown })[];
}

/** What a call of a captured function writes down. */
export interface TracedCall {
  readonly graph: Graph;
  /** Cells of state that it replaces, by the last results of the graph. */
  readonly replaced: readonly StateCell[];
  readonly results: ResultShape;
  /** Those whose memory a run may take: none where it calls the host, which may stop it half way. */
  readonly donated: readonly StateCell[];
  /** The function's result, given the graph's; replaces the cells. `isOwn`: nobody else has the outputs. */
  assemble(outputs: readonly Tensor[], isOwn: boolean): unknown;
}

/** A function that is captured, and what `this` is in it. */
export interface CapturedFunction {
  readonly f: (...args: never[]) => unknown;
  readonly self: unknown;
  /** For messages. */
  readonly name: string;
}

/**
 * Runs a function on tensors of these types in place of those that `signature` describes, and writes down the ops it applies.
 *
 * Invariant: what is written down does not keep the arguments of the call. Ops keep the functions that were running, for their
 * lines, and those keep what they were made with: so what is on the stack has the arguments only while it runs.
 */
export function traceCall(
  captured: CapturedFunction,
  signature: CallSignature,
  types: readonly AbstractValue[],
  options: TracerOptions = {},
): TracedCall {
  const given: GivenOnce = { signature };
  return span(`trace ${captured.name}`, 'trace', undefined, () => writeDown(captured, given, types, options));
}

/** The arguments, until the function has them. */
interface GivenOnce {
  signature: CallSignature | undefined;
}

function writeDown(
  { f, self, name }: CapturedFunction,
  given: GivenOnce,
  types: readonly AbstractValue[],
  options: TracerOptions,
): TracedCall {
  let shape: ResultShape | undefined;
  const { graph, replaced } = traceGraph(
    (traced) => {
      const args = argumentsOf(given.signature as CallSignature, traced);
      given.signature = undefined;
      const result = f.apply(self, args);
      if (result instanceof Promise) {
        raise('E_ARGUMENT', {
          op: name,
          argument: 'function',
          expected: 'a function that returns tensors',
          found: 'a promise',
          hint: 'a captured function cannot be async: read tensors outside of it',
        });
      }
      const flat = flatten(result, 'result');
      const tensors: Tensor[] = [];
      shape = {
        structure: flat.structure,
        leaves: flat.leaves.map((leaf) =>
          leaf instanceof Tensor ? { output: tensors.push(leaf) - 1 } : { value: leaf },
        ),
      };
      return tensors;
    },
    types,
    { call: `a call of ${name}`, ...options },
  );
  const results = shape as unknown as ResultShape;
  return {
    graph,
    results,
    replaced,
    donated: replaced.length === 0 || callsHost(graph) ? [] : replaced,
    assemble: assembler(graph, results, replaced),
  };
}

function argumentsOf({ leaves, tensorPositions, structure }: CallSignature, traced: readonly Tensor[]): never[] {
  const own = [...leaves];
  tensorPositions.forEach((position, i) => {
    own[position] = traced[i];
  });
  return structure.rebuild(own) as never[];
}

/** Not made where the arguments are known: a function keeps all that is known where it was made. */
function assembler(
  { outputs: { length } }: Graph,
  { structure, leaves }: ResultShape,
  replaced: readonly StateCell[],
): TracedCall['assemble'] {
  const count = length - replaced.length;
  return (outputs, isOwn) => {
    replaced.forEach((cell, i) => {
      const value = outputs[count + i] as Tensor;
      if (isOwn) cell.hand(value);
      else cell.set(value);
    });
    return structure.rebuild(leaves.map((leaf) => ('output' in leaf ? outputs[leaf.output] : leaf.value)));
  };
}

/** The types of a call's tensors. */
export const typesOf = ({ tensorPositions, leaves }: CallSignature): AbstractValue[] =>
  tensorPositions.map((position) => (leaves[position] as Tensor).abstract);

/** What a trace is made for. */
export interface TraceOptions {
  /** Name for messages. */
  readonly name: string;
  /** Places of tensors that calls may give up. */
  readonly donated: readonly number[];
  readonly memoryBudget?: number | undefined;
  /** Where what a trace holds of the backend is noted. */
  readonly holdings: Holdings;
}

/** Runs what a call wrote down, op by op. */
export const evaluateCall = ({ graph, assemble }: TracedCall, tensors: readonly Tensor[]): unknown =>
  assemble(evaluateGraph(graph, tensors), false);

/** Compiles what a call wrote down. */
export function makeTrace(call: TracedCall, { name, donated, memoryBudget, holdings }: TraceOptions): Trace {
  const { graph } = call;
  const executor = baseInterpreter();
  if (!isProgramExecutor(executor)) {
    return {
      graph,
      call,
      run: (tensors) => evaluateCall(call, tensors),
      explain: () => explain(compileGraph(graph, { memoryBudget })),
      dispose: () => {},
    };
  }
  const compiled = (): CompiledProgram => compileGraph(graph, { donated, replaced: call.donated, memoryBudget });
  const { program, captures } = span(`compile ${name}`, 'compile', undefined, compiled);
  return compiledTrace({
    call,
    executor,
    captures,
    name,
    donated,
    holdings,
    // Compiled again: the reasons are not worth keeping with every program.
    compiled,
    executable: () => executor.compileProgram(program),
  });
}

/** What a compiled trace is made of. */
export interface CompiledCall extends TraceOptions {
  readonly call: TracedCall;
  readonly executor: ProgramExecutor;
  /** Tensors that are passed after those of a call, or cells that hold them then. */
  readonly captures: readonly Pick<GraphCapture, 'tensor' | 'cell'>[];
  /** The program with what is known of it. */
  compiled(): CompiledProgram;
  executable(): Executable;
}

/** A trace that runs a program. */
export function compiledTrace({ call, executor, captures, name, donated, holdings, ...make }: CompiledCall): Trace {
  const { graph, assemble } = call;
  const explained = <R>(f: () => R): R => {
    try {
      return f();
    } catch (error) {
      throw withBreakdown(error, make.compiled, name);
    }
  };
  const executable = explained(() => make.executable());
  holdings.add(executable);
  const all = (tensors: readonly Tensor[]): readonly Tensor[] =>
    captures.length === 0
      ? tensors
      : [...tensors, ...captures.map(({ tensor, cell }) => (cell === undefined ? tensor : cell.own()))];
  const results: AbstractValue[] = graph.outputs.map((value) => value.abstract);
  const given = graph.inputs.length;
  const cellPlaces = captures.flatMap(({ cell }, i) =>
    cell !== undefined && call.donated.includes(cell) ? [given + i] : [],
  );
  const donation = (reason: (() => string) | undefined): Donation | undefined => {
    // In a scope somebody may hold on to what cells held.
    const places = [...(reason === undefined ? [] : donated), ...(stateScope() === undefined ? cellPlaces : [])];
    return places.length === 0 ? undefined : { places, reason: reason ?? replacedBefore };
  };
  return {
    graph,
    call,
    run: (tensors, reason) => {
      const inputs = all(tensors);
      const run = (): Tensor[] => executor.runExecutable(executable, inputs, results, donation(reason));
      const { compiled } = make;
      const outputs = explained(() => recordedRun(() => ({ name, executor, executable, inputs, compiled }), run));
      return assemble(outputs, true);
    },
    explain: (tensors, measured) => {
      const compiled = make.compiled();
      if (measured && callsHost(graph)) refuseMeasuring(name);
      return explain(compiled, measured ? measureKernels(compiled, executor, all(tensors)) : undefined);
    },
    dispose: () => holdings.drop(executable),
  };
}

function refuseMeasuring(name: string): never {
  return raise('E_ARGUMENT', {
    op: name,
    says: 'it calls the host (print, assert, hostCall), and measuring would do so again and again',
    hint: 'explain says what the kernels do; profile(() => f(…)) times a call as it is',
  });
}

/** What using a donated argument later says: which function it was given to, and the line of the call that is running. */
export function donatedTo(name: string): () => string {
  // The call of a captured function stands near the top of the stack.
  const where = DeferredCallSite.here(10);
  return () => `it was donated to ${name}${where.value === undefined ? '' : ` at ${where.value.text}`}`;
}

const replacedBefore = (): string => 'the cell that held it has another value';

/** An error that memory ran out says what the program needs it for; others stay as they are. */
function withBreakdown(error: unknown, compile: () => CompiledProgram, name: string): unknown {
  if (!(error instanceof DeftError) || error.code !== 'E_MEMORY') return error;
  const { expected, found, hint } = error.details;
  return new DeftError('E_MEMORY', {
    op: name,
    says: `expected ${expected}, got ${found}; the program holds ${heldMemory(compile())}`,
    ...(hint === undefined ? {} : { hint }),
  });
}
