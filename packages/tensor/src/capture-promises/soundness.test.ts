/**
 * What a capture cannot do soundly is an error at the line that asks for it, which says what to write instead; there is no other way
 * out: nothing runs at once in the middle of a program. What is frozen, and can be known, is listed.
 */
import {
  add,
  booleanMask,
  cond,
  DeftError,
  errorCatalogue,
  foriLoop,
  grad,
  greater,
  jit,
  mul,
  reshape,
  setWarningOutput,
  slice,
  sum,
  type Tensor,
  tensor,
  variable,
  vmap,
  whileLoop,
} from '@deft/tensor';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

type Any = never;

/** The error that a call throws, or what it gives. */
function thrownBy(run: () => unknown): DeftError {
  let given: unknown;
  try {
    given = run();
  } catch (error) {
    if (error instanceof DeftError) return error;
    throw error;
  }
  throw new Error(`expected an error, got ${given}`);
}

/** The line of this file in which a marked piece of a function stands, as its text has it. */
const isHere = (error: DeftError): boolean => error.callSite?.file.endsWith('soundness.test.ts') === true;

const x = tensor([1, 2]);

describe('F11 what is read from outside', () => {
  it('F11 a tensor is read when the function is traced, a variable at every call, and both are listed', () => {
    let scale = tensor([2, 2]);
    const offset = variable([0, 0], { name: 'offset' });
    const f = jit((a: Tensor, times: number) => add(mul(mul(a, scale), times), offset.value) as Tensor, { name: 'f' });
    expect(f.captures()).toEqual([]);
    expect(f(x, 3).toArray()).toEqual([6, 12]);
    scale = tensor([100, 100]);
    offset.assign([1, 1]);
    expect(f(x, 3).toArray()).toEqual([7, 13]);
    expect(f.captures()).toEqual([
      { kind: 'tensor', text: 'float32[2]' },
      { kind: 'state', text: 'variable "offset": float32[2]' },
    ]);
    const report = f.explain();
    expect(report).toContain('reads from outside: tensor float32[2]');
    expect(report).toContain('reads from outside: state variable "offset": float32[2]');
    expect(report).toContain('frozen for each trace: args[1] = 3');
  });

  it('F11 a value from outside that changes is found where a function is checked', () => {
    let rate = 2;
    const f = jit((a: Tensor) => mul(a, rate) as Tensor, { check: true, name: 'f' });
    expect(f(x).toArray()).toEqual([2, 4]);
    rate = 3;
    const error = thrownBy(() => f(x));
    expect(error.message).toMatch(/f: mul gets .* 3 now, and got .* 2 when it was captured.*keep it in a variable/s);
    expect([error.code, isHere(error)]).toEqual(['E_CHECK', true]);
  });
});

