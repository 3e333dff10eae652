/** Training through time: cut off at the borders of chunks, held back by clipping, and from one sequence to another. */
import type { Tensor } from '@deft/core';
import { adam, sgd } from '@deft/optim';
import {
  add,
  cast,
  concat,
  flip,
  grad,
  jit,
  key,
  mean,
  mul,
  oneHot,
  randomNormal,
  randomUniform,
  scalar,
  setBackend,
  slice,
  square,
  stopGradient,
  sub,
  sum,
  valueAndGrad,
} from '@deft/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const draw = (shape: readonly number[], seed = 1): Tensor => randomNormal([...shape], { key: key(seed) }) as Tensor;
const training = { training: true };

beforeEach(() => setBackend('wasm'));
afterEach(() => setBackend('auto'));

function expectClose(found: l.Weights, expected: l.Weights): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const name of Object.keys(expected)) {
    const numbers = numbersOf(expected[name] as Tensor);
    numbersOf(found[name] as Tensor).forEach((value, i) => {
      expect(Math.abs(value - (numbers[i] as number))).toBeLessThan(1e-4);
    });
  }
}

describe.each([
  ['simpleRnn', l.simpleRnnCell(3)],
  ['lstm', l.lstmCell(3)],
  ['gru', l.gruCell(3)],
  ['stacked cells', l.stackedRnnCells([l.lstmCell(2), l.gruCell(3)])],
] as const)('gradients of %s', (_, cell) => {
  const [batch, chunk, chunks] = [2, 3, 3];
  const make = () => l.rnn(cell, { returnSequences: true, returnState: true });
  const set = () => {
    const { parameters } = make().initialize(key(0), [chunk, 2]);
    const x = draw([batch, chunk * chunks, 2]);
    const target = draw([batch, chunk * chunks, 3], 2);
    const part = (all: Tensor, i: number): Tensor => slice(all, [0, i * chunk, 0], [-1, chunk, -1]) as Tensor;
    return { parameters, x, target, part };
  };
  const cost = (output: Tensor, target: Tensor): Tensor => sum(square(sub(output, target))) as Tensor;

  /** The cost of a sequence, chunk by chunk, where states pass through `cut` between chunks. */
  const chunkwise = (cut: (state: Tensor) => Tensor) => {
    const { parameters, x, target, part } = set();
    return grad((p: l.Weights) => {
      let states: readonly Tensor[] = [];
      let total: Tensor | undefined;
      for (let i = 0; i < chunks; i++) {
        const given = states.length === 0 ? part(x, i) : [part(x, i), ...states];
        const [output, ...after] = make().apply(p, {}, given, training).output as readonly [Tensor, ...Tensor[]];
        const own = cost(output, part(target, i));
        total = total === undefined ? own : (add(total, own) as Tensor);
        states = after.map(cut);
      }
      return total as Tensor;
    })(parameters) as l.Weights;
  };

  it('of chunks that hand on their states are those of the whole', () => {
    const { parameters, x, target } = set();
    const whole = grad((p: l.Weights) => {
      const [output] = make().apply(p, {}, x, training).output as readonly [Tensor];
      return cost(output, target);
    })(parameters) as l.Weights;
    expectClose(
      chunkwise((state) => state),
      whole,
    );
  });

  it('of a stateful layer, chunk after chunk, are those of the whole that is cut off at the borders', () => {
    const { parameters, x, target, part } = set();
    const layer = l.rnn(cell, { returnSequences: true, stateful: true, batchSize: batch });
    const step = jit((p: l.Weights, state: l.Weights, own: Tensor, wanted: Tensor) => {
      const loss = (q: l.Weights) => {
        const result = layer.apply(q, state, own, training);
        return [cost(result.output, wanted), result.state] as const;
      };
      const [[, after], gradients] = valueAndGrad(loss as never, { hasAux: true } as never)(p as never) as unknown as [
        readonly [Tensor, l.Weights],
        l.Weights,
      ];
      return { after, gradients };
    });
    let { state } = layer.initialize(key(0), [chunk, 2]);
    let total: l.Weights | undefined;
    for (let i = 0; i < chunks; i++) {
      const { after, gradients } = step(parameters, state, part(x, i), part(target, i));
      const before = total;
      total = Object.fromEntries(
        Object.entries(gradients as l.Weights).map(([name, one]) => [
          name,
          before === undefined ? one : (add(one as Tensor, before[name] as Tensor) as Tensor),
        ]),
      ) as l.Weights;
      state = after as l.Weights;
    }
    expectClose(
      total as l.Weights,
      chunkwise((one) => stopGradient(one) as Tensor),
    );
  });
});

