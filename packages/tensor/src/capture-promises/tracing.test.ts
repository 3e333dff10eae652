/**
 * Two stages: a function's body is run to write down what it does, and then never again for calls of its kind. What was written down
 * belongs to that one function, and can be looked at.
 */
import { parseGraph, printGraph } from '@deft/graph';
import {
  add,
  cond,
  grad,
  jit,
  less,
  mul,
  profile,
  setPrintOutput,
  setWarningOutput,
  sub,
  sum,
  type Tensor,
  tensor,
  tensorSpec,
  tree,
  type Variable,
  variable,
  vmap,
  zeros,
} from '@deft/tensor';
import { effectPrograms, runEffects, variableCount } from '@deft/test-utils';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

const list = (x: Tensor): unknown => x.toArray();

/** Runs `f`, gives the warnings of it. */
function warningsOf(f: () => void): string[] {
  const warnings: string[] = [];
  const before = setWarningOutput((text) => warnings.push(text));
  try {
    f();
  } finally {
    setWarningOutput(before);
  }
  return warnings;
}

describe('F1 tracing', () => {
  it('F1 n calls of one kind enter the body once, whatever the elements', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { minLength: 3, maxLength: 3 }), { minLength: 1 }), (calls) => {
        let bodies = 0;
        const f = jit((x: Tensor, k: number) => {
          bodies++;
          return mul(x, k) as Tensor;
        });
        for (const values of calls) expect(list(f(tensor(values), 2))).toEqual(values.map((v) => Math.fround(v) * 2));
        expect([bodies, f.traceCount, f.compileCount, f.cacheSize]).toEqual([1, 1, 1, 1]);
      }),
    );
  });

  it('F1 F12 a body that makes variables is entered twice: the first call makes them, the second is compiled with them', () => {
    let bodies = 0;
    let total: Variable | undefined;
    const f = jit((x: Tensor) => {
      bodies++;
      total ??= variable(zeros([2]), { name: 'total' });
      total.assignAdd(x);
      return total.value;
    });
    const sums = [1, 2, 3, 4].map((k) => list(f(tensor([k, 1])) as Tensor));
    expect(sums).toEqual([
      [1, 1],
      [3, 2],
      [6, 3],
      [10, 4],
    ]);
    expect([bodies, f.traceCount]).toEqual([2, 1]);
  });

  it('F1 says of every call whether it was traced', async () => {
    const f = jit((x: Tensor) => add(x, 1), { name: 'f' });
    const { trace } = profile(() => {
      for (let i = 0; i < 3; i++) f(tensor([i]));
    });
    const calls = trace.traceEvents.filter(({ cat }) => cat === 'call').map(({ args }) => args?.['cache']);
    expect(calls).toEqual(['miss', 'hit', 'hit']);
    expect(trace.traceEvents.filter(({ cat }) => cat === 'trace').length).toBe(1);
  });

  it('F1 F21 it is called, differentiated, batched and nested like the function itself', () => {
    const square = jit((x: Tensor) => mul(x, x) as Tensor);
    const total = jit((x: Tensor) => sum(add(square(x), square(add(x, 1) as Tensor))) as Tensor);
    const x = tensor([1, 2]);
    expect(list(total(x))).toBe(18);
    expect(list(grad(total)(x))).toEqual([6, 10]);
    expect(list(jit(grad(total))(x))).toEqual([6, 10]);
    expect(list(vmap(square)(x))).toEqual([1, 4]);
    expect(list(jit(vmap(jit(grad(square))))(x))).toEqual([2, 4]);
    // Inside of others it is part of theirs.
    expect(square.traceCount).toBe(0);
    expect(total.graphText(x)).toMatch(/^graph\(%0: float32\[2\]\)/);
  });
});

