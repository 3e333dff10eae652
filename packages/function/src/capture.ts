/**
 * A captured function: its traces by signature, how a call finds one, and what happens where there is none. The first call may make
 * variables: then what it wrote down is run op by op, once, and later calls are traced anew, with the variables there.
 */
import { isProgramExecutor } from '@deft/compiler';
import {
  baseInterpreter,
  checksNumerics,
  DeferredCallSite,
  DeftError,
  flatten,
  isInterpreting,
  isReplaying,
  leaked,
  mapTree,
  raise,
  recorder,
  runsEagerly,
  Tensor,
  TensorSpec,
} from '@deft/core';
import { type CallKey, keyOfCall } from './call-key.ts';
import { checkCall } from './check-capture.ts';
import { Holdings } from './holdings.ts';
import { refuseImpureHost } from './impure-host.ts';
import { checkBudget, checkShapes, type JitOptions } from './jit-options.ts';
import { Lowered } from './lowered.ts';
import { lowerForSizes } from './lowered-sizes.ts';
import { type CallFound, recordedCall } from './profiling/recorded-call.ts';
import { RetraceWarnings, tracedFirst } from './retrace-warnings.ts';
import { scalarOf } from './scalar.ts';
import { type CallSignature, signatureOfCall, signatureOfSpecs } from './signature.ts';
import { SizeFamilies } from './size-families.ts';
import { Signature } from './stated-signature.ts';
import {
  type CapturedFunction,
  donatedTo,
  evaluateCall,
  makeTrace,
  type Trace,
  type TracedCall,
  traceCall,
  typesOf,
} from './trace.ts';
import { TraceCache } from './trace-cache.ts';
import { logLines, TraceLog } from './trace-log.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function can be captured
export type AnyFunction = (...args: any[]) => any;

const tensorsOf = ({ tensorPositions, leaves }: CallSignature): readonly Tensor[] =>
  tensorPositions.map((position) => leaves[position] as Tensor);

/** One function, for one instance if it is a method, and its traces. */
export class Capture {
  readonly #f: AnyFunction;
  readonly #self: unknown;
  readonly #name: string;
  readonly #captured: CapturedFunction;
  readonly #options: JitOptions;
  readonly #donate: readonly number[];
  readonly #limit: number;
  readonly #traces: TraceCache<Trace>;
  /** The signatures of calls by their keys. */
  readonly #texts = new Map<string, string>();
  readonly #families: SizeFamilies | undefined;
  readonly #stated: Signature | undefined;
  readonly #made: DeferredCallSite | undefined;
  readonly #log = new TraceLog();
  readonly #warnings: RetraceWarnings;
  /** What the traces hold of the backend. */
  readonly holdings: Holdings = new Holdings();
  /** The executor the traces were compiled for; another one starts over. */
  #executor: unknown;
  #calls = 0;
  /** Calls of the function that are running, one inside of the other. */
  #depth = 0;
  #deepest = 0;
  #dropped = 0;
  #compiledExactly = 0;
  /** Whether it may make variables: in the first call that comes to its end. */
  #isFirstCall = true;