it('gradients that explode train with clipping, and not without', () => {
  // A state that grows by a third in each of 15 steps: a step of the size of such gradients leaps far beyond the minimum.
  const layer = l.simpleRnn(4, { activation: 'linear', recurrentInitializer: { name: 'identity', gain: 4 / 3 } });
  const x = draw([8, 15, 2]);
  const wanted = sum(slice(x, [0, 14, 0], [-1, 1, -1]), { axis: [1, 2] }) as Tensor;
  const loss = (p: l.Weights): Tensor =>
    mean(square(sub(sum(layer.apply(p, {}, x, training).output, { axis: 1 }), wanted))) as Tensor;
  const losses = (options: object): number[] => {
    const learningRate = 0.02;
    const optimizer = sgd({ learningRate, ...options });
    let { parameters } = layer.initialize(key(0), [15, 2]);
    let state = optimizer.initialize(parameters);
    const step = jit((p: l.Weights, s: typeof state) => {
      const [value, gradients] = valueAndGrad(loss as never)(p as never) as unknown as [Tensor, l.Weights];
      return { value, ...optimizer.update(gradients, s, p, scalar(learningRate) as Tensor) };
    });
    return Array.from({ length: 200 }, () => {
      const next = step(parameters, state);
      [parameters, state] = [next.parameters as l.Weights, next.state];
      return Number(next.value.item());
    });
  };
  expect(losses({}).at(-1)).toBeNaN();
  for (const options of [{ globalClipnorm: 1 }, { clipnorm: 1 }, { clipvalue: 0.5 }]) {
    const all = losses(options);
    expect(all.at(-1)).toBeLessThan((all[0] as number) / 1000);
  }
});

describe('an encoder and a decoder with attention', () => {
  const [batch, steps, symbols, units] = [16, 4, 5, 24];
  const source = l.input([steps, symbols]);
  const target = l.input([steps, symbols]);
  const [encoded, h, c] = l.lstm(units, { returnSequences: true, returnState: true, name: 'encoder' })(source);
  const decoder = l.lstm(units, { returnSequences: true, name: 'decoder' });
  const scores = l.dot({ axes: 2 });
  const normal = l.softmax();
  const context = l.dot({ axes: [2, 1] });
  const joined = l.concatenate();
  const head = l.dense(symbols, { name: 'head' });
  const decode = (inputs: l.SymbolicTensor, states: readonly l.SymbolicTensor[], memory: l.SymbolicTensor) => {
    const decoded = decoder([inputs, ...states]);
    const attended = context([normal(scores([decoded, memory])), memory]);
    return head(joined([decoded, attended]));
  };
  const model = l.functional({ inputs: [source, target], outputs: decode(target, [h, c], encoded) });
  const encoderModel = l.functional({ inputs: source, outputs: [encoded, h, c] });
  const inputs = [l.input([1, symbols]), l.input([units]), l.input([units]), l.input([steps, units])] as const;
  const decoderModel = l.functional({ inputs, outputs: decode(inputs[0], [inputs[1], inputs[2]], inputs[3]) });

  /** Random sequences, and the same turned round, which the decoder gets a step late. */
  const examples = (seed: number) => {
    const drawn = randomUniform([batch, steps], { key: key(seed), minimum: 0, maximum: symbols });
    const sequence = oneHot(cast(drawn, 'int32'), symbols) as Tensor;
    const wanted = flip(sequence, 1) as Tensor;
    const start = mul(slice(wanted, [0, 0, 0], [-1, 1, -1]), 0) as Tensor;
    const late = concat([start, slice(wanted, [0, 0, 0], [-1, steps - 1, -1])], 1) as Tensor;
    return { sequence, wanted, late };
  };
  const loss = (p: l.Weights, sequence: Tensor, late: Tensor, wanted: Tensor): Tensor => {
    const logits = model.apply(p, {}, [sequence, late], training).output;
    const share = l.softmax().apply({}, {}, logits, training).output;
    return mean(square(sub(share, wanted))) as Tensor;
  };

  it('learns to turn sequences round, and decodes step by step what it gives for the whole', () => {
    const optimizer = adam({ learningRate: 0.01 });
    let { parameters } = model.initialize(key(0), [
      [steps, symbols],
      [steps, symbols],
    ]);
    let state = optimizer.initialize(parameters);
    const step = jit((p: l.Weights, s: typeof state, sequence: Tensor, late: Tensor, wanted: Tensor) => {
      const [value, gradients] = valueAndGrad(loss as never)(
        p as never,
        sequence as never,
        late as never,
        wanted as never,
      ) as unknown as [Tensor, l.Weights];
      return { value, ...optimizer.update(gradients, s, p, scalar(0.01) as Tensor) };
    });
    const losses: number[] = [];
    for (let i = 0; i < 150; i++) {
      const { sequence, late, wanted } = examples(i);
      const next = step(parameters, state, sequence, late, wanted);
      [parameters, state] = [next.parameters as l.Weights, next.state];
      losses.push(Number(next.value.item()));
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 3);

    const { sequence, late } = examples(1000);
    const whole = model.apply(parameters, {}, [sequence, late], { training: false }).output;
    const [memory, ...states] = encoderModel.apply({ encoder: parameters['encoder'] } as l.Weights, {}, sequence, {
      training: false,
    }).output as readonly [Tensor, Tensor, Tensor];
    const { decoder: own, head: last } = parameters as { readonly [name: string]: l.Weights };
    const weights = { decoder: own, head: last } as l.Weights;
    let carried = decoderModel.decodingState([[1, symbols], [units], [units], [steps, units]], {
      batch,
      length: steps,
    });
    for (let t = 0; t < steps; t++) {
      const now = slice(late, [0, t, 0], [-1, 1, -1]) as Tensor;
      const result = decoderModel.apply(weights, carried, [now, ...states, memory], { training: false });
      carried = result.state;
      const expected = numbersOf(slice(whole, [0, t, 0], [-1, 1, -1]) as Tensor);
      numbersOf(result.output).forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-4);
      });
    }
  });
});
