/**
 * The cache key: which calls share a program. The table is that of the page for users, read row by row; what it says of objects is
 * more than counting, so stale answers and leaks have tests of their own.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { add, jit, mul, pow, registerTreeNode, type Tensor, tensor, tensorSpec, variable } from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { setWarningOutput } from '../index.ts';

// Many of these functions are traced again and again on purpose.
beforeAll(() => {
  setWarningOutput(undefined);
});

class Box {
  value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

class Scale {
  factor: Tensor;
  power: unknown;
  constructor(factor: Tensor, power: unknown) {
    this.factor = factor;
    this.power = power;
  }
}
registerTreeNode(Scale, { fields: ['factor'] });

/** Another class of the same name. */
const OtherScale = ((): typeof Scale => {
  class Scale {
    factor: Tensor;
    power: unknown;
    constructor(factor: Tensor, power: unknown) {
      this.factor = factor;
      this.power = power;
    }
  }
  registerTreeNode(Scale, { fields: ['factor'] });
  return Scale;
})();

const keyed = (): ((value: unknown) => number) => {
  const f = jit((_: unknown) => add(tensor(1), 1));
  return (value) => {
    f(value);
    return f.traceCount;
  };
};

const dynamic = (): ((x: Tensor, rate: unknown) => number) => {
  const f = jit((x: Tensor, rate: unknown) => mul(x, rate as Tensor), { dynamic: [1] });
  return (x, rate) => {
    f(x, rate);
    return f.traceCount;
  };
};

const names = {
  tensor,
  variable,
  Box,
  Scale,
  OtherScale,
  box: new Box(1),
  date: new Date(0),
  set: new Set([1]),
  v: variable(1),
  x: tensor([1, 2]),
  method(this: unknown) {
    return this;
  },
};

/** What an expression of the table gives; `f` is what `dynamic` makes. */
function valueOf(code: string, f: unknown): unknown {
  const run = new Function('f', ...Object.keys(names), `return (${code});`) as (...values: unknown[]) => unknown;
  return run(f, ...Object.values(names));
}

/** Traces after each of two calls. */
function traces(codes: readonly string[]): unknown[] {
  const isCall = codes.every((code) => code.startsWith('f('));
  const [f, key] = [dynamic(), keyed()];
  return codes.map((code) => (isCall ? valueOf(code, f) : key(valueOf(code, f))));
}

