/**
 * Traps that other libraries of this language fell into, each measured in one of them: here they are laws. What was slow is told by
 * counts (of kernels, compilations, instances), not by a clock; the benchmark has the times.
 */
import { allOperations } from '@deft/core';
import { eagerExecutor } from '@deft/eager';
import { describe, expect, it } from 'vitest';
import {
  add,
  cumSum,
  DeftError,
  exp,
  grad,
  greater,
  jit,
  log,
  matmul,
  mul,
  neg,
  ones,
  reshape,
  softplus,
  sum,
  type Tensor,
  tensor,
  where,
} from './index.ts';

const numbers = (x: Tensor): number[] => Array.from(x.dataSync() as Float32Array);

describe('derivatives', () => {
  it('of a running sum are right along every axis, of square inputs too', () => {
    const weights = reshape(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]), [3, 3]) as Tensor;
    const slope = (axis: number): Tensor =>
      grad((x: Tensor) => sum(mul(cumSum(x, { axis }), weights)) as Tensor)(ones([3, 3]) as Tensor);
    // The derivative by an element is the sum of the weights from it on along the axis.
    expect(numbers(slope(0))).toEqual([12, 15, 18, 11, 13, 15, 7, 8, 9]);
    expect(numbers(slope(1))).toEqual([6, 5, 3, 15, 11, 6, 24, 17, 9]);
  });

  it('pass through where of a comparison', () => {
    const f = (x: Tensor): Tensor => sum(where(greater(x, 0), mul(x, x), neg(x))) as Tensor;
    expect(numbers(grad(f)(tensor([2, -3])) as Tensor)).toEqual([4, -1]);
    expect(numbers(jit(grad(f))(tensor([2, -3])) as Tensor)).toEqual([4, -1]);
  });

  it('exist for every op, or the op says why not', () => {
    const silent = allOperations().filter(
      ({ jvp, pushForward, vjp, compose, nonDifferentiable }) =>
        !jvp && !pushForward && !vjp && !compose && nonDifferentiable === undefined,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe('captured control flow', () => {
  it('of JavaScript on a tensor throws at the line of the user, and says what to write', () => {
    const f = jit((x: Tensor) => ((x as unknown as number) > 0 ? x : neg(x)) as Tensor);
    let error: unknown;
    try {
      f(tensor(3));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DeftError);
    expect((error as DeftError).code).toBe('E_VALUE');
    expect((error as DeftError).message).toMatch(/where\(/);
    expect((error as DeftError).callSite?.file).toMatch(/traps\.test\.ts$/);
  });

  it('50 lengths of a sequence cost two compilations', () => {
    const f = jit((x: Tensor) => sum(mul(x, x)) as Tensor);
    for (let length = 1; length <= 50; length++) expect(f(ones([length, 4]) as Tensor).item()).toBe(4 * length);
    expect(f.compileCount).toBe(2);
  });
});

describe('the cost of running', () => {
  it('of a chain of ops at once is one kernel for each op, however long it is', () => {
    const executor = eagerExecutor();
    const kernelsOf = (count: number): number => {
      let x = tensor([1, 2]) as Tensor;
      const before = executor.kernelCount;
      for (let i = 0; i < count; i++) x = add(x, 1) as Tensor;
      expect(numbers(x)).toEqual([1 + count, 2 + count]);
      return executor.kernelCount - before;
    };
    kernelsOf(10);
    expect(kernelsOf(500)).toBe(500);
  });

  it('holds no instance of WebAssembly: calls make none', () => {
    const f = jit((x: Tensor) => exp(mul(x, 2) as Tensor));
    const x = tensor([1, 2]) as Tensor;
    f(x);
    add(x, 1);
    const { Instance, Module } = WebAssembly;
    let made = 0;
    const counting = <T extends new (...args: never[]) => object>(type: T): T =>
      new Proxy(type, {
        construct(target, args, newTarget) {
          made++;
          return Reflect.construct(target, args, newTarget) as object;
        },
      });
    Object.assign(WebAssembly, { Instance: counting(Instance), Module: counting(Module) });
    try {
      for (let i = 0; i < 100; i++) {
        f(x);
        add(x, 1);
      }
    } finally {
      Object.assign(WebAssembly, { Instance, Module });
    }
    expect(made).toBe(0);
  });

  it('of products does not depend on round sizes: 511 and 513 take the kernels that 512 takes', () => {
    const kernels = [511, 512, 513].map((n) =>
      jit((x: Tensor, y: Tensor) => matmul(x, y) as Tensor)
        .explain(ones([n, n]) as Tensor, ones([n, n]) as Tensor)
        .split('\n')
        .filter((line) => /^\d+:/.test(line))
        .map((line) => line.split(' ')[1]),
    );
    expect(kernels).toEqual([['contract'], ['contract'], ['contract']]);
  });
});

describe('numbers', () => {
  it('logarithms near 1 keep their digits', () => {
    const x = Math.fround(0.999995);
    expect(log(tensor(x)).item() / Math.log(x)).toBeCloseTo(1, 6);
  });

  it('a sum of 2²⁴ equal numbers keeps its digits', () => {
    const all = tensor(new Float32Array(2 ** 24).fill(0.1));
    expect((sum(all).item() as number) / (2 ** 24 * Math.fround(0.1))).toBeCloseTo(1, 6);
  });

  it('a composite with a kink in its parts has the derivative of the whole: softplus at 0', () => {
    expect(numbers(grad((x: Tensor) => sum(softplus(x)) as Tensor)(tensor([0])) as Tensor)).toEqual([0.5]);
  });
});
