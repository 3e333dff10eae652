/**
 * Layers as functions. `asLayer` makes a record of functions a layer that can be called: with symbolic tensors, which draws up
 * a model, or with tensors within the `call` of a composed layer, which says what the inner layer's weights are.
 */
import { raise, Tensor } from '@deft/core';
import type { ExampleShape, Layer, LayerLike, Signal } from './layer.ts';
import { type LayerCall, SymbolicTensor } from './symbolic-tensor.ts';

/** Applies an inner layer with its own weights. */
export type InnerApply = (layer: LayerLike, x: Signal) => Signal;

let innerApply: InnerApply | undefined;

/** Runs a function in which calling a layer with tensors applies it this way. */
export function withInnerApply<R>(apply: InnerApply, run: () => R): R {
  const before = innerApply;
  innerApply = apply;
  try {
    return run();
  } finally {
    innerApply = before;
  }
}

/** Whether examples of several inputs are told, rather than of one. */
export function areSeveral(shapes: ExampleShape | readonly ExampleShape[]): shapes is readonly ExampleShape[] {
  return Array.isArray(shapes[0]);
}

/** One, or each of several. */
export const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

function drawUp(layer: LayerLike, given: SymbolicTensor | readonly SymbolicTensor[]): unknown {
  const takesSeveral = Array.isArray(given);
  const inputs = (takesSeveral ? given : [given]) as readonly SymbolicTensor[];
  const shapes = inputs.map(({ shape }) => shape);
  const outputShape: number[] | number[][] = layer.outputShape(takesSeveral ? shapes : (shapes[0] as ExampleShape));
  const call: LayerCall = { layer, inputs, takesSeveral };
  if (!areSeveral(outputShape)) return new SymbolicTensor(outputShape, { call, index: 0 });
  return outputShape.map((shape, index) => new SymbolicTensor(shape, { call, index }));
}

function call(layer: LayerLike, x: unknown): unknown {
  const all: readonly unknown[] = Array.isArray(x) ? x : [x];
  if (all.length > 0 && all.every((one) => one instanceof SymbolicTensor)) return drawUp(layer, x as SymbolicTensor);
  const areTensors = all.length > 0 && all.every((one) => one instanceof Tensor);
  if (areTensors && innerApply !== undefined) return innerApply(layer, x as Signal);
  return raise('E_LAYER', {
    op: `layer ${layer.name}`,
    argument: 'input',
    expected: 'what input() or another layer gave, or tensors within the call of a composed layer',
    found: areTensors ? 'tensors outside of a call' : all.map((one) => typeof one).join(', '),
    hint: 'layer.apply(parameters, state, x, { training: false }) applies a layer to tensors',
  });
}

/** The layer of a record: the same properties on a function. */
export function asLayer<I extends Signal, O extends Signal>(record: LayerLike<I, O>): Layer<I, O> {
  const layer = (x: unknown): unknown => call(layer as unknown as LayerLike, x);
  for (const [name, value] of Object.entries(record)) Object.defineProperty(layer, name, { value, enumerable: true });
  return layer as unknown as Layer<I, O>;
}

/** Whether a value is a layer. */
export function isLayer(value: unknown): value is LayerLike {
  return typeof value === 'function' && typeof (value as unknown as LayerLike).decodingState === 'function';
}
