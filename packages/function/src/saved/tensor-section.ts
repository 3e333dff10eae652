/**
 * The section of elements: those of captured tensors and of variables, row-major and little-endian, as backends store them (`float16`
 * and `bfloat16` in two bytes, `bool` in one, the parts of `complex64` in turns). Each tensor begins at a multiple of 64 of
 * the section, at the first one behind the end of the tensor before it; tensors of the same elements stand once.
 */
import {
  abstractValue,
  bytesOf,
  crc32,
  type DType,
  fromStored,
  isDType,
  type NdArray,
  type Tensor,
  type TypedArray,
  toStored,
} from '@deft/core';
import { damaged } from './file-error.ts';
import type { JsonPlace } from './json-place.ts';
import { mostAxes } from './limits.ts';

const alignment = 64;

/** A tensor of a file. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether it takes the dtype of what it meets. */
  readonly weak: boolean;
  /** Where its elements begin in the section. */
  readonly offset: number;
}

interface Stored extends Omit<TensorData, 'offset'> {
  readonly bytes: Uint8Array;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

/** Collects tensors. */
export class TensorWriter {
  readonly #stored: Stored[] = [];
  readonly #byTensor = new Map<Tensor, number>();
  readonly #byContent = new Map<string, number[]>();

  /** The number of a tensor. Throws `E_READ` where its elements cannot be read at once. */
  add(tensor: Tensor): number {
    const known = this.#byTensor.get(tensor);
    if (known !== undefined) return known;
    const { shape, dtype, weak, text } = tensor.abstract;
    const { buffer, byteOffset, byteLength } = toStored(dtype, tensor.dataSync() as unknown as TypedArray);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const key = `${weak} ${text} ${crc32(bytes)}`;
    const alike = this.#byContent.get(key) ?? [];
    let number = alike.find((other) => isSame((this.#stored[other] as Stored).bytes, bytes));
    if (number === undefined) {
      number = this.#stored.push({ shape, dtype, weak, bytes }) - 1;
      this.#byContent.set(key, [...alike, number]);
    }
    this.#byTensor.set(tensor, number);
    return number;
  }

  /** What the manifest has of them, and the section. */
  finish(): { readonly tensors: readonly TensorData[]; readonly bytes: Uint8Array } {
    let end = 0;
    const tensors = this.#stored.map(({ shape, dtype, weak, bytes }) => {
      const offset = Math.ceil(end / alignment) * alignment;
      end = offset + bytes.length;
      return { dtype, shape, weak, offset };
    });
    const all = new Uint8Array(end);
    this.#stored.forEach(({ bytes }, i) => {
      all.set(bytes, (tensors[i] as TensorData).offset);
    });
    return { tensors, bytes: all };
  }
}

/** The bytes that elements of a shape take; `undefined` where no file has as many. */
function byteLength(dtype: DType, shape: readonly number[]): number | undefined {
  let bytes = bytesOf(dtype);
  for (const dim of shape) {
    bytes *= dim;
    if (bytes > 2 ** 48) return undefined;
  }
  return bytes;
}

/** A tensor of a file that was read: its elements are a view of the file. */
export interface ReadTensor extends TensorData {
  readonly bytes: Uint8Array;
}

/** Reads what the manifest has of tensors, against the section that is there. */
export function readTensors(places: JsonPlace, section: Uint8Array): ReadTensor[] {
  let end = 0;
  const tensors = places.items().map((place): ReadTensor => {
    const members = place.members('dtype', 'shape', 'weak', 'offset');
    const dtype = members.dtype.text(32);
    if (!isDType(dtype)) return members.dtype.fail('it is no dtype');
    const shape = members.shape.items(mostAxes).map((dim) => dim.whole(0, 2 ** 31));
    const bytes = byteLength(dtype, shape);
    const offset = members.offset.whole(0, section.length);
    if (offset !== Math.ceil(end / alignment) * alignment) members.offset.fail(`the tensor before it ends at ${end}`);
    if (bytes === undefined || bytes > section.length - offset)
      return place.fail(
        `${abstractValue(shape, dtype).text} at ${offset} is longer than the section of ${section.length} bytes`,
      );
    if (section.subarray(end, offset).some((byte) => byte !== 0))
      damaged('tensors', `byte ${end}: bytes between tensors`);
    end = offset + bytes;
    const weak = members.weak.truth();
    return { dtype, shape, weak, offset, bytes: section.subarray(offset, end) };
  });
  if (end !== section.length) damaged('tensors', `they end at byte ${end} of ${section.length}`);
  return tensors;
}

/** A copy of the elements of a tensor. */
export function arrayOf({ dtype, shape, bytes }: ReadTensor, where: string): NdArray {
  if (dtype === 'bool' && bytes.some((byte) => byte > 1)) damaged(where, 'a truth value that is neither 0 nor 1');
  return { shape, dtype, data: fromStored(dtype, bytes.slice() as Uint8Array<ArrayBuffer>) };
}