/** The code in a cell: `a` and `b`; `c` and `d`. */
const codesOf = (cell: string): string[][] =>
  cell
    .split('; `')
    .map((part) => [...`\`${part}`.replace('``', '`').matchAll(/`([^`]+)`/g)].map(([, code]) => code as string));

const page = readFileSync(new URL('../../../../docs/guide/what-capture-promises.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## What tells calls apart')).split('\n## ')[0] as string;
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| argument'))
  .map((line) => line.slice(2, -2).split(' | ') as [argument: string, when: string, same: string, another: string]);

describe('F2 J1 the table of keys', () => {
  it('F2 has a row for every kind of value', () => {
    expect(rows.length).toBe(17);
  });

  for (const [argument, when, same = '', another = ''] of rows) {
    if (when.includes('E_ARGUMENT')) {
      it(`F2 ${argument}: is refused`, () => {
        for (const [code] of codesOf(another)) {
          expect(() => keyed()(valueOf(code as string, undefined)), code).toThrow(/args\[0\].*E_ARGUMENT/);
        }
      });
      continue;
    }
    it(`F2 ${argument}: the same`, () => {
      for (const pair of codesOf(same)) expect([pair, traces(pair)]).toEqual([pair, [1, 1]]);
    });
    it(`F2 ${argument}: another`, () => {
      for (const pair of codesOf(another)) expect([pair, traces(pair)]).toEqual([pair, [1, 2]]);
    });
  }
});

describe('a key', () => {
  const plain = fc.oneof(
    fc.double(),
    fc.bigInt(),
    fc.string(),
    fc.boolean(),
    fc.constantFrom(null, undefined, 0, -0, '0', 0n, 'null', 'undefined', '', '1;2', '"'),
  );
  const nested = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      plain,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'a.b', '["a"]', '__proto__', '*', '1'), tie('tree'), { maxKeys: 3 }),
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), tie('tree')), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    ),
  })).tree;
  const isEqual = (a: unknown, b: unknown): boolean => {
    if (Object.is(a, b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (a instanceof Map !== b instanceof Map || Array.isArray(a) !== Array.isArray(b)) return false;
    const entriesOf = (x: object): [unknown, unknown][] => (x instanceof Map ? [...x] : Object.entries(x));
    const [left, right] = [entriesOf(a), new Map(entriesOf(b))];
    return left.length === right.size && left.every(([k, value]) => right.has(k) && isEqual(value, right.get(k)));
  };

  it('F2 is the same for trees of plain values that are equal, and for no others', () => {
    fc.assert(
      fc.property(nested, nested, (a, b) => {
        const key = keyed();
        expect(key(a)).toBe(1);
        expect(key(structuredClone(a))).toBe(1);
        expect(key(b)).toBe(isEqual(a, b) ? 1 : 2);
      }),
    );
  });

  it('F2 tells what a registered class keeps besides its children, also to code for every size', () => {
    const f = jit((s: Scale) => pow(s.factor, s.power as number) as Tensor, { name: 'f' });
    const vector = (n: number): Tensor => tensor(Array.from({ length: n }, () => 2));
    const sums: unknown[] = [];
    for (const n of [2, 3, 5, 2]) {
      for (const power of [2, 3]) sums.push(f(new Scale(vector(n), power)).toArray()[0 as never]);
    }
    expect(sums).toEqual([4, 8, 4, 8, 4, 8, 4, 8]);
    expect(f.compileCount).toBe(4);
    expect(f.explain()).toContain('because args[0].power was 2, is 3');
    const lowered = f.lower(new Scale(tensorSpec([2], 'float32') as never, 2)).compile();
    expect(lowered(new Scale(vector(2), 2)).toArray()).toEqual([4, 4]);
    expect(() => lowered(new Scale(vector(2), 3))).toThrow(/args\[0\]\.power: expected 2, got 3 \[E_SIGNATURE\]/);
  });

  it('F2 tells the context that a registered class states', () => {
    class Padded {
      readonly x: Tensor;
      readonly by: number;
      constructor(x: Tensor, by: number) {
        this.x = x;
        this.by = by;
      }
    }
    registerTreeNode(Padded, {
      name: 'Padded',
      flatten: ({ x, by }) => ({ keys: ['x'], children: [x], context: { by } }),
      unflatten: ([x], context) => new Padded(x as Tensor, (context as { by: number }).by),
    });
    const f = jit((p: Padded) => mul(p.x, p.by) as Tensor);
    expect([2, 3, 2].map((by) => f(new Padded(tensor(1), by)).item())).toEqual([2, 3, 2]);
    expect(f.traceCount).toBe(2);
  });

  it('F2 J1 of a method has the instance in it', () => {
    class Model {
      readonly w: Tensor;
      bodies = 0;
      constructor(w: number) {
        this.w = tensor(w);
      }

      @jit()
      apply(x: Tensor): Tensor {
        this.bodies++;
        return mul(x, this.w) as Tensor;
      }
    }
    const [a, b] = [new Model(2), new Model(3)];
    for (let i = 1; i < 4; i++) expect([a, b].map((model) => model.apply(tensor(i)).item())).toEqual([2 * i, 3 * i]);
    expect([a.bodies, b.bodies]).toEqual([1, 1]);
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('F2 what is given to a call', () => {
  it('F2 is not kept by what was written down: objects by identity, tensors, donated or not, at every size', async () => {
    const f = jit((_: Box, { xs: [x] }: { xs: [Tensor] }) => ({ xs: [mul(x, 2), mul(x, 3)] }), { strict: true });
    const donating = jit((x: Tensor) => mul(x, 2), { donate: [0] });
    const given: WeakRef<object>[] = [];
    const run = (n: number): void => {
      const [box, x, y] = [
        new Box(tensor(1)),
        tensor(new Array<number>(n).fill(1)),
        tensor(new Array<number>(n).fill(1)),
      ];
      given.push(new WeakRef(box), new WeakRef(x), new WeakRef(y));
      f(box, { xs: [x] });
      donating(y);
    };
    for (let n = 1; n < 6; n++) run(n);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    expect(given.map((one) => one.deref()?.constructor.name).filter((name) => name !== undefined)).toEqual([]);
    expect([f.cacheSize, donating.cacheSize]).toEqual([5, 5]);
  });
});
