/**
 * The compiler's main law: a compiled program, interpreted, gives what the graph's ops give one by one. Ops here are
 * bare forms over int32, where every result is exact, with references that look up every point on its own.
 */
import {
  type AbstractValue,
  type AttributeValue,
  abstractValue,
  type Dims,
  type NdArray,
  nd,
  ndZeros,
  type Operation,
  sizeOf,
  stridesOf,
  tryBroadcast,
} from '@deft/core';
import {
  freeValue,
  type Graph,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
  verifyGraph,
} from '@deft/graph';
import {
  binaryExpression,
  type Combine,
  compareExpression,
  constantExpression,
  type Expression,
  type Form,
  type IndexMap,
  interpretProgram,
  type Lowering,
  type Space,
  selectExpression,
  unaryExpression,
} from '@deft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph, explain, passNames } from './index.ts';

type Attributes = { readonly [key: string]: AttributeValue };
// biome-ignore lint/suspicious/noExplicitAny: attributes of these ops are index maps and the like, as plain data
type Loose = any;

function operation(
  name: string,
  infer: (inputs: readonly AbstractValue[], attributes: Loose) => AbstractValue,
  lower: (inputs: readonly AbstractValue[], attributes: Loose, output: AbstractValue) => Form,
  reference: (inputs: readonly NdArray[], attributes: Loose) => NdArray,
): Operation<Lowering> {
  return {
    name,
    kind: 'primitive',
    inputs: ['xs'],
    variadic: true,
    multipleResults: false,
    doc: { summary: name, group: 'test' },
    infer: (inputs, attributes) => [infer(inputs, attributes)],
    lower: (inputs, attributes, [output]) => [lower(inputs, attributes, output as AbstractValue)],
    reference: (inputs, attributes) => [reference(inputs, attributes)],
    saves: [],
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => undefined,
  };
}

function pointsOf(shape: Dims): number[][] {
  return shape.reduce<number[][]>(
    (points, dim) => points.flatMap((point) => Array.from({ length: dim }, (_, i) => [...point, i])),
    [[]],
  );
}

function at(x: NdArray, point: readonly number[]): number {
  return x.data[point.reduce((sum, i, axis) => sum + i * (stridesOf(x.shape)[axis] as number), 0)] as number;
}

function generate(shape: Dims, f: (point: number[]) => number): NdArray {
  return nd(shape, pointsOf(shape).map(f), 'int32');
}

function through(x: NdArray, map: IndexMap): NdArray {
  return generate(map.shape, (point) => {
    const from = map.axes.map(({ offset, coefficients }) =>
      coefficients.reduce((sum, c, i) => sum + c * (point[i] as number), offset),
    );
    return from.every((i, axis) => i >= 0 && i < (x.shape[axis] as number)) ? at(x, from) : map.fill;
  });
}

function broadcast(x: NdArray, shape: Dims): NdArray {
  const lead = shape.length - x.shape.length;
  return generate(shape, (point) =>
    at(
      x,
      x.shape.map((dim, axis) => (dim === 1 ? 0 : (point[lead + axis] as number))),
    ),
  );
}

const int = (value: number): Expression => constantExpression('int32', value);

interface Scalar {
  readonly arity: number;
  readonly expression: (inputs: readonly Expression[], space: Space) => Expression;
  readonly plain: (inputs: readonly number[], point: readonly number[]) => number;
}

const scalars: Record<string, Scalar> = {
  add: {
    arity: 2,
    expression: ([x, y]) => binaryExpression('add', x as Expression, y as Expression),
    plain: ([x = 0, y = 0]) => (x + y) | 0,
  },
  mul: {
    arity: 2,
    expression: ([x, y]) => binaryExpression('mul', x as Expression, y as Expression),
    plain: ([x = 0, y = 0]) => Math.imul(x, y),
  },
  negate: {
    arity: 1,
    expression: ([x]) => unaryExpression('neg', x as Expression),
    plain: ([x = 0]) => -x | 0,
  },
  timesOne: {
    arity: 1,
    expression: ([x]) => binaryExpression('mul', x as Expression, int(1)),
    plain: ([x = 0]) => x,
  },
  choose: {
    arity: 3,
    expression: ([x, y, z]) =>
      selectExpression(compareExpression('greater', x as Expression, int(0)), y as Expression, z as Expression),
    plain: ([x = 0, y = 0, z = 0]) => (x > 0 ? y : z),
  },
  addIndex: {
    arity: 1,
    expression: ([x], space) =>
      space.shape.reduce<Expression>(
        (sum, _, axis) => binaryExpression('add', sum, binaryExpression('mul', space.index(axis), int(axis + 3))),
        x as Expression,
      ),
    plain: ([x = 0], point) => point.reduce((sum, i, axis) => (sum + i * (axis + 3)) | 0, x),
  },
  heavy: {
    arity: 2,
    expression: ([x, y]) => {
      let value = binaryExpression('xor', x as Expression, y as Expression);
      for (let i = 0; i < 20; i++)
        value = binaryExpression('add', binaryExpression('mul', value, int(5)), y as Expression);
      return value;
    },
    plain: ([x = 0, y = 0]) => {
      let value = x ^ y;
      for (let i = 0; i < 20; i++) value = (Math.imul(value, 5) + y) | 0;
      return value;
    },
  },
};

