/** What the transforms promise one by one: structures, options, custom rules, and the errors of wrong use. */
import { AbstractInterpreter, currentInterpreter, DeftError, nd, type Tensor, withInterpreter } from '@deft/core';
import { evaluateGraph, traceGraph } from '@deft/graph';
import { abs, add, cast, defineComposite, div, exp, greater, log1p, mul, neg, relu, sin, sum } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { customVjp, grad, hessian, jacfwd, jacrev, jvp, stopGradient, valueAndGrad, vjp, vmap } from './index.ts';

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

describe('grad', () => {
  it('differentiates again and again', () => {
    const cube = (x: Tensor): Tensor => times(x, times(x, x));
    expect(grad(cube)(scalar(2)).item()).toBe(12);
    expect(grad(grad(cube))(scalar(2)).item()).toBe(12);
    expect(grad(grad(grad(cube)))(scalar(2)).item()).toBe(6);
  });

  it('keeps nested derivatives apart (perturbation confusion)', () => {
    const outer = (x: Tensor): Tensor => times(x, grad((y: Tensor) => plus(x, y))(scalar(1)));
    expect(grad(outer)(scalar(3)).item()).toBe(1);
    expect(jvp(outer, [scalar(3)], [scalar(1)])[1].item()).toBe(1);
    const mixed = (x: Tensor): Tensor => times(x, jvp((y: Tensor) => plus(x, y), [scalar(1)], [scalar(1)])[1]);
    expect(grad(mixed)(scalar(3)).item()).toBe(1);
    expect(jvp(mixed, [scalar(3)], [scalar(1)])[1].item()).toBe(1);
    // d/dx x · d/dy (x · y) = d/dx x² = 2 x
    expect(grad((x: Tensor) => times(x, grad((y: Tensor) => times(x, y))(scalar(1))))(scalar(3)).item()).toBe(6);
  });

  it('counts an operand that is given twice', () => {
    expect(grad((x: Tensor) => times(x, x))(scalar(5)).item()).toBe(10);
  });

  it('gives zeros for what the loss does not depend on', () => {
    const f = (params: { a: Tensor; b: Tensor }) => total(params.a);
    const { a, b } = grad(f)({ a: t([2], [1, 2]), b: t([3], [1, 2, 3], 'float64') });
    expect(a.toArray()).toEqual([1, 1]);
    expect(b.toArray()).toEqual([0, 0, 0]);
    expect(b.dtype).toBe('float64');
    expect(grad((_: Tensor) => scalar(1))(scalar(2)).item()).toBe(0);
  });

  it('sums gradients back over broadcasts, in the operand’s dtype', () => {
    const f = (x: Tensor, y: Tensor) => total(times(x, y));
    const [dx, dy] = grad(f, { argnums: [0, 1] })(t([3], [1, 2, 3]), t([2, 1], [10, 20], 'float64'));
    expect(dx.abstract.text).toBe('float32[3]');
    expect(dx.toArray()).toEqual([30, 30, 30]);
    expect(dy.abstract.text).toBe('float64[2, 1]');
    expect(dy.toArray()).toEqual([[6], [6]]);
  });

  it('takes nested arguments, numbers, and arguments of any kind', () => {
    const f = (
      params: { layers: { w: Tensor; bias: Tensor | null }[]; scale: number },
      how: { name: string },
    ): Tensor => {
      expect(how.name).toBe('anything');
      return times(total(params.layers[0]?.w as Tensor), params.scale);
    };
    const gradient = grad(f)({ layers: [{ w: t([2], [1, 2]), bias: null }], scale: 4 }, { name: 'anything' });
    expect(gradient.layers[0]?.w.toArray()).toEqual([4, 4]);
    expect(gradient.layers[0]?.bias).toBeNull();
    expect((gradient.scale as unknown as Tensor).item()).toBe(3);
    expect(grad((x: number) => times(x as unknown as Tensor, 3))(2).item()).toBe(3);
  });

  it('gives the value and passes aux through', () => {
    const f = (x: Tensor): [Tensor, { square: Tensor; name: string }] => [
      total(times(x, x)),
      { square: times(x, x), name: 'n' },
    ];
    const [[value, aux], gradient] = valueAndGrad(f, { hasAux: true })(t([2], [1, 2]));
    expect(value.item()).toBe(5);
    expect(aux.square.toArray()).toEqual([1, 4]);
    expect(aux.name).toBe('n');
    expect(gradient.toArray()).toEqual([2, 4]);
    const [again, sameAux] = grad(f, { hasAux: true })(t([2], [1, 2]));
    expect(again.toArray()).toEqual([2, 4]);
    expect(sameAux.square.toArray()).toEqual([1, 4]);
    const [plain, plainGradient] = valueAndGrad((x: Tensor) => total(x))(t([2], [1, 2]));
    expect(plain.item()).toBe(3);
    expect(plainGradient.toArray()).toEqual([1, 1]);
  });

  it('calls the function once, and lets it read values while it runs eagerly', () => {
    let calls = 0;
    const f = (x: Tensor): Tensor => {
      calls++;
      return (x.item() as number) > 0 ? times(x, 2) : neg(x);
    };
    expect(grad(f)(scalar(1)).item()).toBe(2);
    expect(grad(f)(scalar(-1)).item()).toBe(-1);
    expect(calls).toBe(2);
    expect(messageOf(() => traceGraph(([x]) => [grad(f)(x as Tensor)], [scalar(1).abstract]))).toMatch(
      /^E_CAPTURE_READ/,
    );
  });

  it('has no gradient through comparisons and whole numbers', () => {
    const f = (x: Tensor) => total(times(cast(greater(x, 0), 'float32') as Tensor, x));
    expect(grad(f)(t([3], [-1, 1, 2])).toArray()).toEqual([0, 1, 1]);
    const g = (x: Tensor) => total(cast(cast(x, 'int32') as Tensor, 'float32') as Tensor);
    expect(grad(g)(t([2], [1, 2])).toArray()).toEqual([0, 0]);
  });

  it('can be captured, and captured functions can be differentiated', () => {
    const { graph } = traceGraph(([x]) => [grad((y: Tensor) => total(sin(y)))(x as Tensor)], [t([2], [0, 0]).abstract]);
    expect((evaluateGraph(graph, [t([2], [0, 0])])[0] as Tensor).toArray()).toEqual([1, 1]);
  });

  it('refuses what has no gradient, naming it', () => {
    const f = (params: unknown) => params as Tensor;
    expect(messageOf(() => grad((x: Tensor) => times(x, 2))(t([3], [1, 2, 3])))).toMatch(
      /^E_GRAD grad: result of the function: expected a floating-point scalar tensor, got float32\[3\] \[E_GRAD\]\n {2}hint: reduce it with sum/,
    );
    expect(messageOf(() => grad((x: Tensor) => cast(x, 'int32') as Tensor)(scalar(1)))).toMatch(
      /E_GRAD.*got int32\[\]/,
    );
    expect(messageOf(() => grad((() => 3) as never)(scalar(1) as never))).toMatch(/E_GRAD.*got number/);
    expect(messageOf(() => grad(((x: Tensor) => [x, 1]) as never)(scalar(1) as never))).toMatch(
      /E_GRAD.*got an array(.|\n)*hasAux/,
    );
    expect(messageOf(() => grad(f, { hasAux: true })(scalar(1)))).toMatch(/E_GRAD.*\[loss, aux\]/);
    expect(messageOf(() => grad(f)({ layers: [scalar(1), { step: t([], [1], 'int32') }] }))).toMatch(
      /E_GRAD grad: args\[0\]\.layers\[1\]\.step: expected a floating-point tensor .*got int32\[\]/,
    );
    expect(messageOf(() => grad(f)({ name: 'dense', w: scalar(1) }))).toMatch(/args\[0\]\.name: .*got string/);
    expect(messageOf(() => grad(f)(undefined))).toMatch(/E_GRAD .*args\[0\]/);
    expect(messageOf(() => grad(f, { argnums: 1 } as never)(scalar(1)))).toMatch(
      /E_ARGUMENT .*argnums: expected positions from 0 to 0, got 1/,
    );
    expect(messageOf(() => grad(f, { argnums: 0.5 } as never)(scalar(1)))).toMatch(/E_ARGUMENT .*argnums/);
    expect(messageOf(() => grad(3 as never))).toMatch(/E_ARGUMENT grad: function: expected a function, got number/);
    const slow = async (x: Tensor) => x;
    expect(messageOf(() => grad(slow as never)(scalar(1) as never))).toMatch(
      /E_ARGUMENT grad: function: .*got a promise/,
    );
  });

  it('refuses a tensor kept beyond its call', () => {
    let kept: Tensor | undefined;
    grad((x: Tensor) => {
      kept = times(x, 2);
      return total(kept);
    })(scalar(1));
    expect(messageOf(() => neg(kept as Tensor))).toMatch(/^E_CAPTURE_LEAK .*inside a call of grad that has ended/);
  });

  it('names the user’s line', () => {
    expect(messageOf(() => grad((x: Tensor) => plus(x, t([4], [1, 2, 3, 4])))(t([3], [1, 2, 3])))).toMatch(
      /E_BROADCAST.*\n {2}at .*transforms\.test\.ts:\d+/,
    );
  });
});

