/**
 * `threefry`: the words of the counter-based generator that all randomness comes from. The rounds are core's text, run
 * on kernel expressions here and on host numbers in the reference, so every backend gives the same bits.
 */
import {
  type AbstractValue,
  abstractValue,
  checkShape,
  nd,
  type OperationFunction,
  raise,
  stridesOf,
  type Tensor,
  threefry2x32,
  threefryWith,
  type WordArithmetic,
} from '@deft/core';
import { castExpression, type Expression, type IndexMap } from '@deft/kernel';
import { broadcastTo } from './broadcast-to.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import { checkWhole } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { broadcastAll } from './definition/rules.ts';
import { binary, constant } from './definition/scalar.ts';
import { reshape } from './reshape.ts';

/** Options of `threefry`. */
export interface ThreefryOptions {
  /** Numbers per key. */
  readonly shape: readonly number[];
  /** Second word of the counter. */
  readonly stream: number;
  /** Which of the two words of a number is given. */
  readonly word: 0 | 1;
}

type Threefry = (high: TensorLike, low: TensorLike, counter: TensorLike, options: ThreefryOptions) => Tensor;

/**
 * Words of the generator Threefry-2x32-20 for keys of the words `high` and `low`: position i of `shape` holds the word
 * for the counter (`counter` + i, `stream`). The shape of the broadcast keys comes first in the result.
 *
 * @throws `E_DTYPE` unless all operands are uint32.
 * @example
 * ```ts
 * import { threefry } from '@deft/tensor';
 * console.log(threefry(1, 2, 0, { shape: [4], stream: 0, word: 0 }).shape); // [4]
 * ```
 */
