/**
 * Tensors that stand for those of a model while it is drawn up: `input` makes the first, and calling a layer with them gives
 * those of its output. They know their shape and where they come from, and hold nothing.
 */
import { checkShape, type DType, shapeText } from '@deft/core';
import type { ExampleShape, LayerLike } from './layer.ts';

/** One use of a layer. */
export interface LayerCall {
  readonly layer: LayerLike;
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

/** What stands for a batch while a model is drawn up. Made by `input`, and by calling layers. */
export class SymbolicTensor {
  /** Shape of one example. */
  readonly shape: ExampleShape;
  readonly dtype: DType | undefined;
  /** What it is called, if it is an input. */
  readonly name: string | undefined;
  /** What gives it, and which of its outputs it is; nothing for an input. */
  readonly source: { readonly call: LayerCall; readonly index: number } | undefined;

  /** @internal Use `input`, or call a layer. */
  constructor(shape: ExampleShape, source: SymbolicTensor['source'], { name, dtype }: InputOptions = {}) {
    this.shape = Object.freeze([...shape]);
    this.source = source;
    this.name = name;
    this.dtype = dtype;
  }

  toString(): string {
    const from = this.source ? `output of ${this.source.call.layer.name}` : `input${this.name ? ` ${this.name}` : ''}`;
    return `SymbolicTensor(${from}, examples of shape ${shapeText(this.shape)})`;
  }
}

/**
 * What stands for a batch of examples of a shape: the beginning of a model that is drawn up by calling layers.
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
export function input(shape: ExampleShape, options: InputOptions = {}): SymbolicTensor {
  checkShape('input', shape as unknown[], 'shape');
  return new SymbolicTensor(shape, undefined, options);
}