describe('vjp and jvp', () => {
  const f = (x: { a: Tensor }, y: Tensor) => ({ product: times(x.a, y), count: cast(y, 'int32') as Tensor });

  it('keep structures, and the pullback can be called again', () => {
    const [value, pullback] = vjp(f, { a: t([2], [1, 2]) }, t([2], [3, 4]));
    expect(value.product.toArray()).toEqual([3, 8]);
    for (const _ of [1, 2]) {
      const [dx, dy] = pullback({ product: t([2], [1, 10]), count: t([2], [0, 0], 'int32') });
      expect(dx.a.toArray()).toEqual([3, 40]);
      expect(dy.toArray()).toEqual([1, 20]);
    }
    const [again, tangent] = jvp(f, [{ a: t([2], [1, 2]) }, t([2], [3, 4])], [{ a: t([2], [1, 0]) }, t([2], [0, 1])]);
    expect(again.count.toArray()).toEqual([3, 4]);
    expect(tangent.product.toArray()).toEqual([3, 2]);
    expect(tangent.count.abstract.text).toBe('int32[2]');
    expect(tangent.count.toArray()).toEqual([0, 0]);
  });

  it('refuse derivatives that do not fit', () => {
    const [, pullback] = vjp(f, { a: t([2], [1, 2]) }, t([2], [3, 4]));
    expect(messageOf(() => pullback({ product: t([3], [1, 2, 3]), count: scalar(0) }))).toMatch(
      /E_SHAPE vjp: cotangent\.product: expected float32\[2\], got float32\[3\]/,
    );
    expect(messageOf(() => pullback([] as never))).toMatch(/E_TREE vjp: cotangent/);
    expect(messageOf(() => pullback({ product: t([2], [1, 2], 'float64'), count: scalar(0) }))).toMatch(
      /E_DTYPE vjp: cotangent\.product/,
    );
    const g = (x: Tensor) => times(x, x);
    expect(messageOf(() => jvp(g, [t([2], [1, 2])], [t([1], [1])]))).toMatch(
      /E_SHAPE jvp: tangents\[0\]: expected float32\[2\]/,
    );
    expect(messageOf(() => jvp(g, [t([2], [1, 2])], [] as never))).toMatch(/E_ARGUMENT jvp: tangents: expected 1/);
    expect(messageOf(() => jvp(g, t([2], [1, 2]) as never, [scalar(1)]))).toMatch(
      /E_ARGUMENT jvp: primals: expected the list/,
    );
    expect(messageOf(() => jvp(g, [t([2], [1, 2], 'int32')], [t([2], [1, 2])]))).toMatch(/E_GRAD jvp: args\[0\]/);
    expect(messageOf(() => vjp(g, t([2], [1, 2], 'int32')))).toMatch(/E_GRAD vjp: args\[0\]/);
    expect(messageOf(() => vjp((async (x: Tensor) => x) as never, scalar(1) as never))).toMatch(
      /E_ARGUMENT vjp: .*promise/,
    );
  });
});