export const threefry: OperationFunction<Threefry> = definePrimitive({
  name: 'threefry',
  inputs: ['high', 'low', 'counter'],
  doc: {
    group: 'random',
    summary: 'Words of the counter-based generator Threefry-2x32 with 20 rounds.',
    math: 'threefry(k₀, k₁, c)[…, i] = word of Threefry((k₀, k₁), (c + i, stream))',
    notes: ['Salmon et al., “Parallel random numbers: as easy as 1, 2, 3” (2011).', 'The same bits on every backend.'],
    see: ['randomBits', 'splitKey', 'foldIn'],
  },
  arguments: (high: TensorLike, low: TensorLike, counter: TensorLike, { shape, stream, word }: ThreefryOptions) => {
    checkWhole('threefry', 'stream', stream, 0);
    if (word !== 0 && word !== 1) {
      raise('E_ATTRIBUTE', { op: 'threefry', argument: 'word', expected: '0 or 1', found: String(word) });
    }
    return {
      inputs: [high, low, typeof counter === 'number' ? wordTensor(counter) : counter],
      attributes: { shape, stream, word },
    };
  },
  promote: 'all',
  infer: (inputs, { shape }) => {
    checkShape('threefry', shape);
    const keys = broadcastAll('threefry', inputs);
    if (keys.dtype !== 'uint32') {
      raise('E_DTYPE', { op: 'threefry', says: `expected uint32 input, got ${keys.dtype}`, operands: inputs });
    }
    return abstractValue([...keys.shape, ...shape], 'uint32');
  },
  nonDifferentiable: 'the operands are integers',
  batch: (inputs, batched, attributes, size) => {
    const rank = Math.max(...inputs.map((x, i) => x.rank - Number(batched[i])));
    const [high, low, counter] = inputs.map((x, i) => withBatch(x, batched[i] as boolean, rank, size));
    return threefry(high as Tensor, low as Tensor, counter as Tensor, attributes);
  },
  lower: (inputs, { shape, stream, word }, output) => {
    const lead = output.shape.length - shape.length;
    const strides = stridesOf(shape);
    return {
      form: 'map',
      maps: inputs.map((input) => keyMap(input, output.shape, lead)),
      value: ([high, low, counter], space) => {
        let position = counter as Expression;
        shape.forEach((dim, axis) => {
          if (dim === 1) return;
          const index = castExpression(space.index(lead + axis), 'uint32');
          const stride = strides[axis] as number;
          position = binary('add', position, stride === 1 ? index : binary('mul', index, stride));
        });
        const key = [high as Expression, low as Expression] as const;
        return threefryWith(wordExpressions, key, [position, constant('uint32', stream)])[word];
      },
    };
  },
  reference: (inputs, { shape, stream, word }) => {
    const keys = broadcastAll(
      'threefry',
      inputs.map((x) => abstractValue(x.shape, x.dtype)),
    ).shape;
    const strides = stridesOf(shape);
    return generate([...keys, ...shape], 'uint32', (point) => {
      const key = point.slice(0, keys.length);
      const [high, low, counter] = inputs.map((x) => elementAt(x, key)) as [number, number, number];
      const offset = strides.reduce((sum, stride, axis) => sum + stride * (point[keys.length + axis] as number), 0);
      return threefry2x32([high, low], [(counter + offset) >>> 0, stream])[word];
    });
  },
  samples: [
    {
      label: 'one key',
      inputs: [nd([], [1], 'uint32'), nd([], [2], 'uint32'), nd([], [0], 'uint32')],
      rest: [{ shape: [2, 3], stream: 0, word: 0 }],
    },
    {
      label: 'the other word, another stream',
      inputs: [nd([], [4294967295], 'uint32'), nd([], [4294967295], 'uint32'), nd([], [4294967295], 'uint32')],
      rest: [{ shape: [3], stream: 1, word: 1 }],
    },
    {
      label: 'several keys',
      inputs: [nd([2, 1], [1, 2], 'uint32'), nd([2], [3, 4], 'uint32'), nd([], [7], 'uint32')],
      rest: [{ shape: [3], stream: 0, word: 0 }],
    },
    {
      label: 'a scalar',
      inputs: [nd([], [1], 'uint32'), nd([], [2], 'uint32'), nd([], [3], 'uint32')],
      rest: [{ shape: [], stream: 2, word: 0 }],
    },
    {
      label: 'empty',
      inputs: [nd([], [1], 'uint32'), nd([], [2], 'uint32'), nd([], [3], 'uint32')],
      rest: [{ shape: [0, 2], stream: 0, word: 0 }],
    },
  ],
  errors: [
    {
      label: 'a third word',
      inputs: [
        { shape: [], dtype: 'uint32' },
        { shape: [], dtype: 'uint32' },
        { shape: [], dtype: 'uint32' },
      ],
      rest: [{ shape: [2], stream: 0, word: 2 }],
      code: 'E_ATTRIBUTE',
      says: /threefry: word: expected 0 or 1, got 2/,
    },
    {
      label: 'floats',
      inputs: [{ shape: [] }, { shape: [] }, { shape: [] }],
      rest: [{ shape: [2], stream: 0, word: 0 }],
      code: 'E_DTYPE',
      says: /threefry: expected uint32 input, got float32/,
    },
    {
      label: 'a negative dim',
      inputs: [
        { shape: [], dtype: 'uint32' },
        { shape: [], dtype: 'uint32' },
        { shape: [], dtype: 'uint32' },
      ],
      rest: [{ shape: [-2], stream: 0, word: 0 }],
      code: 'E_DIM',
      says: /threefry: shape: .*at least 0, got \[-2\]/,
    },
  ],
});

/** Wrapping 32-bit arithmetic on kernel expressions. */
const wordExpressions: WordArithmetic<Expression> = {
  add: (a, b) => binary('add', a, b),
  xor: (a, b) => binary('xor', a, b),
  rotateLeft: (a, bits) => binary('or', binary('shiftLeft', a, bits), binary('shiftRight', a, 32 - bits)),
  constant: (value) => constant('uint32', value),
};

/** Reads an operand, broadcast to the leading axes of the result, at every point of the result. */
function keyMap(input: AbstractValue, shape: readonly number[], lead: number): IndexMap {
  const first = lead - input.shape.length;
  return {
    shape: [...shape],
    axes: input.shape.map((dim, axis) => affine(shape.length, dim === 1 ? [] : [[first + axis, 1]])),
    fill: 0,
  };
}

/** The operand with a batch axis in front of `rank` others. */
function withBatch(x: Tensor, batched: boolean, rank: number, size: number): Tensor {
  const own = x.abstract.shape.slice(batched ? 1 : 0);
  const aligned = [...new Array<number>(rank - own.length).fill(1), ...own];
  return batched ? reshape(x, [size, ...aligned]) : broadcastTo(x, [size, ...aligned]);
}

function wordTensor(value: number): Tensor {
  return constantTensor({ shape: [], dtype: 'uint32', data: Uint32Array.of(value) });
}
