/** Captures that serve every size: which calls they serve, what they give, and how they refuse. */
import {
  add,
  concat,
  conv2d,
  cumSum,
  dotProductAttention,
  grad,
  key,
  matmul,
  maxPool,
  mean,
  mul,
  randomNormal,
  relu,
  reshape,
  scan,
  softmax,
  softmaxCrossEntropy,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  transpose,
  valueAndGrad,
  zeros,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { jit } from './jit.ts';

// biome-ignore lint/suspicious/noExplicitAny: functions of any tensors
type Any = any;

const random = (shape: number[], seed = 1): Tensor => randomNormal(shape, { key: key(seed) }) as Tensor;
const weights = {
  w1: random([12, 32], 1),
  b1: random([32], 2),
  w2: random([32, 5], 3),
  k: random([3, 3, 2, 4], 4),
  u: random([48, 48], 5),
  w: random([6, 48], 6),
};

/** All numbers in a result. */
function numbers(value: unknown): unknown {
  if (value !== null && typeof value === 'object' && 'abstract' in value)
    return { shape: (value as Tensor).shape, data: [...((value as Tensor).dataSync() as Float32Array)] };
  if (Array.isArray(value)) return value.map(numbers);
  return value !== null && typeof value === 'object' ? numbers(Object.values(value)) : value;
}

/** Networks with their gradients, and arguments for sizes: a batch, and the length of a sequence. */
const networks: Readonly<
  Record<string, { readonly f: (...args: Any[]) => unknown; readonly args: (n: number, m: number) => Tensor[] }>
> = {
  'a perceptron': {
    f: (x, y) =>
      valueAndGrad(({ w1, b1, w2 }: Any) => {
        const logits = matmul(relu(add(matmul(x, w1), b1)), w2);
        return mean(softmaxCrossEntropy(logits as Tensor, y)) as Tensor;
      })({ w1: weights.w1, b1: weights.b1, w2: weights.w2 } as Any),
    args: (n) => [random([n, 12]), softmax(random([n, 5], 7)) as Tensor],
  },
  'a convolution with pooling': {
    f: (x) =>
      grad(
        (a: Any) => mean(square(maxPool(relu(conv2d(a.x, a.k) as Tensor) as Any, { poolSize: 2 }) as Tensor)) as Tensor,
      )({
        x,
        k: weights.k,
      } as Any),
    args: (n) => [random([n, 8, 8, 2])],
  },
  attention: {
    f: (q, k, v) =>
      grad((a: Any) => sum(square(dotProductAttention(a.q, a.k, a.v) as Tensor)) as Tensor)({ q, k, v } as Any),
    args: (n, m) => [1, 2, 3].map((seed) => random([n, m, 2, 8], seed)),
  },
  'a recurrent network': {
    f: (xs, h) =>
      grad((u: Any) => {
        const step = (state: Tensor, x: Tensor): [Tensor, Tensor] => {
          const next = tanh(add(matmul(x as Any, weights.w), matmul(state as Any, u))) as Tensor;
          return [next, next];
        };
        const [last, all] = scan(step, h, xs) as [Tensor, Tensor];
        return add(sum(square(last)), mean(all)) as Tensor;
      })(weights.u as Any),
    args: (n, m) => [random([m, n, 6]), random([n, 48])],
  },
};

describe('a function of any size', () => {
  const sizes = [
    [40, 30],
    [17, 21],
    [1, 3],
    [2, 1],
    [0, 2],
    [3, 0],
    [64, 50],
    [1, 1],
    [5, 5],
  ] as const;

  for (const [name, { f, args }] of Object.entries(networks)) {
    it(`is compiled once more when a second size comes, and then never again: ${name}`, () => {
      const [captured, exact] = [jit(f), jit(f, { shapes: 'exact' })];
      for (const [n, m] of sizes) {
        const given = args(n, m);
        expect(numbers(captured(...given)), `sizes ${n} and ${m}`).toEqual(numbers(exact(...given)));
      }
      expect(captured.compileCount).toBe(2);
      expect(captured.traceCount).toBe(exact.traceCount);
    });
  }

  it('is one program where its signature names the dims, and says what it is for each of them', () => {
    const { f, args } = networks['a perceptron'] as (typeof networks)[string];
    const captured = jit(f, {
      signature: [tensorSpec(['batch', 12], 'float32'), tensorSpec(['batch', '...'])],
      shapes: 'symbolic',
    });
    for (const [n] of sizes) captured(...args(n, 0));
    expect(captured.compileCount).toBe(1);
    expect(captured.explain(...args(9, 0))).toContain('[9');
    expect(captured.explain(...args(13, 0))).toContain('[13');
  });

  it('keeps numbers that follow from sizes apart from numbers that are equal by chance', () => {
    const f = jit((x: Tensor) => add(mul(x, 3), x.shape[0] as number) as Tensor);
    for (const n of [7, 5, 3, 1, 0])
      expect(numbers(f(zeros([n]) as Tensor))).toEqual({ shape: [n], data: new Array<number>(n).fill(n) });
    expect(f.compileCount).toBe(2);
  });

  it('may have several sizes, and takes axes that were always equal for one until they are not', () => {
    const f = jit((x: Tensor, y: Tensor) => concat([x, y], 0) as Tensor);
    const run = (n: number, m: number): void => {
      const [x, y] = [random([n, 2]), random([m, 2], 2)];
      const given = [x, y].flatMap((part) => [...(part.dataSync() as Float32Array)]);
      expect(numbers(f(x, y))).toEqual({ shape: [n + m, 2], data: given });
    };
    run(4, 4);
    run(6, 6);
    run(9, 9);
    expect(f.compileCount).toBe(2);
    run(3, 8);
    run(8, 3);
    run(0, 1);
    expect(f.compileCount).toBe(3);
  });

  it('is run as it is at a size where it does something else', () => {
    const f = jit((x: Tensor) => mul(x, (x.shape[0] as number) === 1003 ? -1 : 2) as Tensor);
    const first = (n: number): number => (f(add(zeros([n]), 1) as Tensor).dataSync() as Float32Array)[0] as number;
    expect([40, 41, 1002, 1003, 1004].map(first)).toEqual([2, 2, 2, -2, 2].map((x) => (x === -2 ? -1 : x)));
  });

  it('still refuses what the function refuses', () => {
    const f = jit((x: Tensor) => reshape(x as Any, [(x.shape[0] as number) / 2, 2]) as Tensor);
    expect(numbers(f(random([4])))).toMatchObject({ shape: [2, 2] });
    expect(numbers(f(random([8])))).toMatchObject({ shape: [4, 2] });
    expect(() => f(random([5]))).toThrow(/reshape.*E_DIM/s);
    expect(numbers(f(random([6])))).toMatchObject({ shape: [3, 2] });
  });

  it('gives results that are no tensors as they are at each size', () => {
    const f = jit((x: Tensor) => ({ twice: mul(x, 2) as Tensor, rows: x.shape[0] as number }));
    expect([3, 4, 5].map((n) => f(random([n])).rows)).toEqual([3, 4, 5]);
  });

  it('compiles again for another backend setting, and gives its code back when it is forgotten', () => {
    const f = jit((x: Tensor) => add(transpose(x as Any), 1) as Tensor, { cacheSize: 2 });
    for (let n = 2; n < 12; n++) expect(numbers(f(zeros([n, 3]) as Tensor))).toMatchObject({ shape: [3, n] });
    expect([f.cacheSize, f.compileCount]).toEqual([2, 2]);
    f.clear();
    expect(numbers(f(zeros([5, 3]) as Tensor))).toMatchObject({ shape: [3, 5] });
  });

  it('can be told to keep every size for itself', () => {
    const f = jit((x: Tensor) => sum(x) as Tensor, { shapes: 'exact' });
    for (const n of [2, 3, 4]) f(random([n]));
    expect(f.compileCount).toBe(3);
    expect(() => jit((x: Tensor) => x, { shapes: 'all' as Any })).toThrow(
      /shapes: expected 'auto', 'exact' or 'symbolic', got all.*E_ARGUMENT/s,
    );
  });
});

describe('shapes: symbolic', () => {
  it('names the line that does not hold for every size', () => {
    const f = jit(
      (x: Tensor) => {
        let total = x;
        for (let i = 0; i < (x.shape[0] as number); i++) total = add(total, 1) as Tensor;
        return total;
      },
      { signature: [tensorSpec(['n'])], shapes: 'symbolic', name: 'unrolled' },
    );
    expect(() => f(random([3]))).toThrow(
      /unrolled: the captured function is not the same at every size: .*E_SPECIALIZED.*sized-capture\.test\.ts:\d+/s,
    );
  });

  it('says so where a single size is another matter, or the running totals of one', () => {
    const f = jit((x: Tensor) => mul(x, (x.shape[0] as number) > 900 ? 3 : 2) as Tensor, {
      signature: [tensorSpec(['n'])],
      shapes: 'symbolic',
    });
    f(random([30]));
    expect(() => f(random([1000]))).toThrow(/something else at a size of 1000.*E_SPECIALIZED/s);
    expect(numbers(f(zeros([2]) as Tensor))).toEqual({ shape: [2], data: [0, 0] });
  });
});

describe('a signature', () => {
  const f = jit(
    ({ x, more }: { x: Tensor; more: Tensor[] }, factor: number) => mul(add(x, more[0] as Tensor), factor) as Tensor,
    {
      name: 'step',
      signature: [{ x: tensorSpec(['batch', 3], 'float32'), more: tensorSpec(['batch', '...']) }],
    },
  );

  it('is what a call must fit', () => {
    expect(numbers(f({ x: zeros([2, 3]) as Tensor, more: [zeros([2, 1]) as Tensor] }, 2))).toMatchObject({
      shape: [2, 3],
    });
    const call =
      (x: unknown, more: unknown): (() => unknown) =>
      () =>
        f({ x, more } as Any, 2);
    expect(call(zeros([2, 4]), [zeros([2])])).toThrow(
      /step: args\[0\]\.x: expected float32\[batch, 3\], got float32\[2, 4\] \[E_SIGNATURE\]/,
    );
    expect(call(zeros([2, 3], 'int32'), [zeros([2])])).toThrow(/got int32\[2, 3\]/);
    expect(call(zeros([2]), [zeros([2])])).toThrow(/got float32\[2\]/);
    expect(call(zeros([2, 3]), [tensor(1)])).toThrow(
      /args\[0\]\.more\[0\]: expected a tensor \[batch, \.\.\.\], got float32\[\]/,
    );
    expect(call(5, [zeros([2])])).toThrow(/args\[0\]\.x: expected float32\[batch, 3\], got 5/);
    expect(call(zeros([2, 3]), [])).toThrow(/args\[0\]\.more: expected .*, got nothing there/);
    expect(call(zeros([4, 3]), [zeros([2, 3])])).toThrow(
      /step: batch is 2 from args\[0\]\.more\[0\], 4 from args\[0\]\.x \[E_SIGNATURE\]/,
    );
  });

  it('is made of sizes and names', () => {
    expect(() => tensorSpec([-1])).toThrow(/shape\[0\]: expected a whole number.*got -1.*E_DIM/s);
    expect(() => tensorSpec(['...', 2])).toThrow(/E_DIM/);
    expect(() => tensorSpec([''])).toThrow(/E_DIM/);
    expect(() => jit((x: Tensor) => x, { signature: [3 as Any] })).toThrow(
      /signature, args\[0\]: expected tensorSpec.*got 3.*E_ARGUMENT/s,
    );
  });
});

describe('running totals', () => {
  it('are what they are at every length', () => {
    const f = jit((x: Tensor) => cumSum(x as Any) as Tensor);
    for (const n of [9, 30, 1, 0, 4])
      expect(numbers(f(add(zeros([n]), 1) as Tensor))).toEqual({
        shape: [n],
        data: Array.from({ length: n }, (_, i) => i + 1),
      });
  });
});
