/**
 * Sizes and signatures: which program serves a call does not depend on what was called before, named dims are one program for all
 * sizes, 0 and 1 among them, and a second size without a name is the last that compiles anything.
 */
import { readFileSync } from 'node:fs';
import {
  add,
  concat,
  cumSum,
  exp,
  grad,
  jit,
  less,
  matmul,
  mean,
  mul,
  pad,
  reshape,
  setWarningOutput,
  slice,
  softmax,
  sort,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  transpose,
  where,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

type Any = never;

/** Some matrix of that size; the same for the same size and seed. */
function matrix(rows: number, columns: number, seed = 1): Tensor {
  const row = (i: number): number[] => Array.from({ length: columns }, (_, j) => Math.sin(7 * i + 3 * j + seed));
  return reshape(tensor(Array.from({ length: rows }, (_, i) => row(i)).flat()) as Any, [rows, columns]) as Tensor;
}

const bits = (x: Tensor): unknown => ({ shape: x.shape, dtype: x.dtype, data: [...(x.dataSync() as Float32Array)] });

/** The same up to rounding: programs of other sizes may add in another order. */
function expectClose(found: Tensor, expected: Tensor): void {
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  const [a, b] = [found.dataSync() as Float32Array, expected.dataSync() as Float32Array];
  a.forEach((value, i) => {
    const other = b[i] as number;
    if (!Object.is(value, other)) expect(value).toBeCloseTo(other, 4);
  });
}

/** Functions of a matrix [n, 3] that do not ask for its size, or compute with it. */
const steps: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  softmax: (x) => softmax(x) as Tensor,
  centred: (x) => sub(x, mean(x, { axis: 1, keepDims: true })) as Tensor,
  'divided by its size': (x) => mul(x, 1 / Math.max(1, x.shape[0] as number)) as Tensor,
  'running totals': (x) => cumSum(x as Any) as Tensor,
  sorted: (x) => sort(x as Any, { axis: 1 }) as Tensor,
  'doubled in length': (x) => concat([x, mul(x, 2) as Tensor], 0) as Tensor,
  padded: (x) =>
    pad(
      x as Any,
      [
        [1, 0],
        [0, 0],
      ] as Any,
    ) as Tensor,
  'a product with itself': (x) => matmul(matmul(x as Any, transpose(x as Any) as Any) as Any, x as Any) as Tensor,
  'one column moved': (x) =>
    concat(
      [slice(x as Any, [0, 2], [x.shape[0] as number, 1]), slice(x as Any, [0, 0], [x.shape[0] as number, 2])] as Any,
      1,
    ) as Tensor,
  'reshaped and back': (x) => reshape(tanh(reshape(x as Any, [-1]) as Any) as Any, x.shape as Any) as Tensor,
  'chosen by its number of rows': (x) => where(less(x, 1 / (1 + (x.shape[0] as number))), exp(x), x) as Tensor,
};
const anySteps = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 4 });
const composed =
  (names: readonly string[]) =>
  (x: Tensor): Tensor =>
    names.reduce((y, name) => (steps[name] as (x: Tensor) => Tensor)(y), x);
const anySizes = fc.shuffledSubarray([0, 1, 2, 5, 17], { minLength: 3 });

