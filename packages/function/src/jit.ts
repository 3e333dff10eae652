/**
 * Capture: `jit(f)` runs `f` once per signature to write down the ops it applies, compiles them into one program, and
 * runs that program ever after. `@jit()` does the same to a method, with caches of its own for every instance.
 */
import { DeferredCallSite, raise, Tensor, type TensorSpec } from '@deft/core';
import { printGraph } from '@deft/graph';
import { type AnyFunction, Capture, type CapturedValue } from './capture.ts';
import { dropWithOwner } from './holdings.ts';
import type { JitOptions } from './jit-options.ts';
import type { Lowered } from './lowered.ts';
import type { SignedBody, SignedFunction, StatedArgument, StatedArguments } from './signature-types.ts';

/** Arguments in which a spec may stand in place of every tensor. */
export type SpecsOf<T> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S, D> | TensorSpec
    : T extends (...args: never[]) => unknown
      ? T
      : T extends readonly unknown[] | object
        ? { [K in keyof T]: SpecsOf<T[K]> }
        : T;

/** What a captured function has besides its call. */
export interface Jitted<F extends AnyFunction> {
  /** How many signatures were traced. */
  readonly traceCount: number;
  /** How many programs were compiled: for one signature each, or for all sizes of some axes. */
  readonly compileCount: number;
  /** How many signatures are compiled now. */
  readonly cacheSize: number;
  /** The graph for these arguments as text; traces if need be, runs nothing. */
  graphText(...args: Parameters<F>): string;
  /**
   * Without arguments, what happened so far: every trace and the argument that caused it, which signatures are kept, what is read
   * from outside and what is frozen. With arguments the compiled program for them in words: every kernel with its index space, the bytes it reads and writes, its
   * operations, and why each result is stored; what fills the arena where it is fullest. Traces if need be, runs nothing.
   */
  explain(...args: Parameters<F> | []): string;
  /**
   * `explain` with the time of every kernel, run alone on these arguments, and its share of the roofline that the backend
   * reaches with a large product and a copy. Nothing is donated.
   */
  profile(...args: Parameters<F>): string;
  /**
   * What the function does for arguments of these types, without running anything: `tensorSpec(shape, dtype)` in place of each tensor,
   * or a tensor of that type. Its `text()` is the graph, its `compile()` a function for such arguments alone; `serialize` saves it. Dims
   * that have a name may be of any size: it is the function at every size then, and `at({ batch: 32 })` the one at that size.
   *
   * @example
   * ```ts
   * import { jit, matmul, type Tensor, tensorSpec, zeros } from '@deft/tensor';
   * const f = jit((x: Tensor, y: Tensor) => matmul(x, y), { name: 'f' });
   * const lowered = f.lower(tensorSpec([2, 3], 'float32'), tensorSpec([3, 4], 'float32'));
   * console.log(lowered.signature); // f(args[0]: float32[2, 3], args[1]: float32[3, 4]) → float32[2, 4]
   * console.log(lowered.compile()(zeros([2, 3]), zeros([3, 4])).shape); // [2, 4]
   * ```
   */
  lower(...specs: SpecsOf<Parameters<F>>): Lowered<Parameters<F>, ReturnType<F>>;
  /** Tensors from outside and variables that the traces read. */
  captures(): readonly CapturedValue[];
  /** Forgets all traces. */
  clear(): void;
}

/** A captured function: called like the original. */
export type JittedFunction<F extends AnyFunction> = F & Jitted<F>;

function jitted<F extends AnyFunction>(f: F, options: JitOptions): JittedFunction<F> {
  const capture = new Capture(f, undefined, options, DeferredCallSite.here());
  const call = (...args: unknown[]): unknown => capture.call(args);
  dropWithOwner(call, capture.holdings);
  return Object.defineProperties(call, {
    name: { value: options.name ?? f.name },
    traceCount: { get: () => capture.traceCount },
    compileCount: { get: () => capture.compileCount },
    cacheSize: { get: () => capture.cacheSize },
    graphText: { value: (...args: unknown[]) => printGraph(capture.traceFor(args).trace.graph) },
    explain: { value: (...args: unknown[]) => (args.length === 0 ? capture.report() : capture.explain(args, false)) },
    captures: { value: () => capture.captures() },
    profile: { value: (...args: unknown[]) => capture.explain(args, true) },
    lower: { value: (...specs: unknown[]) => capture.lower(specs) },
    clear: { value: () => capture.clear() },
  }) as unknown as JittedFunction<F>;
}

function jittedMethod<F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext, options: JitOptions): F {
  if (context?.kind !== 'method') {
    const found = context === undefined ? `a value: ${String(method)}` : `a ${context.kind}`;
    raise('E_ARGUMENT', { op: 'jit', expected: '@jit() on a method', found });
  }
  const named = { name: String(context.name), ...options };
  // Keyed weakly by the instance: its traces go when it goes.
  const captures = new WeakMap<object, Capture>();
  const call = function (this: object, ...args: unknown[]): unknown {
    let capture = captures.get(this);
    if (capture === undefined) {
      capture = new Capture(method, this, named);
      dropWithOwner(this, capture.holdings);
      captures.set(this, capture);
    }
    return capture.call(args);
  };
  return call as F;
}

/** A standard method decorator. */
export type MethodDecorator = <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext) => F;

/**
 * Captures a function of tensors and compiles it. The first call with new shapes, dtypes or plain arguments traces the
 * function; further calls run the compiled program. Arguments and results may be nested arrays and objects of tensors;
 * plain values in them are baked in and are part of the cache key, so pass what changes every call as a tensor.
 *
 * Without a function it gives the decorator for methods.
 *
 * Errors: `E_ARGUMENT` for an async function or an array that is not a tensor, `E_CAPTURE_READ` where the function reads
 * elements, `E_CAPTURE_IMPURE` where it draws random numbers without a key, `E_SIGNATURE` for a call that does not fit the
 * signature, `E_SPECIALIZED` where `shapes` is `symbolic` and the function is not the same at every size.
 *
 * @example
 * ```ts
 * import { jit, add, mul, tensor } from '@deft/tensor';
 * const f = jit((x) => add(mul(x, 2), 1));
 * console.log(f(tensor([1, 2, 3])).toArray(), f.traceCount); // [3, 5, 7] 1
 * ```
 */
export function jit<const S extends readonly StatedArgument[], R>(
  f: SignedBody<NoInfer<S>, R>,
  options: JitOptions & { readonly signature: S },
): SignedFunction<S, R> & Jitted<(...args: StatedArguments<S>) => R>;
export function jit<F extends AnyFunction>(f: F, options?: JitOptions): JittedFunction<F>;
export function jit(options?: JitOptions): MethodDecorator;
export function jit(first?: AnyFunction | JitOptions, options: JitOptions = {}): unknown {
  if (typeof first === 'function') return jitted(first, options);
  if (first !== undefined && (typeof first !== 'object' || first === null || first instanceof Tensor)) {
    raise('E_ARGUMENT', {
      op: 'jit',
      argument: 'function',
      expected: 'a function, or options for a decorator',
      found: String(first),
    });
  }
  const settings = first ?? {};
  return <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext): F =>
    jittedMethod(method, context, settings);
}