describe('vmap', () => {
  const x = t([2, 3], [1, 2, 3, 4, 5, 6]);

  it('takes and puts the batch axis where it is told', () => {
    const first = vmap((row: Tensor) => total(row), { inAxes: 1 })(x);
    expect(first.toArray()).toEqual([5, 7, 9]);
    const pair = vmap((p: { a: Tensor; b: Tensor }) => ({ s: plus(p.a, p.b), one: scalar(1) }), {
      inAxes: [{ a: 0, b: null }],
      outAxes: { s: 1, one: 0 },
    })({ a: x, b: t([3], [10, 20, 30]) });
    expect(pair.s.toArray()).toEqual([
      [11, 14],
      [22, 25],
      [33, 36],
    ]);
    expect(pair.one.toArray()).toEqual([1, 1]);
    expect(vmap((row: Tensor) => row, { outAxes: -1 })(x).shape).toEqual([3, 2]);
    expect(vmap((_row: Tensor) => scalar(7), { outAxes: null })(x).item()).toBe(7);
  });

  it('aligns operands of different rank', () => {
    const y = t([2], [10, 20]);
    expect(vmap((row: Tensor, one: Tensor) => times(row, one))(x, y).toArray()).toEqual([
      [10, 20, 30],
      [80, 100, 120],
    ]);
    expect(vmap((one: Tensor) => plus(one, x))(y).shape).toEqual([2, 2, 3]);
  });

  it('refuses batches that do not fit', () => {
    const add2 = (a: Tensor, b: Tensor) => plus(a, b);
    expect(messageOf(() => vmap(add2)(x, t([3, 3], new Array(9).fill(0))))).toMatch(
      /E_SHAPE vmap: batch sizes differ: args\[0\] has 2 examples, args\[1\] has 3/,
    );
    expect(messageOf(() => vmap(add2)(x, scalar(1)))).toMatch(/E_AXIS vmap: inAxes of args\[1\]/);
    expect(messageOf(() => vmap(add2, { inAxes: [0] })(x, x))).toMatch(/E_ARGUMENT vmap: inAxes: expected 2 entries/);
    expect(messageOf(() => vmap(add2, { inAxes: null })(x, x))).toMatch(/E_ARGUMENT vmap: .*batch axis, got none/);
    expect(messageOf(() => vmap((a: Tensor) => a, { outAxes: null })(x))).toMatch(
      /E_ARGUMENT vmap: result: .*depends on the example/,
    );
    expect(messageOf(() => vmap((a: Tensor) => a, { outAxes: 5 })(x))).toMatch(/E_AXIS vmap: outAxes of result/);
    expect(messageOf(() => vmap((a: Tensor) => times(a, a.item() as never))(t([2], [1, 2])))).toMatch(
      /E_CAPTURE_READ .*running vmap/,
    );
    expect(messageOf(() => vmap((async (a: Tensor) => a) as never)(x as never))).toMatch(/E_ARGUMENT vmap: .*promise/);
  });
});

