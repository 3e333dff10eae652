/** Derivatives that are stated rather than composed: stopGradient, customVjp, checkpoint, and ops with rules of their own. */
import { AbstractInterpreter, currentInterpreter, DeftError, nd, type Tensor, withInterpreter } from '@deft/core';
import { evaluateGraph, traceGraph } from '@deft/graph';
import { abs, add, defineComposite, div, exp, log1p, mul, neg, relu, sin, sum } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { checkpoint, customVjp, grad, hessian, jvp, stopGradient, vmap } from './index.ts';

type Scalar = Tensor<[], 'float32'>;
const t = (
  shape: readonly number[],
  data: readonly number[],
  dtype: 'float32' | 'float64' | 'int32' = 'float32',
): Tensor => currentInterpreter().constant(nd(shape, data, dtype), false);
const scalar = (value: number): Tensor => t([], [value]);
const total = (x: Tensor): Scalar => sum(x) as Scalar;
const times = (a: Tensor, b: Tensor | number): Tensor => mul(a, b as Tensor) as Tensor;
const plus = (a: Tensor, b: Tensor | number): Tensor => add(a, b as Tensor) as Tensor;

const messageOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code} ${error.message}` : String(error);
  }
  return 'no error';
};

describe('stopGradient', () => {
  it('is a constant to every derivative and the identity otherwise', () => {
    const f = (x: Tensor) => times(x, stopGradient(x));
    expect(grad(f)(scalar(3)).item()).toBe(3);
    expect(jvp(f, [scalar(3)], [scalar(1)])[1].item()).toBe(3);
    expect(grad(grad((x: Tensor) => times(f(x), x)))(scalar(3)).item()).toBe(6);
    expect(vmap(f)(t([2], [1, 2])).toArray()).toEqual([1, 4]);
    expect(grad((x: Tensor) => total(vmap(f)(x)))(t([2], [1, 2])).toArray()).toEqual([1, 2]);
    const x = scalar(1);
    expect(stopGradient({ x, n: 3 })).toMatchObject({ n: 3 });
    expect(stopGradient(x) === x).toBe(true);
    const { graph } = traceGraph(([y]) => [stopGradient(y as Tensor)], [x.abstract]);
    expect(graph.nodes).toHaveLength(0);
  });
});

describe('customVjp', () => {
  /** x · y with doubled gradients, so it is seen which rule ran. */
  const doubled = customVjp(
    (x: Tensor, y: Tensor) => times(x, y),
    (x: Tensor, y: Tensor) => [times(x, y), { x, y, two: 2 }],
    ({ x, y, two }, ct: Tensor) => [times(times(ct, y), two), times(times(ct, x), two)],
  );

  it('is used by every derivative, at every depth', () => {
    expect(doubled(scalar(3), scalar(4)).item()).toBe(12);
    const [dx, dy] = grad(doubled, { argnums: [0, 1] })(scalar(3), scalar(4));
    expect([dx.item(), dy.item()]).toEqual([8, 6]);
    // d/dx (2 y · dy/dx …): the derivative of the stated gradient 2 x by x is 2.
    expect(grad((x: Tensor) => grad(doubled, { argnums: 1 })(x, scalar(4)))(scalar(3)).item()).toBe(2);
    expect(jvp(doubled, [scalar(3), scalar(4)], [scalar(1), scalar(0)])[1].item()).toBe(8);
    expect(grad((x: Tensor) => doubled(x, x))(scalar(3)).item()).toBe(12);
  });

  it('keeps its gradient under vmap, in any order', () => {
    const [a, b] = [t([2], [1, 2]), t([2], [3, 4])];
    expect(vmap(doubled)(a, b).toArray()).toEqual([3, 8]);
    expect(vmap(grad(doubled))(a, b).toArray()).toEqual([6, 8]);
    expect(grad((x: Tensor) => total(vmap(doubled)(x, b)))(a).toArray()).toEqual([6, 8]);
    const shared = (y: Tensor) => total(vmap(doubled, { inAxes: [0, null] })(a, y));
    expect(grad(shared)(scalar(5)).item()).toBe(6);
    expect(jvp((x: Tensor) => vmap(doubled)(x, b), [a], [t([2], [1, 1])])[1].toArray()).toEqual([6, 8]);
    expect(hessian((x: Tensor) => doubled(x, x))(scalar(3)).item()).toBe(4);
  });

  it('works inside a capture and leaves no op of its own there', () => {
    const { graph } = traceGraph(
      ([x, y]) => [doubled(x as Tensor, y as Tensor), grad(doubled)(x as Tensor, y as Tensor)],
      [scalar(0).abstract, scalar(0).abstract],
    );
    expect(graph.nodes.some((node) => node.operation.name === 'customVjp')).toBe(false);
    expect(evaluateGraph(graph, [scalar(3), scalar(4)]).map((one) => one.item())).toEqual([12, 8]);
    const abstract = withInterpreter(new AbstractInterpreter(), () => doubled(t([2], [1, 2]), scalar(1)), true);
    expect(abstract.shape).toEqual([2]);
  });

  it('takes trees and arguments that are no tensors', () => {
    const f = customVjp(
      (p: { w: Tensor; name: string }, factor: number) => ({ out: times(p.w, factor) }),
      (p, factor) => [{ out: times(p.w, factor) }, factor],
      (factor, ct) => [{ w: times(ct.out, -factor), name: '' }, null],
    );
    const g = grad((w: Tensor) => total(f({ w, name: 'n' }, 3).out))(t([2], [1, 2]));
    expect(g.toArray()).toEqual([-3, -3]);
  });

  it('refuses cotangents that do not fit, naming the argument', () => {
    const broken = (backward: (ct: Tensor) => unknown) =>
      customVjp(
        (p: { w: Tensor }, y: Tensor) => times(p.w, y),
        (p, y) => [times(p.w, y), null],
        ((_: null, ct: Tensor) => backward(ct)) as never,
      );
    const run = (backward: (ct: Tensor) => unknown) =>
      messageOf(() => grad((w: Tensor) => total(broken(backward)({ w }, scalar(2))))(t([2], [1, 2])));
    expect(run(() => [{ w: t([3], [1, 2, 3]) }, null])).toMatch(
      /E_SHAPE customVjp: cotangent of args\[0\]\.w: expected float32\[2\], got float32\[3\]/,
    );
    expect(run((ct) => [ct, null])).toMatch(/E_TREE customVjp: cotangent of args\[0\]: expected \{"w":\*\}, got \*/);
    expect(run((ct) => [{ w: ct }])).toMatch(/E_TREE customVjp: backward: expected a list of 2 cotangents/);
    expect(run((ct) => ct)).toMatch(/E_TREE customVjp: backward/);
    expect(run(() => [{ w: 'x' }, null])).toMatch(/E_ARGUMENT customVjp: cotangent of args\[0\]\.w: .*got string/);
    expect(run((ct) => [{ w: ct }, null])).toBe('no error');
  });

  it('refuses a tensor being differentiated that is no argument', () => {
    const f = (x: Tensor) => {
      const inner = customVjp(
        (y: Tensor) => times(y, x),
        (y: Tensor) => [times(y, x), y],
        (_, ct) => [ct],
      );
      return inner(times(x, 2));
    };
    expect(messageOf(() => grad(f)(scalar(2)))).toMatch(
      /E_GRAD customVjp: .*running grad that is not among its arguments.*\n {2}hint: pass the tensor/,
    );
    expect(messageOf(() => jvp(f, [scalar(2)], [scalar(1)]))).toMatch(/E_GRAD customVjp/);
  });

  it('refuses results that are no tensors', () => {
    const f = customVjp(((x: Tensor) => [x, 'a']) as never, (() => [1, 2]) as never, (() => []) as never);
    expect(messageOf(() => f(scalar(1) as never))).toMatch(
      /E_ARGUMENT customVjp: result\[1\]: expected a tensor, got string/,
    );
    const g = customVjp((x: Tensor) => x, (() => 3) as never, (() => []) as never);
    expect(messageOf(() => grad(g)(scalar(1)))).toMatch(
      /E_ARGUMENT customVjp: forward: expected \[value, residuals\], got number/,
    );
  });
});

describe('checkpoint', () => {
  it('gives the same derivatives and runs the function again on the way back', () => {
    let runs = 0;
    const plain = (p: { w: Tensor }, x: Tensor) => {
      runs++;
      return { out: sin(times(p.w, sin(x))) };
    };
    const f = checkpoint(plain);
    const [w, x] = [t([2], [0.5, 2]), t([2], [1, 3])];
    const loss = (g: typeof plain) => (a: Tensor, b: Tensor) => total(g({ w: a }, b).out);
    const expected = grad(loss(plain), { argnums: [0, 1] })(w, x).map((one) => one.toArray());
    runs = 0;
    expect(grad(loss(f), { argnums: [0, 1] })(w, x).map((one) => one.toArray())).toEqual(expected);
    expect(runs).toBe(2);
    expect(hessian((a: Tensor) => loss(f)(a, x))(w).toArray()).toEqual(
      hessian((a: Tensor) => loss(plain)(a, x))(w).toArray(),
    );
    const mapped = (g: typeof plain) => grad((a: Tensor) => total(vmap((b: Tensor) => loss(g)(a, b))(x)))(w).toArray();
    expect(mapped(f)).toEqual(mapped(plain));
    expect(jvp(loss(f), [w, x], [x, w])[1].item()).toBe(jvp(loss(plain), [w, x], [x, w])[1].item());
    expect(messageOf(() => grad((a: Tensor) => total(checkpoint((b: Tensor) => times(a, b))(times(a, 2))))(w))).toMatch(
      /E_GRAD checkpoint/,
    );
  });
});

describe('a composite with a derivative of its own', () => {
  /** max(x, 0) + log(1 + e^-|x|): composed, its derivative at 0 would be 0 instead of a half. */
  const softplus = defineComposite<(x: Tensor) => Tensor, readonly ['x'], Record<never, never>, 'x'>({
    name: 'testSoftplus',
    inputs: ['x'],
    doc: { group: 'test', summary: 'A smooth maximum with 0.' },
    compose: ([x]) => plus(relu(x), log1p(exp(neg(abs(x)) as Tensor) as Tensor) as Tensor),
    vjp: (ct, { x }) => [div(ct, plus(exp(neg(x) as Tensor) as Tensor, 1)) as Tensor],
    jvp: ([x], [dx]) => div(dx, plus(exp(neg(x) as Tensor) as Tensor, 1)) as Tensor,
    saves: ['x'],
    samples: [],
  });

  it('keeps it, also around and inside a batch', () => {
    const x = t([2], [0, 0]);
    const [half, quarter] = [
      [0.5, 0.5],
      [0.25, 0.25],
    ];
    expect(grad((v: Tensor) => total(softplus(v)))(x).toArray()).toEqual(half);
    expect(vmap(grad((v: Tensor) => softplus(v)))(x).toArray()).toEqual(half);
    expect(grad((v: Tensor) => total(vmap((one: Tensor) => softplus(one))(v)))(x).toArray()).toEqual(half);
    expect(jvp((v: Tensor) => vmap((one: Tensor) => softplus(one))(v), [x], [t([2], [1, 1])])[1].toArray()).toEqual(
      half,
    );
    expect(vmap(grad(grad((v: Tensor) => softplus(v))))(x).toArray()).toEqual(quarter);
    const { graph } = traceGraph(
      ([v]) => [grad((w: Tensor) => total(vmap((one: Tensor) => softplus(one))(w)))(v as Tensor)],
      [x.abstract],
    );
    expect((evaluateGraph(graph, [x])[0] as Tensor).toArray()).toEqual(half);
  });
});
