/**
 * The tensor: a shape, a dtype and a payload that belongs to the interpreter which made it (a stored array, a node of a
 * graph being captured, a value with its tangent …). Tensors are immutable data; what can be done with them are free
 * functions.
 */
import type { AbstractValue } from './abstract-value.ts';
import { type DType, numbersPerElement, type TypedArray } from './dtype.ts';
import { raise } from './errors.ts';
import { sizeOf } from './shape.ts';
import type { ElementOf, NestedArray, Plain, RuntimeShape, Shape } from './shape-types.ts';

/** What a tensor needs of the interpreter that made it. */
export interface TensorOwner {
  /** For messages: `eager`, `capture`, `grad`. */
  readonly name: string;
  /** Height in the interpreter stack. */
  readonly level: number;
  /** Whether it is on the stack. */
  readonly active: boolean;
  read(tensor: Tensor): Promise<TypedArray>;
  readSync(tensor: Tensor): TypedArray;
  release(tensor: Tensor): void;
}

/** The element at a position of a host array, as plain JavaScript. */
function plainElement(dtype: DType, data: TypedArray, position: number): unknown {
  if (numbersPerElement(dtype) === 2) return [data[2 * position], data[2 * position + 1]];
  return dtype === 'bool' ? data[position] !== 0 : data[position];
}

/** Tensors of more elements are shown without them. */
const shownElements = 64;

/** NaN and the infinities by name, which JSON would call null. */
const showNumber = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;

/**
 * An immutable n-dimensional array.
 *
 * `S` is the shape as far as it is known to the types (literal dims, names, `number`), `D` the dtype. A bare `Tensor` is
 * any tensor.
 *
 * @example
 * ```ts
 * import { tensor, add } from '@deft/tensor';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, add(x, 1).toArray());
 * ```
 */
export class Tensor<out S extends Shape = Shape, out D extends DType = DType> {
  /** @internal Exists in the types only: makes tensors of different shapes different types. */
  declare readonly '~shape': S;
  /** @internal Exists in the types only. */
  declare readonly '~dtype': D;
  /** Shape, dtype and weakness in one value. */
  readonly abstract: AbstractValue;
  /** @internal */
  readonly interpreter: TensorOwner;
  /** @internal Belongs to `interpreter`. */
  payload: unknown;

  /** @internal Made by interpreters; users call `tensor(…)`. */
  constructor(abstract: AbstractValue, interpreter: TensorOwner, payload: unknown) {
    this.abstract = abstract;
    this.interpreter = interpreter;
    this.payload = payload;
  }

  /** Sizes of the axes. */
  get shape(): RuntimeShape<S> {
    return this.abstract.shape as RuntimeShape<S>;
  }

  /** Element type. */
  get dtype(): D {
    return this.abstract.dtype as D;
  }

  /** Number of axes. */
  get rank(): number {
    return this.abstract.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.abstract.shape);
  }

  /** A copy of the elements in row-major order. Works on every backend. */
  async data(): Promise<ElementOf<D>> {
    return (await this.interpreter.read(this as unknown as Tensor)) as ElementOf<D>;
  }

  /** A copy of the elements, at once. Throws `E_READ` on a backend that cannot wait. */
  dataSync(): ElementOf<D> {
    return this.interpreter.readSync(this as unknown as Tensor) as ElementOf<D>;
  }

  /**
   * The one element of a tensor of size 1: a number, a boolean for bool, a bigint for int64, a pair of numbers for complex64.
   * Throws `E_SHAPE` for another size.
   */
  item(): Plain<D> {
    if (this.size !== 1) {
      raise('E_SHAPE', { op: 'item', expected: 'a tensor with one element', found: this.abstract.text });
    }
    return plainElement(this.dtype, this.dataSync() as unknown as TypedArray, 0) as Plain<D>;
  }

  /** The elements as nested arrays; a plain value for a scalar. */
  toArray(): NestedArray<S, D> {
    const data = this.dataSync() as unknown as TypedArray;
    const shape = this.abstract.shape;
    let next = 0;
    const build = (axis: number): unknown => {
      if (axis === shape.length) {
        return plainElement(this.dtype, data, next++);
      }
      return Array.from({ length: shape[axis] as number }, () => build(axis + 1));
    };
    return build(0) as NestedArray<S, D>;
  }

  /** Gives the memory back now rather than when the tensor is collected. Using the tensor later throws `E_DISPOSED`. */
  dispose(): void {
    this.interpreter.release(this as unknown as Tensor);
  }

  /** `using x = …` gives the memory back at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  static {
    // What `console.log(x)` shows in Node: the elements, if they are known and few.
    Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: function inspect(this: Tensor): string {
        if (this.size > shownElements) return this.toString();
        try {
          return `${this} ${JSON.stringify(this.toArray(), showNumber).replaceAll('"', '')}`;
        } catch {
          return `${this} (elements not known)`;
        }
      },
    });
  }

  /** `Tensor float32[2, 3]`, for messages; elements are read with `toArray`. */
  toString(): string {
    return `Tensor ${this.abstract.text}`;
  }

  /** A tensor is never a plain number: comparing or adding it with JavaScript's operators would be silently wrong. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    return raise('E_VALUE', {
      operands: [this.abstract],
      says: 'a tensor cannot be used as a plain JavaScript value (in +, <, if, …)',
      hint: 'write greater(x, 0) and where(…); to read one element outside of capture write x.item()',
    });
  }

  /** Tensors are not iterable: a loop over elements cannot be captured. */
  [Symbol.iterator](): never {
    return raise('E_VALUE', {
      operands: [this.abstract],
      says: 'a tensor is not iterable',
      hint: 'write unstack(x) for the slices along the first axis, or x.toArray() for plain numbers',
    });
  }
}
