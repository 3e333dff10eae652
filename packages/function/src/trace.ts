/**
 * One trace of a captured function: its graph for one signature, compiled for the executor that was in use, and how its
 * results are put together again. Without an executor that runs programs the graph is interpreted.
 */
import {
  type CompiledProgram,
  compileGraph,
  type Executable,
  explain,
  heldMemory,
  isProgramExecutor,
  type ProgramExecutor,
} from '@deft/compiler';
import { type AbstractValue, baseInterpreter, DeftError, flatten, raise, Tensor, type TreeStructure } from '@deft/core';
import { evaluateGraph, type Graph, type TracerOptions, traceGraph } from '@deft/graph';
import { measureKernels } from './profile.ts';
import type { CallSignature } from './signature.ts';

/** A captured computation, ready to run. */
export interface Trace {
  readonly graph: Graph;
  /**
   * Runs on the tensors of a call, in the order of the signature's leaves. With a reason those at the donated places are given up,
   * and the error that says so gives it.
   */
  run(tensors: readonly Tensor[], donatedBecause?: () => string): unknown;
  /** Its kernels in words; with `measured`, run on the tensors of a call and timed. */
  explain(tensors: readonly Tensor[], measured: boolean): string;
  dispose(): void;
}

/** Results that are not tensors are fixed when the function is traced. */
interface ResultShape {
  readonly structure: TreeStructure;
  /** The leaves; a tensor's place holds its position among the graph's outputs. */
  readonly leaves: readonly ({ readonly output: number } | { readonly value: unknown })[];
}

/** What a call of a captured function writes down. */
export interface TracedCall {
  readonly graph: Graph;
  /** The function's result, given the graph's. */
  assemble(outputs: readonly Tensor[]): unknown;
}

/** Runs `f` on tensors of these types in place of those that `signature` describes, and writes down the ops it applies. */
export function traceCall(
  f: (...args: never[]) => unknown,
  self: unknown,
  signature: CallSignature,
  types: readonly AbstractValue[],
  name: string,
  options: TracerOptions = {},
): TracedCall {
  let shape: ResultShape | undefined;
  const { graph } = traceGraph(
    (traced) => {
      const leaves = [...signature.leaves];
      signature.tensorPositions.forEach((position, i) => {
        leaves[position] = traced[i];
      });
      const args = signature.structure.rebuild(leaves) as never[];
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
    options,
  );
  const { structure, leaves } = shape as unknown as ResultShape;
  return {
    graph,
    assemble: (outputs) =>
      structure.rebuild(leaves.map((leaf) => ('output' in leaf ? outputs[leaf.output] : leaf.value))),
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
}

/** Traces and compiles `f` for the arguments that `signature` describes. */
export function makeTrace(
  f: (...args: never[]) => unknown,
  self: unknown,
  signature: CallSignature,
  { name, donated, memoryBudget }: TraceOptions,
): Trace {
  const call = traceCall(f, self, signature, typesOf(signature), name);
  const { graph } = call;
  const executor = baseInterpreter();
  if (!isProgramExecutor(executor)) {
    return {
      graph,
      run: (tensors) => call.assemble(evaluateGraph(graph, tensors)),
      explain: () => explain(compileGraph(graph, { memoryBudget })),
      dispose: () => {},
    };
  }
  const compiled = (): CompiledProgram => compileGraph(graph, { donated, memoryBudget });
  const { program, captures } = compiled();
  return compiledTrace({
    call,
    executor,
    captures,
    name,
    donated,
    // Compiled again: the reasons are not worth keeping with every program.
    compiled,
    executable: () => executor.compileProgram(program),
  });
}

/** What a compiled trace is made of. */
export interface CompiledCall extends TraceOptions {
  readonly call: TracedCall;
  readonly executor: ProgramExecutor;
  /** Tensors that are passed after those of a call. */
  readonly captures: readonly Tensor[];
  /** The program with what is known of it. */
  compiled(): CompiledProgram;
  executable(): Executable;
}

/** A trace that runs a program. */
export function compiledTrace({ call, executor, captures, name, donated, ...make }: CompiledCall): Trace {
  const { graph, assemble } = call;
  const explained = <R>(f: () => R): R => {
    try {
      return f();
    } catch (error) {
      throw withBreakdown(error, make.compiled, name);
    }
  };
  const executable = explained(() => make.executable());
  const all = (tensors: readonly Tensor[]): readonly Tensor[] =>
    captures.length === 0 ? tensors : [...tensors, ...captures];
  const results: AbstractValue[] = graph.outputs.map((value) => value.abstract);
  return {
    graph,
    run: (tensors, reason) => {
      const donation = reason && { places: donated, reason };
      return assemble(explained(() => executor.runExecutable(executable, all(tensors), results, donation)));
    },
    explain: (tensors, measured) => {
      const compiled = make.compiled();
      return explain(compiled, measured ? measureKernels(compiled, executor, all(tensors)) : undefined);
    },
    dispose: () => executable.dispose(),
  };
}

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
