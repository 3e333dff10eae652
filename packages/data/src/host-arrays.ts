/** Arrays on the host: what elements of datasets hold beside numbers, texts and tensors. */
import { Tensor } from '@deft/core';
import type { NumericArray } from '@deft/tensor';

/** Typed arrays that elements may hold. */
export type HostData = NumericArray;

/** Typed elements in row-major order with their shape. A typed array alone has one axis. */
export interface HostArray<A extends HostData = HostData, S extends readonly number[] = readonly number[]> {
  readonly data: A;
  readonly shape: S;
}

/** Classes of arrays that numbers are put into. */
export type NumberClass = new (values: number[]) => HostData;

/** Whether it is a typed array. */
export function isHostData(value: unknown): value is HostData {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whether it is a typed array with a shape. */
export function isHostArray(value: unknown): value is HostArray {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false;
  return 'data' in value && isHostData(value.data) && 'shape' in value && Array.isArray(value.shape);
}

/** A typed array of the class of another, of so many zeros. */
export function zerosLike<A extends HostData>(data: A, length: number): A {
  return new (data.constructor as new (length: number) => A)(length);
}

/** A typed array as it is if it has one axis, with its shape otherwise. */
export function withShape(data: HostData, shape: readonly number[]): HostData | HostArray {
  return shape.length === 1 ? data : { data, shape };
}

/** Data and shape of either form. */
export function partsOf(value: HostData | HostArray): HostArray {
  return isHostData(value) ? { data: value, shape: [value.length] } : value;
}
