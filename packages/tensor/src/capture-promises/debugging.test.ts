/**
 * Tools for finding out: running captured functions at once, comparing both, and looking at every number; all of them leave what is
 * computed as it is, and cost nothing while they are off.
 */
import { readFileSync } from 'node:fs';
import { ReferenceBackend } from '@deft/backend-reference';
import type { Effort, Executable, KernelProgram } from '@deft/kernel';
import {
  add,
  assert,
  checkNumerics,
  DeftError,
  div,
  exp,
  foriLoop,
  getBackend,
  grad,
  greater,
  jit,
  log,
  mul,
  print,
  randomUniform,
  registerBackend,
  runEagerly,
  seed,
  setBackend,
  setPrintOutput,
  setWarningOutput,
  sin,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  tensorSpec,
  variable,
  vmap,
  zeros,
} from '@deft/tensor';
import { type EffectProgram, effectPrograms, runEffects, variableCount } from '@deft/test-utils';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});
afterEach(() => {
  runEagerly(false);
  checkNumerics(false);
});

const x = tensor([1, 2]);
const list = (a: Tensor): unknown => a.toArray();

function thrownBy(run: () => unknown): DeftError {
  try {
    run();
  } catch (error) {
    if (error instanceof DeftError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

describe('F24 running at once', () => {
  it('F24 is a switch for one function, and one for all; breakpoints and elements are there', () => {
    const seen: unknown[] = [];
    const body = (a: Tensor): Tensor => {
      seen.push(a.toArray());
      return (a.toArray() as number[])[0] === 1 ? (mul(a, 2) as Tensor) : a;
    };
    const one = jit(body, { eager: true });
    expect([list(one(x)), list(one(tensor([5, 1])))]).toEqual([
      [2, 4],
      [5, 1],
    ]);
    const other = jit(body);
    expect(() => other(x)).toThrow('E_CAPTURE_READ');
    expect(runEagerly(true)).toBe(false);
    expect(list(other(x))).toEqual([2, 4]);
    expect(runEagerly(false)).toBe(true);
    expect(() => other(x)).toThrow('E_CAPTURE_READ');
    expect([one.traceCount, other.traceCount, seen.length]).toEqual([0, 0, 3]);
  });

  /** What comes of a call: results, lines, variables, or the error. */
  const observe = (program: EffectProgram, options: object, eagerly: boolean): unknown => {
    const lines: string[] = [];
    const before = setPrintOutput((line) => lines.push(line));
    runEagerly(eagerly);
    seed(5);
    const variables = Array.from({ length: variableCount }, (_, i) => variable(tensor([i, 1]), { name: `v${i}` }));
    const f = jit((a: Tensor) => runEffects(program, { variables, heard: (text) => lines.push(text) }, a), options);
    try {
      return [
        list(f(x)),
        list(f(tensor([3, -1]))),
        lines,
        variables.map((v) => list(v.value)),
        list(randomUniform([])),
      ];
    } catch (error) {
      return error instanceof DeftError ? [error.code, error.message.split('\n')[0]] : error;
    } finally {
      runEagerly(false);
      setPrintOutput(before);
    }
  };

  it('F24 does the same, prints, errors and randomness included; so does comparing both', () => {
    fc.assert(
      fc.property(effectPrograms, (program) => {
        const captured = observe(program, {}, false);
        for (const [options, eagerly] of [
          [{ eager: true }, false],
          [{}, true],
          [{ check: true }, false],
        ] as const) {
          expect(observe(program, options, eagerly)).toEqual(captured);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('F24 F4 holds calls to the signature, also within derivatives and other captures', () => {
    const f = jit((a: Tensor) => sum(a) as Tensor, { name: 'f', signature: [tensorSpec(['n', 2])] });
    const misfit = /f: args\[0\]: expected a tensor \[n, 2\], got float32\[3\] \[E_SIGNATURE\]/;
    const calls = [
      () => f(zeros([3]) as Tensor),
      () => grad(f)(zeros([3]) as Tensor),
      () => jit((a: Tensor) => f(a))(zeros([3])),
    ];
    for (const eagerly of [false, true]) {
      runEagerly(eagerly);
      for (const call of calls) expect(call).toThrow(misfit);
    }
  });
});

/** A backend whose code is wrong where sines stand beside exponentials, and right op by op. */
class WrongBackend extends ReferenceBackend {
  override compile(program: KernelProgram, _effort?: Effort): Executable {
    const text = JSON.stringify(program, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    const isWrong = text.includes('"sin"') && text.includes('"exp"');
    const wrong = (part: unknown): unknown => {
      if (part === 'sin') return 'cos';
      if (Array.isArray(part)) return part.map(wrong);
      const isPlain = typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === Object.prototype;
      return isPlain ? Object.fromEntries(Object.entries(part).map(([key, each]) => [key, wrong(each)])) : part;
    };
    return super.compile(isWrong ? (wrong(program) as KernelProgram) : program);
  }
}

describe('F24 comparing both', () => {
  it('F24 names the first op that differs, and its line', () => {
    const before = getBackend().name;
    registerBackend({
      name: 'wrong',
      rank: 0,
      unavailableBecause: () => undefined,
      make: () => new WrongBackend() as never,
    });
    setBackend('wrong');
    try {
      const f = jit((a: Tensor) => mul(add(sin(exp(a)), 1), 2), { check: true, name: 'f' });
      const { code, message, callSite } = thrownBy(() => f(tensor([0.5, 1])));
      expect(code).toBe('E_CHECK');
      expect(message).toMatch(/f: result is another one at once and captured.*debugging\.test\.ts:\d+:\d+/s);
      const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
      expect(lines[(callSite?.line as number) - 1]?.slice((callSite?.column as number) - 1)).toMatch(
        /^sin\(exp\(a\)\)/,
      );
      expect(list(jit((a: Tensor) => add(exp(a), 1), { check: true })(tensor([0])))).toEqual([2]);
    } finally {
      setBackend(before);
    }
  });

  it('F24 F11 finds what was frozen: numbers, tensors, ops, and what is given besides', () => {
    const outside = { number: 1, tensor: tensor([1, 1]), op: exp, steps: 1, label: 'a' };
    const uses: readonly ((a: Tensor) => unknown)[] = [
      (a) => mul(a, outside.number),
      (a) => add(a, outside.tensor),
      (a) => outside.op(a),
      (a) => Array.from({ length: outside.steps }).reduce<Tensor>((b) => mul(b, 2) as Tensor, a),
      (a) => ({ a, label: outside.label }),
    ];
    const start = { ...outside };
    for (const use of uses) {
      Object.assign(outside, start);
      const f = jit(use, { check: true });
      f(x);
      Object.assign(outside, { number: 2, tensor: tensor([2, 2]), op: sin, steps: 2, label: 'b' });
      expect(() => f(x)).toThrow(/E_CHECK/);
    }
  });
});

describe('F25 J10 looking at every number', () => {
  const programs: readonly (readonly [label: string, f: (a: Tensor) => unknown, op: string])[] = [
    ['at once and captured', (a) => add(log(sub(a, 1)), 1), 'log'],
    ['in a loop', (a) => foriLoop(0, 9, (_, b: Tensor) => mul(b, 1e30) as Tensor, a), 'mul'],
    ['backwards', (a) => grad((b: Tensor) => sum(sqrt(mul(b, 0))) as Tensor)(a), 'div'],
    ['of a batch', (a) => vmap((b: Tensor) => div(b, sub(b, 2)) as Tensor)(a), 'div'],
  ];
  it.each(programs)(
    'F25 J10 names the op that made a NaN or an infinity, its line and the range of its inputs: %s',
    (_, f, op) => {
      checkNumerics(true);
      for (const run of [f, jit(f)]) {
        const { code, message, details, callSite } = thrownBy(() => run(x));
        expect(code).toBe('E_NUMERICS');
        expect(message).toMatch(/\d+ of \d+ elements of the result are NaN or infinite; .*float32\[.*\].* from .* to /);
        if (op !== 'div' || _ === 'of a batch') expect(details.op).toBe(op);
        expect(callSite?.file).toMatch(/debugging\.test\.ts$/);
      }
      checkNumerics(false);
      expect(() => [f(x), jit(f)(x)]).not.toThrow();
    },
  );

  it('F25 J10 costs nothing while it is off: the program is the same, and no number is looked at', () => {
    const f = jit((a: Tensor) => add(log(a), 1));
    const [graph, kernels] = [f.graphText(x), f.explain(x)];
    checkNumerics(true);
    f(x);
    checkNumerics(false);
    expect([f.graphText(x), f.explain(x), f.compileCount]).toEqual([graph, kernels, 1]);
  });

  it('J10 assertions check what is yours to say, example by example under vmap, in loops and captures', () => {
    const f = (a: Tensor): Tensor => {
      assert(greater(a, 0), 'expected something positive, got', a);
      return sqrt(a) as Tensor;
    };
    for (const run of [vmap(f), jit(vmap(f)), jit((a: Tensor) => vmap(f)(a))]) {
      expect(list(run(tensor([4, 9])) as Tensor)).toEqual([2, 3]);
      expect(() => run(tensor([4, -9, 1]))).toThrow('expected something positive, got -9 [E_ASSERT]');
    }
    const looped = jit((a: Tensor) => foriLoop(0, 3, (_, b: Tensor) => sub(f(b), 1) as Tensor, a));
    expect(() => looped(tensor(4))).toThrow('got 0 [E_ASSERT]');
    // Where none is written there is nothing of it in the program.
    expect(jit((a: Tensor) => sqrt(a)).explain(x)).not.toMatch(/assert|host/);
  });

  it('F13 J10 print writes the same text at once and captured, and changes no bit of what is computed', () => {
    const lines: string[] = [];
    const before = setPrintOutput((line) => lines.push(line));
    const plain = (a: Tensor): Tensor => mul(sin(exp(a)), 3) as Tensor;
    const printing = (a: Tensor): Tensor => {
      const b = exp(a);
      print('b is', b, { of: 'two' }, 7);
      return mul(sin(b), 3) as Tensor;
    };
    const bits = [plain, jit(plain), printing, jit(printing)].map(
      (run) => new Uint32Array((run(x).dataSync() as Float32Array).buffer),
    );
    setPrintOutput(before);
    for (const other of bits) expect(other).toEqual(bits[0]);
    expect(lines.length).toBe(2);
    expect(lines[1]).toBe(lines[0]);
    expect(lines[0]).toMatch(/^b is \[2\.71828\d*, 7\.38905\d*\] \{"of":"two"\} 7$/);
  });
});
