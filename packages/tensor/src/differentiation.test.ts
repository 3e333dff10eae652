/** What differentiation promises, row by row; docs/guide/differentiation.md is the table. */
import { WasmBackend } from '@deft/backend-wasm';
import { compileGraph } from '@deft/compiler';
import { allOperations } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { describe, expect, it } from 'vitest';
import {
  add,
  cast,
  checkpoint,
  clip,
  customJvp,
  customVjp,
  GradientTape,
  grad,
  gradientHook,
  jit,
  jvp,
  linearize,
  matmul,
  mean,
  mul,
  randomNormal,
  registerTreeNode,
  seed,
  sin,
  softmax,
  square,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
} from './index.ts';

const list = (x: Tensor): number[] => Array.from(x.dataSync() as Float32Array);

describe('rows of the tape', () => {
  it('G2 None vs zero: unconnected sources are null or zeros, and nested structures keep theirs', () => {
    const [x, z] = [tensor([1, 2]), tensor([3])];
    const tape = new GradientTape({ persistent: true });
    const y = tape.record((a, _) => square(a), x, z);
    const asNull = tape.gradient(y, { list: [x, { z }] as const });
    expect(asNull.list[1].z).toBeNull();
    const asZero = tape.gradient(y, { list: [x, { z }] as const }, { unconnectedGradients: 'zero' });
    expect(list(asZero.list[1].z)).toEqual([0]);
    expect(list(asZero.list[0])).toEqual([2, 4]);
  });

  it('G3 persistence: a used tape says how to keep it, a disposed one does not come back to life', () => {
    const x = tensor(3);
    const tape = new GradientTape();
    const y = tape.record((a) => square(a), x);
    tape.gradient(y, x);
    expect(() => tape.gradient(y, x)).toThrow(/persistent: true/);
    tape.reset();
    expect(
      tape
        .gradient(
          tape.record((a) => square(a), x),
          x,
        )
        ?.item(),
    ).toBe(6);
    tape[Symbol.dispose]();
    expect(() => tape.reset()).toThrow(/reset: the tape was disposed of.*\[E_GRAD\]/);
    expect(() => tape.record((a) => a, x)).toThrow(/disposed/);
    expect(() => tape.gradient(y, x)).toThrow(/disposed/);
  });

  it('G5 non-scalar target: its elements are added up, or weighed by outputGradients', () => {
    const x = tensor([1, 2]);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record((a) => square(a), x);
    expect(list(tape.gradient(y, x) as Tensor)).toEqual([2, 4]);
    expect(list(tape.gradient(y, x, { outputGradients: tensor([10, 0]) }) as Tensor)).toEqual([20, 0]);
    for (const chunkSize of [1, 2]) {
      expect(tape.jacobian(y, x, { chunkSize }).toArray()).toEqual([
        [2, 0],
        [0, 4],
      ]);
    }
  });

  it('G6 stop and reset: what is stopped is constant, what is reset is forgotten', () => {
    const x = tensor(3);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record(
      (a) =>
        mul(
          a,
          tape.stopRecording((b) => square(b), a),
        ),
      x,
    );
    expect(tape.gradient(y, x)?.item()).toBe(9);
    expect(grad((a: Tensor) => mul(a, stopGradient(square(a))))(x).item()).toBe(9);
    tape.reset();
    expect(() => tape.gradient(y, x)).toThrow(/does not know/);
  });
});

