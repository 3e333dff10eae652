/**
 * A captured function: its traces by signature, how a call finds one, and what happens where there is none. The first call may make
 * variables: then what it wrote down is run op by op, once, and later calls are traced anew, with the variables there.
 */
import { isProgramExecutor } from '@deft/compiler';
import { baseInterpreter, DeferredCallSite, flatten, isInterpreting, raise, Tensor, TensorSpec } from '@deft/core';
import type { JitOptions } from './jit.ts';
import { Lowered } from './lowered.ts';
import { type CallSignature, signatureOfCall, signatureOfSpecs } from './signature.ts';
import { SizeFamilies } from './size-families.ts';
import { Signature } from './stated-signature.ts';
import {
  type CapturedFunction,
  evaluateCall,
  makeTrace,
  type Trace,
  type TracedCall,
  traceCall,
  typesOf,
} from './trace.ts';
import { TraceCache } from './trace-cache.ts';

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
  readonly #donate: readonly number[];
  readonly #memoryBudget: number | undefined;
  readonly #traces: TraceCache<Trace>;
  readonly #families: SizeFamilies | undefined;
  readonly #stated: Signature | undefined;
  /** The executor the traces were compiled for; another one starts over. */
  #executor: unknown;
  traceCount = 0;
  #compiledExactly = 0;
  /** Whether it may make variables: in the first call that comes to its end. */
  #isFirstCall = true;

  constructor(f: AnyFunction, self: unknown, options: JitOptions) {
    this.#f = f;
    this.#self = self;
    this.#name = options.name ?? (f.name === '' ? 'jit' : f.name);
    this.#donate = options.donate ?? [];
    const limit = options.cacheSize ?? 64;
    this.#traces = new TraceCache(limit, (trace) => trace.dispose());
    this.#captured = { f: f as (...args: never[]) => unknown, self, name: this.#name };
    const { shapes = 'auto', signature, memoryBudget } = options;
    checkShapes(this.#name, shapes);
    checkBudget(this.#name, memoryBudget, shapes);
    this.#memoryBudget = memoryBudget;
    // What has to run again for a budget is another thing at every size.
    const isExact = shapes === 'exact' || memoryBudget !== undefined;
    this.#families = isExact ? undefined : new SizeFamilies(this.#captured, { limit, strict: shapes === 'symbolic' });
    this.#stated = signature && new Signature(this.#name, signature);
  }

  get compileCount(): number {
    return this.#compiledExactly + (this.#families?.compileCount ?? 0);
  }

  get cacheSize(): number {
    return this.#traces.size;
  }

  clear(): void {
    this.#traces.clear();
    this.#families?.clear();
  }

  call(args: readonly unknown[]): unknown {
    // Inside a transform or another capture the function's ops belong to that one: it records them itself.
    if (isInterpreting()) return this.#f.apply(this.#self, args as unknown[]);
    const signature = this.#signatureOf(args);
    const tensors = tensorsOf(signature);
    const trace = this.#known(signature) ?? this.#firstCall(args, signature);
    if ('replaced' in trace) return evaluateCall(trace, tensors);
    if (this.#donate.length === 0) return trace.run(tensors);
    const where = DeferredCallSite.here();
    return trace.run(
      tensors,
      () => `it was donated to ${this.#name}${where.value === undefined ? '' : ` at ${where.value.text}`}`,
    );
  }

  explain(args: readonly unknown[], measured: boolean): string {
    const { trace, tensors } = this.traceFor(args);
    return trace.explain(tensors, measured);
  }

  /** The trace for these arguments, made if there is none. */
  traceFor(args: readonly unknown[]): { trace: Trace; tensors: readonly Tensor[] } {
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
      if (!tensor.interpreter.active) {
        raise('E_CAPTURE_LEAK', {
          op: this.#name,
          operands: [tensor.abstract],
          says: `an argument was made inside a call of ${tensor.interpreter.name} that has ended`,
          hint: 'return it from that function instead of keeping it in a variable outside',
        });
      }
    }
    return this.#traces.get(signature.text);
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
    return makes ? call : this.#trace(args, signature, call);
  }

  #write(signature: CallSignature, makesCell: (label: string) => void): TracedCall {
    return traceCall(this.#captured, signature, typesOf(signature), { makesCell });
  }

  #trace(args: readonly unknown[], signature: CallSignature, first: TracedCall | undefined): Trace {
    const executor = baseInterpreter();
    const named = this.#stated?.check(signature);
    this.traceCount++;
    const donated = this.#donatedPlaces(args);
    let trace = isProgramExecutor(executor) ? this.#families?.trace(signature, named, executor, donated) : undefined;
    if (trace === undefined) {
      const call = first ?? this.#write(signature, (label) => this.#refuseVariable(label));
      trace = makeTrace(call, { name: this.#name, donated, memoryBudget: this.#memoryBudget });
      this.#compiledExactly++;
    }
    this.#traces.set(signature.text, trace);
    return trace;
  }

  /** What the function does for arguments of these types: specs, or tensors in place of them; runs nothing. */
  lower(specs: readonly unknown[]): Lowered {
    const { signature, types } = signatureOfSpecs(specs, this.#name);
    const donated = this.#donatedPlaces(specs);
    let makes = false;
    const write = (makesCell: (label: string) => void): TracedCall =>
      traceCall(this.#captured, signature, types, { makesCell });
    let call = write((label) => {
      if (!this.#isFirstCall) this.#refuseVariable(label);
      makes = true;
    });
    this.#isFirstCall = false;
    // What it has made is there now.
    if (makes) call = write((label) => this.#refuseVariable(label));
    return new Lowered(this.#name, signature, types, call, donated);
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

function checkShapes(op: string, shapes: string): void {
  if (['auto', 'exact', 'symbolic'].includes(shapes)) return;
  raise('E_ARGUMENT', { op, argument: 'shapes', expected: "'auto', 'exact' or 'symbolic'", found: String(shapes) });
}

function checkBudget(op: string, bytes: number | undefined, shapes: string): void {
  if (bytes === undefined) return;
  const argument = 'memoryBudget';
  if (!(bytes >= 0)) raise('E_ARGUMENT', { op, argument, expected: 'a number of bytes', found: String(bytes) });
  if (shapes === 'symbolic') {
    raise('E_ARGUMENT', {
      op,
      argument,
      expected: 'no memory budget beside symbolic shapes',
      found: String(bytes),
      hint: "what is computed again depends on the sizes: use shapes: 'exact'",
    });
  }
}
