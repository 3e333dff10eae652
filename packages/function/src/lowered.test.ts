/** Functions lowered for stated types: their text, what they cost, and what memory a call takes. */
import process from 'node:process';
import { nativeUnavailableBecause } from '@deft/backend-native';
import { parseGraph, printGraph } from '@deft/graph';
import {
  add,
  foriLoop,
  getBackend,
  key,
  matmul,
  mean,
  mul,
  randomNormal,
  relu,
  setBackend,
  softmaxCrossEntropy,
  sub,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  transpose,
  valueAndGrad,
  variable,
} from '@deft/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { jit } from './jit.ts';
import type { Lowered } from './lowered.ts';

const random = (shape: number[], seed = 1): Tensor => randomNormal(shape, { key: key(seed) }) as Tensor;
const spec = (...shape: number[]): Tensor => tensorSpec(shape, 'float32') as unknown as Tensor;

interface Weights {
  readonly w: Tensor;
  readonly b: Tensor;
}

const loss = ({ w, b }: Weights, x: Tensor, y: Tensor): Tensor =>
  mean(softmaxCrossEntropy(relu(add(matmul(x, w), b)) as Tensor, y)) as Tensor;

function makeStep(): Lowered {
  const step = jit(
    (weights: Weights, x: Tensor, y: Tensor) => {
      const [value, { w, b }] = valueAndGrad(loss)(weights, x, y);
      return { value, weights: { w: sub(weights.w, mul(w, 0.1)), b: sub(weights.b, mul(b, 0.1)) } };
    },
    { name: 'step' },
  );
  return step.lower({ w: spec(64, 32), b: spec(32) }, spec(128, 64), spec(128, 32)) as unknown as Lowered;
}

describe('the text of a lowered function', () => {
  it('parses back, and is the same for the same function', () => {
    const text = makeStep().text();
    expect(printGraph(parseGraph(text))).toBe(text);
    expect(makeStep().text()).toBe(text);
  });

  it('has what was captured as further inputs', () => {
    const count = variable(1);
    const w = tensor([1, 2, 3]);
    const lowered = jit((x: Tensor) => mul(mul(x, w), count.value)).lower(spec(3));
    const parsed = parseGraph(lowered.text());
    expect(parsed.inputs.map(({ abstract }) => abstract.text)).toEqual(['float32[3]', 'float32[3]', 'float32[]']);
    expect(printGraph(parsed)).toBe(lowered.text());
  });
});

describe('the cost of a lowered function', () => {
  it('is that of its products and of what is fused with them', () => {
    const layer = jit((x: Tensor, w: Tensor, b: Tensor) => tanh(add(matmul(x, w), b)));
    const { flops, transcendentals, isExact } = layer.lower(spec(32, 64), spec(64, 16), spec(16)).cost();
    expect({ flops, transcendentals, isExact }).toEqual({
      flops: 2 * 32 * 64 * 16 + 32 * 16,
      transcendentals: 32 * 16,
      isExact: true,
    });
  });

  it('is at least that of three products for a step with a gradient', () => {
    const product = 2 * 128 * 64 * 32;
    const { flops, isExact } = makeStep().cost();
    expect(isExact).toBe(true);
    // Forwards, and by the weights; none by the input.
    expect(flops).toBeGreaterThan(2 * product);
    expect(flops).toBeLessThan(2.2 * product);
  });

  it('counts loops of known length, and says which are not', () => {
    const power = jit((x: Tensor) => foriLoop(0, 5, (_, y: Tensor) => matmul(y, x), x));
    expect(power.lower(spec(8, 8)).cost()).toMatchObject({ flops: 5 * 2 * 8 ** 3, isExact: true });
  });
});

const backends = ['reference', 'wasm', ...(nativeUnavailableBecause() === undefined ? ['native'] : [])] as const;

describe.each(backends)('the memory of a lowered function on %s', (name) => {
  afterAll(() => setBackend('auto'));

  it('is what a run takes', () => {
    setBackend(name);
    const w = random([256, 512], 3);
    const lowered = jit((x: Tensor) => {
      const h = tanh(matmul(x, w)) as Tensor;
      return { h, gram: matmul(transpose(h), tanh(matmul(tanh(h) as Tensor, transpose(w) as Tensor))) };
    }).lower(spec(128, 256));
    const memory = lowered.memory();
    expect(memory).toMatchObject({
      arguments: 4 * 128 * 256,
      captured: 4 * 256 * 512,
      results: 4 * (128 * 512 + 512 * 256),
      donated: 0,
    });
    expect(memory.arena).toBeGreaterThanOrEqual(4 * 128 * 256);
    const x = random([128, 256]);
    const compiled = lowered.compile();
    const arrays = process.memoryUsage().arrayBuffers;
    const first = compiled(x);
    // The first program with temporaries on this backend: what it takes of the system is its results and its arena.
    const taken = process.memoryUsage().arrayBuffers - arrays;
    if (name === 'native') expect(Math.abs(taken - memory.results - memory.arena)).toBeLessThan(65536);
    // By now everything that it reads lies where it is computed.
    const grown = Array.from({ length: 3 }, () => {
      const before = getBackend().memory().residentBytes;
      expect(compiled(x).h.toArray()).toEqual(first.h.toArray());
      return getBackend().memory().residentBytes - before;
    });
    // Under pressure operands are moved out, and come back.
    expect(Math.min(...grown)).toBe(memory.results);
  });

  it('is less where arguments and variables are given up', () => {
    setBackend(name);
    const total = variable(random([64, 128], 1));
    const lowered = jit(
      (x: Tensor, y: Tensor) => {
        total.assign(add(total.value, y));
        return mul(x, y);
      },
      { donate: [0] },
    ).lower(spec(64, 128), spec(64, 128));
    const one = 4 * 64 * 128;
    expect(lowered.memory()).toEqual({
      arguments: 2 * one,
      captured: one,
      results: 2 * one,
      arena: 0,
      constants: 0,
      donated: 2 * one,
    });
    const compiled = lowered.compile();
    const [x, y] = [random([64, 128], 2), random([64, 128], 3)];
    // What the variable started with is the caller's too; from here on its value is its own.
    compiled(random([64, 128], 4), y);
    const before = getBackend().memory().residentBytes;
    const product = compiled(x, y) as Tensor;
    // The reference backend makes results anew, and lets go of what was given up.
    expect(getBackend().memory().residentBytes - before).toBe(0);
    expect(product.shape).toEqual([64, 128]);
    expect(() => x.dataSync()).toThrow(/it was donated to jit at .+lowered\.test\.ts/);
  });
});