describe('F8 functions of their own', () => {
  it('F8 two captures of one function share nothing', () => {
    let bodies = 0;
    const body = (x: Tensor): Tensor => {
      bodies++;
      return add(x, 1) as Tensor;
    };
    const [a, b] = [jit(body), jit(body)];
    a(tensor(1));
    b(tensor(1));
    a.clear();
    expect([bodies, a.cacheSize, b.cacheSize]).toEqual([2, 0, 1]);
  });

  it('F8 making one again and again at one line is warned of once, with the line', () => {
    const warnings = warningsOf(() => {
      for (let i = 0; i < 40; i++) jit((x: Tensor) => add(x, 1), { name: 'again' })(tensor(i));
    });
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/16 captured functions made at .*tracing\.test\.ts:\d+:\d+ \(the last is again\)/);
    expect(warnings[0]).toContain('call jit(f) once');
  });

  it('F8 functions that were made but never called are not counted', () => {
    expect(warningsOf(() => Array.from({ length: 40 }, () => jit((x: Tensor) => x)))).toEqual([]);
  });
});

describe('F9 functions for one kind of call', () => {
  interface Layer {
    readonly w: Tensor;
    readonly b: readonly Tensor[];
  }
  let bodies = 0;
  const f = jit(
    ({ w, b: [b] }: Layer, factor: number, mode: string) => {
      bodies++;
      return { y: add(mul(w, factor), b as Tensor), mode, parts: [w] };
    },
    { name: 'layer' },
  );
  const spec = tensorSpec([2], 'float32');
  const lowered = f.lower({ w: spec, b: [spec] }, 3, 'plain');
  const concrete = lowered.compile();
  const [w, b] = [tensor([1, 2]), tensor([10, 20])];

  it('F9 are made without running or keeping anything, and called like the original', () => {
    expect([bodies, f.traceCount, f.compileCount, f.cacheSize]).toEqual([1, 0, 0, 0]);
    const { y, mode, parts } = concrete({ w, b: [b] }, 3, 'plain');
    expect([list(y), mode, parts.map(list)]).toEqual([[13, 26], 'plain', [[1, 2]]]);
    expect(bodies).toBe(1);
  });

  it('F9 have a signature, results and a graph, and texts that stay the same', () => {
    expect(concrete.signature).toBe(
      'layer(args[0].b[0]: float32[2], args[0].w: float32[2], args[1]: 3, args[2]: plain) → (plain, float32[2], float32[2])',
    );
    expect(lowered.results.structure.paths).toEqual(['result.mode', 'result.parts[0]', 'result.y']);
    expect(lowered.graph.outputs.map(({ abstract }) => abstract.text)).toEqual(['float32[2]', 'float32[2]']);
    expect(lowered.text()).toBe(
      [
        'graph(%0: float32[2], %1: float32[2]) {',
        '  %2: weak float32[] = constant 3',
        '  %3: float32[2] = mul(%1, %2)',
        '  %4: float32[2] = add(%3, %0)',
        '  return %1, %4',
        '}',
      ].join('\n'),
    );
    expect(f.lower({ w: spec, b: [spec] }, 3, 'plain').text()).toBe(lowered.text());
  });

  const calls: readonly (readonly [label: string, args: readonly unknown[], says: RegExp])[] = [
    ['a shape', [{ w: zeros([3]), b: [b] }, 3, 'plain'], /args\[0\]\.w: expected float32\[2\], got float32\[3\]/],
    [
      'a dtype',
      [{ w: zeros([2], 'int32'), b: [b] }, 3, 'plain'],
      /args\[0\]\.w: expected float32\[2\], got int32\[2\]/,
    ],
    ['a number', [{ w, b: [b] }, 4, 'plain'], /args\[1\]: expected 3, got 4/],
    ['a string', [{ w, b: [b] }, 3, 'other'], /args\[2\]: expected plain, got other/],
    ['a structure', [{ w, b: [] }, 3, 'plain'], /args: expected \[\{"b":\[\*\],"w":\*\},\*,\*\], got/],
    ['an argument too few', [{ w, b: [b] }, 3], /args: expected .*, got/],
  ];
  it.each(calls)('F9 refuse another one: %s', (_, args, says) => {
    const call = (): unknown => (concrete as unknown as (...given: readonly unknown[]) => unknown)(...args);
    expect(call).toThrow(says);
    expect(call).toThrow(/E_SIGNATURE/);
    expect(f.cacheSize).toBe(0);
  });
});

