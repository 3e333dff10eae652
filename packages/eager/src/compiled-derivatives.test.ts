/**
 * Derivatives of eager ops as programs: what they give is what rules give op by op (the conformance tests say so for every op);
 * here, how many kernels run, what is given back, and what is not.
 */
import { baseInterpreter, type Interpreter, raise } from '@deft/core';
import type { Executable, KernelProgram } from '@deft/kernel';
import {
  add,
  checkpoint,
  customVjp,
  gelu,
  getBackend,
  grad,
  jacrev,
  key,
  layerNormalization,
  matmul,
  mul,
  randomNormal,
  setBackend,
  sin,
  softmax,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
} from '@deft/tensor';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

interface Counting extends Interpreter {
  readonly kernelCount: number;
}

function kernelsOf(f: () => unknown): number {
  f(); // compiles
  const { kernelCount } = baseInterpreter() as Counting;
  f();
  return (baseInterpreter() as Counting).kernelCount - kernelCount;
}

const random = (...shape: number[]): Tensor => randomNormal(shape, { key: key(1) }) as Tensor;

beforeEach(() => setBackend('wasm'));
afterEach(() => setBackend('auto'));

describe('the derivative of an eager op', () => {
  it.each([
    ['gelu', (x: Tensor) => gelu(x, { approximate: true }), 2],
    ['softmax', (x: Tensor) => softmax(x), 2],
    ['layerNormalization', (x: Tensor) => layerNormalization(x, 1, 0), 2],
    // The third adds up what arrives from both sides.
    ['a product with itself', (x: Tensor) => mul(x, x), 3],
  ] as const)('%s: a kernel or so for each direction', (_, f, kernels) => {
    const x = random(8, 16);
    const [, pull] = vjp(f as (x: Tensor) => Tensor, x);
    const cotangent = random(8, 16);
    const both = (): unknown => vjp(f as (x: Tensor) => Tensor, x)[1](cotangent);
    expect(kernelsOf(both)).toBe(kernels);
    expect((pull(cotangent) as unknown as Tensor[]).length).toBe(1);
  });

  it('adds nothing where a cotangent passes unchanged', () => {
    const [x, y] = [random(8, 16), random(8, 16)];
    const run = (): unknown => vjp((a: Tensor, b: Tensor) => add(a, b) as Tensor, x, y)[1](x);
    expect(kernelsOf(run)).toBe(1);
  });

  it('leaves alone what others have: arguments, results, cotangents, gradients that are one tensor', () => {
    const [x, y, cotangent] = [random(4), random(4), random(4)];
    const kept: Tensor[] = [];
    const f = (a: Tensor, b: Tensor): Tensor => {
      const product = mul(a, b) as Tensor;
      const result = add(sin(product), add(a, b)) as Tensor;
      kept.push(product);
      return result;
    };
    const [value, pull] = vjp(f, x, y);
    const first = pull(cotangent) as unknown as Tensor[];
    const second = pull(cotangent) as unknown as Tensor[];
    for (const [i, gradient] of first.entries()) expect(gradient.toArray()).toEqual(second[i]?.toArray());
    for (const one of [x, y, cotangent, value as Tensor]) expect(one.dataSync()).toHaveLength(4);
    const [left, right] = vjp((a: Tensor, b: Tensor) => add(a, b) as Tensor, x, y)[1](cotangent) as unknown as Tensor[];
    expect(left?.toArray()).toEqual(right?.toArray());
    expect(cotangent.dataSync()).toHaveLength(4);
  });

  it('leaves alone what a rule of the user has seen', () => {
    const seen: Tensor[] = [];
    const watched = customVjp(
      (x: Tensor) => mul(x, 2) as Tensor,
      (x: Tensor) => [mul(x, 2) as Tensor, null],
      (_: unknown, ct: Tensor) => {
        seen.push(ct);
        return [mul(ct, 2) as Tensor];
      },
    );
    const x = random(4);
    grad((a: Tensor) => sum(sin(watched(sin(a) as Tensor))) as Tensor)(x);
    expect(seen.map((ct) => ct.dataSync().length)).toEqual([4]);
  });

  it('works where cotangents belong to a transform or a capture', () => {
    const x = tensor([0.5, 1, 2]) as Tensor;
    const jacobian = jacrev((a: Tensor) => gelu(softmax(a)) as Tensor)(x) as unknown as Tensor;
    const rows = [0, 1, 2].map((i) => {
      const seed = tensor([0, 1, 2].map((k) => Number(k === i)));
      const [, pull] = vjp((a: Tensor) => gelu(softmax(a)) as Tensor, x);
      return (pull(seed) as unknown as Tensor[])[0]?.toArray() as number[];
    });
    const found = jacobian.toArray() as number[][];
    rows.forEach((row, i) => {
      row.forEach((value, k) => {
        expect(found[i]?.[k]).toBeCloseTo(value, 6);
      });
    });
    const twice = checkpoint((a: Tensor) => gelu(a) as Tensor);
    const plain = grad((a: Tensor) => sum(gelu(gelu(a))) as Tensor)(x) as unknown as Tensor;
    const saved = grad((a: Tensor) => sum(twice(twice(a))) as Tensor)(x) as unknown as Tensor;
    expect(saved.toArray()).toEqual(plain.toArray());
  });

  it('compiles its way back when that first runs as a program', () => {
    const f = (x: Tensor): Tensor => gelu(x) as Tensor;
    const x = random(5, 7);
    jacrev(f)(x);
    const [, pull] = vjp(f, x);
    const compile = vi.spyOn(getBackend(), 'compile');
    pull(x);
    pull(x);
    expect(compile).toHaveBeenCalledTimes(1);
    compile.mockRestore();
  });

  it('tells the op when memory runs out, in both directions', () => {
    const f = (x: Tensor): Tensor => gelu(x) as Tensor;
    const x = random(3, 11);
    const words = /^gelu: expected room for 1 byte, got 0 \(operands float32\[3, 11\]\) \[E_MEMORY\]/;
    const backend = getBackend();
    const withoutMemory = (program: KernelProgram): Executable => ({
      program,
      run: () => raise('E_MEMORY', { expected: 'room for 1 byte', found: '0' }),
      dispose: () => {},
    });
    const compile = vi.spyOn(backend, 'compile').mockImplementationOnce(withoutMemory);
    expect(() => vjp(f, x)).toThrow(words);
    // Another size: equal programs are one executable.
    const [, pull] = vjp(f, random(11, 4));
    compile.mockImplementationOnce(withoutMemory);
    expect(() => pull(random(11, 4))).toThrow(/^gelu: .* \(operands float32\[11, 4\]\) \[E_MEMORY\]/);
    compile.mockRestore();
  });

  it('keeps memory bounded in a loop that never yields', () => {
    const w = random(64, 64);
    const x = random(64, 64);
    const { backend } = baseInterpreter() as unknown as {
      backend: { memory(): { readonly residentBytes: number } };
    };
    const step = (): void => {
      const [value, gradient] = valueAndGrad(
        (a: Tensor) => sum(gelu(matmul(gelu(matmul(x, a)) as Tensor, a))) as Tensor,
      )(w);
      for (const one of [value, gradient] as unknown as Tensor[]) one.dispose();
    };
    step();
    const before = backend.memory().residentBytes;
    for (let i = 0; i < 20; i++) step();
    // What the user's function made stays until the event loop turns: five results of 16 KB a step, and the sum.
    expect(backend.memory().residentBytes - before).toBeLessThan(20 * 6 * 64 * 64 * 4);
  });
});
