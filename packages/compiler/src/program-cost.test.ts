import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import {
  add,
  cholesky,
  cond,
  conv2d,
  cumSum,
  div,
  exp,
  foriLoop,
  gather,
  greater,
  less,
  luFactor,
  matmul,
  maximum,
  mul,
  scan,
  softmax,
  sort,
  sqrt,
  sum,
  tanh,
  transpose,
  whileLoop,
} from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph } from './compile-graph.ts';
import { type ProgramCost, programCost } from './program-cost.ts';

type Flat = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

function costOf(f: Flat, ...types: AbstractValue[]): ProgramCost {
  const { graph } = traceGraph((inputs) => [f(...inputs)].flat() as Tensor[], types);
  return programCost(compileGraph(graph).program);
}

describe('the cost of a program', () => {
  it('has 2·m·k·n flops for a product, of any size and orientation', () => {
    const dim = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(dim, dim, dim, fc.boolean(), (m, k, n, turned) => {
        const right = turned ? f32(n, k) : f32(k, n);
        const f: Flat = (a, b) => matmul(a as Tensor, turned ? transpose(b as Tensor) : (b as Tensor));
        expect(costOf(f, f32(m, k), right)).toMatchObject({ flops: 2 * m * k * n, transcendentals: 0, isExact: true });
      }),
      { numRuns: 40 },
    );
  });

  it('counts batches, convolutions and products of numbers that are no floats', () => {
    expect(costOf((a, b) => matmul(a as Tensor, b as Tensor), f32(5, 3, 4), f32(5, 4, 7)).flops).toBe(
      5 * 2 * 3 * 4 * 7,
    );
    const convolved = costOf((x, w) => conv2d(x as Tensor, w as Tensor), f32(2, 10, 10, 3), f32(3, 3, 3, 8));
    expect(convolved.flops).toBe(2 * (2 * 8 * 8) * (3 * 3 * 3) * 8);
    const ints = abstractValue([6, 6], 'int32');
    expect(costOf((a, b) => matmul(a as Tensor, b as Tensor), ints, ints)).toMatchObject({ flops: 0, isExact: true });
  });

  it('counts a loop step by step', () => {
    const steps = costOf(
      (x, w) => foriLoop(0, 9, (_, h: Tensor) => tanh(matmul(h, w as Tensor)), x as Tensor) as Tensor,
      f32(4, 6),
      f32(6, 6),
    );
    expect(steps).toMatchObject({ flops: 9 * 2 * 4 * 6 * 6, transcendentals: 9 * 4 * 6, kernels: 1, isExact: true });
    const scanned = costOf(
      (x) =>
        scan(
          (total: Tensor, row: Tensor) => [add(total, row) as Tensor, total],
          sum(x as Tensor, { axis: 0 }) as Tensor,
          x as Tensor,
        )[0] as Tensor,
      f32(12, 5),
    );
    expect(scanned).toMatchObject({ flops: 12 * 5 + 12 * 5, isExact: true });
  });

  it('says where steps or branches depend on data', () => {
    const unbounded = costOf(
      (x) =>
        whileLoop(
          (h: Tensor) => less(sum(h) as Tensor, 100) as Tensor,
          (h: Tensor) => mul(h, 2) as Tensor,
          x as Tensor,
        ),
      f32(3),
    );
    expect(unbounded.isExact).toBe(false);
    // One step, and the condition before it and behind.
    expect(unbounded.flops).toBe(3 + 2 * (3 + 1));
    expect(unbounded.inexactBecause).toEqual(['how many steps a loop takes is known when it runs: one is counted']);
    const bounded = costOf(
      (x) =>
        whileLoop(
          (h: Tensor) => less(sum(h) as Tensor, 100) as Tensor,
          (h: Tensor) => mul(h, 2) as Tensor,
          x as Tensor,
          {
            maximumIterations: 7,
          },
        ),
      f32(3),
    );
    expect(bounded).toMatchObject({ flops: 7 * 3 + 8 * (3 + 1), isExact: false });
    const branching = costOf(
      (x) =>
        cond(
          greater(sum(x as Tensor) as Tensor, 0) as Tensor,
          () => exp(x as Tensor) as Tensor,
          () => x as Tensor,
        ),
      f32(8),
    );
    expect(branching).toMatchObject({ transcendentals: 8, isExact: false });
    const alike = costOf(
      (x) =>
        cond(
          greater(sum(x as Tensor) as Tensor, 0) as Tensor,
          () => mul(x as Tensor, 2) as Tensor,
          () => add(x as Tensor, 1) as Tensor,
        ),
      f32(8),
    );
    expect(alike).toMatchObject({ flops: 8 + 1 + 8, isExact: true });
  });

  it('counts what depends on no reduced axis once for a place', () => {
    const [rows, columns] = [10, 100];
    const normalised = costOf((x) => softmax(x as Tensor) as Tensor, f32(rows, columns));
    // Maximum; difference, its exponential and their sum; quotient.
    expect(normalised.transcendentals).toBe(rows * columns);
    expect(normalised.flops).toBe(4 * rows * columns);
    const unit = costOf(
      (x) => div(x as Tensor, sqrt(sum(mul(x as Tensor, x as Tensor), { axis: 1, keepDims: true }))),
      f32(rows, columns),
    );
    expect(unit).toMatchObject({ flops: 3 * rows * columns + rows, transcendentals: 0, kernels: 1, isExact: true });
  });

  it('counts neither whole numbers nor moves', () => {
    const words = abstractValue([20], 'int32');
    expect(costOf((x) => add(mul(x as Tensor, 3), 1) as Tensor, words)).toMatchObject({ flops: 0, isExact: true });
    expect(costOf((x) => sort(x as Tensor) as Tensor, f32(20))).toMatchObject({ flops: 0, isExact: true });
    const looked = costOf((x, i) => gather(x as Tensor, i as Tensor) as Tensor, f32(1000, 4), words);
    expect(looked).toMatchObject({ flops: 0, bytesWritten: 20 * 4 * 4 });
    // The rows that are looked up, not the table.
    expect(looked.bytesRead).toBeLessThan(1000);
  });

  it('reads every operand once, in every step', () => {
    const both = costOf((x, y) => [maximum(x as Tensor, y as Tensor) as Tensor], f32(50), f32(50));
    expect(both).toMatchObject({ flops: 50, bytesRead: 400, bytesWritten: 200, kernels: 1 });
    const row = costOf((x, y) => add(x as Tensor, y as Tensor) as Tensor, f32(50, 20), f32(20));
    expect(row).toMatchObject({ bytesRead: 4 * (1000 + 20), bytesWritten: 4000 });
  });

  it('follows routines with triangular loops', () => {
    const n = 7;
    const count = (f: (i: number, j: number) => number): number => {
      let total = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) total += f(i, j);
      return total;
    };
    const factored = costOf((x) => cholesky(x as Tensor) as Tensor, f32(n, n));
    expect(factored.isExact).toBe(true);
    // Below the diagonal j products and differences and a quotient; on it a root, and a comparison.
    const least = count((_, j) => 2 * j + 1);
    expect(factored.flops).toBeGreaterThanOrEqual(least);
    expect(factored.flops).toBeLessThan(2 * least);
    expect(costOf((x) => cumSum(x as Tensor) as Tensor, f32(30)).isExact).toBe(true);
    const pivoted = costOf((x) => luFactor(x as Tensor)[0] as Tensor, f32(n, n));
    expect(pivoted.isExact).toBe(false);
    expect(pivoted.inexactBecause[0]).toMatch(/^\w+ branches by its data/);
  });
});
