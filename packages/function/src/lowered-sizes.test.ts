/** Functions lowered for dims that have a name: what they are at every size, here and from a file. */
import { DeftError } from '@deft/core';
import {
  add,
  deserialize,
  div,
  dotProductAttention,
  getBackend,
  grad,
  jit,
  key,
  layerNormalization,
  matmul,
  mean,
  mul,
  print,
  randomNormal,
  relu,
  reshape,
  scan,
  serialize,
  setBackend,
  setPrintOutput,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  transpose,
  valueAndGrad,
  variable,
  zeros,
} from '@deft/tensor';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: functions of any tensors
type Any = any;

beforeAll(() => setBackend('wasm'));
afterAll(() => setBackend('auto'));

const random = (shape: number[], word = 1): Tensor => randomNormal(shape, { key: key(word) }) as Tensor;
const spec = (...shape: (number | string)[]): Any => tensorSpec(shape, 'float32');
const sizes = [0, 1, 2, 3, 17, 40, 100];

const messageOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
};

const plain = (value: Any): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : value !== null && typeof value === 'object' && 'toArray' in value
      ? value.toArray()
      : value;

const w1 = random([6, 8], 1);
const b1 = random([8], 2);
const w2 = random([8, 3], 3);
const perceptron = (x: Tensor): Tensor => softmax(matmul(relu(add(matmul(x, w1), b1)), w2)) as Tensor;

