/**
 * Element types: their names, host arrays, kinds, how numbers become elements of them, and the one promotion table.
 * Everything that depends on a dtype asks this file, so a new dtype is one row here (and its arithmetic in the backends).
 *
 * Three facts say how a dtype is computed with. Its *carrier* is the dtype in which arithmetic on it is done: small dtypes
 * are only stored small, and every op rounds its result once. A `complex64` has no carrier: ops on it are made of ops on
 * its parts. And its *host array* may be wider than what a backend stores: JavaScript has no arrays of bfloat16.
 */

/** Name of an element type. */
export type DType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'complex64';

/** What a dtype's values are: real numbers, whole numbers with or without sign, truth values, or complex numbers. */
export type DTypeKind = 'float' | 'int' | 'uint' | 'bool' | 'complex';

/**
 * Arrays that hold tensor elements on the host. `bool` is stored as one byte, 0 or 1. An `int64` is held in a
 * `BigInt64Array`, whose elements are `bigint`: what computes with elements asks for the functions of their dtype, and
 * everything else only moves them, so one type serves all (see `allocate`).
 */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | Int8Array;

type ArrayConstructor = new (
  source: number | ArrayLike<number> | ArrayBufferLike,
  offset?: number,
  length?: number,
) => TypedArray;

interface DTypeFacts {
  readonly kind: DTypeKind;
  /** Bytes of an element where backends store it. */
  readonly bytes: number;
  /** The dtype in which arithmetic is done. */
  readonly carrier: DType;
  /** Class of the host's arrays. */
  readonly array: ArrayConstructor;
  /** The dtypes to which every one of its values can go next, as far as there are values of that kind. */
  readonly widens: readonly DType[];
}

/**
 * The facts of every dtype, total over the union. `widens` are the edges of the promotion lattice: two dtypes meet in the
 * first one that both reach.
 */
export const dtypes = {
  bool: { kind: 'bool', bytes: 1, carrier: 'bool', array: Uint8Array, widens: ['int8', 'uint8'] },
  int8: { kind: 'int', bytes: 1, carrier: 'int32', array: Int8Array, widens: ['int32'] },
  uint8: { kind: 'uint', bytes: 1, carrier: 'int32', array: Uint8Array, widens: ['int32', 'uint32'] },
  int32: { kind: 'int', bytes: 4, carrier: 'int32', array: Int32Array, widens: ['int64'] },
  uint32: { kind: 'uint', bytes: 4, carrier: 'uint32', array: Uint32Array, widens: ['int64'] },
  int64: {
    kind: 'int',
    bytes: 8,
    carrier: 'int64',
    array: BigInt64Array as unknown as ArrayConstructor,
    widens: ['float16', 'bfloat16'],
  },
  float16: { kind: 'float', bytes: 2, carrier: 'float32', array: Float32Array, widens: ['float32'] },
  bfloat16: { kind: 'float', bytes: 2, carrier: 'float32', array: Float32Array, widens: ['float32'] },
  float32: { kind: 'float', bytes: 4, carrier: 'float32', array: Float32Array, widens: ['float64', 'complex64'] },
  float64: { kind: 'float', bytes: 8, carrier: 'float64', array: Float64Array, widens: ['complex64'] },
  complex64: { kind: 'complex', bytes: 8, carrier: 'complex64', array: Float32Array, widens: [] },
} as const satisfies Record<DType, DTypeFacts> as Record<DType, DTypeFacts>;

/** All dtype names, in the order of the promotion table. */
export const dtypeNames: readonly DType[] = Object.keys(dtypes) as DType[];

/** Whether a value is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(dtypes, value);
}

/** Bytes of one element where a backend stores it. */
export function bytesOf(dtype: DType): number {
  return dtypes[dtype].bytes;
}

/** The dtype in which arithmetic on elements of a dtype is done: itself, or a wider one from which results are rounded. */
export function carrierOf(dtype: DType): DType {
  return dtypes[dtype].carrier;
}

/** Whether the dtype holds real numbers. */
export function isFloating(dtype: DType): boolean {
  return dtypes[dtype].kind === 'float';
}

/** Whether the dtype holds whole numbers. */
export function isInteger(dtype: DType): boolean {
  return dtypes[dtype].kind === 'int' || dtypes[dtype].kind === 'uint';
}

/** Whether the dtype holds pairs of real numbers. */
export function isComplex(dtype: DType): boolean {
  return dtypes[dtype].kind === 'complex';
}

/** Whether derivatives exist: for real and for complex numbers. */
export function isDifferentiable(dtype: DType): boolean {
  return isFloating(dtype) || isComplex(dtype);
}

/** Numbers that an element takes in a host array: 2 where real and imaginary parts take turns. */
export function numbersPerElement(dtype: DType): number {
  return isComplex(dtype) ? 2 : 1;
}

/** A new zero-filled host array of `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new dtypes[dtype].array(length * numbersPerElement(dtype));
}

/** The dtypes that a dtype reaches along the lattice, itself first, by increasing distance. */
function reachable(dtype: DType): DType[] {
  const found: DType[] = [dtype];
  for (const one of found) for (const next of dtypes[one].widens) if (!found.includes(next)) found.push(next);
  return found;
}

function meet(a: DType, b: DType): DType {
  const common = reachable(a).filter((dtype) => reachable(b).includes(dtype));
  // The least of them reaches all others.
  return common.find((dtype) => common.every((other) => reachable(dtype).includes(other))) as DType;
}

/** The promotion table: the dtype in which two strong operands meet. */
const promotion = Object.fromEntries(
  dtypeNames.map((a) => [a, Object.fromEntries(dtypeNames.map((b) => [b, meet(a, b)]))]),
) as Record<DType, Record<DType, DType>>;

/** The dtype in which strong operands of dtypes `a` and `b` meet. */
export function promote(a: DType, b: DType): DType {
  return promotion[a][b];
}

/** The dtype a weak JavaScript number takes next to a strong operand: the operand's, unless that cannot hold it. */
export function promoteWeak(strong: DType, value: number | bigint): DType {
  if (isDifferentiable(strong)) return strong;
  if (typeof value === 'number' && !Number.isInteger(value)) return 'float32';
  return strong === 'bool' ? 'int32' : strong;
}
