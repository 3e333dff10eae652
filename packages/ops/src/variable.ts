/** `variable`: a value that is kept and changed. */
import {
  type AbstractValue,
  abstractValue,
  DeferredCallSite,
  type DType,
  initialState,
  provideVariables,
  raise,
  type Shape,
  StateCell,
  sameShape,
  Tensor,
} from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { operand } from './definition/operand.ts';
import { sub } from './sub.ts';

/** Options of `variable`. */
export interface VariableOptions<D extends DType = DType> {
  /** For messages. */
  readonly name?: string;
  /** The dtype; that of the first value unless told. */
  readonly dtype?: D;
}

const labelOf = (name: string, made: DeferredCallSite): string =>
  name === '' ? `the variable made at ${made.value?.text ?? 'an unknown line'}` : `variable ${JSON.stringify(name)}`;

/** A value that is kept and changed, of one shape and dtype. Made by `variable`. */
export class Variable<S extends Shape = Shape, D extends DType = DType> extends StateCell {
  /** @internal Exists in the types only. */
  declare readonly '~shape': S;
  /** @internal Exists in the types only. */
  declare readonly '~dtype': D;
  readonly name: string;
  /** @internal */
  override readonly abstract: AbstractValue;
  readonly #made: DeferredCallSite = DeferredCallSite.here();
  #held: Tensor;

  /** @internal Users call `variable(…)`. */
  constructor(name: string, held: Tensor) {
    super();
    this.name = name;
    this.abstract = abstractValue(held.abstract.shape, held.dtype);
    this.#held = held;
  }

  /** @internal */
  protected override stored(): Tensor {
    return this.#held;
  }

  /** @internal */
  protected override store(value: Tensor): void {
    this.#held = value;
  }

  /** @internal */
  override get label(): string {
    return labelOf(this.name, this.#made);
  }

  /** Sizes of the axes. */
  get shape(): Tensor<S, D>['shape'] {
    return this.abstract.shape as Tensor<S, D>['shape'];
  }

  /** Element type. */
  get dtype(): D {
    return this.abstract.dtype as D;
  }

  /** The value at this place of the program. The tensor stays what it is when the variable changes. */
  get value(): Tensor<S, D> {
    return this.get() as unknown as Tensor<S, D>;
  }

  /**
   * Replaces the value from here on. Derivatives end here: the new value is a constant for them.
   *
   * @throws `E_SHAPE`, `E_DTYPE` unless the value has the shape and dtype of the variable; `E_CAPTURE_IMPURE` for one that is
   * another for every example of a running `vmap`.
   */
  assign(value: TensorLike): void {
    const given = this.#operand('assign', value);
    if (!sameShape(given.abstract.shape, this.abstract.shape)) {
      raise('E_SHAPE', {
        op: 'assign',
        argument: this.label,
        expected: this.abstract.text,
        found: given.abstract.text,
      });
    }
    this.set(given);
  }

  /** Adds to the value. Throws what `assign` throws. */
  assignAdd(value: TensorLike): void {
    this.assign(add(this.value, this.#operand('assignAdd', value)) as Tensor);
  }

  /** Subtracts from the value. Throws what `assign` throws. */
  assignSub(value: TensorLike): void {
    this.assign(sub(this.value, this.#operand('assignSub', value)) as Tensor);
  }

  /** A number takes the variable's dtype, a tensor has to have it. */
  #operand(op: string, value: TensorLike): Tensor {
    const given = operand(op, 'value', value) as Tensor;
    if (given.dtype === this.dtype) return given;
    if (!(value instanceof Tensor)) return cast(given, this.dtype) as Tensor;
    return raise('E_DTYPE', {
      op,
      argument: this.label,
      expected: this.abstract.text,
      found: given.abstract.text,
      hint: `cast(value, '${this.dtype}')`,
    });
  }

  /** `Variable w float32[2, 3]`. */
  override toString(): string {
    return `Variable ${this.name === '' ? '' : `${this.name} `}${this.abstract.text}`;
  }

  /** A variable is no plain value. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    return raise('E_VALUE', {
      operands: [this.abstract],
      says: `${this.label} cannot be used as a plain JavaScript value (in +, <, if, …)`,
      hint: 'read it: v.value, and v.value.item() for a number outside of capture',
    });
  }
}

provideVariables({
  make: (name, value) => new Variable(name, initialState(labelOf(name, DeferredCallSite.here()), value)),
  nameOf: (cell) => (cell instanceof Variable ? cell.name : undefined),
});

/**
 * A value that is kept and changed. `v.value` reads it, `v.assign(x)` replaces it; both stand in program order, also in captured
 * functions, in loops and branches. A captured function reads what the variable holds when it is called, and what it assigned
 * is there when the call has ended; a call that throws changes nothing.
 *
 * A captured function may make variables in its first call only, and has to keep them: `v ??= variable(zeros([3]))`.
 *
 * @throws `E_VARIABLE` in later calls, in loops and branches of captured functions, and for a first value that depends on an
 * argument of a captured function.
 * @example
 * ```ts
 * import { add, jit, variable } from '@deft/tensor';
 * const count = variable(0, { name: 'count' });
 * const next = jit(() => {
 *   count.assign(add(count.value, 1));
 *   return count.value;
 * });
 * console.log(next().item(), next().item(), count.value.item()); // 1 2 2
 * ```
 */
export function variable<const S extends Shape = Shape, D extends DType = 'float32'>(
  initial: Tensor<S, D>,
  options?: VariableOptions<D>,
): Variable<S, D>;
export function variable<D extends DType = 'float32'>(
  initial: TensorLike,
  options?: VariableOptions<D>,
): Variable<Shape, D>;
export function variable(initial: TensorLike, { name = '', dtype }: VariableOptions = {}): Variable {
  const given = operand('variable', 'initial', initial) as Tensor;
  const value = dtype === undefined || dtype === given.dtype ? given : (cast(given, dtype) as Tensor);
  return new Variable(name, initialState(labelOf(name, DeferredCallSite.here()), value));
}