describe('rows of functions', () => {
  it('G4 structure: gradients have the structure of the argument, maps and registered classes included', () => {
    class Layer {
      readonly w: Tensor;
      readonly units: number;
      constructor(w: Tensor, units: number) {
        this.w = w;
        this.units = units;
      }
    }
    registerTreeNode(Layer, { fields: ['w'] });
    const params = { layer: new Layer(tensor([1, 2]), 2), scales: new Map([['a', tensor(3)]]) };
    const loss = (p: typeof params) => mul(sum(square(p.layer.w)), p.scales.get('a') as Tensor);
    const gradient = (jit(grad(loss)) as (p: typeof params) => typeof params)(params);
    expect(gradient.layer).toBeInstanceOf(Layer);
    expect(gradient.layer.units).toBe(2);
    expect(list(gradient.layer.w)).toEqual([6, 12]);
    expect(gradient.scales.get('a')?.item()).toBe(5);
    class Opaque {
      readonly w = tensor(1);
    }
    expect(() => grad((p: { o: Opaque }) => p.o.w)({ o: new Opaque() })).toThrow(
      /args\[0\]\.o: .*got Opaque.*\n {2}hint: let its class take part in trees with registerTreeNode/,
    );
  });

  it('hasAux: what a function gives besides is passed through by every derivative', () => {
    const f = (x: Tensor) => [square(x), { twice: add(x, x), note: 'n' }] as const;
    const x = tensor([1, 2]);
    const [y, pullback, aux] = vjp(f, { hasAux: true }, x);
    expect([list(y), list(pullback(tensor([1, 10]))[0]), list(aux.twice), aux.note]).toEqual([
      [1, 4],
      [2, 40],
      [2, 4],
      'n',
    ]);
    const [, tangent, alongAux] = jvp(f, [x], [tensor([1, 10])], { hasAux: true });
    expect([list(tangent), list(alongAux.twice)]).toEqual([
      [2, 40],
      [2, 4],
    ]);
    const [, derivative, linearAux] = linearize(f, { hasAux: true }, x);
    expect([list(derivative(tensor([1, 10]))), list(linearAux.twice)]).toEqual([
      [2, 40],
      [2, 4],
    ]);
    expect(() => vjp(((a: Tensor) => a) as never, { hasAux: true }, x)).toThrow(/expected \[result, aux\]/);
  });

  it('G8 custom gradient: the same tensor twice, symbolic zeros, constant arguments', () => {
    const product = customVjp(
      (a: Tensor, b: Tensor) => mul(a, b),
      (a: Tensor, b: Tensor) => [mul(a, b), { a, b }],
      ({ a, b }, ct: Tensor) => [mul(ct, b), mul(ct, a)],
    );
    expect(grad((x: Tensor) => product(x, x))(tensor(3)).item()).toBe(6);
    expect(grad(grad((x: Tensor) => product(x, product(x, x))))(tensor(2)).item()).toBe(12);
    const seen: boolean[][] = [];
    const pair = customVjp(
      (a: Tensor) => ({ first: sin(a), second: mul(a, 2) }),
      (a: Tensor) => [{ first: sin(a), second: mul(a, 2) }, null],
      (_, ct) => {
        seen.push([ct.first === null, ct.second === null]);
        return [mul(ct.second ?? tensor(0), 2)];
      },
      { symbolicZeros: true },
    );
    expect(grad((a: Tensor) => pair(a).second)(tensor(1)).item()).toBe(2);
    expect(seen).toEqual([[true, false]]);
    const scaled = customJvp(
      (a: Tensor, b: Tensor) => mul(a, b),
      ([a, b], [da, db]) => {
        seen.push([da === null, db === null]);
        return [mul(a, b), mul(da ?? tensor(0), b)];
      },
      { nondiffArgnums: [1], symbolicZeros: true },
    );
    seen.length = 0;
    expect(grad((a: Tensor) => scaled(a, tensor(5)))(tensor(1)).item()).toBe(5);
    expect(jvp((a: Tensor) => scaled(a, tensor(5)), [tensor(1)], [tensor(2)])[1].item()).toBe(10);
    expect(seen).toEqual([
      [false, true],
      [false, true],
    ]);
    expect(() => grad((b: Tensor) => scaled(tensor(1), b))(tensor(2))).toThrow(
      /customJvp: args\[1\] is being differentiated, but nondiffArgnums declares it constant/,
    );
  });

  it('G12 missing gradient: every op is differentiable, declares why not, or has parts that are', () => {
    const states = allOperations().map((one) =>
      one.nonDifferentiable !== undefined
        ? 'reason'
        : one.vjp && (one.jvp || one.compose)
          ? 'rules'
          : one.compose
            ? 'parts'
            : one.name,
    );
    expect(states.filter((state) => !['reason', 'rules', 'parts'].includes(state))).toEqual([]);
    for (const one of allOperations()) {
      if (one.nonDifferentiable !== undefined) expect(one.nonDifferentiable.length).toBeGreaterThan(3);
    }
  });

  it('G13 int dtypes: a gradient by whole numbers is an error that names the argument', () => {
    const f = (p: { n: Tensor }) => sum(cast(p.n, 'float32'));
    expect(() => grad(f)({ n: tensor([1], { dtype: 'int32' }) })).toThrow(
      /args\[0\]\.n: expected a floating-point tensor to differentiate by, got int32\[1\].*\n {2}hint: cast it/,
    );
  });

  it('G16 hooks: replace a gradient alike at once and captured, once for each way back, outermost first', () => {
    const order: string[] = [];
    const f = (x: Tensor) => {
      const inner = gradientHook(x, (g) => {
        order.push('inner');
        return mul(g, 2);
      });
      const outer = gradientHook(inner, (g) => {
        order.push('outer');
        return clip(g, -1, 1);
      });
      return sum(mul(outer, tensor([0.5, 100])));
    };
    const x = tensor([1, 1]);
    expect(list(grad(f)(x))).toEqual([1, 2]);
    expect(order).toEqual(['outer', 'inner']);
    expect(list(jit(grad(f) as (a: Tensor) => Tensor)(x))).toEqual([1, 2]);
    order.length = 0;
    expect(list(grad(checkpoint(f))(x))).toEqual([1, 2]);
    expect(order).toEqual(['outer', 'inner']);
    expect(
      list(
        vmap(grad(f))(
          tensor([
            [1, 1],
            [2, 2],
          ]),
        ) as Tensor,
      ),
    ).toEqual([1, 2, 1, 2]);
    expect(jvp(f, [x], [x])[1].item()).toBe(100.5);
    expect(grad((a: Tensor) => sum(gradientHook(a, () => undefined)))(x).toArray()).toEqual([1, 1]);
    expect(() => grad((a: Tensor) => sum(gradientHook(a, () => tensor([1]))))(x)).toThrow(
      /gradientHook: gradient: expected float32\[2\], got float32\[1\]/,
    );
  });

  it('G18 accumulation: gradients are values; two calls do not add up', () => {
    const f = grad((x: Tensor) => sum(square(x)));
    expect(list(f(tensor([1])))).toEqual(list(f(tensor([1]))));
  });

  it('G19 determinism: a training step has the same bits on one and on two threads, and again', async () => {
    const loss = (w: Tensor, x: Tensor) => mean(square(softmax(matmul(tanh(matmul(x, w)), w))));
    seed(1);
    const [w, x] = [randomNormal([64, 64]), randomNormal([96, 64])];
    const { graph } = traceGraph(
      ([a, b]) => {
        const [value, gradient] = valueAndGrad(loss)(a as Tensor, b as Tensor);
        return [value, gradient];
      },
      [w.abstract, x.abstract],
    );
    const { program } = compileGraph(graph);
    const bits: number[][][] = [];
    for (const threads of [1, 2, 2]) {
      const backend = new WasmBackend(threads === 1 ? { threads } : { threads, shortestDivided: 0 });
      expect(await backend.startThreads()).toBe(threads);
      const inputs = [w, x].map((one) => backend.upload('float32', (one.dataSync() as Float32Array).slice()));
      const results = backend.compile(program).run(inputs);
      bits.push(results.map((one) => Array.from(backend.readSync(one as never) as Float32Array)));
    }
    expect(bits[1]).toEqual(bits[0]);
    expect(bits[2]).toEqual(bits[0]);
  });
});

