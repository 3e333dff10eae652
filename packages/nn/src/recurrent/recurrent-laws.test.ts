/** What holds for recurrent layers of every cell: pieces are the whole, layers are layers, masked sequences are shorter ones. */
import { flatten, type Tensor } from '@deft/core';
import {
  add,
  cast,
  concat,
  flip,
  grad,
  jit,
  key,
  matmul,
  mul,
  ones,
  randomNormal,
  setBackend,
  slice,
  square,
  sum,
  tanh,
  tensor,
} from '@deft/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const inference = { training: false };
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const draw = (shape: readonly number[], seed = 1): Tensor => randomNormal([...shape], { key: key(seed) }) as Tensor;
const states = (variables: l.Weights): Tensor[] => flatten(variables).leaves as Tensor[];

function expectClose(found: Tensor, expected: Tensor, tolerance = 1e-5): void {
  expect(found.shape).toEqual(expected.shape);
  const numbers = numbersOf(expected);
  numbersOf(found).forEach((value, i) => {
    expect(Math.abs(value - (numbers[i] as number))).toBeLessThanOrEqual(tolerance);
  });
}

/** A cell of a user: a state that decays, an output that is no state. */
const decay = l.defineCell({
  kind: 'decay',
  stateShapes: () => [[3]],
  outputShape: () => [2],
  weights: ([features]) => [
    { name: 'kernel', shape: [features as number, 3], initializer: { name: 'heNormal' } },
    { name: 'outward', shape: [3, 2], initializer: { name: 'heNormal' } },
  ],
  prepare: ({ kernel }, x) => matmul(x, kernel as Tensor) as Tensor,
  step: ({ outward }, [h], x) => {
    const next = add(mul(h as Tensor, 0.9), x) as Tensor;
    return { output: tanh(matmul(next, outward as Tensor)) as Tensor, states: [next] };
  },
});

const cells: readonly [name: string, cell: l.Cell][] = [
  ['simpleRnnCell', l.simpleRnnCell(3)],
  ['lstmCell', l.lstmCell(3)],
  ['gruCell', l.gruCell(3)],
  ['gruCell with resetAfter false', l.gruCell(3, { resetAfter: false })],
  ['stacked cells', l.stackedRnnCells([l.lstmCell(2), l.gruCell(3), decay])],
  ['a cell of a user', decay],
];
const steps = 5;
const x = () => draw([2, steps, 2]);
const part = (from: number, count: number, all = x()): Tensor => slice(all, [0, from, 0], [-1, count, -1]) as Tensor;

beforeEach(() => setBackend('reference'));
afterEach(() => setBackend('auto'));

