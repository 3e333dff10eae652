/**
 * Random well-typed graphs over ops that are bare kernel forms, for the laws of compiler and executors.
 */
import { type AttributeValue, abstractValue, type Dims, type NdArray, nd, sizeOf, tryBroadcast } from '@deft/core';
import { freeValue, type Graph, type GraphConstant, type GraphNode, type GraphValue, makeNode } from '@deft/graph';
import type { IndexMap } from '@deft/kernel';
import fc from 'fast-check';
import {
  combines,
  contractOp,
  type FormOperation,
  gatherOp,
  generate,
  mapOp,
  reduceOp,
  reshapeOp,
  type Scalar,
  scalars,
  scatterCombines,
  scatterOp,
  sortOp,
  viewOp,
} from './form-operations.ts';

type Attributes = { readonly [key: string]: AttributeValue };

/** One random step: which kind of op, and numbers that everything else is derived from. */
interface Step {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly p: number;
  readonly q: number;
}

/** What a random graph is built from: shrinks well, because every number is meaningful in any context. */
export interface GraphSource {
  readonly shapes: readonly Dims[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
}

const dims = fc.array(fc.constantFrom(1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 0), { maxLength: 3 });
/** Shapes that broadcast with each other, so that values meet. */
const fittingDims = fc.constantFrom<Dims>([3, 4], [3, 4], [4], [3, 1], [2, 3, 4], []);
/** Sources of random graphs; `buildGraph` makes them one. */
export const graphSources: fc.Arbitrary<GraphSource> = fc.record({
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

/** The graph of a source: maps, views, reductions, contractions, gathers, scatters and sorts over small int32 arrays. */
export function buildGraph({ shapes, steps, outputs }: GraphSource): Graph {
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
  const push = (op: FormOperation, operands: GraphValue[], attributes: Attributes): void => {
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
      push(scatterOp, [x, y, same[q % same.length] as GraphValue], {
        combine: scatterCombines[p % scatterCombines.length] as string,
      });
    } else {
      push(sortOp, [x], { descending: p % 2 === 0, gives: q % 2 ? 'values' : 'positions' });
    }
  }
  return { inputs, constants, captures: [], nodes, outputs: outputs.map((n) => pick(n)) };
}

/** The graph's results by the references of its ops. */
export function runPlainly(graph: Graph, inputs: readonly NdArray[]): NdArray[] {
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

/** Small numbers for the graph's inputs, always the same. */
export function graphInputs(graph: Graph): NdArray[] {
  let state = 12345;
  return graph.inputs.map(({ abstract }) =>
    generate(abstract.shape, () => {
      state = (Math.imul(state, 1103515245) + 12345) | 0;
      return ((state >>> 16) % 19) - 9;
    }),
  );
}