describe('J3 vmap', () => {
  it('J3 vmap: axes are prefixes of arguments and results, and axisSize stands for a batch without arguments', () => {
    const params = {
      w: tensor([1, 2]),
      layers: [
        {
          b: tensor([
            [1, 2],
            [3, 4],
          ]),
        },
        {
          b: tensor([
            [5, 6],
            [7, 8],
          ]),
        },
      ],
    };
    const f = (p: typeof params, x: Tensor) => ({ sums: p.layers.map(({ b }) => add(b, x)), w: p.w });
    const run = vmap(f, { inAxes: [{ w: null, layers: 1 }, 0], outAxes: { sums: 1, w: null } });
    const result = run(params, tensor([10, 20]));
    expect(result.sums.map((one) => one.toArray())).toEqual([
      [
        [11, 22],
        [13, 24],
      ],
      [
        [15, 26],
        [17, 28],
      ],
    ]);
    expect(result.w.toArray()).toEqual([1, 2]);
    expect(() => vmap(f, { inAxes: [{ w: null, layers: [0] }, 0] })(params, tensor([1, 2]))).toThrow(
      /vmap: args\[0\]\.layers: expected a prefix of \[.*\], got \[\*\]/,
    );
    expect(vmap(() => tensor(7), { axisSize: 3 })().toArray()).toEqual([7, 7, 7]);
    expect(() => vmap((x: Tensor) => x, { axisSize: 3 })(tensor([1, 2]))).toThrow(/axisSize is 3, but args\[0\] has 2/);
    expect(() => vmap(() => tensor(7))()).toThrow(/axisSize/);
  });
});
