/** What the transforms promise one by one: structures, options, and the errors of wrong use. */
import { currentInterpreter, DeftError, nd, type Tensor } from '@deft/core';
import { evaluateGraph, traceGraph } from '@deft/graph';
import { add, cast, greater, mul, neg, sin, sum } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { grad, hessian, jacfwd, jacrev, jvp, valueAndGrad, vjp, vmap } from './index.ts';

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
    expect(messageOf(() => grad(f, { hasAux: true })(scalar(1)))).toMatch(/E_GRAD.*\[result, aux\]/);
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
    expect(jacrev((x: Tensor, y: Tensor) => times(x, y), { argnums: 1 })(t([1], [5]), t([1], [2])).toArray()).toEqual([
      [5],
    ]);
  });

  it('refuse what has no derivative', () => {
    const whole = (x: Tensor) => cast(x, 'int32') as Tensor;
    expect(messageOf(() => jacfwd(whole)(t([1], [1])))).toMatch(/E_GRAD jacfwd: result of the function.*got int32/);
    expect(messageOf(() => jacrev(whole)(t([1], [1])))).toMatch(/E_GRAD jacrev: result of the function.*got int32/);
    expect(messageOf(() => jacrev(whole, { argnums: 2 } as never)(t([1], [1])))).toMatch(/E_ARGUMENT jacrev: argnums/);
  });
});
