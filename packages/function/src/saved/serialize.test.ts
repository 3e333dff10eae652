/** Saved functions: what comes back is what was saved, and what a file cannot hold is refused. */

import { DeftError } from '@deft/core';
import {
  add,
  assert,
  cond,
  deserialize,
  exp,
  foriLoop,
  greater,
  hostCall,
  jit,
  key,
  less,
  matmul,
  mul,
  ones,
  print,
  randomNormal,
  randomUniform,
  registerTreeNode,
  scan,
  seed,
  serialize,
  setBackend,
  setPrintOutput,
  softmax,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  variable,
  whileLoop,
  zeros,
} from '@deft/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedFunction } from './loaded-function.ts';

// biome-ignore lint/suspicious/noExplicitAny: loaded functions are typed loosely
type Any = any;

const random = (shape: number[], word = 1): Tensor => randomNormal(shape, { key: key(word) }) as Tensor;
const spec = (...shape: number[]): Any => tensorSpec(shape, 'float32');

/** A function as it comes back. */
function back<F extends (...args: Any[]) => Any>(f: F, ...specs: unknown[]): F {
  const file = serialize({ f: jit(f as (...args: Any[]) => Any, { name: 'f' }).lower(...specs) as Any });
  return deserialize(file).functions['f'] as unknown as F;
}

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
};

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
  setBackend('auto');
});

