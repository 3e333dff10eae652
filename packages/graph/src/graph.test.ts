/** Laws of the graph: capturing and running gives what running gives, text reads back, malformed graphs are refused. */
import {
  abstractValue,
  currentInterpreter,
  DeftError,
  dispatch,
  findOperation,
  Interpreter,
  nd,
  type Operation,
  registerOperation,
  type Tensor,
  withInterpreter,
} from '@deft/core';
import { add, broadcastTo, greater, relu, reshape, sum, where } from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateGraph,
  freeValue,
  type Graph,
  lastUses,
  makeNode,
  parseGraph,
  printGraph,
  traceGraph,
  useCounts,
  verifyGraph,
} from './index.ts';

const tensor = (shape: readonly number[], data: readonly number[]): Tensor =>
  currentInterpreter().constant(nd(shape, data), false);
const f32 = (...shape: number[]) => abstractValue(shape, 'float32');
const values = (tensors: readonly Tensor[]): number[][] => tensors.map((t) => Array.from(t.dataSync() as Float32Array));

/** Splits a vector in halves: an op with two results. */
const halves: Operation = {
  name: 'testHalves',
  kind: 'primitive',
  inputs: ['x'],
  variadic: false,
  multipleResults: true,
  doc: { summary: 'Halves.', group: 'test' },
  infer: ([x]) => {
    const half = abstractValue([(x?.shape[0] as number) / 2], 'float32');
    return [half, half];
  },
  reference: ([x]) => {
    const data = Array.from(x?.data as Float32Array);
    const half = data.length / 2;
    return [nd([half], data.slice(0, half)), nd([half], data.slice(half))];
  },
  saves: [],
  nonDifferentiable: 'only for this test',
  batch: 'composed',
  samples: [],
  errors: [],
  limitations: [],
  call: () => undefined,
};
registerOperation(halves);

type Step = { readonly op: number; readonly a: number; readonly b: number };
const step: fc.Arbitrary<Step> = fc.record({ op: fc.nat(5), a: fc.nat(100), b: fc.nat(100) });

/** A random program over vectors of length 4: every step uses earlier values. */
function runProgram(steps: readonly Step[], inputs: readonly Tensor[]): Tensor[] {
  const made: Tensor[] = [...inputs];
  for (const { op, a, b } of steps) {
    const x = made[a % made.length] as Tensor;
    const y = made[b % made.length] as Tensor;
    if (op === 0) made.push(add(x, y) as Tensor);
    else if (op === 1) made.push(relu(x));
    else if (op === 2) made.push(where(greater(x, y), x, 0.1) as Tensor);
    else if (op === 3) made.push(broadcastTo(sum(x) as Tensor, [4]) as Tensor);
    else if (op === 4)
      made.push(reshape(sum(reshape(x, [2, 2]) as Tensor, { axis: 0, keepDims: true }) as Tensor, [2]));
    else made.push(add(x, tensor([1], [a])) as Tensor);
    if ((made.at(-1) as Tensor).shape[0] !== 4)
      made.push(broadcastTo(reshape(made.pop() as Tensor, [2, 1]), [2, 2]) as Tensor);
    made.push(reshape(made.pop() as Tensor, [4]));
  }
  return made.slice(-3);
}

const vector = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), {
  minLength: 4,
  maxLength: 4,
});

