/**
 * State and effects: what runs while a function is written down and what at every call, which is a table for users that is read here;
 * where variables may be made; and that nothing which has an effect is left out, repeated or put in another order.
 */
import { readFileSync } from 'node:fs';
import {
  add,
  assert,
  cast,
  checkpoint,
  cond,
  DeftError,
  foriLoop,
  grad,
  greater,
  hostCall,
  jit,
  key,
  less,
  log,
  mul,
  print,
  randomUniform,
  scan,
  seed,
  setPrintOutput,
  setWarningOutput,
  sum,
  type Tensor,
  tensor,
  tensorSpec,
  type Variable,
  variable,
  vmap,
  whileLoop,
} from '@deft/tensor';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  setWarningOutput(undefined);
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
});
beforeEach(() => {
  lines = [];
});

const x = tensor([1, 2]);
const _scalar = tensorSpec([], 'float32');

function thrownBy(run: () => unknown): DeftError {
  try {
    run();
  } catch (error) {
    if (error instanceof DeftError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/** Rows of the table of the page: a program, called three times, that counts or gives what it sees. */
const programs: Readonly<Record<string, () => { f: (a: Tensor) => unknown; seen: () => unknown; expected: unknown }>> =
  {
    'code of your own: counting, `console.log`, pushing to a list': () => {
      const list: number[] = [];
      return { f: jit((a) => add(a, list.push(1))), seen: () => list.length, expected: [1, 1, 1] };
    },
    'a loop, branch or call on plain values': () => {
      let steps = 0;
      const f = jit((a: Tensor) => {
        let b = a;
        for (let i = 0; i < 3; i++, steps++) b = mul(b, 2) as Tensor;
        return b;
      });
      return { f, seen: () => steps, expected: [3, 3, 3] };
    },
    'taking the next value of an iterator': () => {
      const values = [1, 2, 3][Symbol.iterator]();
      const f = jit((a: Tensor) => mul(a, values.next().value as number));
      return { f, seen: () => list(f(x) as Tensor), expected: new Array(3).fill([1, 2]) };
    },
    'reading a tensor, a number or a field from outside': () => {
      let factor = 1;
      const f = jit((a: Tensor) => mul(a, factor));
      return {
        f,
        seen: () => {
          factor += 1;
          return list(f(x) as Tensor);
        },
        expected: [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
      };
    },
    '`Math.random()`, `Date.now()`, `new Date()`': () => {
      const drawn: number[] = [];
      const f = jit((a: Tensor) => {
        drawn.push(Math.random());
        return a;
      });
      return { f, seen: () => drawn.length, expected: [1, 1, 1] };
    },
    'an error of your own': () => {
      let checks = 0;
      const f = jit((a: Tensor) => {
        checks++;
        if (a.rank !== 1) throw new TypeError('rank');
        return a;
      });
      return { f, seen: () => checks, expected: [1, 1, 1] };
    },
    ops: () => {
      const f = jit((a: Tensor) => sum(a));
      const seen: unknown[] = [];
      return { f: (a) => seen.push(list(f(a) as Tensor)), seen: () => seen.length, expected: [1, 2, 3] };
    },
    '`print`': () => ({ f: jit((a: Tensor) => print(a)), seen: () => lines.length, expected: [1, 2, 3] }),
    '`assert`': () => {
      const f = jit((a: Tensor) => assert(greater(2, sum(a)), 'too large'));
      const run = (a: Tensor): unknown => expect(() => f(a)).toThrow('too large');
      return { f: run, seen: () => undefined, expected: [undefined, undefined, undefined] };
    },
    '`hostCall`': () => {
      let calls = 0;
      return {
        f: jit((a: Tensor) => hostCall((_: Tensor) => void calls++, {}, a)),
        seen: () => calls,
        expected: [1, 2, 3],
      };
    },
    'reading a variable': () => {
      const v = variable(0);
      const f = jit(() => v.value);
      const seen: unknown[] = [];
      const run = (): void => {
        v.assignAdd(1);
        seen.push(list(f() as Tensor));
      };
      return { f: run, seen: () => seen.at(-1), expected: [1, 2, 3] };
    },
    'assigning to a variable': () => {
      const v = variable(0);
      return { f: jit(() => v.assignAdd(1)), seen: () => list(v.value), expected: [1, 2, 3] };
    },
    'a random op without a key': () => {
      const f = jit(() => randomUniform([]));
      const seen = new Set<unknown>();
      return { f: () => seen.add(f().item()), seen: () => seen.size, expected: [1, 2, 3] };
    },
    'a random op with a key': () => {
      const f = jit(() => randomUniform([], { key: key(1) }));
      const seen = new Set<unknown>();
      return { f: () => seen.add(f().item()), seen: () => seen.size, expected: [1, 1, 1] };
    },
    '`seed`': () => {
      const f = jit(() => {
        seed(5);
        return randomUniform([]);
      });
      const seen = new Set<unknown>();
      return { f: () => seen.add(f().item()), seen: () => seen.size, expected: [1, 1, 1] };
    },
    '`variable(…)`': () => {
      let v: Variable | undefined;
      const f = jit(() => {
        v ??= variable(0);
        v.assignAdd(1);
      });
      return { f, seen: () => list((v as Variable).value), expected: [1, 2, 3] };
    },
  };
const list = (a: Tensor): unknown => a.toArray();
/** A value, after things were done. */
const after = <T>(_done: readonly unknown[], value: T): T => value;

describe('F13 what runs when', () => {
  const page = readFileSync(new URL('../../../../docs/guide/what-capture-promises.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## What runs when')).split('\n## ')[0] as string;
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => (line.split(' | ')[0] as string).slice(2))
    .slice(1);

  it('F13 the table of the page has these rows', () => {
    expect(rows).toEqual(Object.keys(programs));
  });

  it.each(Object.entries(programs))('F13 %s', (_, make) => {
    const { f, seen, expected } = make();
    const found = [0, 1, 2].map(() => {
      f(x);
      return seen();
    });
    expect(found).toEqual(expected);
  });

  it('F13 strict captures refuse clocks and chance of the host, also in functions that they call, and only while they run', () => {
    const inner = (a: Tensor): Tensor => mul(a, new Date().getFullYear()) as Tensor;
    const f = jit((a: Tensor) => foriLoop(0, 2, (_, b: Tensor) => inner(b), a), { strict: true });
    expect(thrownBy(() => f(x)).code).toBe('E_CAPTURE_IMPURE');
    expect(new Date(0).getTime() + Math.floor(Math.random())).toBe(0);
    const fixed = jit((a: Tensor) => mul(a, new Date(7).getTime()), { strict: true });
    expect(list(fixed(x))).toEqual([7, 14]);
  });
});

describe('F14 order', () => {
  it('F14 is that of the program, through calls of other functions, loops, branches and host calls', () => {
    const v = variable(0, { name: 'v' });
    const bump = jit((by: Tensor): void => {
      print('before', v.value);
      v.assignAdd(by);
    });
    const program = (a: Tensor): Tensor => {
      bump(sum(a) as Tensor);
      foriLoop(
        0,
        2,
        (i, b: Tensor) => {
          bump(cast(i, 'float32') as Tensor);
          print('loop', i, v.value);
          return b;
        },
        a,
      );
      cond(
        greater(v.value, 3),
        () => print('large', v.value),
        () => print('small', v.value),
      );
      hostCall((b: Tensor) => lines.push(`host ${b.item()}`), {}, v.value);
      v.assign(0);
      return v.value;
    };
    program(x);
    const atOnce = lines;
    lines = [];
    const captured = jit(program);
    captured(x);
    captured(x);
    expect(lines).toEqual([...atOnce, ...atOnce]);
    expect(atOnce).toEqual(['before 0', 'before 3', 'loop 0 3', 'before 3', 'loop 1 4', 'large 4', 'host 4']);
  });

  it('F14 what has no effect and no use is left out; an assertion never is, nor anything else that is seen', () => {
    const f = jit((a: Tensor) => {
      log(mul(a, -1));
      assert(less(sum(a), 4), 'the sum is', sum(a));
      print('seen');
      return a;
    });
    expect(f.explain(x)).not.toContain('log');
    expect(list(f(x))).toEqual([1, 2]);
    expect(() => f(tensor([3, 4]))).toThrow(/the sum is 7 \[E_ASSERT\]/);
    expect(lines).toEqual(['seen']);
    const checksOnly = jit((a: Tensor): void => assert(less(a, 3)));
    expect(() => checksOnly(tensor([9]))).toThrow('E_ASSERT');
  });

  it('F14 a call that throws leaves all variables and the generator as they were, however far it came', () => {
    const [v, w] = [variable(0), variable(0)];
    seed(3);
    const next = randomUniform([]).item();
    seed(3);
    const f = jit((a: Tensor) => {
      v.assign(1);
      randomUniform([]);
      whileLoop(
        (b: Tensor) => less(b, 10),
        (b: Tensor) => {
          w.assignAdd(1);
          return add(b, 1) as Tensor;
        },
        a,
      );
      print('came so far');
      assert(less(w.value, 5), 'too many');
      v.assign(2);
      return a;
    });
    expect(() => f(tensor(0))).toThrow('too many');
    expect([v.value.item(), w.value.item(), lines, randomUniform([]).item()]).toEqual([0, 0, ['came so far'], next]);
    f(tensor(8));
    expect([v.value.item(), w.value.item()]).toEqual([2, 2]);
  });

  it('F14 under vmap effects are those of one example after the other; derivatives and checkpoints repeat none', () => {
    const square = (a: Tensor): Tensor => {
      print('x', a);
      return mul(a, a) as Tensor;
    };
    const kinds: readonly (readonly [run: () => unknown, expected: readonly string[]])[] = [
      [() => vmap(square)(x), ['x 1', 'x 2']],
      [() => jit(vmap(square))(x), ['x 1', 'x 2']],
      [() => grad(square)(tensor(3)), ['x 3']],
      [() => jit(grad(square))(tensor(3)), ['x 3']],
      [() => jit(grad(grad(square)))(tensor(3)), ['x 3']],
      [() => jit(grad(checkpoint(square)))(tensor(3)), ['x 3']],
      [
        () =>
          jit(
            grad(
              (a: Tensor) =>
                scan((c: Tensor, b: Tensor) => [square(mul(c, b) as Tensor), c], tensor(1) as Tensor, a)[0],
            ),
          )(x),
        ['x 1', 'x 2'],
      ],
      [() => jit(grad((a: Tensor) => whileLoop((b: Tensor) => less(b, 9), square, a)))(tensor(2)), ['x 2', 'x 4']],
    ];
    for (const [run, expected] of kinds) {
      lines = [];
      run();
      expect(lines).toEqual(expected);
    }
  });

  it('F14 under vmap loops and branches that all examples take have effects, captured as at once; those that only some take cannot', () => {
    const count = variable(0, { name: 'count' });
    const same: readonly ((a: Tensor) => Tensor)[] = [
      (a) => foriLoop(0, 2, (i, b: Tensor) => after([count.assignAdd(1), print(i, b)], mul(b, 2) as Tensor), a),
      (a) =>
        scan(
          (c: Tensor, b: Tensor): [Tensor, Tensor] => after([count.assignAdd(b), print(c)], [add(c, b) as Tensor, c]),
          a,
          x,
        )[0],
      (a) =>
        cond(
          less(count.value, 9),
          () => after([count.assignAdd(2), print('in', a)], a),
          () => mul(a, 3) as Tensor,
        ),
    ];
    for (const f of same) {
      const seen = [vmap(f), jit(vmap(f)), jit((a: Tensor) => vmap(jit(f))(a))].map((run) => {
        lines = [];
        count.assign(0);
        return [list(run(x) as Tensor), lines, count.value.item()];
      });
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
      expect(lines.length).toBeGreaterThan(1);
    }
    const apart: readonly ((a: Tensor) => Tensor)[] = [
      (a) =>
        whileLoop(
          (b: Tensor) => less(b, 9) as Tensor,
          (b: Tensor) => after([print(b)], mul(b, 2) as Tensor),
          a,
        ),
      (a) =>
        whileLoop(
          (b: Tensor) => less(b, 9) as Tensor,
          (b: Tensor) => after([count.assignAdd(1)], mul(b, 2) as Tensor),
          a,
        ),
      (a) =>
        cond(
          greater(a, 1),
          () => after([count.assign(1)], a),
          () => a,
        ),
    ];
    for (const f of apart)
      for (const run of [vmap(f), jit(vmap(f))]) expect(thrownBy(() => run(x)).code).toBe('E_CAPTURE_IMPURE');
  });

  it('F14 no derivative passes through a variable, and no variable keeps a value of one example', () => {
    const v = variable(0, { name: 'v' });
    const f = (a: Tensor): Tensor => {
      v.assign(mul(a, 3));
      return mul(v.value, a) as Tensor;
    };
    expect([list(grad(f)(tensor(2))), list(jit(grad(f))(tensor(2)))]).toEqual([6, 6]);
    for (const run of [vmap(f), jit(vmap(f))]) {
      expect(thrownBy(() => run(x)).message).toMatch(
        /variable "v" can keep one only.*keep a mean or sum over the examples/s,
      );
    }
  });
});
