/** What the compiler keeps of ops that the host computes: how often, in which order and with which elements they are called. */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  dispatch,
  elementsOf,
  internal,
  type NdArray,
  nd,
  type Operation,
  type Tensor,
  type TypedArray,
  tensorOfCopy,
} from '@deft/core';
import { evaluateGraph, type Graph, traceGraph } from '@deft/graph';
import { interpretProgram, verifyProgram } from '@deft/kernel';
import { add, cond, fill, foriLoop, less, matmul, mul, scan, sum, tanh, whileLoop } from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph, explain, sizedProgram } from './index.ts';

const log: string[] = [];
const textOf = ({ shape, dtype, data }: NdArray): string =>
  `${dtype}[${shape}] ${data.constructor.name} ${Array.from(data, String)}`;

/** Runs something, and gives what was logged meanwhile. */
function logged(f: () => unknown): string[] {
  log.length = 0;
  f();
  return log.slice();
}

function hostOperation(
  host: 'pure' | 'ordered',
  infer: Operation['infer'],
  reference: NonNullable<Operation['reference']>,
): Operation {
  return {
    name: `${host} test op`,
    kind: 'primitive',
    inputs: ['operands'],
    variadic: true,
    multipleResults: true,
    doc: { summary: 'Is computed on the host.', group: 'tests' },
    host,
    infer,
    reference,
    nonDifferentiable: 'a test does not ask for it',
    saves: [],
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal('called through dispatch'),
  };
}

const typesOf = (inputs: readonly AbstractValue[]): AbstractValue[] =>
  inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
const note = (operands: readonly NdArray[], { words = '' }: Attributes): void => {
  log.push(`${words}: ${operands.map(textOf).join('; ')}`);
};

/** Logs its operands behind the token and gives them back. */
const ordered = hostOperation('ordered', typesOf, ([token, ...values], attributes) => {
  note(values, attributes);
  return [nd([], [(token?.data[0] as number) + 1], 'int32'), ...values];
});
/** The same without a token. */
const pure = hostOperation('pure', typesOf, (values, attributes) => {
  note(values, attributes);
  return values;
});

const call = (words: string, token: Tensor, ...values: Tensor[]): Tensor[] => [
  ...dispatch(ordered, [token, ...values], { words }),
];
const pass = (words: string, x: Tensor): Tensor => dispatch(pure, [x], { words })[0] as Tensor;

const token = abstractValue([], 'int32');
const vector = abstractValue([3], 'float32');
const traced = (f: (inputs: readonly Tensor[]) => readonly Tensor[], types: readonly AbstractValue[]): Graph =>
  traceGraph(f, types).graph;

/** The log of a graph that is applied op by op, and that of its program; both give the same. */
function bothLogs(graph: Graph, inputs: readonly NdArray[], options = {}): { plain: string[]; compiled: string[] } {
  const { program } = compileGraph(graph, options);
  verifyProgram(program);
  let expected: TypedArray[] = [];
  const plain = logged(() => {
    expected = evaluateGraph(graph, inputs.map(tensorOfCopy)).map(
      (result) => result.dataSync() as unknown as TypedArray,
    );
  });
  const compiled = logged(() => {
    const arrays = inputs.map(({ data }) => data.slice());
    expect(interpretProgram(program, arrays)).toEqual(expected);
  });
  return { plain, compiled };
}