describe('capture', () => {
  it('gives the values that running gives, and its text reads back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), vector, vector, (steps, a, b) => {
        const inputs = [tensor([4], a), tensor([4], b)];
        const { graph } = traceGraph((ins) => runProgram(steps, ins), [f32(4), f32(4)]);
        verifyGraph(graph);
        expect(values(evaluateGraph(graph, inputs))).toEqual(values(runProgram(steps, inputs)));
        const text = printGraph(graph);
        const parsed = parseGraph(text);
        expect(printGraph(parsed)).toBe(text);
        expect(values(evaluateGraph(parsed, inputs))).toEqual(values(runProgram(steps, inputs)));
      }),
      { numRuns: 60 },
    );
  });

  it('runs a captured graph inside another capture', () => {
    const inner = traceGraph(([x]) => [add(x as Tensor, 1) as Tensor], [f32(2)]).graph;
    const { graph } = traceGraph((inputs) => evaluateGraph(inner, inputs), [f32(2)]);
    expect(graph.nodes).toHaveLength(1);
    expect(values(evaluateGraph(graph, [tensor([2], [1, 2])]))).toEqual([[2, 3]]);
  });

  it('takes a concrete tensor from outside once, and equal scalars once', () => {
    const outside = tensor([2], [5, 6]);
    const { graph } = traceGraph(
      ([x]) => [add(add(add(add(x as Tensor, outside) as Tensor, outside) as Tensor, 2) as Tensor, 2) as Tensor],
      [f32(2)],
    );
    expect(graph.captures).toHaveLength(1);
    expect(graph.captures[0]?.tensor === outside).toBe(true);
    expect(graph.constants).toHaveLength(1);
    expect(graph.constants[0]?.value.abstract.weak).toBe(true);
    expect(values(evaluateGraph(graph, [tensor([2], [1, 1])]))).toEqual([[15, 17]]);
  });

  it('keeps a large array out of the graph', () => {
    const { graph } = traceGraph(() => [tensor([5000], new Array(5000).fill(1))], []);
    expect(graph.constants).toHaveLength(0);
    expect(graph.captures).toHaveLength(1);
  });

  it('lets results be inputs, constants and captured tensors', () => {
    const outside = tensor([1], [7]);
    const { graph } = traceGraph(([x]) => [x as Tensor, tensor([2], [1, 2]), outside, x as Tensor], [f32(1)]);
    verifyGraph(graph);
    expect(values(evaluateGraph(graph, [tensor([1], [3])]))).toEqual([[3], [1, 2], [7], [3]]);
  });

  it('records ops with several results', () => {
    const { graph } = traceGraph(([x]) => [...dispatch(halves, [x as Tensor], {})].reverse(), [f32(4)]);
    expect(printGraph(graph)).toBe(
      ['graph(%0: float32[4]) {', '  %1: float32[2], %2: float32[2] = testHalves(%0)', '  return %2, %1', '}'].join(
        '\n',
      ),
    );
    expect(printGraph(parseGraph(printGraph(graph)))).toBe(printGraph(graph));
    expect(values(evaluateGraph(graph, [tensor([4], [1, 2, 3, 4])]))).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('knows the line that wrote an op', () => {
    const { graph } = traceGraph(([x]) => [relu(x as Tensor)], [f32(1)]);
    expect(graph.nodes[0]?.callSite?.value?.file).toMatch(/graph\.test\.ts$/);
    const text = printGraph(graph, { callSites: true });
    expect(text).toMatch(/relu\(%0\) {2}\/\/ .*graph\.test\.ts:\d+:\d+\n/);
    expect(printGraph(parseGraph(text), { callSites: true })).toBe(text);
  });

  it('takes time in proportion to the number of ops', () => {
    const { graph } = traceGraph(
      ([x]) => {
        let y = x as Tensor;
        for (let i = 0; i < 5000; i++) y = relu(y);
        return [y];
      },
      [f32(1)],
    );
    expect(graph.nodes).toHaveLength(5000);
    expect(values(evaluateGraph(graph, [tensor([1], [1])]))).toEqual([[1]]);
  });
});

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? `${error.code} ${error.message}` : String(error);
  }
  return 'no error';
};

class Transform extends Interpreter {
  readonly name = 'test transform';
  process(): never {
    throw new Error('not used');
  }
  lift(): never {
    throw new Error('not used');
  }
  constant(): never {
    throw new Error('not used');
  }
}

describe('what a capture refuses', () => {
  it('reading elements', () => {
    expect(
      codeOf(() => traceGraph(([x]) => [add(x as Tensor, (x as Tensor).item() as number) as Tensor], [f32()])),
    ).toMatch(/^E_CAPTURE_READ .*running capture/);
  });

  it('a tensor kept beyond the call', () => {
    let kept: Tensor | undefined;
    traceGraph(
      ([x]) => {
        kept = x;
        return [];
      },
      [f32(1)],
    );
    expect(codeOf(() => relu(kept as Tensor))).toMatch(/^E_CAPTURE_LEAK/);
    expect(codeOf(() => traceGraph(() => [kept as Tensor], []))).toMatch(/^E_CAPTURE_LEAK/);
  });

  it('a tensor of a transform around it', async () => {
    const transform = new Transform();
    const { Tensor: TensorClass } = await import('@deft/core');
    withInterpreter(transform, () => {
      const foreign = new TensorClass(f32(1), transform, undefined);
      const says = /^E_CAPTURE_IMPURE .*running test transform.*(.|\n)*hint: pass the tensor .* as an argument/;
      expect(codeOf(() => traceGraph(([x]) => [add(x as Tensor, foreign) as Tensor], [f32(1)]))).toMatch(says);
      expect(codeOf(() => traceGraph(() => [foreign], []))).toMatch(says);
    });
  });

  it('functions that give something else than tensors', () => {
    expect(codeOf(() => traceGraph((() => 3) as never, []))).toMatch(/E_ARGUMENT.*list of tensors, got number/s);
    expect(codeOf(() => traceGraph((() => [3]) as never, []))).toMatch(/E_ARGUMENT.*result 0.*a tensor, got number/s);
    expect(codeOf(() => traceGraph((async () => []) as never, []))).toMatch(/E_ARGUMENT.*promise/s);
  });
});

