/** Examples cut out of arrays and tensors along their first axis. */
import { type ElementOf, raise, sizeOf, Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';
import type { PipelineStep } from '../cursor.ts';
import { combineTrees } from '../element-trees.ts';
import { type HostArray, type HostData, isHostArray, isHostData, partsOf, withShape } from '../host-arrays.ts';
import { indexedSource } from './array-source.ts';

/** Numbers in nested arrays. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** One leaf by the numbers of its examples. */
interface Column {
  readonly count: number;
  at(index: number): unknown;
}

/** One leaf, before it is read. */
interface Unread {
  readonly count: number;
  readonly read: () => Promise<Column>;
}

function arrayColumn({ data, shape }: HostArray): Column {
  const [count = 0, ...rest] = shape;
  if (rest.length === 0) return { count, at: (index) => data[index] };
  const size = sizeOf(rest);
  return { count, at: (index) => withShape(data.slice(index * size, (index + 1) * size), rest) };
}

const isNumbers = (value: unknown): value is NestedNumbers =>
  Array.isArray(value) && (typeof value[0] === 'number' || (value.length > 0 && isNumbers(value[0])));

/** Marks what is a leaf here though it is an array: nested numbers, and texts. */
class Marked {
  readonly column: Unread;
  constructor(column: Unread) {
    this.column = column;
  }
}

async function tensorColumn(whole: Tensor): Promise<Column> {
  return arrayColumn({ data: (await whole.data()) as unknown as HostData, shape: whole.shape as readonly number[] });
}

function columnOf(value: unknown, path: string): Unread {
  if (value instanceof Marked) return value.column;
  if (value instanceof Tensor && value.rank > 0) {
    return { count: value.shape[0] as number, read: () => tensorColumn(value as Tensor) };
  }
  if (isHostData(value) || (isHostArray(value) && value.shape.length > 0)) {
    const parts = partsOf(value);
    const isWhole = parts.shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
    if (!isWhole || sizeOf(parts.shape) !== parts.data.length) {
      raise('E_DATA', {
        op: 'fromTensors',
        argument: path,
        expected: `as many elements as the shape [${parts.shape.join(', ')}] has`,
        found: String(parts.data.length),
      });
    }
    return { count: parts.shape[0] as number, read: async () => arrayColumn(parts) };
  }
  return raise('E_ARGUMENT', {
    op: 'fromTensors',
    ...(path !== '' && { argument: path }),
    expected: 'tensors, typed arrays, arrays with a shape, nested numbers or texts, with an axis of examples',
    found: value instanceof Tensor ? value.abstract.text : typeof value,
  });
}

function mark(value: unknown): unknown {
  if (isNumbers(value)) {
    return new Marked({ count: value.length, read: () => tensorColumn(tensor(value as never) as Tensor) });
  }
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) {
    const column = { count: value.length, at: (index: number): unknown => value[index] };
    return new Marked({ count: value.length, read: async () => column });
  }
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== 'object' || value === null || isHostArray(value)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, mark(inside)]));
}

/** The examples of a tree of arrays and tensors. Throws `E_SHAPE` where they are not as many in every place. */
export function sliceSource<T>(tree: unknown): PipelineStep<T> {
  const columns: Unread[] = [];
  const paths: string[] = [];
  const places = combineTrees('fromTensors', [mark(tree)], ([leaf], path) => {
    paths.push(path);
    return columns.push(columnOf(leaf, path)) - 1;
  });
  let reading: Promise<readonly Column[]> | undefined;
  const read = async (): Promise<readonly Column[]> => {
    const all = await Promise.all(columns.map((column) => column.read()));
    for (const [i, { count }] of all.entries()) {
      if (count === all[0]?.count) continue;
      const expected = `${all[0]?.count} examples as in ${paths[0]}`;
      raise('E_SHAPE', { op: 'fromTensors', argument: paths[i] as string, expected, found: String(count) });
    }
    return all;
  };
  return {
    text: 'tensors()',
    cardinality: columns[0]?.count ?? 0,
    open: async (pass, position) => {
      reading ??= read();
      const all = await reading;
      const at = (index: number): T =>
        combineTrees('fromTensors', [places], ([place]) => all[place as number]?.at(index)) as T;
      return indexedSource('', all[0]?.count ?? 0, at).open(pass, position);
    },
  };
}

/** One example of what examples are cut from. */
export type Sliced<T> =
  T extends Tensor<infer S, infer D>
    ? SlicedTensor<S, ElementOf<D>>
    : T extends BigInt64Array
      ? bigint
      : T extends HostData
        ? number
        : T extends HostArray<infer A, infer S>
          ? SlicedTensor<S, A>
          : T extends readonly string[]
            ? string
            : T extends readonly number[]
              ? number
              : T extends readonly (readonly number[])[]
                ? Float32Array
                : T extends readonly (readonly unknown[])[]
                  ? T extends readonly NestedNumbers[]
                    ? HostArray<Float32Array>
                    : { -readonly [K in keyof T]: Sliced<T[K]> }
                  : T extends object
                    ? { -readonly [K in keyof T]: Sliced<T[K]> }
                    : never;

type SlicedTensor<S extends readonly unknown[], A> = S extends readonly [unknown]
  ? A extends BigInt64Array
    ? bigint
    : number
  : S extends readonly [unknown, unknown]
    ? A
    : A extends HostData
      ? S extends readonly [unknown, unknown, unknown, ...unknown[]]
        ? HostArray<A>
        : number | bigint | A | HostArray<A>
      : never;