describe('F3 which program serves a call', () => {
  const anyCall = fc.record({
    rows: fc.constantFrom(0, 1, 2, 3, 4),
    columns: fc.constantFrom(1, 2, 4),
    dtype: fc.constantFrom('float32' as const, 'int32' as const),
    factor: fc.constantFrom(2, 3),
    mode: fc.constantFrom('plain', 'odd'),
  });

  it('F3 F6 does not depend on the calls before, in any order of them', () => {
    const body = (x: Tensor, { factor, mode }: { factor: number; mode: string }): Tensor => {
      // Another function at some sizes, and one that follows from sizes at the others.
      if (mode === 'odd' && x.shape[0] === 3) return mul(x, -factor) as Tensor;
      return add(mul(x, factor), sum(x, { axis: 0, keepDims: true })) as Tensor;
    };
    fc.assert(
      fc.property(
        fc
          .array(anyCall, { minLength: 2, maxLength: 8 })
          .chain((calls) => fc.tuple(fc.constant(calls), fc.shuffledSubarray(calls, { minLength: calls.length }))),
        (orders) => {
          for (const calls of orders) {
            const f = jit(body);
            for (const { rows, columns, dtype, ...options } of [...calls, ...calls]) {
              const whole = Array.from({ length: rows * columns }, (_, i) => i - 3);
              const x = reshape(tensor(whole, { dtype }) as Any, [rows, columns]) as Tensor;
              expect(bits(f(x, options))).toEqual(bits(body(x, options)));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('F3 F4 is the one for its own sizes, also where a signature says what is any', () => {
    const f = jit((x: Tensor) => mul(x, x.shape[0] === 2 ? 10 : 1) as Tensor, {
      signature: [tensorSpec(['rows', '...'], 'float32')],
    });
    const first = (rows: number, columns: number): unknown =>
      (f(add(zeros([rows, columns]), 1) as Tensor).dataSync() as Float32Array)[0];
    const sizes = [
      [2, 3],
      [4, 3],
      [2, 5],
      [7, 5],
      [2, 3],
    ] as const;
    expect(sizes.map(([n, m]) => first(n, m))).toEqual([10, 1, 10, 1, 10]);
    for (const [n, m] of [...sizes].reverse()) expect(first(n, m)).toBe(n === 2 ? 10 : 1);
  });
});

describe('F4 a signature', () => {
  const f = jit(({ x, ys }: { x: Tensor; ys: Tensor[] }, k: number) => mul(add(x, ys[0] as Tensor), k) as Tensor, {
    name: 'step',
    signature: [{ x: tensorSpec(['batch', 3], 'float32'), ys: [tensorSpec(['batch', 1])] }, undefined],
  });
  const misfits: readonly (readonly [label: string, args: readonly unknown[], says: string])[] = [
    ['rank', [{ x: zeros([2]), ys: [zeros([2, 1])] }, 1], 'args[0].x: expected float32[batch, 3], got float32[2]'],
    [
      'size',
      [{ x: zeros([2, 4]), ys: [zeros([2, 1])] }, 1],
      'args[0].x: expected float32[batch, 3], got float32[2, 4]',
    ],
    [
      'dtype',
      [{ x: zeros([2, 3], 'int32'), ys: [zeros([2, 1])] }, 1],
      'args[0].x: expected float32[batch, 3], got int32[2, 3]',
    ],
    ['no tensor', [{ x: 'x', ys: [zeros([2, 1])] }, 1], 'args[0].x: expected float32[batch, 3], got x'],
    ['nothing', [{ x: zeros([2, 3]), ys: [] }, 1], 'args[0].ys[0]: expected a tensor [batch, 1], got nothing there'],
    ['names', [{ x: zeros([2, 3]), ys: [zeros([5, 1])] }, 1], 'batch is 2 from args[0].x, 5 from args[0].ys[0]'],
  ];
  it.each(misfits)('F4 F5 says at which argument a call does not fit, and where it stands: %s', (_, args, says) => {
    const call = (): unknown => (f as unknown as (...given: readonly unknown[]) => unknown)(...args);
    expect(call).toThrow(`step: ${says}`);
    expect(call).toThrow(/\[E_SIGNATURE\][\s\S]*sizes\.test\.ts:\d+:\d+/);
  });

  it('F4 leaves what it does not state as it is, and counts nothing that was refused', () => {
    const fits = { x: zeros([2, 3]) as Tensor, ys: [zeros([2, 1]) as Tensor] };
    expect(f(fits, 2).shape).toEqual([2, 3]);
    expect([f.traceCount, f.compileCount]).toEqual([1, 1]);
  });
});

describe('F5 T6 named dims', () => {
  it('F5 T6 one program is right at every size, 0 and 1 among them, whichever comes first', () => {
    fc.assert(
      fc.property(anySteps, anySizes, (names, sizes) => {
        const body = composed(names);
        const f = jit(body, { signature: [tensorSpec(['n', 3], 'float32')], shapes: 'symbolic' });
        for (const n of sizes) expectClose(f(matrix(n, 3)), body(matrix(n, 3)));
        expect(f.compileCount).toBe(1);
      }),
      { numRuns: 25 },
    );
  });

  it('F5 T5 so is its gradient: the way back of a function of any size is one of any size', () => {
    fc.assert(
      fc.property(anySteps, anySizes, (names, sizes) => {
        const body = grad((x: Tensor) => sum(mul(composed(names)(x), 0.5)) as Tensor);
        const f = jit(body, { signature: [tensorSpec(['n', 3], 'float32')], shapes: 'symbolic' });
        for (const n of sizes) expectClose(f(matrix(n, 3)), body(matrix(n, 3)));
        expect(f.compileCount).toBe(1);
      }),
      { numRuns: 15 },
    );
  });

  it('F5 are checked and computed with: sizes of a call are numbers in the body, and equal where they have one name', () => {
    const f = jit(
      (x: Tensor, y: Tensor) => reshape(concat([x, y], 0) as Any, [2 * (x.shape[0] as number), -1]) as Tensor,
      {
        name: 'joined',
        signature: [tensorSpec(['B', 3]), tensorSpec(['B', 3])],
        shapes: 'symbolic',
      },
    );
    for (const n of [4, 1, 9]) expect(f(matrix(n, 3), matrix(n, 3)).shape).toEqual([2 * n, 3]);
    expect(() => f(matrix(32, 3), matrix(31, 3))).toThrow(
      /joined: B is 32 from args\[0\], 31 from args\[1\] \[E_SIGNATURE\]\n {2}hint: dims of one name have one size/,
    );
    expect(f.compileCount).toBe(1);
  });

  it('F5 an index beyond a size that is known is an error when the function is traced', () => {
    const f = jit((x: Tensor) => slice(x as Any, [0, 2], [1, 2]) as Tensor, { signature: [tensorSpec(['n', 3])] });
    expect(() => f(matrix(4, 3))).toThrow(/slice.*\[E_/s);
    expect(f.traceCount).toBe(0);
  });

  const fixing: Readonly<Record<string, (x: Tensor) => unknown>> = {
    'another op': (x) => add(x.shape[0] === 101 ? exp(x) : tanh(x), 1),
    'another number': (x) => add(tanh(x), x.shape[0] === 101 ? 5 : 4),
    'one op more': (x) => tanh((x.shape[0] === 101 ? tanh(x) : x) as Tensor),
    'another axis': (x) => sum(mul(x, 2), { axis: x.shape[0] === 101 ? 0 : 1 }),
  };
  it.each(Object.entries(fixing))('T5 fail where the function fixes one, and name the line that did: %s', (_, body) => {
    const f = jit(body, { name: 'fixed', signature: [tensorSpec(['n', 3])], shapes: 'symbolic' });
    for (const n of [5, 1, 0]) f(matrix(n, 3));
    const line = /sizes\.test\.ts:(\d+):\d+$/;
    const thrown = (n: number): string => {
      try {
        return String(f(matrix(n, 3)));
      } catch (error) {
        return String(error);
      }
    };
    expect(thrown(101)).toMatch(
      /fixed: .*not the same at every size: it does something else at a size of 101, first in (exp|add|tanh|sum)/,
    );
    expect(thrown(101)).toMatch(line);
    const [, found] = line.exec(thrown(101)) as unknown as [string, string];
    expect(readFileSync(new URL(import.meta.url), 'utf8').split('\n')[Number(found) - 1]).toContain('=== 101');
    expect(thrown(100)).toContain('Tensor');
  });

  it('T5 fail where a loop of JavaScript runs as often as there are rows', () => {
    const unrolled = jit(
      (x: Tensor) => {
        let total = slice(x as Any, [0, 0], [1, 3]) as Tensor;
        for (let i = 1; i < (x.shape[0] as number); i++) total = add(total, slice(x as Any, [i, 0], [1, 3])) as Tensor;
        return total;
      },
      { name: 'unrolled', signature: [tensorSpec(['n', 3])], shapes: 'symbolic' },
    );
    expect(() => unrolled(matrix(4, 3))).toThrow(
      /unrolled: .*not the same at every size.*E_SPECIALIZED.*sizes\.test\.ts:\d+/s,
    );
  });

  it('T5 without a name nothing is fixed silently: the call is compiled for its size, and the report says so', () => {
    const f = jit((x: Tensor) => mul(x, x.shape[0] === 7 ? -1 : 2) as Tensor);
    for (const n of [3, 5, 7, 9]) f(matrix(n, 1));
    const lines = f.explain().split('\n').slice(1);
    expect(lines.map((line) => line.includes('code for every size'))).toEqual([false, true, false, true]);
  });
});

describe('F6 sizes without names', () => {
  it('F6 a second size generalises, further sizes compile nothing', () => {
    const f = jit((x: Tensor) => softmax(x) as Tensor);
    for (const n of [3, 5, 7, 9, 0, 1, 1000]) expectClose(f(matrix(n, 4)), softmax(matrix(n, 4)) as Tensor);
    expect(f.compileCount).toBe(2);
    const lines = f.explain().split('\n').slice(1);
    expect(lines[0]).toMatch(/^trace 1: args\[0\]: float32\[3, 4\]; because the first call/);
    expect(lines[1]).toMatch(
      /^trace 2 \(code for every size\): .*because args\[0\] was float32\[3, 4\], is float32\[5, 4\]/,
    );
  });

  it('F6 T6 holds for random functions and sizes, in any order', () => {
    fc.assert(
      fc.property(anySteps, anySizes, (names, sizes) => {
        const body = composed(names);
        const f = jit(body);
        for (const n of sizes) expectClose(f(matrix(n, 3)), body(matrix(n, 3)));
        expect(f.compileCount).toBe(2);
      }),
      { numRuns: 15 },
    );
  });
});
