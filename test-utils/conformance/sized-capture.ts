/**
 * Captures for every size: a function is called with an axis that is longer than it will be, so that code for every size is made, and
 * then at the size in question, which that code has not been made for.
 */
import { DeftError, type NdArray, numbersPerElement, type Tensor, tensorOfCopy } from '@deft/core';
import { jit } from '@deft/tensor';
import { fetch, on, type TensorsFunction } from './modes.ts';

/** The array with all axes of `from` places as axes of `to`; elements repeat in order. */
export function resized({ shape, dtype, data }: NdArray, from: number, to: number): NdArray {
  const other = shape.map((dim) => (dim === from ? to : dim));
  const length = other.reduce((size, dim) => size * dim, numbersPerElement(dtype));
  const elements = new (data.constructor as new (length: number) => NdArray['data'])(length);
  for (let i = 0; i < length; i++) elements[i] = data.length === 0 ? 0 : (data[i % data.length] as number);
  return { shape: other, dtype, data: elements };
}

/**
 * What code for every size of the axes of `dim` places gives; `undefined` where the function does not take other sizes, or does
 * something else there.
 */
export function runSized(f: TensorsFunction, inputs: readonly NdArray[], dim: number): NdArray[] | undefined {
  const captured = jit((...tensors: Tensor[]) => [...f(tensors)], { name: 'conformance' });
  return on('wasm', () => {
    try {
      for (const more of [5, 9]) captured(...inputs.map((input) => tensorOfCopy(resized(input, dim, dim + more))));
    } catch (error) {
      if (error instanceof DeftError) return undefined;
      throw error;
    }
    const before = captured.compileCount;
    const results = fetch(captured(...inputs.map(tensorOfCopy)));
    const isSized = captured.compileCount === before;
    captured.clear();
    return isSized ? results : undefined;
  });
}