describe('a function that was saved', () => {
  it('gives the same bits, with what it captured', () => {
    const w = random([4, 3], 2);
    const large = random([80, 80], 3);
    const f = (x: Tensor): Tensor => add(softmax(matmul(x, w)), sum(matmul(large, large), { axis: [0, 1] })) as Tensor;
    const x = random([5, 4], 4);
    expect(back(f, spec(5, 4))(x).toArray()).toEqual(jit(f)(x).toArray());
  });

  it('keeps the nesting of arguments and results, and what is fixed in them', () => {
    const f = (
      { x, scale }: { x: Tensor; scale: number },
      list: readonly [Tensor, string, undefined],
      map: Map<number, Tensor>,
    ): unknown => ({
      sum: add(mul(x, scale), list[0]),
      rest: [
        new Map([['a', map.get(2)]]),
        null,
        true,
        Number.NaN,
        -0,
        12n,
        undefined,
        'text',
        Number.NEGATIVE_INFINITY,
      ],
      nothing: {},
    });
    const specs = [{ x: spec(2), scale: 3 }, [spec(2), 'kind', undefined], new Map([[2, spec()]])] as const;
    const loaded = back(f as Any, ...specs) as (...args: unknown[]) => Any;
    const given = [{ x: tensor([1, 2]), scale: 3 }, [tensor([10, 20]), 'kind', undefined], new Map([[2, tensor(7)]])];
    const result = loaded(...given);
    expect(result.sum.toArray()).toEqual([13, 26]);
    const [inner, ...fixed] = result.rest;
    expect(inner.get('a').item()).toBe(7);
    expect(fixed).toEqual([null, true, Number.NaN, -0, 12n, undefined, 'text', Number.NEGATIVE_INFINITY]);
    expect(result.nothing).toEqual({});
    expect(codeOf(() => loaded({ x: tensor([1, 2]), scale: 4 }, given[1], given[2]))).toContain(
      'E_SIGNATURE: f: args[0].scale: expected 3, got 4',
    );
    expect(
      codeOf(() => loaded({ x: tensor([1, 2]), scale: 3 }, [tensor([1, 2]), 'other', undefined], given[2])),
    ).toContain('E_SIGNATURE: f: args[1][1]: expected kind, got other');
  });

  it('has every dtype', () => {
    const dtypes = [
      'bool',
      'int8',
      'uint8',
      'int32',
      'uint32',
      'int64',
      'float16',
      'bfloat16',
      'float32',
      'float64',
      'complex64',
    ] as const;
    const values: Record<string, unknown> = {
      bool: [true, false, true],
      complex64: [
        [1, 2],
        [3, -4],
        [Number.NaN, 0],
      ],
      int64: [1n, -(2n ** 63n), 3n],
    };
    const captured = dtypes.map((dtype) => tensor((values[dtype] ?? [1, 2, 3]) as number[], { dtype }));
    const loaded = back((() => captured) as Any) as () => Tensor[];
    expect(loaded().map((each) => [each.dtype, each.toArray()])).toEqual(
      captured.map((each) => [each.dtype, each.toArray()]),
    );
  });

  it('runs loops, branches and their state', () => {
    const total = variable(0, { name: 'total' });
    const f = jit(
      (x: Tensor) => {
        const [last] = scan(
          (carry: Tensor, row: Tensor) => [add(mul(carry, 0.5), row) as Tensor, carry],
          zeros([3]),
          x,
        );
        const grown = whileLoop(
          (y: Tensor) => less(sum(y), 100) as Tensor,
          (y: Tensor) => {
            total.assignAdd(1);
            return mul(y, 2) as Tensor;
          },
          exp(last) as Tensor,
        );
        return cond(
          greater(total.value, 3) as Tensor,
          () => grown,
          () => foriLoop(0, 3, (_, y: Tensor) => tanh(y) as Tensor, grown),
        );
      },
      { name: 'f' },
    );
    const { functions, variables } = deserialize(serialize({ f: f.lower(spec(4, 3)) }));
    const x = random([4, 3], 8);
    for (let i = 0; i < 3; i++) {
      const expected = f(x).toArray();
      expect((functions['f'] as Any)(x).toArray()).toEqual(expected);
      expect(variables['total']?.value.item()).toBe(total.value.item());
    }
  });

  it('prints, asserts and draws as before', () => {
    const f = (x: Tensor): Tensor => {
      const noise = randomUniform([2]);
      print('got', x, 'and a "quote"\nand %0: // lines', noise);
      assert(greater(sum(x), 0), 'not positive:', x);
      return add(x, noise) as Tensor;
    };
    const loaded = back(f, spec(2));
    const run = (g: typeof f): unknown => {
      lines = [];
      seed(5);
      const results = [g(tensor([1, 2])).toArray(), g(tensor([3, 4])).toArray()];
      return {
        results,
        lines,
        failed: codeOf(() => g(tensor([-1, -2]))).split('\n')[0],
        next: randomUniform([2]).toArray(),
      };
    };
    expect(run(loaded)).toEqual(run(jit(f)));
  });

  it('gives up what the original gave up', () => {
    const step = jit((w: Tensor, g: Tensor) => sub(w, mul(g, 0.1)), { donate: [0], name: 'step' });
    const loaded = deserialize(serialize({ step: step.lower(spec(200), spec(200)) })).functions['step'] as Any;
    const w = random([200]);
    expect(loaded(w, ones([200])).shape).toEqual([200]);
    expect(() => w.dataSync()).toThrow(/donated to step/);
  });

  it('can be captured, batched and called in loops by others', () => {
    const w = variable(random([3, 3], 5), { name: 'w' });
    const f = (x: Tensor): Tensor => {
      w.assign(mul(w.value, 0.5));
      return tanh(matmul(x, w.value)) as Tensor;
    };
    const loaded = back(f, spec(3));
    const x = random([4, 3], 6);
    const rows = (g: typeof f) => (y: Tensor) =>
      scan((c: Tensor, row: Tensor) => [add(c, g(row)) as Tensor, g(c)], zeros([3]), y);
    const start = w.value;
    const expected = jit(rows(f))(x).map((each) => each.toArray());
    w.assign(start);
    expect(jit(rows(loaded))(x).map((each) => each.toArray())).toEqual(expected);
  });

  it('shares variables, tensors and graphs with the others of its file', () => {
    const table = random([100, 10], 9);
    const count = variable(1, { name: 'count' });
    const unnamed = variable(tensor([5, 6]));
    const twin = variable(3, { name: 'count' });
    const read = jit((i: Tensor) => mul(matmul(i, table), count.value), { name: 'read' });
    const change = jit((by: Tensor) => {
      count.assignAdd(by);
      unnamed.assignAdd(by);
      twin.assignSub(1);
      return sum(table);
    });
    const file = serialize({
      read: [read.lower(spec(2, 100)), read.lower(spec(3, 100))],
      change: change.lower(spec()),
    });
    expect(file.length).toBeLessThan(4 * 1000 + 8000);
    const { functions, variables, sizes } = deserialize(file);
    expect(sizes.tensors).toBeLessThan(4 * 1000 + 256);
    expect(Object.keys(variables)).toEqual(['count', 'variable 1', 'count 2']);
    const [reading, changing] = [functions['read'], functions['change']] as [LoadedFunction, LoadedFunction] as Any[];
    const i = ones([2, 100]);
    const once = reading(i).toArray();
    changing(tensor(1));
    expect(reading(i).toArray()).toEqual(mul(tensor(once), 2).toArray());
    expect(variables['variable 1']?.value.toArray()).toEqual([6, 7]);
    expect(variables['count 2']?.value.item()).toBe(2);
    variables['count']?.assign(0);
    expect(sum(reading(ones([3, 100]))).item()).toBe(0);
    expect([count.value.item(), twin.value.item()]).toEqual([1, 3]);
    expect(codeOf(() => reading(ones([4, 100])))).toContain(
      'E_SIGNATURE: read: the arguments fit none of the signatures that it was saved with: ' +
        'read(args[0]: float32[2, 100]) → float32[2, 10]; read(args[0]: float32[3, 100]) → float32[3, 10] [E_SIGNATURE]\n' +
        '  hint: save it for these arguments, too: serialize({ f: [f.lower(…), f.lower(…)] })',
    );
  });

  it('is written again as the same bytes', () => {
    const w = variable(random([3, 2], 5), { name: 'w' });
    const f = jit((x: Tensor, n: number) => {
      print('x', x);
      w.assignAdd(n);
      return { y: matmul(x, w.value), noise: randomNormal([2]) };
    });
    for (const gradients of [false, true]) {
      const file = serialize({ f: f.lower(spec(4, 3), 2), g: [f.lower(spec(1, 3), 1)] }, { gradients });
      const { functions } = deserialize(file);
      const again = serialize({ f: functions['f']?.lowered ?? [], g: functions['g']?.lowered ?? [] } as Any, {
        gradients,
      });
      expect(again).toEqual(file);
    }
  });

  it('has names of its own only', () => {
    const { functions, variables } = deserialize(serialize({ f: jit((x: Tensor) => x).lower(spec(1)) }));
    expect(functions['toString']).toBeUndefined();
    expect(variables['constructor']).toBeUndefined();
    expect(Object.isFrozen(functions)).toBe(true);
  });

  it.each(['reference', 'wasm'])('runs on %s, wherever it was saved', (name) => {
    const f = (x: Tensor): Tensor => tanh(matmul(x, ones([3, 2]))) as Tensor;
    const file = serialize({ f: jit(f).lower(spec(2, 3)) });
    setBackend(name);
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect((deserialize(file).functions['f'] as Any)(x).toArray()).toEqual(jit(f)(x).toArray());
    setBackend('wasm');
  });
});

