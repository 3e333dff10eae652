/**
 * What a tensor must be, without the tensor: sizes or names of its axes, and a dtype. Signatures of captured functions and results
 * of functions of the host are stated so.
 */
import type { AbstractValue } from './abstract-value.ts';
import type { DType } from './dtype.ts';
import { raise } from './errors.ts';
import type { Shape } from './shape-types.ts';

/** What a tensor must be: for every axis its size or a name, and a dtype. */
export class TensorSpec<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S;
  /** Any, if there is none. */
  readonly dtype: D | undefined;

  /** Made by `tensorSpec`. */
  constructor(shape: S, dtype: D | undefined) {
    this.shape = shape;
    this.dtype = dtype;
  }

  /** `float32[batch, 784]`. */
  get text(): string {
    return `${this.dtype ?? 'a tensor '}[${this.shape.join(', ')}]`;
  }

  /** The dims at the front, which are stated, and whether others may follow. */
  get stated(): { readonly dims: readonly (number | string)[]; readonly isOpen: boolean } {
    const isOpen = this.shape.at(-1) === rest;
    return { dims: isOpen ? this.shape.slice(0, -1) : this.shape, isOpen };
  }

  /** Whether a tensor is one of these, whatever sizes its named dims have. */
  admits({ shape, dtype }: AbstractValue): boolean {
    const { dims, isOpen } = this.stated;
    return (
      (this.dtype === undefined || dtype === this.dtype) &&
      (isOpen ? shape.length >= dims.length : shape.length === dims.length) &&
      dims.every((dim, axis) => typeof dim === 'string' || dim === shape[axis])
    );
  }
}

/** Stands for further axes of any number, each of which has always the same size. */
const rest = '...';

/**
 * What a tensor must be, for `jit(f, { signature })` and other places that state one. A dim is a size, or a name for a size that may be another in every
 * call; `'...'` at the end stands for any further axes. Without a dtype any will do.
 *
 * Errors: `E_DIM` for a dim that is no whole number of at least 0 and no name.
 *
 * @example
 * ```ts
 * import { jit, matmul, tensorSpec, zeros } from '@deft/tensor';
 * const w = zeros([3, 2]);
 * const predict = jit((x) => matmul(x, w), { signature: [tensorSpec(['batch', 3], 'float32')] });
 * console.log(predict(zeros([5, 3])).shape, predict(zeros([1, 3])).shape, predict.compileCount); // [5, 2] [1, 2] 1
 * ```
 */
export function tensorSpec<const S extends Shape, D extends DType = DType>(shape: S, dtype?: D): TensorSpec<S, D> {
  shape.forEach((dim: unknown, axis) => {
    const isSize = typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0;
    const isName = typeof dim === 'string' && dim !== '' && (dim !== rest || axis === shape.length - 1);
    if (isSize || isName) return;
    raise('E_DIM', {
      op: 'tensorSpec',
      argument: `shape[${axis}]`,
      expected: "a whole number of at least 0, a name, or '...' at the end",
      found: JSON.stringify(dim) ?? String(dim),
    });
  });
  return new TensorSpec(shape, dtype);
}
