/**
 * Layers that make one batch of several: element by element, side by side, or as products. They have no weights; `branches`
 * joins the outputs of layers by one.
 */
import { raise, shapeText, type Tensor } from '@deft/core';
import {
  add as addOf,
  concat,
  div,
  matmul,
  maximum as maximumOf,
  minimum as minimumOf,
  mul,
  normalize,
  reshape,
  sub,
  transpose,
} from '@deft/tensor';
import {
  checkLayerName,
  type ExampleShape,
  type Fail,
  type LayerConfig,
  type LayerContext,
  type LayerOutput,
  type Weights,
} from './layer.ts';
import { axisNumber, flag, placeOf } from './options.ts';
import type { NameOptions } from './shape-layers.ts';

/** A layer of several inputs: a description with pure functions, as `Layer` is. */
export interface MergeLayer {
  /** What it is: `add`, `concatenate`, … */
  readonly kind: string;
  /** What it is called in messages; its kind unless told. */
  readonly name: string;
  /** Its options as plain data. */
  readonly config: LayerConfig;
  /** The shape of an example's output by those of the inputs. Throws `E_LAYER` for inputs that it cannot take. */
  outputShape(inputShapes: readonly ExampleShape[]): number[];
  /** The forward pass on batches. It has no weights, so both trees are empty. Throws `E_LAYER` like `outputShape`. */
  apply(parameters: Weights, state: Weights, inputs: readonly Tensor[], context: LayerContext): LayerOutput;
  /** The same layer under another name. */
  rename(name: string): MergeLayer;
}

interface MergeRule {
  readonly kind: string;
  readonly config: LayerConfig;
  /** How many inputs it takes; two or more unless told. */
  readonly count?: number;
  again(name: string): MergeLayer;
  outputShape(inputShapes: readonly ExampleShape[], fail: Fail): number[];
  merge(inputs: readonly Tensor[]): Tensor;
}

function mergeLayer(rule: MergeRule, options: NameOptions): MergeLayer {
  const { kind, config, count, again } = rule;
  const { name = kind } = options;
  checkLayerName(kind, name);
  const fail: Fail = (details) =>
    raise('E_LAYER', {
      op: name === kind ? `layer ${name}` : `layer ${name} (${kind})`,
      argument: 'inputs',
      ...details,
    });
  const outputShape = (inputShapes: readonly ExampleShape[]): number[] => {
    if (count === undefined ? inputShapes.length < 2 : inputShapes.length !== count) {
      fail({
        expected: count === undefined ? 'two inputs or more' : `${count} inputs`,
        found: String(inputShapes.length),
      });
    }
    return rule.outputShape(inputShapes, fail);
  };
  return {
    kind,
    name,
    config,
    outputShape,
    apply: (_, state, inputs) => {
      outputShape(inputs.map(({ shape }) => shape.slice(1)));
      const [counts] = [new Set(inputs.map(({ shape }) => shape[0]))];
      if (counts.size !== 1) fail({ expected: 'batches of as many examples', found: [...counts].join(' and ') });
      return { output: rule.merge(inputs), state };
    },
    rename: again,
  };
}

/** The shape that all broadcast to, axes counted from the end. */
function broadcastAll(shapes: readonly ExampleShape[], fail: Fail): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = new Set(shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
    dims.delete(1);
    if (dims.size > 1) {
      fail({ expected: 'inputs whose shapes broadcast together', found: shapes.map(shapeText).join(' and ') });
    }
    return [...dims][0] ?? 1;
  });
}

/** Gives inputs of fewer axes axes of size 1 behind that of the batch. */
function sameRank(inputs: readonly Tensor[]): Tensor[] {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) => {
    const [batch, ...dims] = x.shape as number[];
    return x.rank === rank
      ? x
      : (reshape(x, [batch as number, ...new Array<number>(rank - x.rank).fill(1), ...dims]) as Tensor);
  });
}