describe('calls of the host are made in order, every time', () => {
  const start = nd([], [0], 'int32');
  const x = nd([3], [1, 2, 3]);

  it('in a straight line', () => {
    const graph = traced(
      ([t, v]) => {
        const [t1, a] = call('first', t as Tensor, v as Tensor, mul(v as Tensor, 2) as Tensor) as [Tensor, Tensor];
        const [t2] = call('second', t1) as [Tensor];
        const [t3, b] = call('third', t2, tanh(add(a, 1) as Tensor) as Tensor) as [Tensor, Tensor];
        return [t3, mul(b, a) as Tensor];
      },
      [token, vector],
    );
    const { plain, compiled } = bothLogs(graph, [start, x]);
    expect(plain).toHaveLength(3);
    expect(compiled).toEqual(plain);
    expect(explain(compileGraph(graph))).toMatch(/call of ordered test op, on the host: ordered test op; reads 4 B/);
  });

  it('in loops, branches, and those within each other', () => {
    const graph = traced(
      ([t, v]) => {
        const [t1, w] = scan(
          ([before, state]: [Tensor, Tensor], slice: Tensor) => {
            const [after, seen] = call('step', before, slice) as [Tensor, Tensor];
            const [end, next] = cond(
              less(sum(state), 10) as Tensor,
              () => {
                const [inner, y] = call('small', after, add(state, seen) as Tensor) as [Tensor, Tensor];
                return foriLoop(
                  0,
                  2,
                  (i, [tt, z]: [Tensor, Tensor]) => call('inner', tt, add(z, i) as Tensor) as [Tensor, Tensor],
                  [inner, y] as [Tensor, Tensor],
                );
              },
              () => [after, mul(state, 2) as Tensor] as [Tensor, Tensor],
            ) as [Tensor, Tensor];
            return [[end, next] as [Tensor, Tensor], next];
          },
          [t as Tensor, v as Tensor] as [Tensor, Tensor],
          v as Tensor,
        )[0] as [Tensor, Tensor];
        const [t2, u] = whileLoop(
          ([tt, z]: [Tensor, Tensor]) => less(sum(z), add(tt, 100)) as Tensor,
          ([tt, z]: [Tensor, Tensor]) => call('while', tt, add(z, 3) as Tensor) as [Tensor, Tensor],
          [t1, w] as [Tensor, Tensor],
        ) as [Tensor, Tensor];
        return [t2, u];
      },
      [token, vector],
    );
    expect(compileGraph(graph).program.kernels.some(({ form }) => form === 'repeat')).toBe(true);
    const { plain, compiled } = bothLogs(graph, [start, x]);
    expect(plain.length).toBeGreaterThan(8);
    expect(compiled).toEqual(plain);
  });

  it('also where all operands are known when compiling, and where nothing changes from step to step', () => {
    const graph = traced(
      ([v]) => {
        const known = pass('known', fill([2], 7) as Tensor);
        const steps = scan(
          (state: Tensor, slice: Tensor) => {
            const same = add(pass('in a step', known), 1) as Tensor;
            return [add(state, mul(sum(same), slice)) as Tensor, state];
          },
          fill([], 0) as Tensor,
          v as Tensor,
        );
        return [steps[0]];
      },
      [vector],
    );
    for (const without of [[], ['hoistInvariants', 'foldConstants']]) {
      const { plain, compiled } = bothLogs(graph, [x], { without });
      expect(compiled).toEqual(plain);
      expect(compiled.map((line) => line.split(':', 1)[0])).toEqual(['known', 'in a step', 'in a step', 'in a step']);
    }
    const none = traced(
      ([v]) => [foriLoop(0, 0, (_, z: Tensor) => add(z, pass('never', fill([], 1) as Tensor)) as Tensor, v as Tensor)],
      [vector],
    );
    expect(bothLogs(none, [x]).compiled).toEqual([]);
  });

  it('unless nobody reads a result', () => {
    const graph = traced(
      ([t, v]) => {
        pass('unused', v as Tensor);
        const [t1] = call('first', t as Tensor, v as Tensor) as [Tensor];
        const [, a] = call('its token is not read', t1, v as Tensor) as [Tensor, Tensor];
        return [t1, sum(v as Tensor) as Tensor, sum(mul(a, 0)) as Tensor];
      },
      [token, vector],
    );
    const { compiled } = bothLogs(graph, [start, x]);
    expect(compiled.map((line) => line.split(':', 1)[0])).toEqual(['first', 'its token is not read']);
    const unread = traced(
      ([t, v]) => {
        call('its token is not read', t as Tensor);
        return [v as Tensor];
      },
      [token, vector],
    );
    const { program } = compileGraph(unread);
    expect(program.calls).toBeUndefined();
  });

  it('whatever the memory budget', () => {
    const square = abstractValue([16, 16], 'float32');
    const graph = traced(
      ([v]) => {
        const values: Tensor[] = [];
        let state = v as Tensor;
        for (let i = 0; i < 6; i++) {
          state = pass(`call ${i}`, tanh(matmul(state, state)) as Tensor);
          values.push(state);
        }
        return [values.reverse().reduce((a, b) => matmul(a, b) as Tensor)];
      },
      [square],
    );
    const data = elementsOf(
      'float32',
      Array.from({ length: 256 }, (_, i) => Math.sin(i) / 4),
    );
    const usual = compileGraph(graph);
    const tight = compileGraph(graph, { memoryBudget: 1 });
    const calls = [usual, tight].map(({ program }) => logged(() => interpretProgram(program, [data])));
    expect(calls[0]).toHaveLength(6);
    expect(calls[1]).toEqual(calls[0]);
  });
});