describe('Jacobians', () => {
  it('have the result’s axes first, and keep structures', () => {
    const f = (p: { a: Tensor; b: Tensor }) => [times(p.a, total(p.b)), total(times(p.b, p.b))] as [Tensor, Tensor];
    const at = { a: t([2], [1, 2]), b: t([3], [1, 2, 3]) };
    for (const jacobian of [jacfwd(f)(at), jacrev(f)(at)]) {
      expect(jacobian[0].a.toArray()).toEqual([
        [6, 0],
        [0, 6],
      ]);
      expect(jacobian[0].b.toArray()).toEqual([
        [1, 1, 1],
        [2, 2, 2],
      ]);
      expect(jacobian[1].a.toArray()).toEqual([0, 0]);
      expect(jacobian[1].b.toArray()).toEqual([2, 4, 6]);
    }
    const second = hessian((x: Tensor) => total(times(x, times(x, x))))(t([2], [1, 2]));
    expect(second.toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(jacrev((x: Tensor, y: Tensor) => times(x, y), { argnum: 1 })(t([1], [5]), t([1], [2])).toArray()).toEqual([
      [5],
    ]);
  });

  it('refuse what has no derivative', () => {
    const whole = (x: Tensor) => cast(x, 'int32') as Tensor;
    expect(messageOf(() => jacfwd(whole)(t([1], [1])))).toMatch(/E_GRAD jacfwd: result of the function.*got int32/);
    expect(messageOf(() => jacrev(whole)(t([1], [1])))).toMatch(/E_GRAD jacrev: result of the function.*got int32/);
    expect(messageOf(() => jacrev(whole, { argnum: 2 } as never)(t([1], [1])))).toMatch(/E_ARGUMENT jacrev: argnum/);
  });
});

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
