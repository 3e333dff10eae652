/**
 * Tensors that stand for those of a model while it is drawn up: `input` makes the first, and calling a layer with them gives
 * those of its output. They know their shape and where they come from, and hold nothing.
 */
import { checkShape, type DType, shapeText } from '@deft/core';

/** One use of a layer: which one, only those know who apply it. */
export interface LayerCall {
  readonly layer: { readonly name: string };
  readonly inputs: readonly SymbolicTensor[];
  /** Whether the layer takes an array. */
  readonly takesSeveral: boolean;
}

/** Options of `input`. */
export interface InputOptions {
  readonly name?: string;
  /** The dtype that examples have: float32 unless told. */
  readonly dtype?: DType;
}

/** Size that stands in for a free axis while a model is drawn up: large enough for the windows of most layers. */
const standInSize = 48;

/** What stands for a batch while a model is drawn up. Made by `input`, and by calling layers. */
export class SymbolicTensor {
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly dtype: DType | undefined;
  /** What it is called, if it is an input. */
  readonly name: string | undefined;
  /** What gives it, and which of its outputs it is; nothing for an input. */
  readonly source: { readonly call: LayerCall; readonly index: number } | undefined;
  /** Axes of an input that may have any size. */
  readonly freeAxes: readonly number[];

  /** @internal Use `input`, or call a layer. */
  constructor(
    shape: readonly number[],
    source: SymbolicTensor['source'],
    { name, dtype, freeAxes = [] }: InputOptions & { readonly freeAxes?: readonly number[] } = {},
  ) {
    this.shape = Object.freeze([...shape]);
    this.source = source;
    this.name = name;
    this.dtype = dtype;
    this.freeAxes = freeAxes;
  }

  toString(): string {
    const from = this.source ? `output of ${this.source.call.layer.name}` : `input${this.name ? ` ${this.name}` : ''}`;
    return `SymbolicTensor(${from}, examples of shape ${shapeText(this.shape)})`;
  }
}

/**
 * What stands for a batch of examples of a shape: the beginning of a model that is drawn up by calling layers. Axes that may have
 * any size are `null`; while the model is drawn up, a size stands in for them.
 *
 * @throws `E_SHAPE` for what is no shape
 * @example
 * ```ts
 * import { dense, functional, input } from '@deft/nn';
 * const x = input([4]);
 * const y = dense(2)(dense(8, { activation: 'relu' })(x));
 * console.log(functional({ inputs: x, outputs: y }).outputShape([4])); // → [2]
 * ```
 */
export function input(shape: readonly (number | null)[], options: InputOptions = {}): SymbolicTensor {
  const sizes = Array.isArray(shape) ? shape.map((dim: number | null) => dim ?? standInSize) : shape;
  checkShape('input', sizes as unknown[], 'shape');
  const freeAxes = shape.flatMap((dim, axis) => (dim === null ? [axis] : []));
  return new SymbolicTensor(sizes as readonly number[], undefined, { ...options, freeAxes });
}
