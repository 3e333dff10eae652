/** customJvp, linearize and hvp: laws that tie them to jvp, grad and hessian at every depth. */
import { currentInterpreter, DeftError, type DType, nd, type Tensor } from '@deft/core';
import { evaluateGraph, traceGraph } from '@deft/graph';
import { add, cos, exp, matmul, mul, sigmoid, sin, sum } from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customJvp, grad, hessian, hvp, jvp, linearize, vjp, vmap } from './index.ts';

const t = (shape: readonly number[], data: readonly number[], dtype: DType = 'float64'): Tensor =>
  currentInterpreter().constant(nd(shape, data, dtype), false);
const total = (x: Tensor): Tensor => sum(x) as Tensor;
const elements = (x: Tensor): number[] => Array.from(x.dataSync() as Float64Array);
const messageOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code} ${error.message}` : String(error);
  }
  return 'no error';
};
const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });
const close = (a: Tensor, b: Tensor): void => {
  expect(a.abstract.text).toBe(b.abstract.text);
  elements(a).forEach((value, i) => {
    expect(value).toBeCloseTo(elements(b)[i] as number, 9);
  });
};

/** A function of a tree with several results, none of them linear. */
const f = ({ x, y }: { x: Tensor; y: Tensor }): { wave: Tensor; size: Tensor } => ({
  wave: mul(sin(x), exp(y)) as Tensor,
  size: total(mul(mul(x, y) as Tensor, x) as Tensor),
});

describe('linearize', () => {
  it('is jvp at its point, for any direction, and linear (G10)', () => {
    fc.assert(
      fc.property(vector, vector, vector, vector, (x, y, dx, dy) => {
        const at = { x: t([3], x), y: t([3], y) };
        const along = { x: t([3], dx), y: t([3], dy) };
        const [value, derivative] = linearize(f, at);
        const [expected, tangent] = jvp(f, [at], [along]);
        close(value.wave, expected.wave);
        close(derivative(along).wave, tangent.wave);
        close(derivative(along).size, tangent.size);
        const doubled = {
          x: t(
            [3],
            dx.map((d) => 2 * d),
          ),
          y: t(
            [3],
            dy.map((d) => 2 * d),
          ),
        };
        close(derivative(doubled).size, mul(2, tangent.size) as Tensor);
      }),
      { numRuns: 30 },
    );
  });

  it('runs the function once, and nests with vmap, grad and capture (J3)', () => {
    let runs = 0;
    const counted = (x: Tensor): Tensor => {
      runs++;
      return mul(x, mul(x, x)) as Tensor;
    };
    const [, derivative] = linearize(counted, t([2], [1, 2]));
    const columns = vmap(derivative as (v: Tensor) => Tensor)(t([2, 2], [1, 0, 0, 1]));
    expect(elements(columns)).toEqual([3, 0, 0, 12]);
    expect(runs).toBe(1);
    const slopes = (x: Tensor): Tensor => total(linearize(counted, x)[1](t([2], [1, 10])));
    expect(elements(grad(slopes)(t([2], [1, 2])))).toEqual([6, 120]);
    const { graph } = traceGraph(([x]) => [slopes(x as Tensor)], [t([2], [1, 2]).abstract]);
    expect(elements(evaluateGraph(graph, [t([2], [1, 2])])[0] as Tensor)).toEqual([123]);
  });

  it('says which tangent does not fit', () => {
    const [, derivative] = linearize(f, { x: t([3], [1, 2, 3]), y: t([3], [1, 2, 3]) });
    expect(messageOf(() => derivative({ x: t([3], [1, 2, 3]), y: t([2], [1, 2]) }))).toMatch(
      /^E_SHAPE .*tangents\[0\]\.y.*float64\[3\].*float64\[2\]/s,
    );
    expect(messageOf(() => (derivative as () => unknown)())).toMatch(/^E_ARGUMENT .*tangents: expected 1.*got 0/s);
    expect(messageOf(() => linearize(f, { x: t([1], [1], 'int32'), y: t([1], [1]) }))).toMatch(
      /^E_GRAD .*args\[0\]\.x/s,
    );
  });
});

describe('hvp', () => {
  it('is the Hessian times the vector (G7)', () => {
    const loss = (x: Tensor): Tensor => total(mul(sin(x), exp(mul(x, x) as Tensor)) as Tensor);
    fc.assert(
      fc.property(vector, vector, (x, v) => {
        const matrix = hessian(loss)(t([3], x)) as Tensor;
        const scale = Math.max(1, ...elements(matrix).map(Math.abs));
        const product = elements(matmul(matrix, t([3, 1], v)) as Tensor);
        elements(hvp(loss, t([3], x), t([3], v))).forEach((value, i) => {
          expect(value / scale).toBeCloseTo((product[i] as number) / scale, 9);
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe('customJvp', () => {
  /** x · y whose stated derivative is twice the true one, so it is seen which rule ran. */
  const doubled = customJvp(
    (x: Tensor, y: Tensor) => mul(x, y) as Tensor,
    ([x, y], [dx, dy]) => [mul(x, y) as Tensor, mul(2, add(mul(dx, y), mul(x, dy))) as Tensor],
  );
  const [three, four, one, none] = [t([], [3]), t([], [4]), t([], [1]), t([], [0])];

  it('is used by every derivative, at every depth (J6)', () => {
    expect(doubled(three, four).item()).toBe(12);
    expect(jvp(doubled, [three, four], [one, none]).map((x) => x.item())).toEqual([12, 8]);
    const [dx, dy] = grad(doubled, { argnums: [0, 1] })(three, four);
    expect([dx.item(), dy.item()]).toEqual([8, 6]);
    // The stated derivative by y is 2 x, and its derivative by x is 2.
    expect(grad((x: Tensor) => grad(doubled, { argnums: 1 })(x, four))(three).item()).toBe(2);
    expect(grad((x: Tensor) => jvp(doubled, [x, four], [none, one])[1])(three).item()).toBe(2);
    expect(grad((x: Tensor) => doubled(x, x))(three).item()).toBe(12);
    expect(linearize(doubled, three, four)[1](one, none).item()).toBe(8);
  });

  it('works under vmap and in captures, both ways round (J3)', () => {
    const rows = t([2], [3, 5]);
    expect(elements(vmap(grad(doubled), { inAxes: [0, null] })(rows, four))).toEqual([8, 8]);
    expect(elements(grad((x: Tensor) => total(vmap(doubled)(x, x)))(rows))).toEqual([12, 20]);
    const { graph } = traceGraph(([x]) => [grad(doubled)(x as Tensor, four)], [three.abstract]);
    expect((evaluateGraph(graph, [three])[0] as Tensor).item()).toBe(8);
  });

  it('is the composed derivative where the rule says so', () => {
    const wave = customJvp(
      (x: Tensor) => sin(x) as Tensor,
      ([x], [dx]) => [sin(x) as Tensor, mul(cos(x), dx) as Tensor],
    );
    fc.assert(
      fc.property(vector, vector, (x, v) => {
        const at = t([3], x);
        const plain = vjp((y: Tensor) => mul(sin(y), sigmoid(y)) as Tensor, at)[1](t([3], v));
        close(vjp((y: Tensor) => mul(wave(y), sigmoid(y)) as Tensor, at)[1](t([3], v))[0], plain[0]);
        close(
          hvp((y: Tensor) => total(wave(y)), at, t([3], v)),
          hvp((y: Tensor) => total(sin(y) as Tensor), at, t([3], v)),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('takes trees and whole numbers beside what is differentiated', () => {
    const scaled = customJvp(
      ({ x, n }: { x: Tensor; n: Tensor }, label: string) => ({ y: mul(x, 2) as Tensor, n, label }).y,
      ([{ x }], [tangent]) => [mul(x, 2) as Tensor, mul(5, tangent.x) as Tensor],
    );
    const n = t([2], [1, 2], 'int32');
    expect(grad((x: Tensor) => scaled({ x, n }, 'a'))(three).item()).toBe(5);
  });

  it('says what is wrong with a rule', () => {
    const broken = (given: unknown): string => {
      const g = customJvp((x: Tensor) => x, (() => given) as never);
      return messageOf(() => jvp(g, [t([2], [1, 2])], [t([2], [1, 1])]));
    };
    expect(broken(t([2], [1, 2]))).toMatch(/^E_ARGUMENT .*customJvp: rule: expected \[value, tangent\]/s);
    expect(broken([t([2], [1, 2]), t([3], [1, 2, 3])])).toMatch(
      /^E_SHAPE .*tangent of result 0.*float64\[2\].*float64\[3\]/s,
    );
    expect(broken([t([2], [1, 2]), t([2], [1, 2], 'float32')])).toMatch(/^E_DTYPE .*tangent of result 0/s);
  });
});
