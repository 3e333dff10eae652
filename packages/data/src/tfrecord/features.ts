/** Descriptions of what is in a `tf.train.Example`: names, kinds and shapes, and the types that follow from them. */
import { raise, sizeOf } from '@deft/core';
import type { HostArray, HostData } from '../host-arrays.ts';

/** What single values are, by their kinds. */
interface SingleValues {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly float: number;
  readonly int: number;
  readonly int64: bigint;
}

/** What several values are. */
interface ListValues {
  readonly bytes: Uint8Array[];
  readonly text: string[];
  readonly float: Float32Array;
  readonly int: Int32Array;
  readonly int64: BigInt64Array;
}

/** `text` is bytes in UTF-8; `int` is an `int64` as a number, of 32 bits where there are several. */
export type FeatureKind = keyof SingleValues;

/** One feature. */
export interface FeatureDescription {
  readonly kind: FeatureKind;
  /** A single value unless told; `'any'` is as many in a row as there are. */
  readonly shape?: readonly number[] | 'any';
  /** The value, or all of them, where a feature is missing; without it, that is an error. */
  readonly default?: number | bigint | string | Uint8Array;
}

/** The features that are wanted, by name. A kind alone is a single value of it. */
export type Features = { readonly [name: string]: FeatureKind | FeatureDescription };

type ShapedValue<K extends FeatureKind, S> = S extends readonly []
  ? SingleValues[K]
  : S extends 'any' | readonly [number]
    ? ListValues[K]
    : S extends readonly number[]
      ? ListValues[K] extends infer A extends HostData
        ? HostArray<A, S>
        : ListValues[K]
      : SingleValues[K];

/** The value of a feature. */
export type FeatureValue<F> = F extends FeatureKind
  ? SingleValues[F]
  : F extends { readonly kind: infer K extends FeatureKind }
    ? F extends { readonly shape: infer S }
      ? ShapedValue<K, S>
      : SingleValues[K]
    : never;

/** The values of features, by name. */
export type FeatureValues<F extends Features> = { -readonly [N in keyof F]: FeatureValue<F[N]> };

/** A feature with all that is said of it. */
export interface KnownFeature {
  readonly name: string;
  readonly kind: FeatureKind;
  readonly shape: readonly number[] | 'any';
  /** How many values there are; nothing where there may be any. */
  readonly count: number | undefined;
  readonly default: FeatureDescription['default'];
}

/** How the lists of the format are called that hold a kind. */
export const listOf: Readonly<Record<FeatureKind, 'bytes' | 'float' | 'int64'>> = {
  bytes: 'bytes',
  text: 'bytes',
  float: 'float',
  int: 'int64',
  int64: 'int64',
};

/** The descriptions, checked. Throws `E_ATTRIBUTE`. */
export function knownFeatures(op: string, features: Features): KnownFeature[] {
  return Object.entries(features).map(([name, given]) => {
    const {
      kind,
      shape = [],
      default: value,
    }: FeatureDescription = typeof given === 'string' ? { kind: given } : given;
    const refuse = (argument: string, expected: string, found: unknown): never =>
      raise('E_ATTRIBUTE', { op, argument: `features.${name}.${argument}`, expected, found: JSON.stringify(found) });
    if (!Object.hasOwn(listOf, kind)) refuse('kind', Object.keys(listOf).join(', '), kind);
    const isShape = shape === 'any' || shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (!isShape) refuse('shape', "whole numbers, or 'any'", shape);
    return { name, kind, shape, count: shape === 'any' ? undefined : sizeOf(shape), default: value };
  });
}