const mapOp = operation(
  'map',
  (inputs, { maps }: { maps: (IndexMap | null)[] }) =>
    abstractValue(tryBroadcast(inputs.map((x, i) => maps[i]?.shape ?? x.shape)) as number[], 'int32'),
  (_, { f, maps }) => ({
    form: 'map',
    value: (scalars[f] as Scalar).expression,
    maps: maps.map((map: IndexMap | null) => map ?? undefined),
  }),
  (inputs, { f, maps }) => {
    const shape = tryBroadcast(inputs.map((x, i) => maps[i]?.shape ?? x.shape)) as number[];
    const read = inputs.map((x, i) => (maps[i] ? through(x, maps[i]) : broadcast(x, shape)));
    return generate(shape, (point) =>
      (scalars[f] as Scalar).plain(
        read.map((x) => at(x, point)),
        point,
      ),
    );
  },
);

const viewOp = operation(
  'view',
  (_, { map }) => abstractValue(map.shape, 'int32'),
  (_, { map }) => ({ form: 'view', map }),
  ([x], { map }) => through(x as NdArray, map),
);

const reshapeOp = operation(
  'reshape',
  (_, { shape }) => abstractValue(shape, 'int32'),
  () => ({ form: 'reshape' }),
  ([x], { shape }) => ({ ...(x as NdArray), shape }),
);

function reducedTo(shape: Dims, axes: readonly number[], keep: boolean): number[] {
  return keep
    ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : shape.filter((_, axis) => !axes.includes(axis));
}

const combines: Record<Combine, (values: number[]) => number> = {
  sum: (values) => values.reduce((a, b) => (a + b) | 0, 0),
  prod: (values) => values.reduce((a, b) => Math.imul(a, b), 1),
  max: (values) => values.reduce((a, b) => Math.max(a, b), -(2 ** 31)),
  min: (values) => values.reduce((a, b) => Math.min(a, b), 2 ** 31 - 1),
  argMax: (values) => Math.max(0, values.indexOf(Math.max(...values))),
  argMin: (values) => Math.max(0, values.indexOf(Math.min(...values))),
};

const reduceOp = operation(
  'reduce',
  ([x], { map, axes, keep }) => abstractValue(reducedTo(map?.shape ?? x?.shape, axes, keep), 'int32'),
  (_, { combine, axes, map }) => ({ form: 'reduce', combine, axes, ...(map ? { map } : {}) }),
  ([x], { combine, axes, keep, map }) => {
    const read = map ? through(x as NdArray, map) : (x as NdArray);
    const kept = read.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const inner = pointsOf(axes.map((axis: number) => read.shape[axis]));
    const result = generate(
      kept.map((axis) => read.shape[axis] as number),
      (outer) =>
        combines[combine as Combine](
          inner.map((point) =>
            at(
              read,
              read.shape.map((_, axis) =>
                kept.includes(axis) ? (outer[kept.indexOf(axis)] as number) : (point[axes.indexOf(axis)] as number),
              ),
            ),
          ),
        ),
    );
    return { ...result, shape: reducedTo(read.shape, axes, keep) };
  },
);

type Pairs = readonly (readonly [number, number])[];

function contractShape(a: Dims, b: Dims, batch: Pairs, contracted: Pairs): number[] {
  const free = (dims: Dims, side: 0 | 1): number[] =>
    dims.filter((_, axis) => ![...batch, ...contracted].some((pair) => pair[side] === axis));
  return [...batch.map(([l]) => a[l] as number), ...free(a, 0), ...free(b, 1)];
}