describe('functions of the host get and give', () => {
  it('elements of the dtypes as they are on the host', () => {
    const dtypes = ['float16', 'bfloat16', 'bool', 'int8', 'uint8', 'uint32', 'int64', 'float64'] as const;
    for (const dtype of dtypes) {
      const type = abstractValue([2, 2], dtype);
      const graph = traced(([v]) => [pass(dtype, v as Tensor)], [type]);
      const data = elementsOf(dtype, dtype === 'int64' ? [2n ** 62n + 1n, -5n, 0n, 1n] : [1, 0.3, 100, 0]);
      const { plain, compiled } = bothLogs(graph, [{ shape: [2, 2], dtype, data }]);
      expect(compiled).toEqual(plain);
      expect(compiled).toEqual([`${dtype}: ${textOf({ shape: [2, 2], dtype, data })}`]);
    }
  });

  it('results of the types that the op states, or the run fails', () => {
    const wrong = (result: NdArray): (() => unknown) => {
      const operation = hostOperation('pure', typesOf, () => [result]);
      const { program } = compileGraph(traced(([v]) => dispatch(operation, [v as Tensor], {}), [vector]));
      return () => interpretProgram(program, [new Float32Array(3)]);
    };
    expect(wrong(nd([4], [0, 0, 0, 0]))).toThrow(
      /pure test op: result 0: expected float32\[3\], got float32\[4\] \[E_SHAPE\]/,
    );
    expect(wrong(nd([1, 3], [0, 0, 0]))).toThrow('E_SHAPE');
    expect(wrong(nd([3], [0, 0, 0], 'int32'))).toThrow('E_DTYPE');
  });
});

describe('programs for every size', () => {
  const program = (f: (x: Tensor) => Tensor, n: number) =>
    compileGraph(traced(([v]) => [f(v as Tensor)], [abstractValue([n, 2], 'float32')])).program;
  const samples = [23, 29, 31, 37].map((n) => [n]);

  it('call the host with arrays of the size', () => {
    const f = (x: Tensor): Tensor => add(pass('sized', mul(x, 2) as Tensor), 1) as Tensor;
    const made = sizedProgram(samples.map((sizes) => ({ sizes, program: program(f, sizes[0] as number) })));
    fc.assert(
      fc.property(fc.nat({ max: 40 }), (n) => {
        const own = made?.at([n]) ?? internal(`no program at ${n}`);
        verifyProgram(own);
        const data = Float32Array.from({ length: 2 * n }, (_, i) => i);
        const expected = logged(() => interpretProgram(program(f, n), [data]));
        expect(logged(() => interpretProgram(own, [data]))).toEqual(expected);
        expect(expected[0]).toMatch(`float32[${n},2]`);
      }),
    );
  });

  it('are none where each size calls a function of its own', () => {
    const own = (x: Tensor): Tensor => {
      const operation = hostOperation('pure', typesOf, (values) => values);
      return dispatch(operation, [x], {})[0] as Tensor;
    };
    expect(
      sizedProgram(samples.map((sizes) => ({ sizes, program: program(own, sizes[0] as number) }))),
    ).toBeUndefined();
  });
});