describe('text', () => {
  const element = fc.oneof(
    fc.double(),
    fc.constantFrom(-0, NaN, Infinity, -Infinity, 0.1, 1e-45, 3.4028234663852886e38),
  );

  it('keeps every bit of constants', () => {
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 6 }),
        fc.constantFrom('float32', 'float64', 'int32', 'bool'),
        (data, dtype) => {
          const array = nd([data.length], data, dtype as 'float32');
          const { graph } = traceGraph(() => [currentInterpreter().constant(array, false)], []);
          const parsed = parseGraph(printGraph(graph));
          expect(parsed.constants[0]?.array).toEqual(array);
        },
      ),
    );
  });

  it('keeps attributes', () => {
    const attribute = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, false, NaN, Infinity, -Infinity, -0),
        fc.double(),
        fc.string(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(attribute, (value) => {
        const x = freeValue(f32(4));
        const results = halves.infer([x.abstract], {});
        const node = makeNode(halves, [x], { value } as never, results);
        const graph: Graph = { inputs: [x], constants: [], captures: [], nodes: [node], outputs: node.outputs };
        const parsed = parseGraph(printGraph(graph));
        expect(parsed.nodes[0]?.attributes).toEqual({ value });
        expect(printGraph(parsed)).toBe(printGraph(graph));
      }),
    );
  });

  it('names the line where text is no graph', () => {
    const bad = (line: string): string =>
      codeOf(() => parseGraph(`graph(%0: float32[2]) {\n  ${line}\n  return %0\n}`));
    expect(bad('%1: float32[2] = noSuchOp(%0)')).toMatch(/E_GRAPH|registered op \(noSuchOp is none\)/);
    expect(bad('%1: float32[2] = noSuchOp(%0)')).toMatch(/line 2: expected a registered op \(noSuchOp is none\)/);
    expect(bad('%1: float99[2] = relu(%0)')).toMatch(/line 2: expected a dtype \(float99 is none\)/);
    expect(bad('%1: float32[2] = relu(%7)')).toMatch(/line 2: expected a value made before \(%7 is not\)/);
    expect(bad('%0: float32[2] = relu(%0)')).toMatch(/line 2: expected a name other than %0/);
    expect(bad('%1: float32[3] = relu(%0)')).toMatch(/stated as float32\[3\], the op gives float32\[2\].*E_GRAPH/);
    expect(bad('%1: float32[2] = relu(%0, %0)')).toMatch(/has 2 operands, the op takes 1 .*E_GRAPH/);
    expect(bad('%1: float32[2] = constant [1]')).toMatch(/E_DATA/);
    expect(bad('%1 float32[2] = relu(%0)')).toMatch(/line 2: expected ':', got 'float32/);
    expect(codeOf(() => parseGraph('graph('))).toMatch(/E_GRAPH/);
    expect(codeOf(() => parseGraph(3 as never))).toMatch(/E_ARGUMENT/);
  });
});

describe('verifyGraph', () => {
  const relus = (count: number): Graph =>
    traceGraph(
      ([x]) => {
        let y = x as Tensor;
        for (let i = 0; i < count; i++) y = relu(y);
        return [y];
      },
      [f32(2)],
    ).graph;

  it('refuses values used before they are made, made twice, or of another type', () => {
    const graph = relus(3);
    expect(codeOf(() => verifyGraph({ ...graph, nodes: [...graph.nodes].reverse() }))).toMatch(
      /not made before it is used/,
    );
    expect(codeOf(() => verifyGraph({ ...graph, nodes: [...graph.nodes, ...graph.nodes] }))).toMatch(/made twice/);
    expect(codeOf(() => verifyGraph({ ...graph, nodes: graph.nodes.slice(0, 2) }))).toMatch(
      /result 0 of the graph is not made/,
    );
    const x = freeValue(f32(2));
    const node = makeNode(findOperation('relu') as Operation, [x], {}, [f32(3)]);
    expect(codeOf(() => verifyGraph({ ...graph, inputs: [x], nodes: [node], outputs: [x] }))).toMatch(
      /stated as float32\[3\]/,
    );
    const array = nd([3], [1, 2, 3]);
    const constants = [{ value: freeValue(f32(2)), array }];
    expect(codeOf(() => verifyGraph({ ...graph, constants }))).toMatch(/constant 0 is stated as float32\[2\]/);
  });
});

describe('liveness', () => {
  it('ends every value exactly once, after its last use', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { graph } = traceGraph((inputs) => runProgram(steps, inputs), [f32(4), f32(4)]);
        const ending = lastUses(graph);
        const counts = useCounts(graph);
        const ended = ending.flat();
        expect(new Set(ended).size).toBe(ended.length);
        for (const [position, node] of graph.nodes.entries()) {
          const gone = new Set(ending.slice(0, position).flat());
          for (const input of node.inputs) expect(gone.has(input)).toBe(false);
          for (const output of node.outputs) {
            expect(ended.includes(output)).toBe(!graph.outputs.includes(output));
            if (!counts.has(output)) expect(ending[position]).toContain(output);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('checks the inputs of an evaluation', () => {
    const { graph } = traceGraph(([x]) => [relu(x as Tensor)], [f32(2)]);
    expect(codeOf(() => evaluateGraph(graph, []))).toMatch(/^E_ARITY/);
    expect(codeOf(() => evaluateGraph(graph, [tensor([3], [1, 2, 3])]))).toMatch(
      /^E_SHAPE .*input 0: expected float32\[2\]/,
    );
  });
});