describe('a function lowered for every size', () => {
  it('says what it is, and is compiled at the sizes that come', () => {
    const lowered = jit(perceptron, { name: 'perceptron' }).lower(spec('batch', 6));
    expect(lowered.sizes).toEqual(['batch']);
    expect(lowered.signature).toBe('perceptron(args[0]: float32[batch, 6]) → float32[batch, 3]');
    expect(lowered.text()).toContain('%0: float32[batch, 6]');
    expect(lowered.at({ batch: 5 }).signature).toBe('perceptron(args[0]: float32[5, 6]) → float32[5, 3]');
    expect(lowered.at({ batch: 5 }).cost().flops).toBeGreaterThan(2 * 5 * 6 * 8);
    expect(messageOf(() => lowered.cost())).toContain('what it costs follows from batch');
    expect(messageOf(() => lowered.at({}))).toContain('E_ARGUMENT: perceptron: sizes.batch: expected a size');
    const compiled = lowered.compile();
    for (const n of sizes) {
      const x = random([n, 6], n + 1);
      expect(compiled(x).toArray(), String(n)).toEqual(jit(perceptron)(x).toArray());
    }
    expect(messageOf(() => compiled(random([2, 7])))).toContain(
      'E_SIGNATURE: perceptron: args[0]: expected float32[batch, 6], got float32[2, 7]',
    );
    compiled.dispose();
  });

  it('is one thing in a file, right for every size', () => {
    const file = serialize({ perceptron: jit(perceptron, { name: 'perceptron' }).lower(spec('batch', 6)) });
    const { functions } = deserialize(file);
    const loaded = functions['perceptron'] as Any;
    expect(loaded.signatures).toEqual(['perceptron(args[0]: float32[batch, 6]) → float32[batch, 3]']);
    for (const n of sizes) {
      const x = random([n, 6], n + 1);
      expect(loaded(x).toArray(), String(n)).toEqual(jit(perceptron)(x).toArray());
    }
    expect(messageOf(() => loaded(random([2, 7])))).toContain('got float32[2, 7]');
    expect(messageOf(() => loaded(random([2, 6]), 1))).toContain('E_SIGNATURE');
    expect(serialize({ perceptron: loaded.lowered })).toEqual(file);
  });

  const attention = (x: Tensor): Tensor => {
    const [rows, width] = x.shape as [number, number];
    const heads = reshape(x, [1, rows, 2, width / 2]);
    return layerNormalization(
      dotProductAttention(heads, heads, heads) as Tensor,
      zeros([width / 2]),
      zeros([width / 2]),
    ) as Tensor;
  };

  it.each<[string, Any, (n: number) => Tensor[], Any[]]>([
    [
      'means',
      (x: Tensor) => [mean(x), mean(x, { axis: 0 }), div(sum(x), Math.sqrt(x.shape[0] as number))],
      (n) => [random([n, 3])],
      [spec('n', 3)],
    ],
    ['attention', attention, (n) => [random([n, 8])], [spec('n', 8)]],
    [
      'two sizes',
      (x: Tensor, y: Tensor) => matmul(x, y),
      (n) => [random([n, 4]), random([4, n + 2])],
      [spec('n', 4), spec(4, 'm')],
    ],
    [
      'a size twice',
      (x: Tensor, y: Tensor) => add(mul(x, 2), transpose(y)),
      (n) => [random([n, 4]), random([4, n])],
      [spec('n', 4), spec(4, 'n')],
    ],
    [
      'scans',
      (x: Tensor) => scan((c: Tensor, row: Tensor) => [tanh(add(c, row)) as Tensor, c], zeros([3]), x),
      (n) => [random([n, 3])],
      [spec('n', 3)],
    ],
    [
      'special ones',
      (x: Tensor) => ((x.shape[0] as number) === 1 ? mul(x, 100) : (x.shape[0] as number) === 2 ? sub(x, 1) : x),
      (n) => [random([n])],
      [spec('n')],
    ],
    [
      'noise',
      // A key that is no argument would be computed with beforehand, where all sizes are known.
      (x: Tensor, k: Any) => add(x, randomNormal(x.shape as number[], { key: k })),
      (n) => [random([n, 2]), key(3) as Any],
      [spec('n', 2), tensorSpec([2], 'uint32')],
    ],
    [
      'structures',
      ({ x }: Any, list: Any) => ({ sum: sum(x, { axis: 0 }), list: [list[0], 'fixed', 3] }),
      (n) => [{ x: random([n, 2]) }, [random([2])]] as Any,
      [{ x: spec('n', 2) }, [spec(2)]],
    ],
  ])('keeps %s', (_, f, argumentsAt, specs) => {
    const loaded = deserialize(serialize({ f: jit(f as (...args: Any[]) => Any, { name: 'f' }).lower(...specs) }))
      .functions['f'] as Any;
    const captured = (...args: Any[]): Any => jit(f as (...args: Any[]) => Any)(...args);
    const deep = (value: Any): unknown => JSON.stringify(value, (__, each) => plain(each));
    for (const n of sizes) {
      const args = argumentsAt(n);
      let expected: unknown;
      try {
        expected = deep(captured(...args));
      } catch (error) {
        if (!(error instanceof DeftError)) throw error;
        expect(
          messageOf(() => loaded(...args)),
          `${n}: ${error.message}`,
        ).toMatch(/^E_/);
        continue;
      }
      expect(deep(loaded(...args)), String(n)).toBe(expected);
    }
  });

  it('trains at every size, with its variables', () => {
    const make = (): Any => {
      const w = variable(w1, { name: 'w' });
      const step = jit(
        (x: Tensor, y: Tensor) => {
          const [loss, g] = valueAndGrad((p: Tensor) => mean(softmaxCrossEntropy(matmul(x, p), y)) as Tensor)(w.value);
          w.assign(sub(w.value, mul(g, 0.1)));
          print('loss', loss);
          return loss;
        },
        { name: 'step' },
      );
      return { w, step };
    };
    const original = make();
    const { functions, variables } = deserialize(
      serialize({ step: original.step.lower(spec('batch', 6), spec('batch', 8)) }),
    );
    const printed: string[] = [];
    const before = setPrintOutput((line) => printed.push(line));
    for (const n of [32, 7, 1, 2, 32]) {
      const [x, y] = [random([n, 6], n), random([n, 8], n + 1)];
      const expected = original.step(x, y).item();
      expect((functions['step'] as Any)(x, y).item()).toBe(expected);
      expect(variables['w']?.value.toArray()).toEqual(original.w.value.toArray());
    }
    setPrintOutput(before);
    expect(printed.length).toBe(10);
    expect(messageOf(() => (functions['step'] as Any)(random([2, 6]), random([3, 8])))).toContain(
      'expected float32[batch, 8] with batch 2, got float32[3, 8]',
    );
  });

  it('has one piece of code for all of them', () => {
    const loaded = deserialize(serialize({ f: jit(perceptron).lower(spec('batch', 6)) })).functions['f'] as Any;
    const inputs = sizes.map((n) => random([n, 6], n + 1));
    const compile = vi.spyOn(getBackend(), 'compile');
    const compileSizes = vi.spyOn(getBackend(), 'compileSizes');
    for (const x of inputs) loaded(x);
    expect([compile.mock.calls.length, compileSizes.mock.calls.length]).toEqual([0, 1]);
    vi.restoreAllMocks();
  });

  it('has its derivative at every size', () => {
    const loss = (w: Tensor, x: Tensor): Tensor => mean(tanh(matmul(x, w))) as Tensor;
    const file = serialize(
      { loss: jit(loss, { name: 'loss' }).lower(spec(6, 8), spec('batch', 6)) },
      { gradients: true },
    );
    const loaded = deserialize(file).functions['loss'] as Any;
    for (const n of [1, 2, 3, 17, 40]) {
      const x = random([n, 6], n);
      const both = (f: Any): unknown =>
        plain([jit(grad(f, { argnums: [0, 1] }))(w1, x), grad(f, { argnums: [0, 1] })(w1, x)].flat());
      expect(both(loaded), String(n)).toEqual(both(jit(loss)));
    }
    expect(serialize({ loss: loaded.lowered }, { gradients: true })).toEqual(file);
  });

  it('can be captured by functions for every size', () => {
    const loaded = deserialize(serialize({ f: jit(perceptron).lower(spec('batch', 6)) })).functions['f'] as Any;
    const predict = jit((x: Tensor) => mul(loaded(x), 2) as Tensor, { signature: [spec('batch', 6)] });
    for (const n of [3, 17, 1])
      expect((predict as Any)(random([n, 6])).toArray()).toEqual(mul(perceptron(random([n, 6])), 2).toArray());
    expect(predict.compileCount).toBe(1);
  });
});

