/**
 * Captured functions ahead of time: `f.lower(…specs)` is what the function does for arguments of stated types, as a graph; its
 * `compile()` is that, ready to run, for such arguments and no others.
 */
import {
  type CompiledProgram,
  type CompileOptions,
  checkOperations,
  compileGraph,
  type ProgramCost,
  type ProgramMemory,
  programCost,
  programMemory,
} from '@deft/compiler';
import {
  type AbstractValue,
  baseInterpreter,
  flatten,
  isCapturing,
  leaked,
  raise,
  Tensor,
  type TreeStructure,
} from '@deft/core';
import { type Graph, type PrintOptions, printGraph } from '@deft/graph';
import { Holdings } from './holdings.ts';
import { type DerivativeGraphs, type DerivativeSource, traceDerivative } from './saved/derivative-graphs.ts';
import { faultsOfFile, guarded } from './saved/file-error.ts';
import { scalarOf } from './scalar.ts';
import { type CallSignature, signatureOfCall } from './signature.ts';
import { donatedTo, makeTrace, type Trace, type TracedCall } from './trace.ts';

/** An argument of a lowered function, or a part of one. */
export interface LoweredArgument {
  /** `args[0].x`. */
  readonly path: string;
  /** The type of a tensor; `undefined` for what is fixed. */
  readonly type: AbstractValue | undefined;
  /** What a part that is no tensor has to be. */
  readonly value: unknown;
}

/** What a lowered function is made of, for whoever writes it down. */
export interface LoweredParts {
  readonly signature: CallSignature;
  readonly types: readonly AbstractValue[];
  readonly call: TracedCall;
  /** Places of tensors that a call gives up. */
  readonly donated: readonly number[];
  /** Its derivative, or the function itself, of which that can be traced. */
  readonly source: DerivativeSource | DerivativeGraphs | undefined;
}

/** What a captured function does for arguments of these types. */
export class Lowered<A extends unknown[] = unknown[], R = unknown> {
  readonly name: string;
  /** What the function applies; its results are the tensors of the function's result, then what variables hold afterwards. */
  readonly graph: Graph;
  readonly arguments: readonly LoweredArgument[];
  readonly #parts: LoweredParts;
  readonly #signature: CallSignature;
  readonly #call: TracedCall;
  readonly #donated: readonly number[];
  #compiled: CompiledProgram['program'] | undefined;
  #derivative: DerivativeGraphs | undefined;

  /** @internal Made by `f.lower(…)`. */
  constructor(
    name: string,
    signature: CallSignature,
    types: readonly AbstractValue[],
    call: TracedCall,
    donated: readonly number[],
    source?: LoweredParts['source'],
  ) {
    this.name = name;
    this.#parts = { signature, types, call, donated, source };
    this.#signature = signature;
    this.#call = call;
    this.#donated = donated;
    this.graph = call.graph;
    const places = new Map(signature.tensorPositions.map((position, i) => [position, types[i] as AbstractValue]));
    this.arguments = signature.leaves.map((leaf, i) => ({
      path: signature.structure.paths[i] as string,
      type: places.get(i),
      value: places.has(i) ? undefined : leaf,
    }));
  }

  /** @internal */
  get parts(): LoweredParts {
    return this.#parts;
  }

