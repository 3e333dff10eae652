/**
 * Variables that a captured function makes in its first call, and functions of the host that it calls: what is refused, what an error
 * leaves behind, and what may be left out.
 */
import {
  add,
  cond,
  customVjp,
  DeftError,
  foriLoop,
  grad,
  greater,
  hostCall,
  jit,
  mul,
  setWarningOutput,
  sum,
  type Tensor,
  tensor,
  tensorSpec,
  type Variable,
  variable,
  vmap,
  zeros,
} from '@deft/tensor';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

const x = tensor([1, 2]);
const scalar = tensorSpec([], 'float32');
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

describe('F12 variables that a captured function makes', () => {
  it('F12 in a later call the error names the variable, the function, the line and the way out', () => {
    const f = jit(
      (a: Tensor) => {
        const w = variable(zeros([2]), { name: 'w' });
        return add(a, w.value);
      },
      { name: 'layer' },
    );
    expect(list(f(x))).toEqual([1, 2]);
    const { code, message, callSite } = thrownBy(() => f(x));
    expect(code).toBe('E_VARIABLE');
    expect(message).toContain('layer: variable "w" is made in a later call');
    expect(message).toContain('v ??= variable(…); one captured function for each model or optimiser');
    expect(callSite?.file).toMatch(/host-functions\.test\.ts$/);
  });

  it('F12 two optimisers through one function, the classic, are told apart, and work with a function each', () => {
    class Momentum {
      velocity: Variable | undefined;
      step(w: Variable, g: Tensor): void {
        this.velocity ??= variable(zeros([2]), { name: 'velocity' });
        this.velocity.assign(add(mul(this.velocity.value, 0.5), g));
        w.assignSub(this.velocity.value);
      }
    }
    const [w, g] = [variable([0, 0]), tensor([1, 2])];
    const shared = jit((optimizer: Momentum, gradient: Tensor) => optimizer.step(w, gradient), { name: 'step' });
    const first = new Momentum();
    for (let i = 0; i < 3; i++) shared(first, g);
    expect(thrownBy(() => shared(new Momentum(), g)).message).toContain(
      'step: variable "velocity" is made in a later call',
    );
    const start = w.value;
    const second = new Momentum();
    const own = jit((gradient: Tensor) => second.step(w, gradient));
    for (let i = 0; i < 2; i++) own(g);
    expect(list(add(w.value, mul(start, -1)) as Tensor)).toEqual([-2.5, -5]);
  });

  it('F12 a first call that throws leaves them as they started, and is a first call again', () => {
    let v: Variable | undefined;
    let calls = 0;
    const f = jit((a: Tensor) => {
      v ??= variable(10);
      v.assignAdd(sum(a) as Tensor);
      if (calls++ === 0) throw new RangeError('mine');
      return v.value;
    });
    expect(() => f(x)).toThrow(RangeError);
    expect(list((v as unknown as Variable).value)).toBe(10);
    expect([list(f(x)), list(f(x))]).toEqual([13, 16]);
  });

  it('F12 cannot be made in loops and branches, nor start from an argument', () => {
    const inside: readonly ((a: Tensor) => unknown)[] = [
      (a) => foriLoop(0, 2, (_, b: Tensor) => add(b, variable(1, { name: 'u' }).value) as Tensor, a),
      (a) =>
        cond(
          greater(sum(a), 0),
          () => variable(1, { name: 'u' }).value,
          () => tensor(1) as Tensor,
        ),
      (a) => variable(mul(a, 2), { name: 'u' }).value,
    ];
    for (const f of inside) {
      const error = thrownBy(() => jit(f)(x));
      expect([error.code, error.message]).toEqual(['E_VARIABLE', expect.stringContaining('variable "u"')]);
    }
  });
});

describe('F22 functions of the host', () => {
  it('F22 run at every call, on values, in order; pure ones as often as their results are used', () => {
    const calls: string[] = [];
    const ordered = (a: Tensor): Tensor => {
      calls.push(`ordered ${a.item()}`);
      return mul(a, 2) as Tensor;
    };
    const pure = (a: Tensor): Tensor => {
      calls.push(`pure ${a.item()}`);
      return add(a, 1) as Tensor;
    };
    const f = jit((a: Tensor) => {
      hostCall(ordered, { results: scalar }, a);
      hostCall(pure, { results: scalar, pure: true }, mul(a, 5) as Tensor);
      const [b, c] = [0, 1].map(() => hostCall(pure, { results: scalar, pure: true }, a));
      return add(b as Tensor, c as Tensor);
    });
    expect([f(tensor(1)).item(), f(tensor(2)).item()]).toEqual([4, 6]);
    expect([...new Set(calls)].sort()).toEqual(['ordered 1', 'ordered 2', 'pure 1', 'pure 2']);
  });

  it('F22 their errors are thrown as they are, and nothing of the call stays', () => {
    const v = variable(0);
    const mine = new TypeError('mine');
    const f = jit((a: Tensor) => {
      v.assign(1);
      hostCall(
        (_: Tensor) => {
          throw mine;
        },
        {},
        a,
      );
      v.assign(2);
    });
    expect(() => f(x)).toThrow(mine);
    expect(list(v.value)).toBe(0);
  });

  it('F22 have to give what is stated, have the derivative that is given, and run for one example after the other', () => {
    const triple = (a: Tensor): Tensor =>
      hostCall((b: Tensor) => mul(b, 3), { results: scalar, name: 'triple' }, a) as Tensor;
    const wrong = jit((a: Tensor) => hostCall((_: Tensor) => tensor([1, 2]), { results: scalar, name: 'wrong' }, a));
    expect(() => wrong(x)).toThrow(/the result of wrong: expected float32\[\], got float32\[2\].*E_SHAPE/);
    expect(() => jit(grad(triple))(tensor(2))).toThrow(/no derivative of triple is known.*customVjp.*E_GRAD|E_GRAD/s);
    const known = customVjp(
      triple,
      (a: Tensor) => [triple(a), undefined] as const,
      (_: unknown, ct: Tensor) => [mul(ct, 3) as Tensor],
    );
    expect(list(jit(grad(known))(tensor(2)))).toBe(3);
    expect(list(jit(vmap(triple))(x))).toEqual([3, 6]);
  });
});