describe('F15 tensors that are kept', () => {
  let kept: Tensor;
  const leaky = jit(
    function leaky(a: Tensor) {
      kept = mul(a, 2) as Tensor; // here
      return add(kept, 1);
    },
    { name: 'leaky' },
  );

  const uses: Readonly<Record<string, () => unknown>> = {
    'an op at once': () => add(kept, 1),
    'an op of another captured function': () => jit((a: Tensor) => add(a, kept))(x),
    'an argument of another captured function': () => jit((a: Tensor) => add(a, 1))(kept),
    'a derivative': () => grad((a: Tensor) => sum(mul(a, kept)) as Tensor)(x),
    'a batch': () => vmap((a: Tensor) => mul(a, kept))(x),
    'a variable': () => variable([0, 0]).assign(kept),
    'reading it': () => kept.dataSync(),
    'reading its element': () => (sum(kept) as Tensor).item(),
  };
  for (const [label, use] of Object.entries(uses)) {
    it(`F15 in ${label}: the error says which function made it, where, its type and what to do`, () => {
      leaky(x);
      const error = thrownBy(use);
      expect(error.code).toBe('E_CAPTURE_LEAK');
      expect(error.message).toMatch(/made.*inside a call of leaky that has ended/);
      expect(error.message).toContain('float32[2]');
      expect(error.details.hint).toMatch(/return it from .*function/);
      expect(isHere(error)).toBe(true);
      if (error.details.says?.startsWith('this tensor'))
        expect(error.message).toMatch(/at .*soundness\.test\.ts:\d+:\d+/);
    });
  }

  it('F15 a promise of its elements is rejected with that', async () => {
    leaky(x);
    await expect(kept.data()).rejects.toThrow(/leaky that has ended.*E_CAPTURE_LEAK/s);
  });

  it('F15 those of a body of a loop or branch do not outlive it', () => {
    const kinds: ((a: Tensor, keep: (b: Tensor) => Tensor) => unknown)[] = [
      (a, keep) => foriLoop(0, 2, (_, b: Tensor) => keep(b), a),
      (a, keep) =>
        cond(
          greater(sum(a), 0),
          () => keep(a),
          () => a,
        ),
      (a, keep) => whileLoop((b: Tensor) => greater(10, sum(b)), keep, a),
    ];
    for (const kind of kinds) {
      const f = jit((a: Tensor) => {
        let inner = a;
        kind(a, (b) => {
          inner = add(b, 1) as Tensor;
          return inner;
        });
        return mul(inner, 2);
      });
      expect(() => f(x)).toThrow(/made at .* inside the body of a loop or branch that has ended.*E_CAPTURE_LEAK/s);
    }
  });

  it('F15 what is returned, or assigned to a variable, stays', () => {
    const last = variable([0, 0], { name: 'last' });
    const f = jit((a: Tensor) => {
      const doubled = mul(a, 2) as Tensor;
      last.assign(doubled);
      return { doubled: [doubled] };
    });
    const { doubled } = f(x);
    expect([add(doubled[0] as Tensor, 1).toArray(), last.value.toArray()]).toEqual([
      [3, 5],
      [2, 4],
    ]);
  });
});