function elementwise(
  kind: string,
  make: (options: NameOptions) => MergeLayer,
  join: (a: Tensor, b: Tensor) => Tensor,
  options: NameOptions,
  rule: { readonly count?: number; readonly finish?: (joined: Tensor, count: number) => Tensor } = {},
): MergeLayer {
  const { count, finish = (joined: Tensor) => joined } = rule;
  return mergeLayer(
    {
      kind,
      config: {},
      ...(count !== undefined && { count }),
      again: (name) => make({ ...options, name }),
      outputShape: broadcastAll,
      merge: (inputs) => finish(sameRank(inputs).reduce(join), inputs.length),
    },
    options,
  );
}

/**
 * The sum element by element, of two inputs or more that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { add } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(add().apply({}, {}, inputs, { training: false }).output.toArray()); // [[4, 8]]
 * ```
 */
export function add(options: NameOptions = {}): MergeLayer {
  return elementwise('add', add, (a, b) => addOf(a, b) as Tensor, options);
}

/**
 * The difference element by element, of two inputs exactly that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { subtract } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(subtract().apply({}, {}, inputs, { training: false }).output.toArray()); // [[-2, 4]]
 * ```
 */
export function subtract(options: NameOptions = {}): MergeLayer {
  return elementwise('subtract', subtract, (a, b) => sub(a, b) as Tensor, options, { count: 2 });
}

/**
 * The product element by element, of two inputs or more that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { multiply } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(multiply().apply({}, {}, inputs, { training: false }).output.toArray()); // [[3, 12]]
 * ```
 */
export function multiply(options: NameOptions = {}): MergeLayer {
  return elementwise('multiply', multiply, (a, b) => mul(a, b) as Tensor, options);
}

/**
 * The mean element by element, of two inputs or more that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { average } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(average().apply({}, {}, inputs, { training: false }).output.toArray()); // [[2, 4]]
 * ```
 */
export function average(options: NameOptions = {}): MergeLayer {
  return elementwise('average', average, (a, b) => addOf(a, b) as Tensor, options, {
    finish: (total, count) => div(total, count) as Tensor,
  });
}

/**
 * The larger element by element, of two inputs or more that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { maximum } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(maximum().apply({}, {}, inputs, { training: false }).output.toArray()); // [[3, 6]]
 * ```
 */
export function maximum(options: NameOptions = {}): MergeLayer {
  return elementwise('maximum', maximum, (a, b) => maximumOf(a, b) as Tensor, options);
}

/**
 * The smaller element by element, of two inputs or more that broadcast together.
 *
 * @throws `E_LAYER` for another number of inputs, and shapes that do not broadcast
 * @example
 * ```ts
 * import { minimum } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const inputs = [tensor([[1, 6]]), tensor([[3, 2]])];
 * console.log(minimum().apply({}, {}, inputs, { training: false }).output.toArray()); // [[1, 2]]
 * ```
 */
export function minimum(options: NameOptions = {}): MergeLayer {
  return elementwise('minimum', minimum, (a, b) => minimumOf(a, b) as Tensor, options);
}

/** Options of `concatenate`. */
export interface ConcatenateOptions extends NameOptions {
  /** Axis of the batch (the first of an example is 1) along which they are joined; the last unless told. */
  readonly axis?: number;
}

/**
 * Two inputs or more side by side along an axis; all others are equal.
 *
 * @throws `E_LAYER` for bad options, one input, and shapes that differ along other axes
 * @example
 * ```ts
 * import { concatenate } from '@deft/nn';
 * console.log(concatenate().outputShape([[5, 2], [5, 3]])); // [5, 5]
 * ```
 */