describe.each(cells)('a layer of %s', (_, cell) => {
  const make = (options: l.RecurrentOptions<boolean> = {}) =>
    l.rnn(cell, { returnSequences: true, ...options }) as l.RecurrentLayer;
  let parameters: l.Weights = {};
  beforeEach(() => {
    parameters = make().initialize(key(0), [steps, 2]).parameters;
  });
  const whole = (options: l.RecurrentOptions<boolean> = {}, given = x()) =>
    make(options).apply(parameters, {}, given, inference).output;

  it('written out gives what its loop gives', () => {
    for (const goBackwards of [false, true]) {
      expectClose(whole({ unroll: true, goBackwards }), whole({ goBackwards }));
      expectClose(jit(whole)({ unroll: true, goBackwards } as never), whole({ goBackwards }));
    }
  });

  it('gives its last output alone, or all', () => {
    const last = slice(whole(), [0, steps - 1, 0], [-1, 1, -1]) as Tensor;
    expect(numbersOf(whole({ returnSequences: false }))).toEqual(numbersOf(last));
  });

  it('goes backwards as forwards over the sequence turned round', () => {
    expectClose(whole({ goBackwards: true }), whole({}, flip(x(), 1) as Tensor));
  });

  it('goes on where states were left', () => {
    const layer = l.rnn(cell, { returnSequences: true, returnState: true });
    const [first, ...left] = layer.apply(parameters, {}, part(0, 2), inference).output;
    const [second] = layer.apply(parameters, {}, [part(2, 3), ...left], inference).output as readonly [Tensor];
    expectClose(concat([first, second], 1) as Tensor, whole());
  });

  it('that is stateful goes through chunks as through the whole, in training and outside', () => {
    const layer = make({ stateful: true, batchSize: 2 });
    const { state } = layer.initialize(key(0), [2, 2]);
    expect(states(state).every((one) => numbersOf(one).every((value) => value === 0))).toBe(true);
    const run = jit((s: l.Weights, given: Tensor, training: boolean) =>
      layer.apply(parameters, s, given, { training }),
    );
    const first = run(state, part(0, 2), false);
    const second = run(first.state, part(2, 3), true);
    expectClose(concat([first.output, second.output], 1) as Tensor, whole());
    expect(layer.stateful).toBe(true);
    expect(layer.weights([2, 2]).filter(({ carried }) => carried).length).toBe(cell.stateCount);
    expect(() => run(state, draw([3, 2, 2]), false)).toThrow(/2 sequences, the batchSize/);
  });

  it('works step by step as on the whole', () => {
    const layer = make();
    let state = layer.decodingState([1, 2], { batch: 2, length: steps });
    const outputs = Array.from({ length: steps }, (_, t) => {
      const result = layer.apply(parameters, state, part(t, 1), inference);
      state = result.state;
      return result.output;
    });
    expectClose(concat(outputs, 1) as Tensor, whole());
  });

  it('works step by step from states that it was given at the first', () => {
    const layer = l.rnn(cell, { returnSequences: true });
    const shapes = cell.stateShapes([2], () => expect.unreachable());
    const given = shapes.map((shape, i) => draw([2, ...shape], 10 + i));
    let state = layer.decodingState([[1, 2], ...shapes], { batch: 2, length: steps });
    const outputs = Array.from({ length: steps }, (_, t) => {
      const result = layer.apply(parameters, state, [part(t, 1), ...given], inference);
      state = result.state;
      return result.output;
    });
    expectClose(concat(outputs, 1) as Tensor, layer.apply(parameters, {}, [x(), ...given], inference).output);
  });

  it.each([false, true])('takes masked sequences as those that are shorter, backwards %s', (goBackwards) => {
    const layer = l.rnn(cell, { returnState: true, goBackwards });
    const lengths = [3, steps];
    const mask = tensor(lengths.map((length) => Array.from({ length: steps }, (_, t) => t < length))) as Tensor;
    const run = jit(
      (given: Tensor, own: Tensor) => layer.apply(parameters, {}, given, { training: false, mask: own }).output,
    );
    const found = run(x(), mask);
    lengths.forEach((length, i) => {
      const alone = slice(x(), [i, 0, 0], [1, length, -1]) as Tensor;
      layer.apply(parameters, {}, alone, inference).output.forEach((one, k) => {
        const mine = slice(found[k] as Tensor, [i, ...one.shape.slice(1).map(() => 0)], [1, ...one.shape.slice(1)]);
        expectClose(mine as Tensor, one);
      });
    });
  });

  it('has no gradient by steps that do not count', () => {
    const mask = tensor([
      [true, false, true, false, true],
      [false, true, true, true, false],
    ]) as Tensor;
    const gradient = grad((given: Tensor) => {
      return sum(square(make().apply(parameters, {}, given, { training: true, mask }).output)) as Tensor;
    })(x()) as Tensor;
    const counts = numbersOf(mask);
    numbersOf(gradient).forEach((value, i) => {
      if (!counts[Math.floor(i / 2)]) expect(value).toBe(0);
    });
  });

  it('gives zeros for sequences without steps, and nothing where all outputs are asked for', () => {
    for (const unroll of [false, true]) {
      const none = draw([2, 0, 2]);
      expect(whole({ returnSequences: false, unroll }, none).toArray()).toEqual(
        Array.from({ length: 2 }, () => new Array(cell.outputShape([2], () => expect.unreachable())[0]).fill(0)),
      );
      expect(whole({ unroll }, none).shape.slice(0, 2)).toEqual([2, 0]);
    }
  });

  it('computes in 16 bits and keeps its weights and states in 32', () => {
    const layer = make({ dtype: 'mixedBfloat16', stateful: true, batchSize: 2 });
    const { state } = layer.initialize(key(0), [2, 2]);
    const result = layer.apply(parameters, state, part(0, 2), inference);
    expect(result.output.dtype).toBe('bfloat16');
    expect(states(result.state).map(({ dtype }) => dtype)).toEqual(states(state).map(() => 'float32'));
    expectClose(cast(result.output, 'float32') as Tensor, whole({}, part(0, 2)), 0.05);
  });

  it('passes the mask on where it gives sequences, in their order', () => {
    const mask = tensor([
      [true, true, true, false, false],
      [true, true, true, true, true],
    ]) as Tensor;
    const after = (options: l.RecurrentOptions<boolean>) =>
      (l.rnn(cell, options) as l.RecurrentLayer).apply(parameters, {}, x(), { training: false, mask }).mask;
    expect(after({ returnSequences: true })).toBe(mask);
    expect(numbersOf(after({ returnSequences: true, goBackwards: true }) as Tensor)).toEqual(
      numbersOf(flip(mask, 1) as Tensor),
    );
    expect(after({})).toBeUndefined();
    expect((after({ returnSequences: true, returnState: true }) as Tensor[])[0]).toBe(mask);
  });
});

