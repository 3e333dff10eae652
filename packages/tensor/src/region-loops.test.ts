/** Captured whileLoop, branches, foriLoop and map: they give what plain loops and the taken branch give, with derivatives and in batches. */
import {
  add,
  cond,
  foriLoop,
  grad,
  greater,
  jit,
  jvp,
  less,
  map,
  mul,
  sin,
  sum,
  switchCase,
  type Tensor,
  tensor,
  vmap,
  whileLoop,
} from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';

const list = (x: Tensor): number[] => Array.from(x.dataSync(), Number);
const T = (value: unknown): Tensor => tensor(value as number[]) as Tensor;
expect.extend(tensorMatchers);
const expectClose = (found: Tensor, expected: Tensor, digits = 4): void => {
  expect(found).toBeCloseToTensor(expected, { tolerance: 10 ** -digits });
};

describe('a captured whileLoop', () => {
  /** Doubles until it is large; how many steps that takes depends on x. */
  const grow = (x: Tensor, options?: { maximumIterations: number }): Tensor =>
    whileLoop(
      ([, y]: [Tensor, Tensor]) => less(y, 50) as Tensor,
      ([n, y]: [Tensor, Tensor]): [Tensor, Tensor] => [add(n, 1) as Tensor, add(mul(y, 1.5), sin(mul(x, y))) as Tensor],
      [tensor(0), x] as [Tensor, Tensor],
      options,
    )[1];

  it('ends where the data say so, at once if need be', () => {
    const count = (x: Tensor): [Tensor, Tensor] =>
      whileLoop(
        ([, y]: [Tensor, Tensor]) => less(y, 50) as Tensor,
        ([n, y]: [Tensor, Tensor]): [Tensor, Tensor] => [add(n, 1) as Tensor, mul(y, 2) as Tensor],
        [tensor(0), x] as [Tensor, Tensor],
      );
    const captured = jit(count);
    expect([1, 3, 49, 50, 1000].map((x) => captured(tensor(x))[0].item())).toEqual([6, 5, 1, 0, 0]);
    expect(captured.traceCount).toBe(1);
  });

  for (const options of [undefined, { maximumIterations: 20 }, { maximumIterations: 3 }]) {
    const label = options === undefined ? 'without a bound' : `of at most ${options.maximumIterations} steps`;
    const f = (x: Tensor): Tensor => grow(x, options);
    const points = [0.3, 2, 49, 60];

    it(`has the derivatives of the plain loop: ${label}`, () => {
      const [slope, slopes] = [grad(f), jit(grad(f))];
      const [second, seconds] = [grad((x: Tensor) => slope(x) as Tensor), jit(grad((x: Tensor) => slope(x) as Tensor))];
      const along = (x: Tensor): Tensor => jvp(f, [x], [T(1)])[1] as Tensor;
      const alongs = jit(along);
      for (const point of points) {
        const x = T(point);
        expectClose(slopes(x) as Tensor, slope(x) as Tensor);
        expectClose(alongs(x), slope(x) as Tensor);
        expectClose(seconds(x) as Tensor, second(x) as Tensor, 3);
      }
    });

    it(`batches, every example with its own end: ${label}`, () => {
      const expected = points.map((point) => f(T(point)).item() as number);
      for (const all of [vmap(f), jit(vmap(f))]) expectClose(all(T(points)) as Tensor, T(expected));
      const slopes = points.map((point) => (grad(f)(T(point)) as Tensor).item() as number);
      for (const all of [vmap(grad(f)), jit(vmap(grad(f)))]) expectClose(all(T(points)) as Tensor, T(slopes));
      const along = (x: Tensor): Tensor => jvp(f, [x], [T(1)])[1] as Tensor;
      expectClose(jit(vmap(along))(T(points)) as Tensor, T(slopes));
    });
  }

  it('goes back through many steps', () => {
    const powers = (x: Tensor): Tensor =>
      whileLoop(
        ([n]: [Tensor, Tensor]) => less(n, 2500) as Tensor,
        ([n, y]: [Tensor, Tensor]): [Tensor, Tensor] => [add(n, 1) as Tensor, mul(y, x) as Tensor],
        [tensor(0), tensor(1)] as [Tensor, Tensor],
      )[1];
    expectClose(jit(grad(powers))(T(1.0002)) as Tensor, T(2500 * 1.0002 ** 2499), 2);
  });
});