export function concatenate(options: ConcatenateOptions = {}): MergeLayer {
  const axis = axisNumber('concatenate', 'axis', options.axis ?? -1);
  return mergeLayer(
    {
      kind: 'concatenate',
      config: { axis },
      again: (name) => concatenate({ ...options, name }),
      outputShape: (shapes, fail) => {
        const [first] = shapes as [ExampleShape, ...ExampleShape[]];
        const place = placeOf(axis, first, fail);
        const fits = (shape: ExampleShape): boolean =>
          shape.length === first.length && shape.every((dim, i) => i === place || dim === first[i]);
        if (!shapes.every(fits)) {
          fail({ expected: `inputs that differ along axis ${axis} alone`, found: shapes.map(shapeText).join(' and ') });
        }
        const total = shapes.reduce((sum, shape) => sum + (shape[place] as number), 0);
        return first.map((dim, i) => (i === place ? total : dim));
      },
      merge: (inputs) => concat([...inputs], axis) as Tensor,
    },
    options,
  );
}

/** Options of `dot`. */
export interface DotOptions extends NameOptions {
  /** Axes of the two batches along which products are summed, or one for both; −1 unless told. */
  readonly axes?: number | readonly [number, number];
  /** Whether vectors along those axes are divided by their length first (cosine similarity); false unless told. */
  readonly normalize?: boolean;
}

/** The input with the axis of the sum last, and all others but the batch's as one. */
function rowsAlong(x: Tensor, place: number): Tensor {
  const others = x.shape
    .slice(1)
    .map((_, i) => i + 1)
    .filter((axis) => axis !== place + 1);
  const last = transpose(x, [0, ...others, place + 1]) as Tensor;
  const size = others.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  return reshape(last, [x.shape[0] as number, size, x.shape[place + 1] as number]) as Tensor;
}

/**
 * Sums of products of two inputs along an axis of each, for every pair of their other axes. Of two vectors it is `[1]`.
 *
 * @throws `E_LAYER` for bad options, another number of inputs, and axes of different sizes
 * @example
 * ```ts
 * import { dot } from '@deft/nn';
 * console.log(dot({ axes: 2 }).outputShape([[5, 3], [7, 3]])); // [5, 7]
 * ```
 */
export function dot(options: DotOptions = {}): MergeLayer {
  const given: unknown = options.axes ?? -1;
  const pair: readonly unknown[] = Array.isArray(given) && given.length === 2 ? given : [given, given];
  const axes = pair.map((axis) => axisNumber('dot', 'axes', axis)) as [number, number];
  const isNormal = flag('dot', 'normalize', options.normalize ?? false);
  const place = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis - 1);
  const rest = (shape: ExampleShape, at: number): number[] => shape.filter((_, i) => i !== at);
  return mergeLayer(
    {
      kind: 'dot',
      config: { axes, normalize: isNormal },
      count: 2,
      again: (name) => dot({ ...options, name }),
      outputShape: (shapes, fail) => {
        const [a, b] = shapes as [ExampleShape, ExampleShape];
        const [i, j] = [placeOf(axes[0], a, fail), placeOf(axes[1], b, fail)];
        if (a[i] !== b[j]) {
          fail({ expected: `axes ${axes.join(' and ')} of one size`, found: shapes.map(shapeText).join(' and ') });
        }
        const shape = [...rest(a, i), ...rest(b, j)];
        return shape.length === 0 ? [1] : shape;
      },
      merge: (inputs) => {
        const [a, b] = inputs.map((x, i) => {
          const rows = rowsAlong(x, place(axes[i] as number, x.rank - 1));
          return isNormal ? (normalize(rows, { axis: -1, epsilon: 1e-12 }) as Tensor) : rows;
        }) as [Tensor, Tensor];
        const product = matmul(a, transpose(b, [0, 2, 1]) as Tensor) as Tensor;
        const shapes = inputs.map((x, i) => rest(x.shape.slice(1), place(axes[i] as number, x.rank - 1)));
        const shape = shapes.flat();
        return reshape(product, [a.shape[0] as number, ...(shape.length === 0 ? [1] : shape)]) as Tensor;
      },
    },
    options,
  );
}
