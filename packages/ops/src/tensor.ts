/** `tensor`: makes a tensor of plain numbers. */
import {
  checkShape,
  type DType,
  elementsOf,
  type NdArray,
  numbersPerElement,
  raise,
  type Shape,
  shapeText,
  sizeOf,
  type Tensor,
} from '@deft/core';
import { constantTensor } from './definition/convert.ts';
import { arrayFromNested, type NestedNumbers } from './definition/nested.ts';
import { checkDType } from './definition/operand.ts';

/** Arrays of numbers with a fixed element type. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array;

/** Shape and dtype of a new tensor. */
export interface TensorOptions<S extends Shape = Shape, D extends DType = DType> {
  /** The shape; else that of the nested arrays, or one axis for a typed array. */
  readonly shape?: S | readonly number[];
  /** The dtype; else bool for booleans, int64 for bigints, float32 for numbers, and that of a typed array. */
  readonly dtype?: D;
}

/** The shape that nested tuples or arrays have, as far as the types know. */
export type ShapeOfNested<V> = V extends readonly unknown[]
  ? NestedNumbers extends V
    ? Shape
    : [V['length'], ...ShapeOfNested<V[number]>]
  : [];

type LeafOf<V> = V extends readonly (infer E)[] ? (NestedNumbers extends V ? number : LeafOf<E>) : V;
type DTypeOfNested<V> = [LeafOf<V>] extends [never]
  ? 'float32'
  : [LeafOf<V>] extends [boolean]
    ? 'bool'
    : [LeafOf<V>] extends [bigint]
      ? 'int64'
      : 'float32';
type DTypeOfTyped<V> = V extends Float32Array
  ? 'float32'
  : V extends Float64Array
    ? 'float64'
    : V extends BigInt64Array
      ? 'int64'
      : V extends Uint32Array
        ? 'uint32'
        : V extends Uint8Array | Uint8ClampedArray
          ? 'uint8'
          : V extends Int8Array
            ? 'int8'
            : 'int32';

/**
 * A tensor of the given elements: a number, a boolean, nested arrays of them, or a typed array. Elements are copied.
 *
 * Numbers make float32, booleans bool and bigints int64; typed arrays keep their type (`Int16Array` and `Uint16Array` become
 * int32). With `shape`, the elements in row-major order take that shape. A typed array for `complex64` holds real and imaginary
 * parts in turn, as `data` gives them; numbers in nested arrays are real parts.
 *
 * @throws `E_SHAPE` for ragged rows, `E_ARGUMENT` for elements that are no numbers, `E_DATA` where `shape` holds another
 * number of elements.
 * @example
 * ```ts
 * import { tensor } from '@deft/tensor';
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * const y = tensor(new Float32Array([1, 2, 3, 4]), { shape: [2, 2] });
 * console.log(x.shape, y.toArray()); // [2, 3] [[1, 2], [3, 4]]
 * ```
 */
export function tensor<
  V extends NumericArray | readonly number[],
  const S extends Shape,
  D extends DType = V extends NumericArray ? DTypeOfTyped<V> : 'float32',
>(values: V, options: { readonly shape: S; readonly dtype?: D }): Tensor<S, D>;
export function tensor<V extends NumericArray, D extends DType = DTypeOfTyped<V>>(
  values: V,
  options?: { readonly dtype?: D },
): Tensor<[number], D>;
export function tensor<const V extends number | bigint | boolean | NestedNumbers, D extends DType = DTypeOfNested<V>>(
  values: V,
  options?: { readonly dtype?: D },
): Tensor<ShapeOfNested<V>, D>;
export function tensor(
  values: number | bigint | boolean | NestedNumbers | NumericArray,
  options?: TensorOptions,
): Tensor;
export function tensor(
  values: number | bigint | boolean | NestedNumbers | NumericArray,
  options: TensorOptions = {},
): Tensor {
  const { shape, dtype } = options;
  if (dtype !== undefined) checkDType('tensor', dtype);
  const array = isNumericArray(values)
    ? arrayFromTyped(values, dtype)
    : arrayFromNested('tensor', 'values', values, dtype);
  return constantTensor(shape === undefined ? array : reshaped(array, shape as readonly number[]));
}

const isNumericArray = (values: unknown): values is NumericArray =>
  ArrayBuffer.isView(values) && dtypeOfArray(values) !== undefined;

/** Classes of host arrays and the dtype that each stands for; the first that fits. */
const arrayDTypes: readonly (readonly [new (length: number) => ArrayBufferView, DType])[] = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int8Array, 'int8'],
  [Int16Array, 'int32'],
  [Int32Array, 'int32'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
  [Uint16Array, 'int32'],
  [Uint32Array, 'uint32'],
  [BigInt64Array, 'int64'],
];

function dtypeOfArray(values: ArrayBufferView): DType | undefined {
  return arrayDTypes.find(([array]) => values instanceof array)?.[1];
}

function arrayFromTyped(values: NumericArray, dtype: DType | undefined): NdArray {
  const type = dtype ?? (dtypeOfArray(values) as DType);
  const length = values.length / numbersPerElement(type);
  if (!Number.isInteger(length)) {
    raise('E_DATA', {
      op: 'tensor',
      argument: 'values',
      expected: 'real and imaginary parts in turn for complex64',
      found: `${values.length} numbers`,
    });
  }
  return { shape: [length], dtype: type, data: elementsOf(type, values) };
}

function reshaped(array: NdArray, shape: readonly number[]): NdArray {
  checkShape('tensor', shape);
  if (sizeOf(shape) !== sizeOf(array.shape)) {
    raise('E_DATA', {
      op: 'tensor',
      argument: 'values',
      expected: `${sizeOf(shape)} elements for shape ${shapeText(shape)}`,
      found: String(sizeOf(array.shape)),
    });
  }
  return { ...array, shape: [...shape] };
}