describe('captured branches', () => {
  const f = (i: Tensor, x: Tensor): Tensor =>
    switchCase(i, [(y: Tensor) => mul(y, y) as Tensor, (y: Tensor) => sin(y) as Tensor, (y: Tensor) => y], x);
  const at = (i: number): Tensor => tensor(i, { dtype: 'int32' }) as unknown as Tensor;

  it('compute only the one that is taken, with its derivatives', () => {
    const [captured, slopes, second] = [
      jit(f),
      jit(grad(f, { argnums: 1 })),
      jit((i: Tensor, x: Tensor) => grad((y: Tensor) => grad(f, { argnums: 1 })(i, y) as Tensor)(x) as Tensor),
    ];
    for (const i of [-2, 0, 1, 2, 7]) {
      expectClose(captured(at(i), T(0.7)), f(at(i), T(0.7)));
      expectClose(slopes(at(i), T(0.7)) as Tensor, grad(f, { argnums: 1 })(at(i), T(0.7)) as Tensor);
      expectClose(
        second(at(i), T(0.7)),
        grad((y: Tensor) => grad(f, { argnums: 1 })(at(i), y) as Tensor)(T(0.7)) as Tensor,
      );
    }
    // The branch that is not taken gives NaN, which a selection would let into the gradient.
    const guarded = (x: Tensor): Tensor =>
      cond(
        greater(x, 0) as Tensor,
        () => mul(x, T(2)) as Tensor,
        () => mul(x, T(Number.POSITIVE_INFINITY)) as Tensor,
      );
    expect((jit(grad(guarded))(T(1)) as Tensor).item()).toBe(2);
  });

  it('batch by their operands and by their number', () => {
    const [numbers, xs] = [tensor(new Int32Array([0, 1, 2, 5])) as unknown as Tensor, T([1, 2, 3, 4])];
    for (const inAxes of [
      [0, 0],
      [0, null],
      [null, 0],
    ]) {
      const args = [inAxes[0] === 0 ? numbers : at(1), inAxes[1] === 0 ? xs : T(0.7)] as [Tensor, Tensor];
      const expected = [0, 1, 2, 3].map((k) =>
        f(inAxes[0] === 0 ? at(list(numbers)[k] as number) : at(1), inAxes[1] === 0 ? T(list(xs)[k]) : T(0.7)).item(),
      );
      const all = vmap(f, { inAxes }) as unknown as typeof f;
      for (const g of [all, jit(all)]) expectClose(g(...args), T(expected));
    }
  });
});

it('captured foriLoop and map are traced once', () => {
  let bodies = 0;
  const power = jit(
    (x: Tensor): Tensor =>
      foriLoop(
        0,
        100,
        (i, y: Tensor) => {
          bodies++;
          return add(y, mul(x, i)) as Tensor;
        },
        T(0),
      ),
  );
  expect([power(T(2)).item(), bodies]).toEqual([9900, 1]);
  const squares = (xs: Tensor): Tensor => map((x: Tensor) => mul(x, x) as Tensor, xs) as Tensor;
  expect(list(squares(T([1, 2, 3])))).toEqual([1, 4, 9]);
  expect(list(jit(squares)(T([1, 2, 3])))).toEqual([1, 4, 9]);
  expect(list(jit(grad((xs: Tensor) => sum(squares(xs)) as Tensor))(T([1, 2, 3])) as Tensor)).toEqual([2, 4, 6]);
});
