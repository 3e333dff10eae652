/** Jacobians in every mode and chunk, of batches, and what second derivatives cost (rows G5, G7, G9). */
import { currentInterpreter, nd } from '@deft/core';
import { traceGraph } from '@deft/graph';
import {
  add,
  batchJacobian,
  batchNorm,
  concat,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  matmul,
  mean,
  mul,
  sin,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const f64 = (shape: readonly number[], data: readonly number[]): Tensor =>
  currentInterpreter().constant(nd(shape, data, 'float64'), false);
const list = (x: Tensor): number[] => Array.from(x.dataSync() as Float64Array);
const numbers = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => Math.sin(from + 1.3 * i));

describe('G9 jacobian', () => {
  const f = (x: Tensor, y: Tensor) => ({ a: tanh(mul(x, sum(y))), b: concat([sin(y), mul(y, y)]) as Tensor });

  it('G9 jacobian: all modes and chunk sizes agree, over structures and several arguments', () => {
    const [x, y] = [f64([2], [0.5, -1]), f64([3], [1, 2, 0.25])];
    const expected = jacfwd(f, { argnums: [0, 1] })(x, y);
    expect(expected.b[1].shape).toEqual([6, 3]);
    expect(list(expected.b[0])).toEqual(new Array(12).fill(0));
    fc.assert(
      fc.property(
        fc.constantFrom(jacfwd, jacrev, jacobian),
        fc.constantFrom(undefined, 1, 2, 3, 5, 100),
        fc.boolean(),
        (transform, chunkSize, captured) => {
          const options = chunkSize === undefined ? {} : { chunkSize };
          const all = transform(f, { argnums: [0, 1], ...options });
          const found = (captured ? jit(all) : all)(x, y) as typeof expected;
          for (const key of ['a', 'b'] as const) {
            for (const i of [0, 1] as const) {
              expect(found[key][i].shape).toEqual(expected[key][i].shape);
              const wanted = list(expected[key][i]);
              for (const [k, value] of list(found[key][i]).entries())
                expect(value).toBeCloseTo(wanted[k] as number, 10);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(list(jacobian(f, { argnums: 1 })(x, y).b)).toEqual(list(expected.b[1]));
    expect(() => jacobian(f, { chunkSize: 0 })(x, y)).toThrow(
      /jacobian: chunkSize: expected a whole number of at least 1/,
    );
  });

  it('G9 jacobian: auto takes the mode with fewer directions', () => {
    const w = f64([6, 2], numbers(12));
    const modes: string[] = [];
    const spied = (x: Tensor): Tensor => {
      modes.push(x.interpreter.name);
      return matmul(w, x) as Tensor;
    };
    jacobian(spied)(f64([2], [1, 2]));
    expect(modes).toEqual(['jacobian', 'jvp']);
    modes.length = 0;
    jacobian((x: Tensor) => sum(spied(x)))(f64([2], [1, 2]));
    expect(modes).toEqual(['jacobian']);
  });

  it('passes on what the function gives besides, and takes what is empty', () => {
    const g = (x: Tensor) => [mul(x, x), { hits: 3, twice: add(x, x) }] as const;
    for (const transform of [jacfwd, jacrev, jacobian]) {
      const [matrix, aux] = transform(g, { hasAux: true })(f64([2], [1, 2]));
      expect(list(matrix)).toEqual([2, 0, 0, 4]);
      expect(aux.hits).toBe(3);
      expect(list(aux.twice)).toEqual([2, 4]);
    }
    const cube = (x: Tensor) => [sum(mul(x, mul(x, x))), 'note'] as const;
    const [second, note] = hessian(cube, { hasAux: true })(f64([2], [1, 2]));
    expect([list(second), note]).toEqual([[6, 0, 0, 12], 'note']);
    const both = hessian((x: Tensor, y: Tensor) => sum(mul(x, y)), { argnums: [0, 1] })(f64([1], [3]), f64([1], [5]));
    expect(both.map((row) => row.map(list))).toEqual([
      [[0], [1]],
      [[1], [0]],
    ]);
    expect(jacfwd((x: Tensor) => mul(x, 2))(f64([0], [])).shape).toEqual([0, 0]);
    expect(jacrev((x: Tensor) => mul(x, 2))(f64([0], [])).shape).toEqual([0, 0]);
    expect(jacfwd((x: Tensor) => mul(x, tensor(2, { dtype: 'float64' })), { chunkSize: 1 })(f64([], [3])).item()).toBe(
      2,
    );
  });

  it('G9 batch_jacobian: is the jacobian of every example, and finds out when examples mix', () => {
    const w = f64([3, 2], numbers(6, 2));
    const example = (x: Tensor): Tensor => tanh(matmul(x, w) as Tensor);
    const x = f64([4, 3], numbers(12));
    const expected = vmap(jacrev(example))(x) as Tensor;
    for (const chunkSize of [1, 2, 7]) {
      const found = batchJacobian(example, { checkIndependence: true, chunkSize })(x);
      expect(found.shape).toEqual([4, 2, 3]);
      for (const [k, value] of list(found).entries()) expect(value).toBeCloseTo(list(expected)[k] as number, 12);
    }
    const mixing = (a: Tensor): Tensor => sub(a, mean(a, { axis: 0, keepDims: true })) as Tensor;
    expect(() => batchJacobian(mixing, { checkIndependence: true })(x)).toThrow(
      /batchJacobian: the result of example 1 changes when example 0 does/,
    );
    const normalised = (a: Tensor): Tensor => {
      const centre = mean(a, { axis: 0 }) as Tensor;
      const spread = mean(mul(sub(a, centre), sub(a, centre)), { axis: 0 }) as Tensor;
      return batchNorm(a, centre, spread) as Tensor;
    };
    expect(() => batchJacobian(normalised, { checkIndependence: true })(x)).toThrow(/E_GRAD/);
    expect(() => batchJacobian((a: Tensor) => sum(a))(x)).toThrow(/as many examples as the argument/);
  });
});

describe('G7 higher order', () => {
  /** Multiplications of all products in the graph of a function: their count times the size of each. */
  const workOf = (f: (...args: Tensor[]) => Tensor, ...args: Tensor[]): { products: number; nodes: number } => {
    const { graph } = traceGraph(
      (inputs) => [f(...(inputs as Tensor[]))],
      args.map((one) => one.abstract),
    );
    const products = graph.nodes.filter(({ operation }) => operation.contraction).length;
    return { products, nodes: graph.nodes.length };
  };
  const weights = [1, 2, 3, 4, 5, 6].map((k) => f64([8, 8], numbers(64, k)));

  it('G7 hvp: costs at most five evaluations, by the products of a network and by the ops of a formula', () => {
    const network = (x: Tensor): Tensor => sum(weights.reduce((h, w) => tanh(matmul(h, w) as Tensor), x)) as Tensor;
    const [x, v] = [f64([2, 8], numbers(16)), f64([2, 8], numbers(16, 9))];
    const once = workOf(network, x);
    const product = workOf((a, b) => hvp(network, a, b), x, v);
    expect(product.products).toBeLessThanOrEqual(5 * once.products);
    expect(once.products).toBe(weights.length);
    // By the weights, where every product has two unknown operands: three times the gradient.
    const byWeight = (w: Tensor): Tensor => sum([1, 2, 3, 4].reduce((h) => tanh(matmul(h, w) as Tensor), x)) as Tensor;
    const w = weights[0] as Tensor;
    const gradient = workOf((a) => grad(byWeight)(a), w).products;
    expect(workOf((a, b) => hvp(byWeight, a, b), w, w).products).toBeLessThanOrEqual(3 * gradient);
  });

  it('G7 hvp: is the hessian times the vector', () => {
    const g = (x: Tensor): Tensor => sum(mul(sin(x), mul(x, sum(x)))) as Tensor;
    const [x, v] = [f64([3], [1, 2, -1]), f64([3], [0.5, -1, 2])];
    const expected = list(matmul(hessian(g)(x), v) as Tensor);
    for (const [k, value] of list(hvp(g, x, v)).entries()) expect(value).toBeCloseTo(expected[k] as number, 10);
  });
});
