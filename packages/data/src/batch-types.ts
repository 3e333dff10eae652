/** Types of batches: what their elements are, with an axis in front. */
import type { Shape, Tensor } from '@deft/core';
import type { HostArray, HostData } from './host-arrays.ts';
import type { RaggedArray } from './ragged-arrays.ts';

/** A batch of `N` elements of type `T`: numbers become arrays of numbers, arrays and tensors get an axis, structure stays. */
export type Batched<T, N extends number = number> = T extends number
  ? Float32Array
  : T extends boolean
    ? Uint8Array
    : T extends bigint
      ? BigInt64Array
      : T extends string
        ? string[]
        : T extends Tensor<infer S, infer D>
          ? Tensor<[N, ...S], D>
          : T extends HostData
            ? HostArray<T, readonly [N, number]>
            : T extends HostArray<infer A, infer S>
              ? HostArray<A, readonly [N, ...S]>
              : T extends object
                ? { -readonly [K in keyof T]: Batched<T[K], N> }
                : T;

/** A batch without padding of elements of type `T`: arrays become one with their splits, all else as in other batches. */
export type RaggedBatched<T> = T extends number | boolean | bigint | string | Tensor
  ? Batched<T>
  : T extends HostData
    ? RaggedArray<T>
    : T extends HostArray<infer A, readonly [number, ...infer R extends readonly number[]]>
      ? RaggedArray<R extends readonly [] ? A : HostArray<A, readonly [number, ...R]>>
      : T extends HostArray
        ? RaggedArray
        : T extends object
          ? { -readonly [K in keyof T]: RaggedBatched<T[K]> }
          : T;

/** One element of a batch of type `T`; nothing is known of it where `T` is no batch. */
export type Unbatched<T> =
  T extends Tensor<infer S, infer D>
    ? S extends readonly [unknown, ...infer R extends Shape]
      ? Tensor<R, D>
      : Tensor
    : T extends BigInt64Array
      ? bigint
      : T extends HostData
        ? number
        : T extends HostArray<infer A, infer S>
          ? UnbatchedArray<A, S>
          : T extends readonly string[]
            ? string
            : T extends RaggedArray<infer V>
              ? V extends HostArray<infer A, readonly [number, ...infer R extends readonly number[]]>
                ? HostArray<A, readonly [number, ...R]>
                : V
              : T extends object
                ? { -readonly [K in keyof T]: Unbatched<T[K]> }
                : unknown;

type UnbatchedArray<A extends HostData, S extends readonly number[]> = S extends readonly [number]
  ? A extends BigInt64Array
    ? bigint
    : number
  : S extends readonly [number, number]
    ? A
    : S extends readonly [number, ...infer R extends readonly number[]]
      ? HostArray<A, R>
      : number | bigint | A | HostArray<A>;
