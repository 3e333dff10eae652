import { tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { checkPaired, cutBatch, hostExamples, rangeOf } from './host-examples.ts';

const elements = (t: { toArray(): unknown }): unknown => t.toArray();

describe('examples on the host', () => {
  it.each([
    [
      'a tensor',
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ],
    [
      'nested arrays',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    ['a typed array with a shape', { data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] }],
    ['doubles', { data: new Float64Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] }],
    ['bytes', { data: new Uint8Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] }],
  ])('takes %s', async (_, given) => {
    const examples = await hostExamples('fit', 'x', given, 'inputs');
    expect(examples).toMatchObject({ shape: [3, 2], dtype: 'float32', count: 3 });
    expect(elements(cutBatch(examples, undefined, 1, 3))).toEqual([
      [3, 4],
      [5, 6],
    ]);
    expect(elements(cutBatch(examples, Uint32Array.from([2, 0, 1]), 0, 2))).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(elements(cutBatch(rangeOf(examples, 1, 3), undefined, 0, 1))).toEqual([[3, 4]]);
  });

  it('makes class numbers of whole targets', async () => {
    for (const given of [new Uint8Array([3, 9]), new Int32Array([3, 9]), new Uint16Array([3, 9])]) {
      const labels = await hostExamples('fit', 'y', given, 'targets');
      expect(cutBatch(labels, undefined, 0, 2).abstract.text).toBe('int32[2]');
    }
  });

  it('leaves the given array alone', async () => {
    const data = new Float32Array([1, 2]);
    const batch = cutBatch(await hostExamples('fit', 'x', data, 'inputs'), undefined, 0, 2);
    data[0] = 9;
    expect(elements(batch)).toEqual([1, 2]);
  });

  it('rejects what is no list of examples', async () => {
    await expect(hostExamples('fit', 'x', 3, 'inputs')).rejects.toThrow(/x: expected an axis of examples.*\[E_MODEL\]/);
    const short = { data: new Float32Array(5), shape: [2, 3] };
    await expect(hostExamples('fit', 'x', short, 'inputs')).rejects.toThrow(/5 elements for shape \[2, 3\]/);
    const inputs = await hostExamples('fit', 'x', [[1], [2]], 'inputs');
    const targets = await hostExamples('fit', 'y', [1], 'targets');
    expect(() => checkPaired('fit', inputs, targets)).toThrow(/2 inputs and 1 targets/);
  });
});
