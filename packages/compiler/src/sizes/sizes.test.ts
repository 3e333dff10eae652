import { abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { interpretProgram, verifyProgram } from '@deft/kernel';
import { add, matmul, mul, relu, sum, transpose } from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../compile-graph.ts';
import { sampleSizes } from './sample-sizes.ts';
import { numberAt, SizeFitter } from './size-expression.ts';
import { SizedData } from './sized-data.ts';
import { sizedProgram } from './sized-program.ts';

const size = fc.integer({ min: 0, max: 400 });
const coefficient = fc.integer({ min: -5000, max: 5000 });

describe('numbers as functions of sizes', () => {
  it('of one size are found from four samples', () => {
    fc.assert(
      fc.property(coefficient, coefficient, fc.integer({ min: 1, max: 3 }), size, size, (a, b, power, typical, n) => {
        const f = (x: number): number => a * x ** power + b;
        const samples = sampleSizes([typical]);
        const found = new SizeFitter(samples).fit(samples.map(([x]) => f(x as number)));
        expect(found && numberAt(found, [n])).toBe(f(n) + 0);
      }),
    );
  });

  it('of several sizes are found where they are products, shifted, or two of them', () => {
    const powers = fc.constantFrom<readonly number[]>([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 2, 0], [1, 1, 1]);
    fc.assert(
      fc.property(
        coefficient,
        coefficient,
        coefficient,
        powers,
        powers,
        fc.tuple(size, size, size),
        (a, b, c, p, q, n) => {
          const product = (x: readonly number[], each: readonly number[]): number =>
            each.reduce((value, power, i) => value * (x[i] as number) ** power, 1);
          const f = (x: readonly number[]): number => a * product(x, p) + b * product(x, q) + c;
          const samples = sampleSizes([30, 40, 50]);
          const found = new SizeFitter(samples).fit(samples.map(f));
          expect(found && numberAt(found, n)).toBe(f(n) + 0);
        },
      ),
    );
  });

  it('are parts of a size where that is whole, and nothing where it is not', () => {
    const samples = sampleSizes([32]);
    const odd = new SizeFitter(samples).fit(samples.map(([x]) => ((x as number) - 1) / 2));
    expect(odd && [numberAt(odd, [7]), numberAt(odd, [8])]).toEqual([3, undefined]);
  });

  it('are not made up', () => {
    const samples = sampleSizes([32]);
    const fitter = new SizeFitter(samples);
    expect(fitter.fit([1, 2, 4, 8])).toBeUndefined();
    expect(fitter.fit([0.5, 0.25, 0.125, 0.1])).toBeUndefined();
    expect(fitter.fit(samples.map(([x]) => Math.min(x as number, samples[2]?.[0] as number)))).toBeUndefined();
  });
});

describe('sample sizes', () => {
  it('are different primes, near to the typical ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 4 }), (typical) => {
        const samples = sampleSizes(typical);
        const all = samples.flat();
        expect(new Set(all).size).toBe(all.length);
        for (const value of all) {
          expect(value).toBeGreaterThan(22);
          for (let divisor = 2; divisor * divisor <= value; divisor++) expect(value % divisor).not.toBe(0);
        }
      }),
    );
  });
});

describe('a program for every size', () => {
  const network = (n: number): ReturnType<typeof traceGraph>['graph'] =>
    traceGraph(
      ([x, w]) => {
        const hidden = relu(matmul(x as Tensor, w as Tensor)) as Tensor;
        return [sum(mul(hidden, hidden), { axis: 0 }) as Tensor, transpose(add(hidden, 1)) as Tensor];
      },
      [abstractValue([n, 4], 'float32'), abstractValue([4, 3], 'float32')],
    ).graph;

  it('is the one that is compiled at that size', () => {
    const made = sizedProgram(
      sampleSizes([24]).map((sizes) => ({ sizes, program: compileGraph(network(sizes[0] as number)).program })),
    );
    for (const n of [0, 1, 2, 3, 17, 64]) {
      const program = made?.at([n]);
      if (program === undefined) throw new Error(`no program at ${n}`);
      verifyProgram(program);
      const inputs = [
        Float32Array.from({ length: 4 * n }, (_, i) => i - 5),
        Float32Array.from({ length: 12 }, (_, i) => i),
      ];
      expect(interpretProgram(program, inputs)).toEqual(interpretProgram(compileGraph(network(n)).program, inputs));
      expect(program.arenaBytes % 64).toBe(0);
    }
  });

  it('is none where programs differ in more than sizes', () => {
    const samples = sampleSizes([24]).map(([n], i) => ({
      sizes: [n as number],
      data: { n, kind: i === 2 ? 'a' : 'b' },
    }));
    expect(SizedData.of(samples)).toBeUndefined();
    expect(SizedData.of([])).toBeUndefined();
  });
});
