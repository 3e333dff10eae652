/**
 * The stack of interpreters, and dispatch: every op application goes to the highest interpreter that is concerned. At
 * the bottom stands the base (the eager executor, or the plain interpreter where none is installed). Transforms push
 * one for the time of one call; a capture pushes a *dynamic* one, which gets every op even if none of its operands is
 * being captured. An interpreter handles an op by its record and by applying other ops, which go further down.
 *
 * Invariant: a tensor's interpreter is active, or the tensor has leaked out of the call that made it and every use
 * raises `E_CAPTURE_LEAK`.
 */
import type { CallSite } from './call-site.ts';
import { allocate, type DType, type TypedArray } from './dtype.ts';
import { internal, raise } from './errors.ts';
import type { NdArray } from './nd-array.ts';
import type { Attributes, Operation } from './operation.ts';
import type { Tensor, TensorOwner } from './tensor.ts';

/**
 * Both passes of an op's derivative in reverse mode, as an executor runs that compiles them: each is one program, whatever the
 * op and its rule are made of.
 */
export interface CompiledDerivative {
  /** The results, what the way back needs, and those tensors of it that nobody else has. */
  forward(primals: readonly Tensor[]): {
    readonly outputs: readonly Tensor[];
    readonly saved: readonly Tensor[];
    readonly own: readonly Tensor[];
  };
  /** Cotangents of the inputs that are needed, where one arrives, and those of them that nobody else has. Given ones may be of any level. */
  backward(
    saved: readonly Tensor[],
    cotangents: readonly (Tensor | undefined)[],
    needs: readonly boolean[],
  ): { readonly cotangents: readonly (Tensor | undefined)[]; readonly own: readonly Tensor[] };
}

/** One way of executing ops. */
export abstract class Interpreter implements TensorOwner {
  /** For messages: `eager`, `capture`, `grad`. */
  abstract readonly name: string;
  /** Height in the stack; the base is 0. Set when pushed. */
  level = 0;
  /** Whether it is on the stack. */
  active = false;

  /** Applies an op. All inputs belong to this interpreter (foreign ones were lifted). */
  abstract process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[];
  /** Makes a tensor of a lower interpreter one of this interpreter. */
  abstract lift(tensor: Tensor): Tensor;
  /** A tensor with the given elements. The array is not written to afterwards. */
  abstract constant(array: NdArray, weak: boolean): Tensor;

  /** An array to make a `constant` of, with whatever is in it: every element is to be written. */
  arrayFor(dtype: DType, length: number): TypedArray {
    return allocate(dtype, length);
  }

  /** The elements of one of this interpreter's tensors. */
  read(tensor: Tensor): Promise<TypedArray> {
    return Promise.resolve(this.readSync(tensor));
  }

  readSync(tensor: Tensor): TypedArray {
    if (!this.active) leaked(tensor);
    return raise('E_CAPTURE_READ', {
      operands: [tensor.abstract],
      says: `the elements of this tensor are not known yet: it belongs to a running ${this.name}`,
      hint: 'return the tensor from the function and read it outside; for a value that decides what to compute use where(…)',
    });
  }

  /** What made one of its tensors, for messages: the call, and the line where it is known. */
  origin(_tensor: Tensor): { readonly call: string; readonly callSite: CallSite | undefined } {
    return { call: `a call of ${this.name}`, callSite: undefined };
  }

  /** The derivative of an op by the inputs that vary, where this interpreter compiles it; the tensors are its own or plain. */
  derivative?(
    operation: Operation,
    inputs: readonly Tensor[],
    attributes: Attributes,
    varies: readonly boolean[],
  ): CompiledDerivative | undefined;

  /**
   * The value of one of this interpreter's tensors on the level below, for state that does not know of this interpreter;
   * `keeper` is what it is to be kept in.
   */
  beneath(tensor: Tensor, keeper: string): Tensor {
    return raise('E_CAPTURE_IMPURE', {
      operands: [tensor.abstract],
      says: `${keeper} cannot keep a value of a running ${this.name}`,
    });
  }

  /** A tensor of the same elements that can be given up without the other. */
  alias(tensor: Tensor): Tensor {
    return tensor;
  }

  /** Gives a tensor's memory back; nothing to do for interpreters without memory of their own. */
  release(_tensor: Tensor): void {}
}

const stack: Interpreter[] = [];
let dynamic: Interpreter | undefined;

/** Sets what executes ops when nothing is being transformed or captured. Done once, by whoever wires the library. */
export function setBaseInterpreter(interpreter: Interpreter): void {
  if (stack.length > 1) internal('the base interpreter cannot change while others are active');
  interpreter.level = 0;
  interpreter.active = true;
  stack[0] = interpreter;
}

/** The interpreter at the bottom. */
export function baseInterpreter(): Interpreter {
  return stack[0] ?? internal('no base interpreter');
}