describe('stacked cells', () => {
  it('are layers one after the other', () => {
    const [first, second] = [l.lstmCell(2), l.gruCell(3)];
    const stacked = l.rnn([first, second], { returnSequences: true });
    const layers = l.sequentialLayer([
      l.rnn(first, { returnSequences: true }),
      l.rnn(second, { returnSequences: true }),
    ]);
    const { parameters } = stacked.initialize(key(0), [steps, 2]);
    const own = (prefix: string): l.Weights =>
      Object.fromEntries(
        Object.entries(parameters)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, weight]) => [name.slice(prefix.length), weight]),
      );
    const apart = { rnn: own('lstmCell_'), rnn_1: own('gruCell_') };
    expectClose(stacked.apply(parameters, {}, x(), inference).output, layers.apply(apart, {}, x(), inference).output);
  });
});

describe('bidirectional', () => {
  const merges: readonly [mode: 'concat' | 'sum' | 'mul' | 'ave', merge: (a: Tensor, b: Tensor) => Tensor][] = [
    ['concat', (a, b) => concat([a, b], -1) as Tensor],
    ['sum', (a, b) => add(a, b) as Tensor],
    ['mul', (a, b) => mul(a, b) as Tensor],
    ['ave', (a, b) => mul(add(a, b), 0.5) as Tensor],
  ];

  it.each(merges)('is one layer forwards and one backwards, merged by %s', (mergeMode, merge) => {
    for (const returnSequences of [false, true]) {
      const layer = l.lstm(3, { returnSequences });
      const both = l.bidirectional(layer, { mergeMode });
      const { parameters } = both.initialize(key(0), [steps, 2]);
      const mask = tensor([
        [true, true, true, false, false],
        [true, true, true, true, true],
      ]) as Tensor;
      const context = { training: false, mask };
      const forward = layer.apply(parameters['forward_lstm'] as l.Weights, {}, x(), context).output;
      const back = layer.reversed().apply(parameters['backward_lstm'] as l.Weights, {}, x(), context).output;
      const inOrder = returnSequences ? (flip(back, 1) as Tensor) : back;
      const result = both.apply(parameters, {}, x(), context);
      expectClose(result.output, merge(forward, inOrder));
      expect(result.mask).toBe(returnSequences ? mask : undefined);
    }
  });

  it('gives both outputs and the states of both', () => {
    const layer = l.bidirectional(l.lstm(3, { returnState: true }), { mergeMode: null });
    expect(layer.outputShape([steps, 2])).toEqual([[3], [3], [3], [3], [3], [3]]);
    const merged = l.bidirectional(l.lstm(3, { returnState: true, returnSequences: true }));
    expect(merged.outputShape([[steps, 2], [3], [3], [3], [3]])).toEqual([[steps, 6], [3], [3], [3], [3]]);
  });

  it('has the outputs in the order of the inputs, whichever of its layers goes backwards', () => {
    const layer = l.gru(3, { returnSequences: true });
    const one = l.bidirectional(layer, { mergeMode: 'sum' });
    const other = l.bidirectional(layer.reversed(), { mergeMode: 'sum' });
    const { parameters } = one.initialize(key(0), [steps, 2]);
    const exchanged = { forward_gru: parameters['backward_gru'], backward_gru: parameters['forward_gru'] } as l.Weights;
    expectClose(one.apply(parameters, {}, x(), inference).output, other.apply(exchanged, {}, x(), inference).output);
  });

  it('refuses a second layer that gives something else, and steps one by one', () => {
    const layer = l.lstm(3, { returnSequences: true });
    const backwards = { goBackwards: true };
    for (const [other, says] of [
      [l.lstm(3, backwards), /backwardLayer.returnSequences/],
      [layer, /backwardLayer.goBackwards/],
      [l.dense(3), /a recurrent layer/],
    ] as const) {
      expect(() => l.bidirectional(layer, { backwardLayer: other as typeof layer })).toThrow(says);
    }
    expect(() => l.bidirectional(layer).decodingState([1, 2], { batch: 1, length: 4 })).toThrow(/goes forwards/);
  });
});