  /** @internal Arguments with scalars in place of the plain values that are inputs. */
  withScalars(args: readonly unknown[]): readonly unknown[] {
    const isInput = this.arguments.map(({ type }) => type !== undefined && isScalarInput(type));
    if (!isInput.includes(true)) return args;
    const { leaves, structure } = flatten(args, 'args');
    if (structure.text !== this.#signature.structure.text) return args;
    return structure.rebuild(leaves.map((leaf, i) => (isInput[i] ? scalarOf(leaf) : leaf))) as readonly unknown[];
  }

  /** @internal Its derivative in reverse mode; `undefined` for one that was loaded without. */
  derivative(): DerivativeGraphs | undefined {
    const { source, signature, types, call } = this.#parts;
    if (source === undefined || 'forward' in source) return source;
    if (this.#derivative !== undefined) return this.#derivative;
    const results = call.graph.outputs.slice(0, call.graph.outputs.length - call.replaced.length);
    this.#derivative = traceDerivative(
      source,
      signature,
      types,
      results.map(({ abstract }) => abstract),
    );
    return this.#derivative;
  }

  /** The names of dims that may have any size; none unless specs have named dims. */
  get sizes(): readonly string[] {
    return [];
  }

  /** What it is at these sizes: `lowered.at({ batch: 32 })`. */
  at(_sizes: { readonly [name: string]: number } = {}): Lowered<A, R> {
    return this;
  }

  /** @internal The sizes of a call, in the order of their names. */
  sizesOf(_args: readonly unknown[]): readonly number[] {
    return [];
  }

  /** @internal What it is for these arguments. */
  for(_args: readonly unknown[]): Lowered {
    return this as unknown as Lowered;
  }

  /** How the arguments are nested. */
  get argumentStructure(): TreeStructure {
    return this.#signature.structure;
  }

  /** How the results are nested, and which of its leaves are tensors: the others are fixed. */
  get results(): TracedCall['results'] {
    return this.#call.results;
  }

  /** Variables and other state that a call changes. */
  get replaced(): TracedCall['replaced'] {
    return this.#call.replaced;
  }

  /** `f(args[0]: float32[2, 3]) → float32[2]`. */
  get signature(): string {
    const given = this.arguments.map(({ path, type, value }) => `${path}: ${type?.text ?? String(value)}`);
    const { leaves } = this.#call.results;
    const made = leaves.map((leaf) =>
      'output' in leaf ? (this.graph.outputs[leaf.output]?.abstract.text ?? '') : String(leaf.value),
    );
    return `${this.name}(${given.join(', ')}) → ${made.length === 1 ? made[0] : `(${made.join(', ')})`}`;
  }

  /**
   * The graph as text, the same for the same function in every run; `parseGraph` reads it back, with what was captured as further
   * inputs. With `callSites` every op has its line of the function behind it.
   */
  text(options: PrintOptions = {}): string {
    return printGraph(this.graph, options);
  }

  /** @internal What the compiler has to know besides the graph. */
  get compileOptions(): CompileOptions {
    return { donated: this.#donated, replaced: this.#call.donated };
  }

  get #program(): CompiledProgram['program'] {
    this.#compiled ??= this.made(() => compileGraph(this.graph, this.compileOptions).program);
    return this.#compiled;
  }

  /**
   * What one call computes and moves, counted from its kernels. `flops` are operations on floating-point numbers: sums, differences,
   * products, quotients, remainders, roots, extremes, comparisons, roundings and changes of sign, and one more for every element
   * that goes into a sum or another reduction, so a product of matrices has exactly 2·m·k·n. Transcendental functions are
   * counted apart; whole numbers, indices, choices, conversions, moves and sorts not at all, nor what functions of the host do. A
   * loop counts all of its steps. Where their number, or a branch, depends on data, `isExact` is false and `inexactBecause` says why.
   *
   * @example
   * ```ts
   * import { jit, matmul, type Tensor, tensorSpec } from '@deft/tensor';
   * const product = jit((x: Tensor, y: Tensor) => matmul(x, y));
   * const { flops, isExact } = product.lower(tensorSpec([64, 100], 'float32'), tensorSpec([100, 10], 'float32')).cost();
   * console.log(flops === 2 * 64 * 100 * 10, isExact); // true true
   * ```
   */
  cost(): ProgramCost {
    return programCost(this.#program);
  }

  /**
   * Bytes of a call, the same on every backend: what it is given (`arguments`, `captured`), what it makes (`results`, of which `donated`
   * bytes take the place of an argument or of state), and what it needs meanwhile: the `arena` of its temporaries, `constants`.
   *
   * @example
   * ```ts
   * import { jit, softmax, type Tensor, tensorSpec } from '@deft/tensor';
   * const { arguments: given, results } = jit((x: Tensor) => softmax(x)).lower(tensorSpec([8, 10], 'float32')).memory();
   * console.log(given, results); // 320 320
   * ```
   */
  memory(): ProgramMemory {
    return programMemory(this.#program, this.graph.inputs.length);
  }

  /** @internal What using a donated argument later says; `undefined` where none is. */
  donatedBecause(): (() => string) | undefined {
    return this.#donated.length === 0 ? undefined : donatedTo(this.name);
  }

  /** Compiles it for the backend in use. */
  compile(): CompiledFunction<A, R> {
    return this.compileInto(new Holdings());
  }

  /** @internal What it holds of the backend is noted there. */
  compileInto(holdings: Holdings): CompiledFunction<A, R> {
    return this.compileWith(() => undefined, holdings);
  }

  /** @internal With a trace that is given, if it is. */
  compileWith(given: () => Trace | undefined, holdings: Holdings): CompiledFunction<A, R> {
    // What comes from a file was never called with its attributes.
    if (!this.#isCaptured) guarded(this.name, () => checkOperations(this.graph));
    const make = (): Trace => given() ?? makeTrace(this.#call, { name: this.name, donated: this.#donated, holdings });
    return compiledFunction(this, this.made(make));
  }

  /** @internal What is compiled of it; where it comes from a file, faults are the file's. */
  made<T>(compile: () => T): T {
    return this.#isCaptured ? compile() : faultsOfFile(this.name, compile);
  }

  get #isCaptured(): boolean {
    const { source } = this.#parts;
    return source !== undefined && 'f' in source;
  }

  /** @internal The tensors of a call. Throws `E_SIGNATURE` for one that does not fit. */
  tensorsOf(args: readonly unknown[]): readonly Tensor[] {
    const given = signatureOfCall(args, this.name);
    const { structure } = this.#signature;
    if (given.structure.text !== structure.text) {
      raise('E_SIGNATURE', { op: this.name, argument: 'args', expected: structure.text, found: given.structure.text });
    }
    const tensors: Tensor[] = [];
    this.arguments.forEach(({ path, type, value }, i) => {
      const leaf = given.leaves[i];
      const isTensor = leaf instanceof Tensor;
      const fits = type === undefined ? Object.is(leaf, value) : isTensor && leaf.abstract.text === type.text;
      if (!fits) {
        raise('E_SIGNATURE', {
          op: this.name,
          argument: path,
          expected: type?.text ?? String(value),
          found: isTensor ? leaf.abstract.text : String(leaf),
          hint: `the function was compiled as ${this.signature}; lower it again for other arguments`,
        });
      }
      if (isTensor) tensors.push(leaf);
    });
    const [stated, carried] = [this.#signature.carried, given.carried];
    for (let i = 0; i < Math.max(stated.length, carried.length); i++) {
      const [expected, found] = [stated[i], carried[i]];
      if (expected?.path === found?.path && expected?.key === found?.key) continue;
      raise('E_SIGNATURE', {
        op: this.name,
        argument: (expected ?? found)?.path ?? 'args',
        expected: expected === undefined ? 'nothing there' : String(expected.leaf),
        found: found?.path === expected?.path ? String(found?.leaf) : 'nothing there',
      });
    }
    return tensors;
  }
}

/** A function compiled ahead of time: called like the original, with arguments of the types that it was lowered for. */
export type CompiledFunction<A extends unknown[] = unknown[], R = unknown> = ((...args: A) => R) & {
  readonly lowered: Lowered<A, R>;
  readonly signature: string;
  /** Its kernels in words, as `f.explain(…)`. */
  explain(): string;
  /** Gives back what it holds. It must not be called any more. */
  dispose(): void;
};

function compiledFunction<A extends unknown[], R>(lowered: Lowered<A, R>, trace: Trace): CompiledFunction<A, R> {
  return compiledFunctionOf(lowered, {
    call: (args) => {
      const tensors = lowered.tensorsOf(args);
      refuseInside(lowered.name, tensors);
      return trace.run(tensors, lowered.donatedBecause()) as R;
    },
    explain: () => trace.explain([], false),
    dispose: () => trace.dispose(),
  });
}

/** What a compiled function does. */
interface CompiledParts<A extends unknown[], R> {
  call(args: A): R;
  explain(): string;
  dispose(): void;
}

/** Throws `E_ARGUMENT` for a call in a capture, or with tensors of a transform: what is compiled runs on elements. */
function refuseInside(op: string, tensors: readonly Tensor[]): void {
  const other = tensors.find(({ interpreter }) => interpreter.level > 0);
  if (other !== undefined && !other.interpreter.active) leaked(other, op);
  if (other === undefined && !isCapturing()) return;
  raise('E_ARGUMENT', {
    op,
    says: `a function that was compiled ahead of time cannot be called inside a running ${other?.interpreter.name ?? 'capture'}`,
    hint: 'call the captured function of which it was lowered: it becomes a part of what is running',
  });
}

/** Whether it is what a plain value becomes: a number that takes the dtype of its neighbours, a boolean or a bigint. */
const isScalarInput = ({ shape, dtype, weak }: AbstractValue): boolean =>
  shape.length === 0 && (weak || dtype === 'bool' || dtype === 'int64');

/** A function that was compiled for the backend in use. */
export function compiledFunctionOf<A extends unknown[], R>(
  lowered: Lowered<A, R>,
  parts: CompiledParts<A, R>,
): CompiledFunction<A, R> {
  const executor = baseInterpreter();
  const call = (...args: A): R => {
    if (baseInterpreter() !== executor) {
      raise('E_BACKEND', {
        op: lowered.name,
        says: 'the function was compiled for another backend than the one in use',
        hint: 'compile it again, or set the backend before',
      });
    }
    return parts.call(lowered.withScalars(args) as A);
  };
  return Object.defineProperties(call, {
    name: { value: lowered.name },
    lowered: { value: lowered },
    signature: { get: () => lowered.signature },
    explain: { value: () => parts.explain() },
    dispose: { value: () => parts.dispose() },
  }) as unknown as CompiledFunction<A, R>;
}