/** The innermost running interpreter of which `f` gives something, and what it gives. */
export function findInterpreter<R>(f: (interpreter: Interpreter) => R | undefined): R | undefined {
  for (let level = stack.length - 1; level > 0; level--) {
    const found = f(stack[level] as Interpreter);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a transform or a capture is running. */
export function isInterpreting(): boolean {
  return stack.length > 1;
}

/** Whether a capture (or an evaluation of shapes) is running: every op is written down and none computed. */
export function isCapturing(): boolean {
  return dynamic !== undefined;
}

/** The interpreter that new constants belong to: the running capture, else the base. */
export function currentInterpreter(): Interpreter {
  return dynamic ?? baseInterpreter();
}

/** A new constant with the elements of an array that stays its owner's: `constant` would keep the array itself. */
export function tensorOfCopy(array: NdArray): Tensor {
  return currentInterpreter().constant({ ...array, data: array.data.slice() }, false);
}

/**
 * Runs `f` with `interpreter` on top of the stack; it is inactive afterwards, however `f` ends. With `isDynamic` it gets
 * every op. Throws if `f` returns a promise, because ops after an `await` would escape.
 */
export function withInterpreter<R>(interpreter: Interpreter, f: () => R, isDynamic = false): R {
  const outer = dynamic;
  interpreter.level = stack.length;
  interpreter.active = true;
  stack.push(interpreter);
  if (isDynamic) dynamic = interpreter;
  try {
    const result = f();
    if (result instanceof Promise) {
      result.catch(() => undefined); // it will fail too, and nobody waits for it any more
      raise('E_ARGUMENT', {
        op: interpreter.name,
        argument: 'function',
        expected: 'a function that returns tensors',
        found: 'a promise',
        hint: 'move the await out of the function',
      });
    }
    return result;
  } finally {
    stack.pop();
    interpreter.active = false;
    dynamic = outer;
  }
}

/**
 * Runs `f` as if no transform or capture was running: what it applies is computed at once. It may use no tensors of those that
 * are.
 */
export function atBase<R>(f: () => R): R {
  const above = stack.splice(1);
  const outer = dynamic;
  dynamic = undefined;
  try {
    return f();
  } finally {
    stack.push(...above);
    dynamic = outer;
  }
}

/** Throws `E_CAPTURE_LEAK`: the call that made the tensor has ended. */
export function leaked(tensor: Tensor, op?: string): never {
  const { interpreter } = tensor;
  const { call, callSite } =
    interpreter instanceof Interpreter ? interpreter.origin(tensor) : internal('a tensor of no interpreter');
  return raise('E_CAPTURE_LEAK', {
    ...(op === undefined ? {} : { op }),
    operands: [tensor.abstract],
    says: `this tensor was made${callSite === undefined ? '' : ` at ${callSite.text}`} inside ${call} that has ended`,
    hint: 'return it from the function, or assign it to a variable(…), instead of keeping the tensor outside',
  });
}

/** What is applied in an op's place where an operand is complex. Composites, what knows complex numbers and what
 * holds regions stay themselves. */
function onComplex(operation: Operation, inputs: readonly Tensor[]): Operation {
  if (operation.complexForm) return operation.complexForm;
  if (operation.kind === 'composite' || operation.onPlanes || operation.regions) return operation;
  return raise('E_DTYPE', {
    op: operation.name,
    says: 'complex64 has no such operation',
    operands: inputs.map((input) => input.abstract),
    hint: 'compute with its parts: real(x), imag(x), abs(x)',
  });
}

/** Applies an op to tensors, which may belong to different interpreters. */
export function dispatch(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
  if (operation.variadic ? inputs.length === 0 : inputs.length !== operation.inputs.length) {
    raise('E_ARITY', {
      op: operation.name,
      expected: operation.variadic
        ? 'at least one tensor'
        : `${operation.inputs.length} tensors (${operation.inputs.join(', ')})`,
      found: String(inputs.length),
    });
  }
  let top = dynamic ?? (stack[0] as Interpreter);
  let mixed = false;
  let hasComplex = false;
  for (let i = 0; i < inputs.length; i++) {
    const { interpreter: owner, abstract } = inputs[i] as Tensor;
    if (abstract.dtype === 'complex64') hasComplex = true;
    if (owner === top) continue;
    mixed = true;
    if (!owner.active) leaked(inputs[i] as Tensor);
    if (owner.level > top.level) top = stack[owner.level] as Interpreter; // an active owner stands at its level
  }
  const applied = hasComplex ? onComplex(operation, inputs) : operation;
  if (!mixed) return top.process(applied, inputs, attributes);
  return top.process(
    applied,
    inputs.map((input) => (input.interpreter === top ? input : top.lift(input))),
    attributes,
  );
}