  /** `made`: the line that made it, where many made at one line are worth a warning. */
  constructor(f: AnyFunction, self: unknown, options: JitOptions, made?: DeferredCallSite) {
    this.#f = f;
    this.#self = self;
    this.#options = options;
    this.#made = made;
    this.#name = options.name ?? (f.name === '' ? 'jit' : f.name);
    this.#donate = options.donate ?? [];
    const { shapes = 'auto', signature, memoryBudget, cacheSize: limit = 64 } = options;
    this.#limit = limit;
    this.#traces = new TraceCache(limit, (trace) => {
      this.#dropped++;
      trace.dispose();
    });
    const written = f as (...args: never[]) => unknown;
    this.#captured = { f: written, self, name: this.#name };
    this.#warnings = new RetraceWarnings(this.#name);
    checkShapes(this.#name, shapes);
    checkBudget(this.#name, memoryBudget, shapes);
    // What has to run again for a budget is another thing at every size.
    const isExact = shapes === 'exact' || memoryBudget !== undefined;
    const { holdings } = this;
    this.#families = isExact
      ? undefined
      : new SizeFamilies({ ...this.#captured, holdings }, { limit, strict: shapes === 'symbolic' });
    this.#stated = signature && new Signature(this.#name, signature);
  }

  get traceCount(): number {
    return this.#log.count;
  }

  get compileCount(): number {
    return this.#compiledExactly + (this.#families?.compileCount ?? 0);
  }

  get cacheSize(): number {
    return this.#traces.size;
  }

  clear(): void {
    const dropped = this.#dropped;
    this.holdings.wereTaken = false;
    this.#traces.clear();
    this.#families?.clear();
    this.#dropped = dropped;
  }

  call(given: readonly unknown[]): unknown {
    const args = this.#withScalars(given);
    const { eager = false } = this.#options;
    // Inside a transform or another capture the function's ops belong to that one: it records them itself.
    if (isInterpreting() || isReplaying() || eager || runsEagerly()) {
      this.#stated?.check(signatureOfCall(args, this.#name));
      return this.#inside(args);
    }
    this.#calls++;
    const { holdings } = this;
    if (holdings.wereTaken) this.clear();
    holdings.running++;
    try {
      if (recorder === undefined) return this.#run(args);
      return recordedCall(this.#name, (found) => this.#run(args, found));
    } finally {
      holdings.running--;
    }
  }

  /** Runs the function itself: at once, or inside of a transform, of another capture or of its own. */
  #inside(args: readonly unknown[]): unknown {
    const depth = ++this.#depth;
    if (depth > 1) this.#deepest = depth;
    try {
      return this.#f.apply(this.#self, args as unknown[]);
    } catch (error) {
      // Where the stack is full nothing more can be done than to go back.
      if (depth === 1 && this.#deepest > 1) this.#refuseEndless(error);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  #refuseEndless(error: unknown): void {
    this.#deepest = 0;
    if (!isOverflow(error)) return;
    raise('E_ARGUMENT', {
      op: this.#name,
      says: 'it calls itself without end',
      hint: 'a condition on tensors ends no recursion, as both functions of cond are traced: write whileLoop, foriLoop or scan; plain numbers may end one',
    });
  }

  /** Runs the trace of a call, made if there is none. `found` is told which call it is, and whether its trace was known. */
  #run(args: readonly unknown[], found?: CallFound): unknown {
    const { check = false } = this.#options;
    const quick = keyOfCall(args);
    const again = quick && found === undefined && !check ? this.#knownByKey(quick) : undefined;
    if (quick !== undefined && again !== undefined) return this.#runTrace(again, quick.tensors);
    const signature = this.#signatureOf(args);
    const tensors = tensorsOf(signature);
    const known = this.#known(signature);
    found?.(signature, known !== undefined);
    if (known !== undefined) this.holdings.wasUsed = true;
    const trace = known ?? this.#firstCall(args, signature);
    if (quick !== undefined) this.#remember(quick.key, signature.text);
    if ('replaced' in trace) return evaluateCall(trace, tensors);
    if (check && !checksNumerics()) {
      const now = this.#write(signature, (label) => this.#refuseVariable(label));
      return checkCall({ captured: this.#captured, args, again: now, trace, tensors });
    }
    return this.#runTrace(trace, tensors);
  }

  /** The trace of a call whose arguments were met before. */
  #knownByKey({ key }: CallKey): Trace | undefined {
    if (this.#executor !== baseInterpreter()) return undefined;
    const text = this.#texts.get(key);
    const trace = text === undefined ? undefined : this.#traces.get(text);
    if (trace === undefined) return undefined;
    this.#warnings.called();
    this.holdings.wasUsed = true;
    return trace;
  }

  #remember(key: string, text: string): void {
    if (this.#texts.size >= 2 * this.#limit) this.#texts.clear();
    this.#texts.set(key, text);
  }

  #runTrace(trace: Trace, tensors: readonly Tensor[]): unknown {
    if (checksNumerics()) return evaluateCall(trace.call, tensors);
    if (this.#donate.length === 0) return trace.run(tensors);
    return trace.run(tensors, donatedTo(this.#name));
  }

  #withScalars(args: readonly unknown[]): readonly unknown[] {
    const { dynamic } = this.#options;
    if (dynamic === undefined) return args;
    return args.map((arg, i) => (dynamic.includes(i) ? mapTree(scalarOf, arg) : arg));
  }

  /** The program for these arguments in words. */
  explain(args: readonly unknown[], measured: boolean): string {
    const { trace, tensors } = this.traceFor(args);
    return trace.explain(tensors, measured);
  }

  /** What was traced and why, what is kept and what is frozen. */
  report(): string {
    const traces = this.#log.count === 1 ? '1 trace' : `${this.#log.count} traces`;
    const head = `${this.#name}: ${this.#calls} calls, ${traces}, ${this.compileCount} compiled, ${this.cacheSize} of at most ${this.#limit} signatures kept, ${this.#dropped} dropped`;
    const read = this.captures().map(({ kind, text }) => `reads from outside: ${kind} ${text}`);
    const frozen = new Set(
      this.#log.traces.flatMap(({ leaves }) =>
        leaves.flatMap(({ kind, path, text }) =>
          kind === 'tensor' ? [] : [`frozen for each trace: ${path} = ${text}`],
        ),
      ),
    );
    return [head, ...logLines(this.#log), ...read, ...frozen].join('\n');
  }

  /** What the traces that are kept read besides their arguments. */
  captures(): readonly CapturedValue[] {
    const all = new Map<unknown, CapturedValue>();
    for (const { graph } of this.#traces.values()) {
      for (const { cell, tensor } of graph.captures) {
        all.set(
          cell ?? tensor,
          cell === undefined
            ? { kind: 'tensor', text: tensor.abstract.text }
            : { kind: 'state', text: `${cell.label}: ${cell.abstract.text}` },
        );
      }
    }
    return [...all.values()];
  }

  /** The trace for these arguments, made if there is none. */
  traceFor(given: readonly unknown[]): { trace: Trace; tensors: readonly Tensor[] } {
    const args = this.#withScalars(given);
    const signature = this.#signatureOf(args);
    let trace = this.#known(signature) ?? this.#firstCall(args, signature);
    // What a first call has made is there for the second.
    if ('replaced' in trace) trace = this.#trace(args, signature, undefined);
    return { trace, tensors: tensorsOf(signature) };
  }

  #signatureOf(args: readonly unknown[]): CallSignature {
    const executor = baseInterpreter();
    if (this.#executor !== executor) {
      this.clear();
      this.#executor = executor;
    }
    return signatureOfCall(args, this.#name);
  }

  #known(signature: CallSignature): Trace | undefined {
    for (const tensor of tensorsOf(signature)) {
      if (!tensor.interpreter.active) leaked(tensor, this.#name);
    }
    const trace = this.#traces.get(signature.text);
    if (trace !== undefined) this.#warnings.called();
    return trace;
  }

  /** A new trace; where the function made variables, what this one call wrote down, which is run op by op. */
  #firstCall(args: readonly unknown[], signature: CallSignature): Trace | TracedCall {
    if (!this.#isFirstCall) return this.#trace(args, signature, undefined);
    this.#stated?.check(signature);
    let makes = false;
    const call = this.#write(signature, () => {
      makes = true;
    });
    this.#isFirstCall = false;
    if (this.#made !== undefined) tracedFirst(this.#name, this.#made);
    return makes ? call : this.#trace(args, signature, call);
  }

  #write(signature: CallSignature, makesCell: (label: string) => void): TracedCall {
    const restore = this.#options.strict === true ? refuseImpureHost() : undefined;
    try {
      return traceCall(this.#captured, signature, typesOf(signature), { makesCell });
    } finally {
      restore?.();
    }
  }

  #trace(args: readonly unknown[], signature: CallSignature, first: TracedCall | undefined): Trace {
    const executor = baseInterpreter();
    const named = this.#stated?.check(signature);
    const donated = this.#donatedPlaces(args);
    const compiledBefore = this.compileCount;
    const sized = isProgramExecutor(executor) ? this.#families?.trace(signature, named, executor, donated) : undefined;
    const trace = sized ?? this.#exactTrace(signature, donated, first);
    const logged = this.#log.add(signature, DeferredCallSite.here(), sized !== undefined);
    if (this.compileCount > compiledBefore) this.#warnings.compiled(logged, this.#log);
    this.#traces.set(signature.text, trace);
    return trace;
  }

  #exactTrace(signature: CallSignature, donated: readonly number[], first: TracedCall | undefined): Trace {
    const call = first ?? this.#write(signature, (label) => this.#refuseVariable(label));
    const { memoryBudget } = this.#options;
    const trace = makeTrace(call, { name: this.#name, donated, memoryBudget, holdings: this.holdings });
    this.#compiledExactly++;
    return trace;
  }

  /** What the function does for arguments of these types: specs, or tensors in place of them; runs nothing. */
  lower(specs: readonly unknown[]): Lowered {
    const given = this.#withScalars(specs);
    const sized = lowerForSizes(this.#name, given, this.#donatedPlaces(given), (at) => this.#lowerExactly(at, true));
    return sized ?? this.#lowerExactly(given, false);
  }

  /** `keepsScalars`: scalars that happen to be equal stay apart. */
  #lowerExactly(specs: readonly unknown[], keepsScalars: boolean): Lowered {
    const { signature, types } = signatureOfSpecs(specs, this.#name);
    const donated = this.#donatedPlaces(specs);
    let makes = false;
    const write = (makesCell: (label: string) => void): TracedCall =>
      traceCall(this.#captured, signature, types, { makesCell, keepsScalars });
    let call = write((label) => {
      if (!this.#isFirstCall) this.#refuseVariable(label);
      makes = true;
    });
    this.#isFirstCall = false;
    // What it has made is there now.
    if (makes) call = write((label) => this.#refuseVariable(label));
    return new Lowered(this.#name, signature, types, call, donated, { ...this.#captured, keepsScalars });
  }

  #refuseVariable(label: string): never {
    return raise('E_VARIABLE', {
      op: this.#name,
      says: `${label} is made in a later call: a captured function makes variables in its first call only`,
      hint: 'make it outside, or keep that of the first call: v ??= variable(…); one captured function for each model or optimiser',
    });
  }

  /** Places of the donated arguments' tensors among all tensors. */
  #donatedPlaces(args: readonly unknown[]): number[] {
    let count = 0;
    return args.flatMap((argument, position) => {
      const tensors = flatten(argument).leaves.filter((leaf) => leaf instanceof Tensor || leaf instanceof TensorSpec);
      const places = tensors.map((_, i) => count + i);
      count += tensors.length;
      return this.#donate.includes(position) ? places : [];
    });
  }
}

/** Whether the stack was full, as engines say it. */
const isOverflow = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof DeftError) && /call stack|too much recursion/.test(error.message);

/** Something that a captured function reads besides its arguments: a tensor from outside, or a variable or other state. */
export interface CapturedValue {
  readonly kind: 'tensor' | 'state';
  /** For people: type, and what is known of it. */
  readonly text: string;
}
