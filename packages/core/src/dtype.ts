/**
 * Element types: their names, storage arrays, kinds and the one promotion table. Everything that depends on a dtype asks
 * this file, so a new dtype is one row here (and its arithmetic in the backends).
 */

/** Name of an element type. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint32' | 'bool';

/** What a dtype's values are: real numbers, whole numbers with or without sign, or truth values. */
export type DTypeKind = 'float' | 'int' | 'uint' | 'bool';

/** Arrays that hold tensor elements on the host. `bool` is stored as one byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

interface DTypeFacts {
  readonly kind: DTypeKind;
  readonly bytes: number;
  /** Position in the promotion order: the higher one wins within a kind. */
  readonly array: new (
    source: number | ArrayLike<number> | ArrayBufferLike,
    offset?: number,
    length?: number,
  ) => TypedArray;
}

/** The facts of every dtype, total over the union. */
export const dtypes = {
  float32: { kind: 'float', bytes: 4, array: Float32Array },
  float64: { kind: 'float', bytes: 8, array: Float64Array },
  int32: { kind: 'int', bytes: 4, array: Int32Array },
  uint32: { kind: 'uint', bytes: 4, array: Uint32Array },
  bool: { kind: 'bool', bytes: 1, array: Uint8Array },
} as const satisfies Record<DType, unknown> as unknown as Record<DType, DTypeFacts>;

/** All dtype names, in the order of the promotion table. */
export const dtypeNames: readonly DType[] = ['bool', 'uint32', 'int32', 'float32', 'float64'];

/** Whether a value is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(dtypes, value);
}

/** Bytes of one element. */
export function bytesOf(dtype: DType): number {
  return dtypes[dtype].bytes;
}

/** Whether the dtype holds real numbers, so that derivatives exist. */
export function isFloating(dtype: DType): boolean {
  return dtypes[dtype].kind === 'float';
}

/** A new zero-filled host array of `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new dtypes[dtype].array(length);
}

/** The dtype a host array stands for; `Uint8Array` is `bool`. */
export function dtypeOfArray(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof Uint32Array) return 'uint32';
  return 'bool';
}

/**
 * The promotion table: the dtype in which two strong operands meet. `int32` with `uint32` meets in `int32` (there is no
 * wider integer yet), any integer with a float in that float, `bool` gives way to everything.
 */
const promotion: Record<DType, Record<DType, DType>> = {
  bool: { bool: 'bool', uint32: 'uint32', int32: 'int32', float32: 'float32', float64: 'float64' },
  uint32: { bool: 'uint32', uint32: 'uint32', int32: 'int32', float32: 'float32', float64: 'float64' },
  int32: { bool: 'int32', uint32: 'int32', int32: 'int32', float32: 'float32', float64: 'float64' },
  float32: { bool: 'float32', uint32: 'float32', int32: 'float32', float32: 'float32', float64: 'float64' },
  float64: { bool: 'float64', uint32: 'float64', int32: 'float64', float32: 'float64', float64: 'float64' },
};

/** The dtype in which strong operands of dtypes `a` and `b` meet. */
export function promote(a: DType, b: DType): DType {
  return promotion[a][b];
}

/** The dtype a weak JavaScript number takes next to a strong operand: the operand's, unless that cannot hold it. */
export function promoteWeak(strong: DType, value: number): DType {
  if (isFloating(strong)) return strong;
  if (!Number.isInteger(value)) return 'float32';
  return strong === 'bool' ? 'int32' : strong;
}