describe('what a file cannot hold', () => {
  it('F22 F23 is a function of the host', () => {
    const lookUp = (x: Tensor): Tensor => x;
    const f = jit((x: Tensor) => hostCall(lookUp, { results: tensorSpec([2], 'float32') }, x) as Tensor);
    expect(codeOf(() => serialize({ f: f.lower(spec(2)) }))).toContain(
      'E_ARGUMENT: serialize: functions.f calls lookUp, a function of the host, which a file cannot hold [E_ARGUMENT]\n  hint: leave it out',
    );
    const g = jit((x: Tensor) =>
      foriLoop(
        0,
        2,
        (_, y: Tensor) =>
          hostCall(lookUp, { results: tensorSpec([2], 'float32'), pure: true, name: 'table' }, y) as Tensor,
        x,
      ),
    );
    expect(codeOf(() => serialize({ g: g.lower(spec(2)) }))).toContain(
      'functions.g calls table, a function of the host',
    );
  });

  it('is an instance of a class, a function or a symbol among arguments and results', () => {
    class Pair {
      readonly a: Tensor;
      constructor(a: Tensor) {
        this.a = a;
      }
    }
    registerTreeNode(Pair, { fields: ['a'] });
    const f = jit((pair: Pair) => pair.a);
    expect(codeOf(() => serialize({ f: f.lower(new Pair(spec(2))) as Any }))).toMatch(
      /E_ARGUMENT: serialize: functions\.f args\[0\] is an instance of Pair\w*, a class that the reader of the file may not have/,
    );
    const g = jit((x: Tensor) => ({ made: new Pair(x) }));
    expect(codeOf(() => serialize({ g: g.lower(spec(2)) as Any }))).toMatch(
      /functions\.g result\.made is an instance of Pair/,
    );
    const h = jit((x: Tensor, activation: (y: Tensor) => Tensor) => activation(x));
    expect(codeOf(() => serialize({ h: h.lower(spec(2), tanh as Any) as Any }))).toContain(
      'functions.h has the function',
    );
    const d = jit((x: Tensor) => ({ x, when: new Date(0) }));
    expect(codeOf(() => serialize({ d: d.lower(spec(2)) as Any }))).toContain(
      'functions.d has an instance of Date at result.when',
    );
  });

  it('is something that was not lowered, or has no name', () => {
    const f = jit((x: Tensor) => x);
    expect(codeOf(() => serialize({ f } as Any))).toMatch(/E_ARGUMENT: serialize: functions\.f: expected f\.lower/);
    expect(codeOf(() => serialize({ f: [] }))).toContain('got an empty list');
    expect(codeOf(() => serialize({ '': f.lower(spec(1)) }))).toContain('has a name that a file cannot hold');
    expect(codeOf(() => serialize(JSON.parse('{"__proto__": 1}')))).toContain('has a name that a file cannot hold');
  });
});
