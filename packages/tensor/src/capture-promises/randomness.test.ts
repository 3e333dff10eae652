/**
 * Randomness: the same key gives the same bits in every mode, on every backend, in batches and loops, whatever is computed around it;
 * and so does the global generator from the same seed.
 */
import { nativeUnavailableBecause } from '@deft/backend-native';
import {
  add,
  cond,
  dropout,
  foldIn,
  foriLoop,
  getBackend,
  greater,
  jit,
  key,
  mul,
  ones,
  randomBits,
  randomNormal,
  randomPermutation,
  randomUniform,
  scan,
  seed,
  setBackend,
  setWarningOutput,
  splitKey,
  sum,
  type Tensor,
  tensor,
  unstack,
  vmap,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});
const before = getBackend().name;
afterEach(() => {
  setBackend(before);
});

type Draw = (k?: Tensor) => Tensor;
const draws: Readonly<Record<string, Draw>> = {
  bits: (k) => randomBits([5], { key: k } as never) as Tensor,
  uniform: (k) => randomUniform([3, 2], { key: k } as never) as Tensor,
  normal: (k) => randomNormal([7], { key: k } as never) as Tensor,
  permutation: (k) => randomPermutation(9, { key: k } as never) as Tensor,
  dropout: (k) => dropout(ones([16]), { rate: 0.5, key: k } as never) as Tensor,
};
const bitsOf = (x: Tensor): number[] => {
  const { buffer, byteOffset, byteLength } = x.dataSync() as Float32Array;
  return [...new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)];
};
const backends = ['reference', 'wasm', ...(nativeUnavailableBecause() === undefined ? ['native'] : [])] as const;

describe('J11 keys', () => {
  it('J11 give the same bits at once, captured, compiled, in loops, branches and batches', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(draws)), fc.integer({ min: 0, max: 1e9 }), (name, s) => {
        const draw = draws[name] as (k: Tensor) => Tensor;
        const k = key(s) as Tensor;
        const expected = bitsOf(draw(k));
        const captured = jit(draw);
        const ways: readonly (() => Tensor)[] = [
          () => captured(k),
          () => captured.lower(k).compile()(k),
          () => jit(() => draw(k))(),
          () =>
            jit((c: Tensor) =>
              cond(
                greater(c, 0),
                () => draw(k),
                () => draw(foldIn(k as never, 1) as Tensor),
              ),
            )(tensor(1)),
        ];
        for (const way of ways) expect(bitsOf(way())).toEqual(expected);
        const keys = unstack(splitKey(k as never, 3) as never) as readonly Tensor[];
        const batched = unstack(jit(vmap(draw))(splitKey(k as never, 3) as Tensor) as never) as readonly Tensor[];
        keys.forEach((each, i) => {
          expect(bitsOf(batched[i] as Tensor)).toEqual(bitsOf(draw(each)));
        });
      }),
      { numRuns: 25 },
    );
  });

  it('J11 give the same bits on every backend; normal numbers, which go through functions, the same within rounding', () => {
    for (const [name, draw] of Object.entries(draws)) {
      const found = backends.map((backend) => {
        setBackend(backend);
        return jit(draw)(key(7) as Tensor).toArray() as number[];
      });
      for (const other of found) {
        if (name === 'normal')
          expect(other.map((value) => value.toFixed(4))).toEqual(
            (found[0] as number[]).map((value) => value.toFixed(4)),
          );
        else expect(other).toEqual(found[0]);
      }
    }
  });

  it('J11 do not depend on what is drawn before, beside, or in which order', () => {
    const [a, b] = unstack(splitKey(key(3)) as never) as readonly Tensor[] as [Tensor, Tensor];
    const f = jit((first: boolean) => {
      const draw = [randomUniform([3], { key: a as never }), randomUniform([3], { key: b as never })];
      return first ? [draw[0], draw[1]] : [randomUniform([3], { key: a as never })];
    });
    const [both] = f(true) as readonly Tensor[];
    const [alone] = f(false) as readonly Tensor[];
    expect(bitsOf(both as Tensor)).toEqual(bitsOf(alone as Tensor));
    expect(bitsOf(randomUniform([3], { key: b as never }))).not.toEqual(bitsOf(both as Tensor));
  });

  it('J11 of 10,000 children of one key no two are equal, and their bits are spread evenly', () => {
    const children = splitKey(key(1), 10_000).dataSync() as Uint32Array;
    const seen = new Set(Array.from({ length: 10_000 }, (_, i) => `${children[2 * i]} ${children[2 * i + 1]}`));
    expect(seen.size).toBe(10_000);
    const mean = [...children].reduce((total, word) => total + word / 2 ** 32, 0) / 20_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  });
});

describe('J11 F19 the global generator', () => {
  /** Programs that draw without a key, in what order ever. */
  const programs: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    'one after the other': (x) => add(add(x, randomUniform([])), mul(randomNormal([]), 2)) as Tensor,
    'in a loop': (x) => foriLoop(0, 4, (_, y: Tensor) => add(y, randomUniform([])) as Tensor, x),
    'in a scan, then after it': (x) =>
      add(
        scan(
          (c: Tensor, _: Tensor): [Tensor, Tensor] => [add(c, randomUniform([])) as Tensor, c],
          x,
          zeros([3]) as Tensor,
        )[0],
        randomUniform([]),
      ) as Tensor,
    'in one branch of two': (x) =>
      cond(
        greater(x, 1),
        () => add(x, randomUniform([])) as Tensor,
        () => add(x, sum(randomUniform([2]))) as Tensor,
      ),
    'started anew within': (x) => {
      seed(9);
      return add(x, randomUniform([])) as Tensor;
    },
  };

  it.each(Object.entries(programs))('J11 F19 draws the same captured as at once, call after call: %s', (_, program) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 4 }),
        (s, calls) => {
          const run = (f: (x: Tensor) => Tensor): unknown[] => {
            seed(s);
            const drawn = calls.map((x) => f(tensor(x)).item());
            return [...drawn, randomUniform([]).item()];
          };
          expect(run(jit(program))).toEqual(run(program));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('J11 draws other numbers in every call, and compiles once', () => {
    const f = jit(() => randomUniform([2]));
    const all = new Set(Array.from({ length: 20 }, () => String(f().toArray())));
    expect([all.size, f.compileCount]).toEqual([20, 1]);
  });

  it('J11 under vmap a draw without a key is one for all examples; keys make one for each', () => {
    const [a, b] = vmap((x: Tensor) => add(x, randomUniform([])) as Tensor)(zeros([2]) as Tensor).toArray() as number[];
    expect(a).toBe(b);
    const [c, d] = vmap((k: Tensor) => randomUniform([], { key: k as never }) as Tensor)(
      splitKey(key(1)) as Tensor,
    ).toArray() as number[];
    expect(c).not.toBe(d);
  });
});
