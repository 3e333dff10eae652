/** `tensor`: makes a tensor of plain numbers. */
import {
  allocate,
  checkShape,
  type DType,
  dtypeOfArray,
  type NdArray,
  raise,
  type Shape,
  shapeText,
  sizeOf,
  type Tensor,
  type TypedArray,
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
  | Uint32Array;

/** Shape and dtype of a new tensor. */
export interface TensorOptions<S extends Shape = Shape, D extends DType = DType> {
  /** The shape; else that of the nested arrays, or one axis for a typed array. */
  readonly shape?: S | readonly number[];
  /** The dtype; else bool for booleans, float32 for numbers, and that of a typed array. */
  readonly dtype?: D;
}

/** The shape that nested tuples or arrays have, as far as the types know. */
export type ShapeOfNested<V> = V extends readonly unknown[]
  ? NestedNumbers extends V
    ? Shape
    : [V['length'], ...ShapeOfNested<V[number]>]
  : [];

type LeafOf<V> = V extends readonly (infer E)[] ? (NestedNumbers extends V ? number : LeafOf<E>) : V;
type DTypeOfNested<V> = [LeafOf<V>] extends [boolean] ? ([LeafOf<V>] extends [never] ? 'float32' : 'bool') : 'float32';
type DTypeOfTyped<V> = V extends Float32Array
  ? 'float32'
  : V extends Float64Array
    ? 'float64'
    : V extends Uint32Array
      ? 'uint32'
      : V extends Uint8Array
        ? 'bool'
        : 'int32';

/**
 * A tensor of the given elements: a number, a boolean, nested arrays of them, or a typed array. Elements are copied.
 *
 * Numbers make float32 and booleans bool; typed arrays keep their type (`Int8Array` to `Uint16Array` become int32, and a
 * `Uint8Array` holds truth values unless a dtype is given). With `shape`, the elements in row-major order take that shape.
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
export function tensor<const V extends number | boolean | NestedNumbers, D extends DType = DTypeOfNested<V>>(
  values: V,
  options?: { readonly dtype?: D },
): Tensor<ShapeOfNested<V>, D>;
export function tensor(values: number | boolean | NestedNumbers | NumericArray, options?: TensorOptions): Tensor;
export function tensor(values: number | boolean | NestedNumbers | NumericArray, options: TensorOptions = {}): Tensor {
  const { shape, dtype } = options;
  if (dtype !== undefined) checkDType('tensor', dtype);
  const array = isNumericArray(values)
    ? arrayFromTyped(values, dtype)
    : arrayFromNested('tensor', 'values', values, dtype);
  return constantTensor(shape === undefined ? array : reshaped(array, shape as readonly number[]));
}

function isNumericArray(values: unknown): values is NumericArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView) && typeof (values as Float32Array)[0] !== 'bigint';
}

function arrayFromTyped(values: NumericArray, dtype: DType | undefined): NdArray {
  const isStored =
    values instanceof Float32Array ||
    values instanceof Float64Array ||
    values instanceof Int32Array ||
    values instanceof Uint32Array ||
    values instanceof Uint8Array;
  const type = dtype ?? (isStored ? dtypeOfArray(values as TypedArray) : 'int32');
  const data = allocate(type, values.length);
  if (type === 'bool') {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (dtype === undefined && value > 1) {
        raise('E_ARGUMENT', {
          op: 'tensor',
          argument: `values[${i}]`,
          expected: '0 or 1, because a Uint8Array without a dtype holds truth values',
          found: String(value),
          hint: "say what the bytes are: tensor(bytes, { dtype: 'float32' })",
        });
      }
      data[i] = value === 0 ? 0 : 1;
    }
  } else {
    data.set(values);
  }
  return { shape: [values.length], dtype: type, data };
}

function reshaped(array: NdArray, shape: readonly number[]): NdArray {
  checkShape('tensor', shape);
  if (sizeOf(shape) !== array.data.length) {
    raise('E_DATA', {
      op: 'tensor',
      argument: 'values',
      expected: `${sizeOf(shape)} elements for shape ${shapeText(shape)}`,
      found: String(array.data.length),
    });
  }
  return { ...array, shape: [...shape] };
}
