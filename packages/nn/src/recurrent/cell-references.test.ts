/** Cells against their definitions written out with numbers, over options, masks and directions, at once and captured. */
import type { Tensor } from '@deft/core';
import { jit, key, mul, randomNormal, setBackend, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import * as l from '../index.ts';

type Row = readonly number[];
type Matrix = readonly Row[];
interface Numbers {
  readonly kernel: Matrix;
  readonly recurrentKernel: Matrix;
  readonly bias: Row | Matrix | undefined;
}
type Step = (weights: Numbers, states: readonly Row[], x: Row) => Row[];

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
const hardSigmoid = (v: number): number => Math.min(6, Math.max(0, v + 3)) / 6;
const relu = (v: number): number => Math.max(0, v);

/** Element `column` of a row times a matrix. */
const product = (row: Row, matrix: Matrix, column: number): number =>
  row.reduce((total, value, i) => total + value * ((matrix[i] as Row)[column] as number), 0);
const units = (count: number): number[] => [...Array(count).keys()];

/** One step of one example, of each cell; the first state is the output. */
const simpleRnn: Step = ({ kernel, recurrentKernel, bias }, [h], x) => [
  (h as Row).map((_, u) =>
    Math.tanh(product(x, kernel, u) + product(h as Row, recurrentKernel, u) + ((bias as Row)?.[u] ?? 0)),
  ),
];
const lstmOf =
  (open: (v: number) => number, activation: (v: number) => number): Step =>
  ({ kernel, recurrentKernel, bias }, [h, c], x) => {
    const n = (h as Row).length;
    const gate = (which: number, u: number): number => {
      const column = which * n + u;
      return product(x, kernel, column) + product(h as Row, recurrentKernel, column) + ((bias as Row)?.[column] ?? 0);
    };
    const memory = units(n).map(
      (u) => open(gate(1, u)) * ((c as Row)[u] as number) + open(gate(0, u)) * activation(gate(2, u)),
    );
    return [units(n).map((u) => open(gate(3, u)) * activation(memory[u] as number)), memory];
  };
const gruOf =
  (resetAfter: boolean, open: (v: number) => number): Step =>
  ({ kernel, recurrentKernel, bias }, [h], x) => {
    const before = h as Row;
    const n = before.length;
    const [ofInputs, ofState] = (resetAfter ? (bias ?? []) : [bias]) as Matrix;
    const input = (which: number, u: number): number =>
      product(x, kernel, which * n + u) + (ofInputs?.[which * n + u] ?? 0);
    const state = (which: number, u: number, seen: Row = before): number =>
      product(seen, recurrentKernel, which * n + u) + (ofState?.[which * n + u] ?? 0);
    const reset = units(n).map((u) => open(input(1, u) + state(1, u)));
    const gone = before.map((value, u) => value * (reset[u] as number));
    const next = units(n).map((u) => {
      const update = open(input(0, u) + state(0, u));
      const recurrent = resetAfter ? (reset[u] as number) * state(2, u) : state(2, u, gone);
      return update * (before[u] as number) + (1 - update) * Math.tanh(input(2, u) + recurrent);
    });
    return [next];
  };

const rules: readonly [name: string, make: (n: number) => l.Cell, step: Step, states: number][] = [
  ['simpleRnnCell', (n) => l.simpleRnnCell(n, { biasInitializer: 'heNormal' }), simpleRnn, 1],
  ['lstmCell', (n) => l.lstmCell(n), lstmOf(sigmoid, Math.tanh), 2],
  [
    'lstmCell with other activations',
    (n) => l.lstmCell(n, { recurrentActivation: 'hardSigmoid', activation: 'relu', useBias: false }),
    lstmOf(hardSigmoid, relu),
    2,
  ],
  ['gruCell', (n) => l.gruCell(n, { biasInitializer: 'heNormal' }), gruOf(true, sigmoid), 1],
  ['gruCell without bias', (n) => l.gruCell(n, { useBias: false }), gruOf(true, sigmoid), 1],
  [
    'gruCell with resetAfter false',
    (n) => l.gruCell(n, { resetAfter: false, biasInitializer: 'heNormal', recurrentActivation: 'hardSigmoid' }),
    gruOf(false, hardSigmoid),
    1,
  ],
];

interface Setting {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  readonly seed: number;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly zeroOutputForMask: boolean;
  readonly unroll: boolean;
  readonly startsGiven: boolean;
  readonly mask: readonly boolean[] | undefined;
}

const settings: fc.Arbitrary<Setting> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    steps: fc.integer({ min: 1, max: 4 }),
    features: fc.integer({ min: 1, max: 3 }),
    units: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1000),
    goBackwards: fc.boolean(),
    returnSequences: fc.boolean(),
    zeroOutputForMask: fc.boolean(),
    unroll: fc.boolean(),
    startsGiven: fc.boolean(),
  })
  .chain((rest) =>
    fc
      .option(fc.array(fc.boolean(), { minLength: rest.batch * rest.steps, maxLength: rest.batch * rest.steps }), {
        nil: undefined,
      })
      .map((mask) => ({ ...rest, mask })),
  );