describe('a function that is another one at another size', () => {
  it('cannot be lowered for every size', () => {
    const unrolled = jit(
      (x: Tensor) => {
        let total = tensor(0) as Tensor;
        for (let i = 0; i < (x.shape[0] as number); i++) total = add(total, i) as Tensor;
        return total;
      },
      { name: 'unrolled' },
    );
    expect(messageOf(() => serialize({ f: unrolled.lower(spec('n')) }))).toMatch(
      /^E_SPECIALIZED: unrolled: it does something else at 37 and at 41, first in add \[E_SPECIALIZED\]\n.+\n {2}at .+lowered-sizes\.test\.ts/,
    );
    const plainResult = jit((x: Tensor) => ({ x, rows: x.shape[0] as number }), { name: 'counted' });
    expect(messageOf(() => serialize({ f: plainResult.lower(spec('n')) }))).toContain(
      'E_SPECIALIZED: counted: its arguments and results are not the same at every size',
    );
  });

  it('has to state sizes or names', () => {
    const f = jit((x: Tensor) => x, { name: 'f' });
    expect(messageOf(() => f.lower(tensorSpec(['n', '...'], 'float32') as Any))).toContain(
      'expected tensorSpec(shape, dtype) with a size or a name',
    );
    expect(messageOf(() => f.lower(tensorSpec(['n']) as Any))).toContain(
      'expected tensorSpec(shape, dtype) with a size or a name',
    );
  });
});