const contractOp = operation(
  'contract',
  ([a, b], { batch, contracted }) =>
    abstractValue(contractShape((a as AbstractValue).shape, (b as AbstractValue).shape, batch, contracted), 'int32'),
  (_, { batch, contracted }) => ({ form: 'contract', batch, contracted }),
  ([a, b], { batch, contracted }: { batch: Pairs; contracted: Pairs }) => {
    const [x, y] = [a as NdArray, b as NdArray];
    const freeAxes = (dims: Dims, side: 0 | 1): number[] =>
      dims.map((_, axis) => axis).filter((axis) => ![...batch, ...contracted].some((pair) => pair[side] === axis));
    const [m, n] = [freeAxes(x.shape, 0), freeAxes(y.shape, 1)];
    return generate(contractShape(x.shape, y.shape, batch, contracted), (point) => {
      let sum = 0;
      for (const k of pointsOf(contracted.map(([l]) => x.shape[l] as number))) {
        const left = new Array<number>(x.shape.length).fill(0);
        const right = new Array<number>(y.shape.length).fill(0);
        batch.forEach(([l, r], i) => {
          left[l] = point[i] as number;
          right[r] = point[i] as number;
        });
        m.forEach((axis, i) => {
          left[axis] = point[batch.length + i] as number;
        });
        n.forEach((axis, i) => {
          right[axis] = point[batch.length + m.length + i] as number;
        });
        contracted.forEach(([l, r], i) => {
          left[l] = k[i] as number;
          right[r] = k[i] as number;
        });
        sum = (sum + Math.imul(at(x, left), at(y, right))) | 0;
      }
      return sum;
    });
  },
);

/** An index in range, of any integer: the lowest bits, cut at the last place. */
const inRange = (x: Expression, size: number): Expression =>
  binaryExpression('min', binaryExpression('and', x, int(3)), int(size - 1));
const inRangePlain = (x: number, size: number): number => Math.min(x & 3, size - 1);

const gatherOp = operation(
  'gather',
  ([, i]) => abstractValue((i as AbstractValue).shape, 'int32'),
  ([x, i]) => {
    const shape = (i as AbstractValue).shape;
    const identity = {
      shape,
      axes: shape.map((_, axis) => ({ offset: 0, coefficients: shape.map((_dim, j) => (j === axis ? 1 : 0)) })),
      fill: 0,
    };
    return {
      form: 'gather',
      offset: ([index]) => inRange(index as Expression, sizeOf((x as AbstractValue).shape)),
      maps: [identity],
    };
  },
  ([x, i]) => {
    const index = i as NdArray;
    return generate(index.shape, (point) =>
      Number(x?.data[inRangePlain(at(index, point), sizeOf((x as NdArray).shape))]),
    );
  },
);

const scatterOp = operation(
  'scatter',
  ([base]) => base as AbstractValue,
  ([base, values], { combine }) => {
    const shape = (values as AbstractValue).shape;
    const identity = {
      shape,
      axes: shape.map((_, axis) => ({ offset: 0, coefficients: shape.map((_dim, j) => (j === axis ? 1 : 0)) })),
      fill: 0,
    };
    return {
      form: 'scatter',
      combine,
      offset: ([index]) => inRange(index as Expression, sizeOf((base as AbstractValue).shape)),
      maps: [identity],
    };
  },
  ([base, values, index], { combine }) => {
    const result = ndZeros((base as NdArray).shape, 'int32');
    result.data.set((base as NdArray).data);
    (values as NdArray).data.forEach((value, i) => {
      const place = inRangePlain(index?.data[i] as number, result.data.length);
      result.data[place] = combine === 'add' ? (result.data[place] as number) + value : value;
    });
    return result;
  },
);

const sortOp = operation(
  'sort',
  ([x]) => x as AbstractValue,
  (_, { descending, gives }) => ({ form: 'sort', descending, gives }),
  ([x], { descending, gives }) => {
    const { shape, data } = x as NdArray;
    const length = shape.at(-1) ?? 1;
    const result: number[] = [];
    for (let row = 0; row * length < data.length; row++) {
      const values = [...data.slice(row * length, (row + 1) * length)].map((value, place) => ({ value, place }));
      values.sort((a, b) => (descending ? b.value - a.value : a.value - b.value) || a.place - b.place);
      result.push(...values.map(({ value, place }) => (gives === 'values' ? value : place)));
    }
    return nd(shape, result, 'int32');
  },
);

/** One random step: which kind of op, and numbers that everything else is derived from. */
interface Step {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly p: number;
  readonly q: number;
}

