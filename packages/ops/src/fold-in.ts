/** `foldIn`: a key from a key and a number. */
import { nd, type OperationFunction, raise, Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { constantTensor } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { type Key, keyWords, streams } from './definition/random.ts';
import { stack } from './stack.ts';
import { threefry } from './threefry.ts';

type FoldIn = (key: Key | Tensor, data: number | Tensor) => Key;

/**
 * A new key from a key and a whole number, such as the number of a step or a layer. The number may be an integer tensor
 * of rank 0, so that a captured function can take it as an argument.
 *
 * @throws `E_DTYPE` or `E_SHAPE` when the key is none or the number is no single integer.
 * @example
 * ```ts
 * import { foldIn, key } from '@deft/tensor';
 * const forStep = foldIn(key(42), 7);
 * ```
 */
export const foldIn: OperationFunction<FoldIn> = defineComposite({
  name: 'foldIn',
  inputs: ['key', 'data'],
  doc: {
    group: 'random',
    summary: 'A new key from a key and a whole number.',
    math: 'foldIn(k, n) = Threefry(k, (n, 2))',
    notes: ['Numbers count modulo 2³².'],
    see: ['key', 'splitKey'],
  },
  arguments: (key: Tensor, data: number | Tensor) => {
    if (data instanceof Tensor) return { inputs: [key, data], attributes: {} };
    checkWhole('foldIn', 'data', data);
    const word = constantTensor({ shape: [], dtype: 'uint32', data: Uint32Array.of(data) });
    return { inputs: [key, word], attributes: {} };
  },
  compose: ([key, data]): Tensor => {
    const { shape, dtype, text } = data.abstract;
    if ((dtype !== 'uint32' && dtype !== 'int32') || shape.length !== 0) {
      const code = shape.length === 0 ? 'E_DTYPE' : 'E_SHAPE';
      raise(code, { op: 'foldIn', argument: 'data', expected: 'one integer, int32[] or uint32[]', found: text });
    }
    const [high, low] = keyWords('foldIn', key);
    const counter = dtype === 'uint32' ? data : cast(data, 'uint32');
    return stack(
      ([0, 1] as const).map((word) => threefry(high, low, counter, { shape: [], stream: streams.fold, word })),
    );
  },
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'a number', inputs: [nd([2], [0, 42], 'uint32'), nd([], [7], 'uint32')] },
    { label: 'a signed number', inputs: [nd([2], [1, 2], 'uint32'), nd([], [-1], 'int32')] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [], dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /foldIn: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'a broken number',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }],
      code: 'E_DTYPE',
      says: /foldIn: data: expected one integer, .*got float32\[\]/,
    },
    {
      label: 'several numbers',
      inputs: [
        { shape: [2], dtype: 'uint32' },
        { shape: [3], dtype: 'int32' },
      ],
      code: 'E_SHAPE',
      says: /foldIn: data: expected one integer, .*got int32\[3\]/,
    },
  ],
});