/** What a sequence gives, by a loop over its steps: output (of all steps or the last one), then states. */
function reference(
  step: Step,
  weights: Numbers,
  xs: Matrix,
  from: readonly Row[],
  counts: readonly boolean[],
  setting: Setting,
) {
  const places = units(xs.length);
  let states = from;
  let output: Row = (from[0] as Row).map(() => 0);
  const outputs: Row[] = [];
  for (const place of setting.goBackwards ? places.reverse() : places) {
    if (counts[place]) {
      states = step(weights, states, xs[place] as Row);
      output = states[0] as Row;
    } else if (setting.zeroOutputForMask) {
      output = output.map(() => 0);
    }
    outputs.push(output);
  }
  return { output: setting.returnSequences ? outputs.flat() : [...output], states };
}

function compare(
  make: (n: number) => l.Cell,
  step: Step,
  stateCount: number,
  setting: Setting,
  captured: boolean,
): void {
  const { batch, steps, features, seed, mask } = setting;
  const draw = (shape: readonly number[], from: number): Tensor =>
    randomNormal([...shape], { key: key(seed + from) }) as Tensor;
  const layer = l.rnn(make(setting.units), { ...setting, returnState: true });
  const { parameters } = layer.initialize(key(seed), [steps, features]);
  const x = draw([batch, steps, features], 1);
  const states = units(stateCount).map(
    (i) => mul(draw([batch, setting.units], 2 + i), setting.startsGiven ? 1 : 0) as Tensor,
  );
  const counts = mask && (tensor(mask as boolean[], { shape: [batch, steps] }) as Tensor);
  const apply = (p: l.Weights, given: readonly Tensor[], own: Tensor | undefined) =>
    layer.apply(p, {}, given.length === 1 ? (given[0] as Tensor) : given, {
      training: false,
      mask: given.length === 1 ? own : [own, ...states.map(() => undefined)],
    }).output;
  const run = captured ? jit(apply) : apply;
  const found = run(parameters, setting.startsGiven ? [x, ...states] : [x], counts).map((one) => [
    ...(one.dataSync() as Float32Array),
  ]);
  const weights = Object.fromEntries(
    Object.entries(parameters).map(([name, one]) => [name, (one as Tensor).toArray()]),
  );
  const expected = units(batch).map((i) =>
    reference(
      step,
      weights as unknown as Numbers,
      (x.toArray() as unknown as Matrix[])[i] as Matrix,
      states.map((one) => (one.toArray() as unknown as Matrix)[i] as Row),
      units(steps).map((t) => mask?.[i * steps + t] ?? true),
      setting,
    ),
  );
  const all = [
    expected.flatMap(({ output }) => output),
    ...states.map((_, k) => expected.flatMap((one) => one.states[k] as Row)),
  ];
  all.forEach((numbers, k) => {
    expect(found[k]?.length).toBe(numbers.length);
    numbers.forEach((value, i) => {
      expect(found[k]?.[i]).toBeCloseTo(value, 4);
    });
  });
}

afterEach(() => setBackend('auto'));

describe.each(rules)('%s', (_, make, step, states) => {
  it('is its definition, with masks, from both ends and from given states', () => {
    setBackend('reference');
    fc.assert(
      fc.property(settings, fc.boolean(), (setting, captured) => compare(make, step, states, setting, captured)),
      { numRuns: 60 },
    );
  });

  it.each(['wasm', 'native'])('is its definition on %s', (backend) => {
    setBackend(backend);
    const setting: Setting = {
      batch: 2,
      steps: 3,
      features: 2,
      units: 3,
      seed: 5,
      goBackwards: true,
      returnSequences: true,
      zeroOutputForMask: false,
      unroll: false,
      startsGiven: true,
      mask: [true, false, true, false, true, true],
    };
    compare(make, step, states, setting, true);
  });
});
