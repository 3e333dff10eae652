/** Recurrent layers that cannot be, configurations of files, what biases begin with, and layers among others. */
import type { Tensor } from '@deft/core';
import { key, randomNormal } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const inference = { training: false };
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const steps = 5;
const x = (): Tensor => randomNormal([2, steps, 2], { key: key(1) }) as Tensor;
/** A cell of a user. */
const decay = l.defineCell({ kind: 'decay', stateShapes: (shape) => [shape], step: (_weights, [h]) => [h] });

describe('options and inputs that do not fit', () => {
  const cases: readonly [what: string, make: () => unknown, says: RegExp][] = [
    ['units', () => l.lstm(0), /lstmCell: units: expected a whole number/],
    ['stateful without batchSize', () => l.gru(2, { stateful: true }), /gru: batchSize/],
    ['dropout', () => l.gru(2, { dropout: 1 }), /dropout: expected a number from 0/],
    ['an activation', () => l.lstm(2, { recurrentActivation: 'no' as never }), /expected one of/],
    ['a cell', () => l.rnn({} as never), /a cell|an object/],
    ['no cells', () => l.rnn([]), /an array of cells/],
    ['no sequence', () => l.lstm(2).outputShape([]), /sequences of shape/],
    ['images', () => l.lstm(2).outputShape([4, 4, 1]), /steps of shape \[features\]/],
    ['too few states', () => l.lstm(2).outputShape([[4, 1], [2]]), /initial states of shapes \[2\], \[2\]/],
    ['states of another size', () => l.gru(2).outputShape([[4, 1], [3]]), /initial states of shapes \[2\]/],
    [
      'a step that gives states of other shapes',
      () =>
        l
          .rnn(l.defineCell({ kind: 'odd', stateShapes: () => [[3]], step: (_, [h]) => [h as Tensor, h as Tensor] }))
          .apply({}, {}, x(), inference),
      /a step to give states and an output/,
    ],
  ];
  it.each(cases)('%s', (_, make, says) => {
    expect(make).toThrow(says);
  });
});

describe('configurations', () => {
  it('of cells from files pass the checks of a user', () => {
    const given = (cell: unknown) => () => l.layerFromConfig({ kind: 'rnn', name: 'rnn', config: { cell } });
    const deep = (depth: number): unknown =>
      depth === 0 ? {} : { kind: 'stackedRnnCells', name: 's', config: { cells: [deep(depth - 1)] } };
    expect(given({ kind: 'toString', name: 'a', config: {} })).toThrow(/expected one of simpleRnnCell/);
    expect(given({ kind: 'lstmCell', name: 'a/b', config: { units: 3 } })).toThrow(/letters, digits/);
    expect(given({ kind: 'gruCell', name: 'a', config: { units: -1 } })).toThrow(/whole number/);
    expect(given(null)).toThrow(/a cell, or an array of cells/);
    expect(given(deep(20))).toThrow(/a cell, or an array of cells/);
  });

  it('of cells of a user are code', () => {
    expect([l.rnn(decay).holdsCode, l.rnn([l.lstmCell(2), decay]).holdsCode, l.lstm(2).holdsCode]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

it('begins the forget gate at 1, the other gates at what the bias begins with', () => {
  const bias = (options: l.LstmOptions<false>) =>
    numbersOf(
      l.lstm(2, { biasInitializer: { name: 'constant', value: 3 }, ...options }).initialize(key(0), [4, 1]).parameters[
        'bias'
      ] as Tensor,
    );
  expect(bias({})).toEqual([3, 3, 1, 1, 3, 3, 3, 3]);
  expect(bias({ unitForgetBias: false })).toEqual(new Array(8).fill(3));
});

it('is one layer among others', () => {
  const model = l.sequentialLayer([
    l.embedding(9, 3),
    l.bidirectional(l.gru(2, { returnSequences: true })),
    l.lstm(8),
    l.dense(1),
  ]);
  expect(model.outputShape([steps])).toEqual([1]);
  const source = l.input([steps, 2]);
  const [, h, c] = l.lstm(4, { returnState: true })(source);
  const alone = l.lstm(4)(source);
  const model2 = l.functional({ inputs: source, outputs: [alone, l.lstm(4)([source, h, c])] });
  expect(model2.outputShape([steps, 2])).toEqual([[4], [4]]);
});