describe('dropout', () => {
  it('of inputs is one mask for all steps', () => {
    const plain = {
      useBias: false,
      activation: 'linear',
      kernelInitializer: 'identity',
      recurrentInitializer: 'zeros',
    } as const;
    const layer = l.simpleRnn(6, { ...plain, dropout: 0.5, returnSequences: true });
    const { parameters } = layer.initialize(key(0), [4, 6]);
    const rows = layer.apply(parameters, {}, ones([3, 4, 6]) as Tensor, { training: true, key: key(3) }).output;
    const all = rows.toArray() as number[][][];
    for (const [first, ...others] of all) for (const other of others) expect(other).toEqual(first);
    expect(new Set(all.flat(2))).toEqual(new Set([0, 2]));
  });

  it('of states is one mask for all steps', () => {
    const plain = {
      useBias: false,
      activation: 'linear',
      kernelInitializer: 'zeros',
      recurrentInitializer: 'identity',
    } as const;
    const layer = l.simpleRnn(6, { ...plain, recurrentDropout: 0.5 });
    const { parameters } = layer.initialize(key(0), [4, 6]);
    const run = (training: boolean) =>
      layer.apply(parameters, {}, [ones([3, 4, 6]), ones([3, 6])] as Tensor[], { training, key: key(3) }).output;
    expect(new Set(numbersOf(run(true)))).toEqual(new Set([0, 16]));
    expect(new Set(numbersOf(run(false)))).toEqual(new Set([1]));
  });

  it('of stacked cells differs from cell to cell, and is the same for the same key', () => {
    const layer = l.rnn([l.gruCell(4, { dropout: 0.5 }), l.gruCell(4, { dropout: 0.5 })]);
    const { parameters } = layer.initialize(key(0), [3, 4]);
    const run = (seed: number) =>
      numbersOf(layer.apply(parameters, {}, draw([2, 3, 4]), { training: true, key: key(seed) }).output);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(() => layer.apply(parameters, {}, draw([2, 3, 4]), { training: true })).toThrow(/a key in training/);
  });
});

it('of a cell of a user that draws, draws once for all steps, in training alone', () => {
  const noisy = l.defineCell<Tensor>({
    kind: 'noisy',
    random: true,
    stateShapes: (stepShape) => [stepShape],
    draw: ({ batch, stepShape, dtype, key: own }) =>
      randomNormal([batch, ...stepShape], { key: own, dtype: dtype as 'float32' }) as Tensor,
    step: (_weights, [h], x, noise) => [add(h, noise === undefined ? x : noise) as Tensor],
  });
  const layer = l.rnn(noisy, { returnSequences: true });
  const once = slice(
    layer.apply({}, {}, x(), { training: true, key: key(1) }).output,
    [0, 0, 0],
    [-1, 1, -1],
  ) as Tensor;
  const third = slice(
    layer.apply({}, {}, x(), { training: true, key: key(1) }).output,
    [0, 2, 0],
    [-1, 1, -1],
  ) as Tensor;
  expectClose(third, mul(once, 3) as Tensor);
  expectClose(layer.apply({}, {}, part(0, 1), inference).output, part(0, 1));
});