describe('F10 the text of what was captured', () => {
  it('F10 parses back, with lines of the source, and numbers its values in order', () => {
    const before = setPrintOutput(() => {});
    fc.assert(
      fc.property(effectPrograms, (program) => {
        const variables = Array.from({ length: variableCount }, (_, i) => variable(tensor([i, 1]), { name: `v${i}` }));
        const world = { variables, heard: () => {} };
        let lowered: { text(options?: object): string };
        try {
          lowered = jit((x: Tensor) => runEffects(program, world, x)).lower(tensorSpec([2], 'float32') as never);
        } catch {
          return; // refused, as it is at once
        }
        for (const options of [{}, { callSites: true }]) {
          const text = lowered.text(options);
          expect(printGraph(parseGraph(text), options)).toBe(text);
        }
        const values = [...lowered.text().matchAll(/^ {2}%(\d+)/gm)].map(([, id]) => Number(id));
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
    setPrintOutput(before);
  });

  it('F10 has the line of the user behind every op', () => {
    const lowered = jit((x: Tensor) => sub(mul(x, 2), 1)).lower(tensorSpec([3], 'float32'));
    const lines = lowered
      .text({ callSites: true })
      .split('\n')
      .filter((line) => / = (mul|sub)\(/.test(line));
    expect(lines.length).toBe(2);
    for (const line of lines) expect(line).toMatch(/tracing\.test\.ts:\d+/);
  });
});

describe('F20 functions within functions', () => {
  it('F20 recursion by plain numbers is unrolled, each depth a signature of its own where it is called from outside', () => {
    const power = jit((x: Tensor, n: number): Tensor => (n === 0 ? tensor(1) : (mul(x, power(x, n - 1)) as Tensor)));
    expect([0, 1, 5].map((n) => power(tensor(2), n).item())).toEqual([1, 2, 32]);
    expect(power.traceCount).toBe(3);
  });

  it('F20 recursion that a condition on tensors would have to end says so, and leaves nothing behind', () => {
    const countdown = jit(
      (x: Tensor): Tensor =>
        cond(
          less(x, 1),
          () => x,
          () => countdown(sub(x, 1) as Tensor),
        ),
      { name: 'countdown' },
    );
    expect(() => countdown(tensor(3))).toThrow(
      /countdown: it calls itself without end.*whileLoop.*E_ARGUMENT|E_ARGUMENT.*whileLoop/s,
    );
    const even = jit((x: Tensor): Tensor => odd(sub(x, 1) as Tensor), { name: 'even' });
    const odd = jit((x: Tensor): Tensor => even(sub(x, 1) as Tensor), { name: 'odd' });
    expect(() => even(tensor(3))).toThrow(/(even|odd): it calls itself without end/);
    expect([countdown.cacheSize, even.cacheSize, add(tensor(1), 1).item()]).toEqual([0, 0, 2]);
  });

  it('F20 a full stack that is not its own stays the error that it is', () => {
    const endless = (x: Tensor): Tensor => endless(add(x, 1) as Tensor);
    expect(() => jit(endless)(tensor(1))).toThrow(RangeError);
  });

  it('F20 arguments and results pass through nested functions as they are', () => {
    const inner = jit(({ a, b }: { a: Tensor; b: [Tensor, string] }) => ({
      b: [a, b[1]] as [Tensor, string],
      a: b[0],
    }));
    const outer = jit((x: Tensor, y: Tensor) => inner(inner({ a: x, b: [y, 'kept'] })));
    const result = outer(tensor([1]), tensor([2]));
    expect(tree.map((leaf: unknown) => (typeof leaf === 'string' ? leaf : list(leaf as Tensor)), result)).toEqual({
      a: [1],
      b: [[2], 'kept'],
    });
  });
});
