/** What users of tf.data expect of elements and their types: row D1. */
import { Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { type Dataset, fromArray, fromTensors, type HostArray, range, zip } from '../index.ts';

/** Compiles where the types are the same. */
function typeOf<E>() {
  return { is: <F>(_: Dataset<F>, ..._same: [E] extends [F] ? ([F] extends [E] ? [] : [never]) : [never]): void => {} };
}

describe('D1: elements are typed', () => {
  it('through map, zip and batch, whose batches have the shapes that the types say', async () => {
    const examples = fromTensors({
      x: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      y: new Int32Array([7, 8, 9]),
    });
    typeOf<{ x: Float32Array; y: number }>().is(examples);
    const batches = examples.map(({ x, y }) => [x, y]).batch(2);
    typeOf<[HostArray<Float32Array, readonly [number, number]>, Float32Array]>().is(batches);
    typeOf<[HostArray<Float32Array, readonly [2, number]>, Float32Array]>().is(
      examples.map(({ x, y }) => [x, y]).batch(2, { dropRemainder: true }),
    );
    const [first, last] = await batches.toArray();
    expect(first?.[0]).toEqual({ data: new Float32Array([1, 2, 3, 4]), shape: [2, 2] });
    expect(first?.[1]).toEqual(new Float32Array([7, 8]));
    expect(last?.[0].shape).toEqual([1, 2]);
    typeOf<[number, string]>().is(zip([range(1), fromArray(['a'])]));
    typeOf<Float32Array>().is(range(3).batch(2));
    typeOf<string[]>().is(fromArray(['a' as string]).batch(2));
  });

  it('batches of tensors are tensors, of booleans, bigints and texts arrays; unbatching is the way back', async () => {
    const elements = [0, 1, 2, 3, 4].map((i) => ({
      t: tensor([i, 1]),
      flag: i > 2,
      big: BigInt(i),
      text: `${i}`,
      deep: [i],
    }));
    const batches = fromArray(elements).batch(2);
    const [first] = await batches.toArray();
    expect(first?.t).toBeInstanceOf(Tensor);
    expect(first?.t.toArray()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(first?.big).toEqual(new BigInt64Array([0n, 1n]));
    expect([first?.flag, first?.text, first?.deep]).toEqual([
      new Uint8Array([0, 0]),
      ['0', '1'],
      [new Float32Array([0, 1])],
    ]);
    const back = await batches.unbatch().toArray();
    expect(back.map(({ text, big, deep, t }) => [text, big, deep, t.toArray()])).toEqual(
      elements.map(({ text, big, deep, t }) => [text, big, deep, t.toArray()]),
    );
    const classes = range(3)
      .map((i) => ({ x: i / 2, label: i }))
      .batch(3, { numbers: { label: Int32Array } });
    expect((await classes.toArray())[0]).toEqual({
      x: new Float32Array([0, 0.5, 1]),
      label: new Int32Array([0, 1, 2]),
    });
  });

  it('slices arrays of every form, and refuses what does not fit', async () => {
    const cube = { data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [2, 3, 2] };
    expect(
      await fromTensors([
        cube,
        ['a', 'b'],
        [
          [1, 2],
          [3, 4],
        ],
      ]).toArray(),
    ).toEqual([
      [{ data: new Uint8Array([0, 1, 2, 3, 4, 5]), shape: [3, 2] }, 'a', new Float32Array([1, 2])],
      [{ data: new Uint8Array([6, 7, 8, 9, 10, 11]), shape: [3, 2] }, 'b', new Float32Array([3, 4])],
    ]);
    await expect(fromTensors({ a: [1, 2], b: [1, 2, 3] }).toArray()).rejects.toThrow(
      /b: expected 2 examples as in a, got 3/,
    );
    expect(() => fromTensors(4)).toThrow('E_ARGUMENT');
    expect(() => fromTensors({ data: new Float32Array(3), shape: [2, 2] })).toThrow('E_DATA');
    await expect(
      fromArray([[1], [1, 2]])
        .batch(2)
        .toArray(),
    ).rejects.toThrow(/element 1: expected an array of 1/);
    await expect(
      fromArray([new Float32Array(2), new Float32Array(3)])
        .batch(2)
        .toArray(),
    ).rejects.toThrow(/E_SHAPE/);
    await expect(fromArray<unknown>([1, 'a']).batch(2).toArray()).rejects.toThrow(/expected number.*got string/);
  });
});