interface Source {
  readonly shapes: readonly Dims[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
}

const dims = fc.array(fc.constantFrom(1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 0), { maxLength: 3 });
/** Shapes that broadcast with each other, so that values meet. */
const fittingDims = fc.constantFrom<Dims>([3, 4], [3, 4], [4], [3, 1], [2, 3, 4], []);
const sources: fc.Arbitrary<Source> = fc.record({
  shapes: fc.array(fc.oneof({ weight: 3, arbitrary: fittingDims }, dims), { minLength: 2, maxLength: 4 }),
  steps: fc.array(fc.record({ kind: fc.nat(19), a: fc.nat(99), b: fc.nat(99), p: fc.nat(9999), q: fc.nat(9999) }), {
    minLength: 1,
    maxLength: 30,
    size: 'max',
  }),
  outputs: fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
});

const fullMap = (shape: Dims, axes: IndexMap['axes'], fill = 0): IndexMap => ({ shape, axes, fill });

/** A random map into a source of that shape: slices, flips, steps, permutations, padding, repeats, windows. */
function randomMap(shape: Dims, p: number, q: number): IndexMap {
  const unit = (rank: number, axis: number, step: number): number[] =>
    Array.from({ length: rank }, (_, i) => (i === axis ? step : 0));
  const rank = shape.length;
  const axis = rank === 0 ? -1 : q % rank;
  const dim = shape[axis] ?? 1;
  const plain = shape.map((_, i) => ({ offset: 0, coefficients: unit(rank, i, 1) }));
  const changed = (size: number, offset: number, step: number, fill = 0): IndexMap =>
    fullMap(
      shape.map((d, i) => (i === axis ? size : d)),
      plain.map((entry, i) => (i === axis ? { offset, coefficients: unit(rank, i, step) } : entry)),
      fill,
    );
  if (rank === 0) return fullMap([2], []);
  switch (p % 8) {
    case 0: {
      const order = shape.map((_, i) => (i + 1 + (q % rank)) % rank);
      return fullMap(
        order.map((i) => shape[i] as number),
        shape.map((_, i) => ({ offset: 0, coefficients: unit(rank, order.indexOf(i), 1) })),
      );
    }
    case 1:
      return changed(Math.max(1, dim - 1), dim > 1 ? 1 : 0, 1);
    case 2:
      return changed(dim, dim - 1, -1);
    case 3:
      return changed(Math.ceil(dim / 2), 0, 2);
    case 4:
      return changed(dim + 2, -1, 1, (p % 3) - 1);
    case 5:
      return fullMap(
        [2, ...shape],
        shape.map((_, i) => ({ offset: 0, coefficients: unit(rank + 1, i + 1, 1) })),
      );
    case 6: {
      const size = Math.min(2, dim);
      return fullMap(
        [...shape.map((d, i) => (i === axis ? d - size + 1 : d)), size],
        shape.map((_, i) => ({
          offset: 0,
          coefficients: [...unit(rank, i, 1), i === axis ? 1 : 0],
        })),
      );
    }
    default:
      return changed(1, q % Math.max(1, dim), 1);
  }
}

/** Other shapes of the same size. */
function randomShape(shape: Dims, p: number): number[] {
  const size = sizeOf(shape);
  const candidates = [[size], [1, size], [...shape, 1], shape.slice().reverse()];
  for (const factor of [2, 3, 4])
    if (size % factor === 0) candidates.push([factor, size / factor], [size / factor, factor]);
  return [...(candidates[p % candidates.length] as number[])];
}

function build({ shapes, steps, outputs }: Source): Graph {
  const inputs = shapes.map((shape) => freeValue(abstractValue(shape, 'int32')));
  const constants: GraphConstant[] = [
    nd([], [1], 'int32'),
    nd([2, 2], [3, 3, 3, 3], 'int32'),
    nd([4], [1, -2, 3, 0], 'int32'),
    nd([3, 1], [0, 0, 0], 'int32'),
  ].map((array) => ({ value: freeValue(abstractValue(array.shape, 'int32')), array }));
  const values: GraphValue[] = [...inputs, ...constants.map(({ value }) => value)];
  const nodes: GraphNode[] = [];
  // Late values are taken more often, so that programs grow deep.
  const pick = (n: number): GraphValue =>
    values[values.length - 1 - Math.floor(((n % 100) / 100) ** 3 * values.length)] as GraphValue;
  const push = (op: Operation<Lowering>, operands: GraphValue[], attributes: Attributes): void => {
    const results = op.infer(
      operands.map((value) => value.abstract),
      attributes,
    );
    if (results.some((result) => sizeOf(result.shape) > 600 || result.shape.length > 5)) return;
    const node = makeNode(op, operands, attributes, results);
    nodes.push(node);
    values.push(...node.outputs);
  };
  for (const { kind, a, b, p, q } of steps) {
    const x = pick(a);
    const y = pick(b);
    const shape = x.abstract.shape;
    const axes = shape.map((_, axis) => axis).filter((axis) => (p >> axis) & 1);
    if (kind < 8) {
      const names = Object.keys(scalars);
      const f = names[p % names.length] as string;
      const operands = [x, y, pick(q)].slice(0, (scalars[f] as Scalar).arity);
      if (tryBroadcast(operands.map((value) => value.abstract.shape)))
        push(mapOp, operands, { f, maps: operands.map(() => null) });
    } else if (kind < 11) {
      push(viewOp, [x], { map: randomMap(shape, p, q) } as unknown as Attributes);
    } else if (kind < 12) {
      push(reshapeOp, [x], { shape: randomShape(shape, p) });
    } else if (kind < 15) {
      const combine = Object.keys(combines)[q % 6] as string;
      const map = p % 3 === 0 ? randomMap(shape, q, p) : null;
      const from = map?.shape ?? shape;
      const over = map ? from.map((_, axis) => axis).filter((axis) => (q >> axis) & 1) : axes;
      push(reduceOp, [x], { combine, axes: over, keep: p % 2 === 0, map } as unknown as Attributes);
    } else if (kind < 16) {
      const map = randomMap(shape, p, q);
      if (
        tryBroadcast([map.shape, y.abstract.shape])?.join() === map.shape.join() &&
        y.abstract.shape.join() === map.shape.join()
      ) {
        push(mapOp, [x, y], { f: 'add', maps: [map, null] } as unknown as Attributes);
      } else push(mapOp, [x, x], { f: 'add', maps: [map, map] } as unknown as Attributes);
    } else if (kind < 17) {
      const [l, r] = [shape, y.abstract.shape];
      const pairs: [number, number][] = [];
      l.forEach((dim, i) => {
        const j = r.findIndex((other, axis) => other === dim && !pairs.some(([, taken]) => taken === axis));
        if (j >= 0) pairs.push([i, j]);
      });
      const split = pairs.length === 0 ? 0 : p % (pairs.length + 1);
      push(contractOp, [x, y], { batch: pairs.slice(0, split), contracted: pairs.slice(split) });
    } else if (kind < 18) {
      if (sizeOf(shape) > 0) push(gatherOp, [x, y], {});
    } else if (kind < 19) {
      const same = values.filter((value) => value.abstract.text === y.abstract.text);
      push(scatterOp, [x, y, same[q % same.length] as GraphValue], { combine: p % 2 ? 'add' : 'replace' });
    } else {
      push(sortOp, [x], { descending: p % 2 === 0, gives: q % 2 ? 'values' : 'positions' });
    }
  }
  return { inputs, constants, captures: [], nodes, outputs: outputs.map((n) => pick(n)) };
}

function runPlainly(graph: Graph, inputs: readonly NdArray[]): NdArray[] {
  const known = new Map<GraphValue, NdArray>(graph.constants.map(({ value, array }) => [value, array]));
  graph.inputs.forEach((value, i) => {
    known.set(value, inputs[i] as NdArray);
  });
  for (const node of graph.nodes) {
    const results = node.operation.reference?.(
      node.inputs.map((input) => known.get(input) as NdArray),
      node.attributes,
    );
    node.outputs.forEach((output, i) => {
      known.set(output, results?.[i] as NdArray);
    });
  }
  return graph.outputs.map((output) => known.get(output) as NdArray);
}

function inputsFor(graph: Graph): NdArray[] {
  let state = 12345;
  return graph.inputs.map(({ abstract }) =>
    generate(abstract.shape, () => {
      state = (Math.imul(state, 1103515245) + 12345) | 0;
      return ((state >>> 16) % 19) - 9;
    }),
  );
}

function check(graph: Graph, without: readonly string[]): void {
  verifyGraph(graph);
  const inputs = inputsFor(graph);
  const compiled = compileGraph(graph, { without, onPass: (_, after) => verifyGraph(after) });
  const results = interpretProgram(
    compiled.program,
    inputs.map((x) => x.data),
  );
  const expected = runPlainly(graph, inputs);
  expected.forEach((array, i) => {
    expect([...(results[i] as Int32Array)], `result ${i}\n${explain(compiled)}`).toEqual([...array.data]);
  });
}

describe('random programs', () => {
  it('compiled and interpreted they give what their ops give', () => {
    fc.assert(
      fc.property(sources, (source) => check(build(source), [])),
      { numRuns: 1000 },
    );
  });

  it('do so with any passes left out', () => {
    fc.assert(
      fc.property(sources, fc.subarray([...passNames]), (source, without) => check(build(source), without)),
      { numRuns: 300 },
    );
  });
});
