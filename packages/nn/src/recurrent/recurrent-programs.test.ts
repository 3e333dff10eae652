/** What recurrent layers are captured to: one loop there and one back, with the product of all inputs in front. */
import { flatten, type Tensor } from '@deft/core';
import { grad, jit, key, randomNormal, sum, tensorSpec } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const [batch, steps, features] = [2, 6, 3];

/** The program of a layer's output, or of its gradient by the parameters and the input, as text. */
function programOf(
  layer: l.RecurrentLayer | l.Layer<l.Signal>,
  direction: 'forward' | 'backward',
  isMasked: boolean,
): string {
  const { structure, leaves } = flatten(layer.initialize(key(0), [steps, features]).parameters);
  const specs = (leaves as Tensor[]).map(({ shape, dtype }) => tensorSpec([...shape], dtype));
  const forward = (parameters: unknown, x: Tensor, mask: Tensor | undefined): Tensor =>
    sum(layer.apply(parameters as l.Weights, {}, x, { training: true, mask }).output) as Tensor;
  const run = (parameters: unknown, x: Tensor, mask: Tensor) => {
    const own = isMasked ? mask : undefined;
    if (direction === 'forward') return forward(parameters, x, own);
    return grad((at: { p: unknown; x: Tensor }) => forward(at.p, at.x, own))({ p: parameters, x } as never);
  };
  const types = [
    structure.rebuild(specs),
    tensorSpec([batch, steps, features], 'float32'),
    tensorSpec([batch, steps], 'bool'),
  ];
  return (jit(run as never) as unknown as { lower(...types: unknown[]): { text(): string } }).lower(...types).text();
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

const layers: readonly [name: string, layer: l.RecurrentLayer, loops: number][] = [
  ['simpleRnn', l.simpleRnn(4), 1],
  ['lstm', l.lstm(4), 1],
  ['lstm of all steps', l.lstm(4, { returnSequences: true }), 1],
  ['gru', l.gru(4), 1],
  ['gru with resetAfter false', l.gru(4, { resetAfter: false, goBackwards: true }), 1],
  ['stacked cells', l.rnn([l.lstmCell(4), l.gruCell(4)]), 1],
  ['bidirectional', l.bidirectional(l.lstm(4)) as unknown as l.RecurrentLayer, 2],
];

describe.each(layers)('%s', (_, layer, loops) => {
  it.each([false, true])('has one loop in each direction, with a mask %s', (isMasked) => {
    expect(count(programOf(layer, 'forward', isMasked), /= loop\b/g)).toBe(loops);
    expect(count(programOf(layer, 'backward', isMasked), /= loop\b/g)).toBe(2 * loops);
  });

  it('multiplies all inputs by the kernel once, in front of the loop', () => {
    expect(count(programOf(layer, 'forward', false), /^ {2}%.*= dotGeneral/gm)).toBe(loops);
  });

  it('chooses nothing step by step without a mask', () => {
    expect(programOf(layer, 'forward', false)).not.toMatch(/bool\[2, 1\]/);
    expect(programOf(layer, 'forward', true)).toMatch(/bool\[2, 1\]/);
  });
});

it('compiles once for batches of any size and sequences of any length', () => {
  const layer = l.bidirectional(l.lstm(3, { returnSequences: true }));
  const { parameters } = layer.initialize(key(0), [4, 2]);
  const { structure, leaves } = flatten(parameters);
  const types = structure.rebuild((leaves as Tensor[]).map(({ shape, dtype }) => tensorSpec([...shape], dtype)));
  const forward = (p: l.Weights, x: Tensor): Tensor => layer.apply(p, {}, x, { training: false }).output;
  const compiled = (jit(forward) as unknown as { lower(...types: unknown[]): { compile(): typeof forward } })
    .lower(types, tensorSpec(['batch', 'steps', 2], 'float32'))
    .compile();
  for (const shape of [
    [2, 4, 2],
    [5, 7, 2],
    [1, 1, 2],
  ]) {
    const x = randomNormal(shape, { key: key(1) }) as Tensor;
    const expected = forward(parameters, x).dataSync() as Float32Array;
    (compiled(parameters, x).dataSync() as Float32Array).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
  }
});
