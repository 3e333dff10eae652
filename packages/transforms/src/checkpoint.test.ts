/** Memory for time: what checkpoints keep, what they compute again, and that nothing else changes (rows G11, J5). */
import { compileGraph } from '@deft/compiler';
import { abstractValue, currentInterpreter, nd } from '@deft/core';
import { type Graph, traceGraph } from '@deft/graph';
import {
  add,
  type CheckpointPolicy,
  checkpoint,
  checkpointName,
  checkpointPolicies,
  dropout,
  grad,
  hessian,
  jit,
  jvp,
  matmul,
  maxPool,
  mean,
  mul,
  randomNormal,
  reshape,
  savedResiduals,
  seed,
  sin,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const normal = (shape: readonly number[], from: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, i) => Math.sin(from + 1.7 * i));
  return currentInterpreter().constant(nd(shape, data, 'float32'), false);
};
const list = (x: Tensor): number[] => Array.from(x.dataSync() as Float32Array);
const { saveContractions, saveNames, saveAllExcept, saveAny, saveEverything, saveNothing } = checkpointPolicies;

/** How often a function runs. */
const counted = <A extends unknown[], R>(f: (...args: A) => R): { f: (...args: A) => R; runs: () => number } => {
  let runs = 0;
  return {
    f: (...args) => {
      runs++;
      return f(...args);
    },
    runs: () => runs,
  };
};

const layer = (x: Tensor, w: Tensor): Tensor => tanh(checkpointName(matmul(x, w) as Tensor, 'product'));
const network = (x: Tensor, w: Tensor): Tensor => sum(mul(layer(sin(layer(x, w)), w), 0.5)) as Tensor;
const [x, w] = [normal([3, 4], 1), normal([4, 4], 2)];

const policies: readonly (readonly [string, CheckpointPolicy])[] = [
  ['saveNothing', saveNothing],
  ['saveEverything', saveEverything],
  ['saveContractions', saveContractions],
  ['saveNames', saveNames('product')],
  ['saveAllExcept', saveAllExcept('product')],
  ['saveAny', saveAny(saveNames('none'), ({ op }) => op === 'sin')],
];

describe('G11 checkpointing', () => {
  it.each(policies)('G11 checkpointing: %s changes no value and no derivative, in any nesting', (_, policy) => {
    const f = checkpoint(network, { policy });
    const both = { argnums: [0, 1] } as const;
    const expected = grad(network, both)(x, w).map(list);
    expect(grad(f, both)(x, w).map(list)).toEqual(expected);
    const captured = jit((a: Tensor, b: Tensor) => grad(f, both)(a, b))(x, w) as Tensor[];
    for (const [i, one] of captured.entries()) {
      for (const [k, value] of list(one).entries())
        expect(value).toBeCloseTo((expected[i] as number[])[k] as number, 5);
    }
    const second = (g: typeof network) => list(hessian((a: Tensor) => g(a, w))(x));
    for (const [k, value] of second(f).entries()) expect(value).toBeCloseTo(second(network)[k] as number, 4);
    expect(jvp(f, [x, w], [x, w])[1].item()).toBe(jvp(network, [x, w], [x, w])[1].item());
    const rows = normal([2, 3, 4], 5);
    const each = (g: typeof network) => list(vmap(grad(g), { inAxes: [0, null] })(rows, w));
    for (const [k, value] of each(f).entries()) expect(value).toBeCloseTo(each(network)[k] as number, 5);
    const outside = (g: typeof network) =>
      list(grad((b: Tensor) => sum(vmap(g, { inAxes: [0, null] })(rows, b)) as Tensor)(w));
    for (const [k, value] of outside(f).entries()) expect(value).toBeCloseTo(outside(network)[k] as number, 4);
  });

  it('G11 checkpointing: dropout and random numbers are the same on recompute, and the generator goes on as before', () => {
    const noisy = (a: Tensor): Tensor => sum(mul(dropout(mul(a, a), { rate: 0.5 }), randomNormal([3, 4]))) as Tensor;
    const run = (f: typeof noisy) => {
      seed(7);
      const gradient = list(grad(f)(x));
      return { gradient, after: randomNormal([2]).toArray() };
    };
    expect(run(checkpoint(noisy))).toEqual(run(noisy));
    expect(run(checkpoint(noisy, { policy: saveContractions }))).toEqual(run(noisy));
    const twice = (g: typeof noisy) => (a: Tensor) => add(g(a), g(mul(a, 2) as Tensor)) as Tensor;
    const [again, plain] = [run(twice(checkpoint(noisy))), run(twice(noisy))];
    expect(again.after).toEqual(plain.after);
    for (const [k, value] of again.gradient.entries()) expect(value).toBeCloseTo(plain.gradient[k] as number, 4);
  });

  it('G11 checkpointing: a kept value is not computed again', () => {
    const operations = (policy: CheckpointPolicy): string => {
      const { f, runs } = counted(network);
      const text = jit((a: Tensor, b: Tensor) => grad(checkpoint(f, { policy }))(a, b)).graphText(x, w);
      expect(runs()).toBe(policy === saveEverything ? 1 : 2);
      const count = (op: string): number => text.split(` = ${op}(`).length - 1;
      return `${count('dotGeneral')} products, ${count('tanh')} tanh, ${count('sin')} sin`;
    };
    expect(operations(saveEverything)).toBe('4 products, 2 tanh, 1 sin');
    // Dead code is still in the graph before the passes: the last layer's value is computed again for nothing.
    expect(operations(saveNothing)).toBe('6 products, 4 tanh, 2 sin');
    expect(operations(saveContractions)).toBe('4 products, 4 tanh, 2 sin');
    expect(operations(saveNames('product'))).toBe('4 products, 4 tanh, 2 sin');
    expect(operations(saveAllExcept('product'))).toBe('6 products, 2 tanh, 1 sin');
    expect(operations(({ op }) => op === 'sin')).toBe('6 products, 4 tanh, 1 sin');
  });

  it('G11 checkpointing: the residual report names every kept value, its bytes and its line', () => {
    const plain = savedResiduals(network, x, w);
    const bytes = (f: typeof network) => savedResiduals(f, x, w).reduce((total, one) => total + one.bytes, 0);
    // x and w, the results of two tanh, of sin and its operand's twin: tanh keeps its result, sin its operand.
    expect(
      plain
        .filter(({ source }) => source === 'argument')
        .map(({ where }) => where)
        .sort(),
    ).toEqual(['args[0]', 'args[1]']);
    expect(plain.map(({ source }) => source).sort()).toEqual([
      'argument',
      'argument',
      'constant',
      'sin',
      'tanh',
      'tanh',
    ]);
    expect(plain.find(({ source }) => source === 'sin')).toMatchObject({ shape: [3, 4], dtype: 'float32', bytes: 48 });
    expect(plain.find(({ source }) => source === 'tanh')?.where).toMatch(/checkpoint\.test\.ts:\d+:\d+$/);
    expect(bytes(network)).toBe(48 + 64 + 3 * 48 + 4);
    expect(bytes(checkpoint(network))).toBe(48 + 64);
    expect(bytes(checkpoint(network, { policy: saveContractions }))).toBe(48 + 64 + 2 * 48);
    const kept = savedResiduals(checkpoint(network, { policy: saveNames('product') }), x, w);
    expect(kept.map(({ source }) => source)).toEqual(['argument', 'argument', 'dotGeneral', 'dotGeneral'].sort());
    expect(kept.find(({ source }) => source === 'dotGeneral')?.where).toMatch(/checkpoint\.test\.ts:\d+/);
    const pooled = savedResiduals((a: Tensor) => maxPool(reshape(a, [1, 3, 4, 1])), x);
    expect(pooled).toMatchObject([{ source: 'maxPool (positions)', shape: [1, 1, 2, 1, 1, 1], readBy: ['maxPool'] }]);
  });
});

