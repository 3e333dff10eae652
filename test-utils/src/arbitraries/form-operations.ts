/**
 * Ops that are nothing but their kernel form, over int32, where every result is exact. Their attributes say the form
 * (index maps as plain data); their references look up every point on its own, so they share nothing with a compiler.
 */
import {
  type AbstractValue,
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
  binaryExpression,
  type Combine,
  compareExpression,
  constantExpression,
  type Expression,
  type Form,
  type IndexMap,
  type Lowering,
  type ScatterCombine,
  type Space,
  selectExpression,
  unaryExpression,
} from '@deft/kernel';

/** An op whose lowering is known. */
export type FormOperation = Operation<Lowering>;

// biome-ignore lint/suspicious/noExplicitAny: attributes of these ops are index maps and the like, as plain data
type Loose = any;

function operation(
  name: string,
  infer: (inputs: readonly AbstractValue[], attributes: Loose) => AbstractValue,
  lower: (inputs: readonly AbstractValue[], attributes: Loose, output: AbstractValue) => Form,
  reference: (inputs: readonly NdArray[], attributes: Loose) => NdArray,
): FormOperation {
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

/** An int32 array by its points. */
export function generate(shape: Dims, f: (point: number[]) => number): NdArray {
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

/** A scalar function twice: as an expression and as plain code. */
export interface Scalar {
  readonly arity: number;
  readonly expression: (inputs: readonly Expression[], space: Space) => Expression;
  readonly plain: (inputs: readonly number[], point: readonly number[]) => number;
}

export const scalars: Record<string, Scalar> = {
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

export const mapOp: FormOperation = operation(
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

export const viewOp: FormOperation = operation(
  'view',
  (_, { map }) => abstractValue(map.shape, 'int32'),
  (_, { map }) => ({ form: 'view', map }),
  ([x], { map }) => through(x as NdArray, map),
);

export const reshapeOp: FormOperation = operation(
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

export const combines: Record<Combine, (values: number[]) => number> = {
  sum: (values) => values.reduce((a, b) => (a + b) | 0, 0),
  prod: (values) => values.reduce((a, b) => Math.imul(a, b), 1),
  max: (values) => values.reduce((a, b) => Math.max(a, b), -(2 ** 31)),
  min: (values) => values.reduce((a, b) => Math.min(a, b), 2 ** 31 - 1),
  argMax: (values) => Math.max(0, values.indexOf(Math.max(...values))),
  argMin: (values) => Math.max(0, values.indexOf(Math.min(...values))),
};

export const reduceOp: FormOperation = operation(
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

export const contractOp: FormOperation = operation(
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

export const gatherOp: FormOperation = operation(
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

/** What scatters make of two values. */
export const scatterCombines: readonly ScatterCombine[] = ['add', 'replace', 'max', 'min'];

export const scatterOp: FormOperation = operation(
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
      const old = result.data[place] as number;
      result.data[place] = { add: old + value, replace: value, max: Math.max(old, value), min: Math.min(old, value) }[
        combine as ScatterCombine
      ];
    });
    return result;
  },
);

export const sortOp: FormOperation = operation(
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
