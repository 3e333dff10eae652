/** Derivatives of loaded functions: those of the functions that were saved, in every mode, or none. */
import { DeftError } from '@deft/core';
import {
  add,
  cast,
  checkpoint,
  cond,
  customJvp,
  customVjp,
  deserialize,
  dropout,
  exp,
  foriLoop,
  grad,
  greater,
  jacrev,
  jit,
  jvp,
  key,
  less,
  log,
  matmul,
  mean,
  mul,
  randomNormal,
  relu,
  scan,
  seed,
  serialize,
  setBackend,
  sigmoid,
  softmaxCrossEntropy,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  variable,
  vmap,
  where,
  whileLoop,
  zeros,
} from '@deft/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: loaded functions are typed loosely
type Any = any;
type Flat = (...inputs: Tensor[]) => Any;

beforeAll(() => setBackend('wasm'));
afterAll(() => setBackend('auto'));

const random = (shape: number[], word = 1): Tensor => randomNormal(shape, { key: key(word) }) as Tensor;

/** A function as it comes back, with its derivative. */
function back<F extends Flat>(f: F, ...inputs: Tensor[]): F {
  const file = serialize({ f: jit(f as Flat, { name: 'f' }).lower(...inputs) }, { gradients: true });
  return deserialize(file).functions['f'] as unknown as F;
}

const plain = (value: Any): unknown => (Array.isArray(value) ? value.map(plain) : (value as Tensor).toArray());

const messageOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
};

/** Holds a loaded function to the derivatives of the original: the same bits, at once and captured. */
function expectSame(f: Flat, inputs: readonly Tensor[], argnums: readonly number[]): void {
  const loaded = back(f, ...inputs);
  const gradientOf = (g: Flat): Flat =>
    grad(((...args: Tensor[]) => sum(g(...args))) as Any, { argnums: [...argnums] }) as Any;
  expect(plain(loaded(...inputs))).toEqual(plain(jit(f)(...inputs)));
  expect(plain(jit(gradientOf(loaded))(...inputs))).toEqual(plain(jit(gradientOf(f))(...inputs)));
  expect(plain(gradientOf(loaded)(...inputs))).toEqual(plain(jit(gradientOf(f))(...inputs)));
}