/** A chain of layers, in segments that are checkpointed. */
function chain(layers: number, segments: number, wrap: typeof checkpoint | undefined) {
  const length = Math.ceil(layers / segments);
  const width = 64;
  const graph = (): Graph =>
    traceGraph(
      ([start, ...weights]) => {
        const loss = (a: Tensor): Tensor => {
          let value = a;
          for (let first = 0; first < layers; first += length) {
            const own = weights.slice(first, first + length) as Tensor[];
            const segment = (b: Tensor, ...ws: Tensor[]): Tensor =>
              ws.reduce((h, weight) => tanh(matmul(tanh(h), weight) as Tensor), b);
            value = (wrap ? wrap(segment) : segment)(value, ...own);
          }
          return mean(value) as Tensor;
        };
        return [grad(loss)(start as Tensor)];
      },
      [abstractValue([width, width], 'float32'), ...new Array(layers).fill(abstractValue([width, width], 'float32'))],
    ).graph;
  const { program } = compileGraph(graph());
  return program.arenaBytes / (width * width * 4);
}

describe('G11 checkpointing: peak memory', () => {
  it('G11 checkpointing: peak bytes of a captured chain follow the square root of its length', () => {
    const plain = [16, 64].map((layers) => chain(layers, 1, undefined));
    const roots = [16, 64].map((layers) => chain(layers, Math.sqrt(layers), checkpoint));
    // Without checkpoints the peak grows with the length, with √n segments with its root.
    expect((plain[1] as number) / (plain[0] as number)).toBeGreaterThan(3.5);
    expect((roots[1] as number) / (roots[0] as number)).toBeLessThan(2.3);
    expect(roots[1] as number).toBeLessThan((plain[1] as number) / 3);
    // Among all numbers of segments the least is near √n = 8: n/k values of one segment and k between them.
    const curve = new Map([1, 2, 4, 8, 16, 32, 64].map((segments) => [segments, chain(64, segments, checkpoint)]));
    const least = [...curve].sort((a, b) => a[1] - b[1])[0] as [number, number];
    expect([8, 16]).toContain(least[0]);
    expect(curve.get(1) as number).toBeGreaterThan(2 * least[1]);
    expect(curve.get(64) as number).toBeGreaterThan(2 * least[1]);
  });
});

describe('J5 remat', () => {
  it('J5 remat: policies see op, name, shape, dtype and whether the value is a contraction', () => {
    const seen = new Set<string>();
    const policy: CheckpointPolicy = ({ op, isContraction, name, shape, dtype }) => {
      seen.add(`${op} ${isContraction} ${name ?? '-'} ${dtype}[${shape}]`);
      return false;
    };
    grad(checkpoint(network, { policy }))(x, w);
    expect(seen).toContain('dotGeneral true - float32[3,4]');
    expect(seen).toContain('dotGeneral true product float32[3,4]');
    expect(seen).toContain('sin false - float32[3,4]');
    expect(() => checkpoint(network, { policy: 'dots' as never })).toThrow(/checkpoint: policy: expected a function/);
    expect(list(checkpointName(tensor([1]), 'outside'))).toEqual([1]);
  });
});