/** What cannot be captured: the class of error that JAX has for it, a program, the code here, and what the hint names. */
const refusals: readonly (readonly [
  label: string,
  jax: string,
  f: (a: Tensor) => unknown,
  code: string,
  hint: RegExp,
])[] = [
  [
    'a condition on an element',
    'ConcretizationTypeError',
    (a) => ((sum(a) as Tensor<[], 'float32'>).item() > 0 ? a : mul(a, 2)),
    'E_CAPTURE_READ',
    /where\(/,
  ],
  [
    'a comparison by JavaScript',
    'TracerBoolConversionError',
    (a) => ((a as Any) > 0 ? a : mul(a, 2)),
    'E_VALUE',
    /where\(/,
  ],
  ['elements as an array', 'TracerArrayConversionError', (a) => a.toArray(), 'E_CAPTURE_READ', /read it outside/],
  ['elements as a typed array', 'TracerArrayConversionError', (a) => a.dataSync(), 'E_CAPTURE_READ', /read it outside/],
  [
    'a tensor as a number',
    'TracerIntegerConversionError',
    (a) => slice(a, [0], [Math.max(sum(a) as Any, 1)]),
    'E_VALUE',
    /x\.item\(\)/,
  ],
  [
    'arithmetic by JavaScript',
    'TracerIntegerConversionError',
    (a) => reshape(a, [(sum(a) as Any) * 1, -1] as Any),
    'E_VALUE',
    /x\.item\(\)/,
  ],
  [
    'elements chosen by a mask',
    'NonConcreteBooleanIndexError',
    (a) => booleanMask(a, greater(a, 1)),
    'E_CAPTURE_READ',
    /where\(/,
  ],
  [
    'a loop over a tensor',
    'TracerBoolConversionError',
    (a) => {
      let total = tensor(0) as Tensor;
      for (const b of a as unknown as Tensor[]) total = add(total, b) as Tensor;
      return total;
    },
    'E_VALUE',
    /unstack\(x\)/,
  ],
  ['an async function', 'TypeError', async (a) => mul(a, 2), 'E_ARGUMENT', /async/],
  ['a random number of the host', 'none', (a) => mul(a, Math.random()), 'E_CAPTURE_IMPURE', /randomUniform/],
  ['a clock', 'none', (a) => mul(a, Date.now()), 'E_CAPTURE_IMPURE', /argument/],
];

describe('T4 J2 programs that cannot be captured', () => {
  for (const [label, jax, f, code, hint] of refusals) {
    it(`T4 J2 ${label} (${jax}): an error at the line, with what to write instead`, () => {
      const captured = jit(f, { strict: true, name: 'captured' });
      const error = thrownBy(() => captured(x));
      expect(error.code).toBe(code);
      expect(error.details.hint).toMatch(hint);
      expect(isHere(error)).toBe(true);
      expect(errorCatalogue).toHaveProperty(error.code);
      // Nothing of it is kept, and nothing stays on.
      expect([captured.cacheSize, captured.traceCount]).toEqual([0, 0]);
      expect(add(x, 1).toArray()).toEqual([2, 3]);
      expect([Math.random() < 1, Date.now() > 0]).toEqual([true, true]);
    });
  }

  it('T4 F19 there is no part that is not compiled: a function is one graph, whose every op is in its program', () => {
    const f = jit((a: Tensor) => foriLoop(0, 3, (_, b: Tensor) => add(mul(b, b), 1) as Tensor, mul(a, 2) as Tensor));
    expect(f.graphText(x).match(/^graph/gm)?.length).toBe(1);
    expect(f.explain(x)).toMatch(/^\d+ kernels?, /);
    expect(f.compileCount).toBe(1);
  });
});

describe('F16 tensors in the control flow of JavaScript', () => {
  it('F16 what converts a tensor throws and names where(…), at once and captured', () => {
    const uses: readonly ((a: Tensor) => unknown)[] = [
      (a) => (a as Any) < 1,
      // biome-ignore lint/suspicious/noDoubleEquals: what is refused here
      (a) => (a as Any) == 1,
      (a) => +(a as Any),
      (a) => -(a as Any),
      (a) => (a as Any) + 1,
      (a) => Number(a),
      (a) => Math.abs(a as Any),
      (a) => [...(a as unknown as number[])],
    ];
    for (const use of uses) {
      for (const run of [use, jit(use)]) {
        const error = thrownBy(() => run(tensor(1)));
        expect([error.code, error.details.hint]).toEqual(['E_VALUE', expect.stringMatching(/where\(…\)|unstack\(x\)/)]);
      }
    }
  });

  it('F16 a function that tells the mode: what JavaScript cannot trap is true in both modes', () => {
    // An object is true, and equal to nothing else: the linter's rules no-tensor-condition and no-tensor-operator tell of these.
    const uses: readonly ((a: Tensor) => unknown)[] = [
      (a) => (a ? 'taken' : 'not'),
      (a) => !a,
      (a) => (a as Any) === 1,
      (a) => a && 1,
    ];
    for (const use of uses) expect(jit(use)(tensor(0))).toBe(use(tensor(0)));
  });

  it('F16 loops and branches on plain values are unrolled, those of ops are not', () => {
    const unrolled = jit((a: Tensor, n: number) => {
      let b = a;
      for (let i = 0; i < n; i++) b = mul(b, 2) as Tensor;
      return n > 3 ? b : add(b, 1);
    });
    const lines = (n: number): number => unrolled.graphText(x, n).split('\n').length;
    expect(lines(10) - lines(5)).toBe(5);
    const looped = jit((a: Tensor, n: number) => foriLoop(0, n, (_, b: Tensor) => mul(b, 2) as Tensor, a));
    expect(looped.graphText(x, 10).split('\n').length).toBe(looped.graphText(x, 5).split('\n').length);
  });
});