describe('a loaded function with its derivative', () => {
  it('trains on as the original does', () => {
    interface Layer {
      readonly w: Tensor;
      readonly b: Tensor;
    }
    const loss = (layers: readonly Layer[], x: Tensor, y: Tensor): Tensor => {
      let h = x;
      for (const { w, b } of layers) h = relu(add(matmul(h, w), b)) as Tensor;
      return mean(softmaxCrossEntropy(h, y)) as Tensor;
    };
    const layers = [
      { w: random([8, 16], 1), b: random([16], 2) },
      { w: random([16, 4], 3), b: random([4], 4) },
    ];
    const [x, y] = [random([32, 8], 5), random([32, 4], 6)];
    const loaded = deserialize(serialize({ loss: jit(loss).lower(layers, x, y) }, { gradients: true })).functions[
      'loss'
    ] as Any;
    const train = (of: typeof loss): unknown => {
      const step = jit((current: readonly Layer[]) => {
        const [value, gradients] = valueAndGrad(of)(current, x, y);
        return {
          value,
          next: current.map(({ w, b }, i) => ({
            w: sub(w, mul((gradients as Any)[i].w, 0.1)) as Tensor,
            b: sub(b, mul((gradients as Any)[i].b, 0.1)) as Tensor,
          })),
        };
      });
      let current: readonly Layer[] = layers;
      const values: unknown[] = [];
      for (let i = 0; i < 5; i++) {
        const { value, next } = step(current);
        values.push(value.item());
        current = next;
      }
      return { values, weights: current.map(({ w, b }) => [w.toArray(), b.toArray()]) };
    };
    expect(train(loaded)).toEqual(train(loss));
  });

  it('keeps what was stated of derivatives in it', () => {
    const halved = customVjp(
      (x: Tensor) => mul(x, x) as Tensor,
      (x: Tensor) => [mul(x, x) as Tensor, x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [mul(x, ct) as Tensor],
    );
    const softplus = customJvp(
      (x: Tensor) => log(add(1, exp(x))) as Tensor,
      ([x], [dx]) => [log(add(1, exp(x))) as Tensor, mul(sigmoid(x), dx) as Tensor],
    );
    const inputs = [tensor([1, 2, -3]), tensor([0, 100, -100])];
    expectSame((x, y) => mul(halved(x as Tensor), softplus(y as Tensor)), inputs, [0, 1]);
    expectSame((x, y) => mul(stopGradient(tanh(x as Tensor)) as Tensor, y as Tensor), inputs, [0, 1]);
    expectSame(
      (x, y) =>
        checkpoint((a: Tensor, b: Tensor) => tanh(mul(tanh(a), sigmoid(b))) as Tensor)(x as Tensor, y as Tensor),
      inputs,
      [0, 1],
    );
  });

  it('goes through loops and branches', () => {
    const inputs = [random([5, 3], 1), random([3], 2)];
    expectSame(
      (x, w) =>
        scan(
          (c: Tensor, row: Tensor) => {
            const next = tanh(add(mul(c, w as Tensor), row)) as Tensor;
            return [next, next];
          },
          zeros([3]),
          x as Tensor,
        )[1],
      inputs,
      [0, 1],
    );
    expectSame(
      (x, w) => foriLoop(0, 4, (_, h: Tensor) => sigmoid(mul(h, w as Tensor)) as Tensor, x as Tensor),
      inputs,
      [0, 1],
    );
    expectSame(
      (x, w) =>
        whileLoop(
          (h: Tensor) => less(sum(h), 40) as Tensor,
          (h: Tensor) => add(h, exp(w as Tensor)) as Tensor,
          x as Tensor,
          { maximumIterations: 6 },
        ),
      inputs,
      [0, 1],
    );
    expectSame(
      (x, w) =>
        cond(
          greater(sum(x as Tensor), 0) as Tensor,
          () => exp(mul(x as Tensor, w as Tensor)) as Tensor,
          () => tanh(x as Tensor) as Tensor,
        ),
      inputs,
      [0, 1],
    );
    // Rules that state something of their own, within a loop.
    const clipped = customVjp(
      (x: Tensor) => x,
      (x: Tensor) => [x, x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [where(greater(x, 0), ct, 0) as Tensor],
    );
    expectSame(
      (x, w) => foriLoop(0, 3, (_, h: Tensor) => mul(clipped(h), stopGradient(w as Tensor)) as Tensor, x as Tensor),
      inputs,
      [0, 1],
    );
  });

  it('takes whole numbers, and gives derivatives by some arguments only', () => {
    const f = (x: Tensor, i: Tensor, w: Tensor): Any => [mul(cast(i, 'float32'), mul(x, w)), i];
    const inputs = [tensor([1, 2]), tensor([3, 4], { dtype: 'int32' }), tensor([5, 6])];
    const loaded = back(f as Flat, ...inputs) as typeof f;
    const of =
      (g: typeof f) =>
      (x: Tensor, w: Tensor): Tensor =>
        sum(g(x, inputs[1] as Tensor, w)[0]) as Tensor;
    const given = [inputs[0], inputs[2]] as [Tensor, Tensor];
    expect(plain(grad(of(loaded), { argnums: [1] })(...given))).toEqual([[3, 8]]);
    expect(plain(grad(of(loaded))(...given))).toEqual([15, 24]);
    expect(plain(loaded(...(inputs as Any as [Tensor, Tensor, Tensor])))).toEqual([
      [15, 48],
      [3, 4],
    ]);
  });

  it('takes variables and random numbers for constants', () => {
    const w = variable(tensor([2, 3, 4]), { name: 'w' });
    const f = (x: Tensor): Tensor => {
      w.assign(mul(w.value, 2));
      return sum(dropout(mul(x, w.value), { rate: 0.5 })) as Tensor;
    };
    const x = tensor([1, 2, 3]);
    const file = serialize({ f: jit(f, { name: 'f' }).lower(x) }, { gradients: true });
    const { functions, variables } = deserialize(file);
    const train = (g: typeof f, cell: { readonly value: Tensor }): unknown => {
      seed(11);
      const results = [];
      for (let i = 0; i < 3; i++) results.push(plain(grad(g)(x)), plain(jit(grad(g))(x)), plain(cell.value));
      return results;
    };
    expect(train(functions['f'] as Any, variables['w'] as Any)).toEqual(train(f, w));
  });

  it('has tangents, Jacobians and batches', () => {
    const w = random([3, 3], 2);
    const f = (x: Tensor): Tensor => tanh(matmul(x, w)) as Tensor;
    const x = random([3], 4);
    const loaded = back(f as Flat, x) as typeof f;
    const near = (a: Any, b: Any): void => {
      const [found, expected] = [a, b].map((one) => (plain(one) as Any[]).flat(5) as number[]) as [number[], number[]];
      expect(found.length).toBe(expected.length);
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 5);
      });
    };
    near(jvp(loaded, [x], [random([3], 5)]), jvp(f, [x], [random([3], 5)]));
    near(jacrev(loaded)(x), jacrev(f)(x));
    const rows = random([4, 3], 6);
    near(vmap(loaded)(rows), vmap(f)(rows));
    near(
      vmap(grad((one: Tensor) => sum(loaded(one)) as Tensor))(rows),
      vmap(grad((one: Tensor) => sum(f(one)) as Tensor))(rows),
    );
    near(
      grad((all: Tensor) => sum(vmap(loaded)(all)) as Tensor)(rows),
      grad((all: Tensor) => sum(vmap(f)(all)) as Tensor)(rows),
    );
  });

  it('is differentiated twice by the rules of its ops', () => {
    const f = (x: Tensor): Tensor => sum(mul(sigmoid(x), mul(relu(x), x))) as Tensor;
    const x = tensor([0.5, -1, 2, 200, -200]);
    const loaded = back(f as Flat, x) as typeof f;
    const twice = (g: typeof f) => grad((y: Tensor) => sum(mul(grad(g)(y), y)) as Tensor);
    expect(plain(jit(twice(loaded))(x))).toEqual(plain(jit(twice(f))(x)));
    expect(plain(twice(loaded)(x))).toEqual(plain(twice(f)(x)));
  });

  it('is not differentiated twice where that would be another derivative', () => {
    const square = customVjp(
      (x: Tensor) => mul(x, x) as Tensor,
      (x: Tensor) => [mul(x, x) as Tensor, x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [mul(2, mul(inner(x), ct)) as Tensor],
    );
    const inner = customVjp(
      (x: Tensor) => x,
      (x: Tensor) => [x, x] as [Tensor, Tensor],
      (_x: Tensor, ct: Tensor) => [mul(3, ct) as Tensor],
    );
    const f = (x: Tensor): Tensor => sum(square(x)) as Tensor;
    const x = tensor([1, 2]);
    const loaded = back(f as Flat, x) as typeof f;
    expect(plain(grad(loaded)(x))).toEqual([2, 4]);
    expect(plain(jit(grad(loaded))(x))).toEqual([2, 4]);
    const twice = (g: typeof f) => grad((y: Tensor) => sum(grad(g)(y)) as Tensor);
    expect(plain(twice(f)(x))).toEqual([6, 6]);
    expect(messageOf(() => twice(loaded)(x))).toContain(
      'E_GRAD: f: it cannot be differentiated twice: it applies customVjp, whose derivative is a function of the program that wrote the file',
    );
    expect(messageOf(() => jit(twice(loaded))(x))).toContain('cannot be differentiated twice');
  });

  it('is part of functions that are saved', () => {
    const square = customVjp(
      (x: Tensor) => mul(x, x) as Tensor,
      (x: Tensor) => [mul(x, x) as Tensor, x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [mul(5, mul(x, ct)) as Tensor],
    );
    const inner = back((x) => square(x as Tensor), tensor([1, 2])) as (x: Tensor) => Tensor;
    const outer = back(
      (x) => sum(foriLoop(0, 2, (_, h: Tensor) => inner(h), mul(inner(x as Tensor), 3) as Tensor)),
      tensor([1, 2]),
    ) as (x: Tensor) => Tensor;
    const direct = (x: Tensor): Tensor =>
      sum(foriLoop(0, 2, (_, h: Tensor) => square(h), mul(square(x), 3) as Tensor)) as Tensor;
    const x = tensor([0.5, 1.5]);
    expect(plain([outer(x), grad(outer)(x), jit(grad(outer))(x)])).toEqual(
      plain([direct(x), grad(direct)(x), grad(direct)(x)]),
    );
  });

  it('can be saved again, with what it has', () => {
    const x = tensor([1, 2]);
    const f = jit((y: Tensor) => tanh(y) as Tensor, { name: 'f' });
    const withIt = deserialize(serialize({ f: f.lower(x) }, { gradients: true })).functions['f'] as Any;
    const without = deserialize(serialize({ f: withIt.lowered })).functions['f'] as Any;
    expect(messageOf(() => grad((y: Tensor) => sum(without(y)) as Tensor)(x))).toContain('E_GRAD');
    expect(messageOf(() => serialize({ f: without.lowered }, { gradients: true }))).toContain(
      'E_ARGUMENT: serialize: functions.f was loaded from a file without derivatives',
    );
  });
});

describe('a loaded function without its derivative', () => {
  const f = jit((x: Tensor) => mul(stopGradient(x) as Tensor, x) as Tensor, { name: 'f' });
  const x = tensor([1, 2]);
  const load = (): Any => deserialize(serialize({ f: f.lower(x) })).functions['f'];

  it('refuses every derivative, and says what to do', () => {
    const loaded = load();
    const expected =
      'E_GRAD: f: the function was saved without its derivative [E_GRAD]\n  hint: save it with serialize(functions, { gradients: true })';
    const loss = (y: Tensor): Tensor => sum(loaded(y)) as Tensor;
    expect(messageOf(() => grad(loss)(x))).toContain(expected);
    expect(messageOf(() => jit(grad(loss))(x))).toContain(expected);
    expect(messageOf(() => jvp(loss, [x], [x]))).toContain(expected);
    expect(
      messageOf(() => grad((y: Tensor) => sum(vmap(loaded as (row: Tensor) => Tensor)(y)) as Tensor)(random([3, 2]))),
    ).toContain(expected);
    expect(
      messageOf(() => jit(grad((y: Tensor) => sum(foriLoop(0, 2, (_, h: Tensor) => loaded(h), y)) as Tensor))(x)),
    ).toContain(expected);
  });

  it('is a constant where nothing is asked of it', () => {
    const loaded = load();
    expect(plain(grad((y: Tensor) => sum(mul(y, loaded(x) as Tensor)) as Tensor)(x))).toEqual([1, 4]);
    expect(plain(grad((y: Tensor) => sum(mul(y, stopGradient(loaded(y) as Tensor))) as Tensor)(x))).toEqual([1, 4]);
  });
});
