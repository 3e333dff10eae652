/**
 * Layers that make one batch of several: element by element, side by side, or as products. They have no weights; `branches`
 * joins the outputs of layers by one.
 */
import { shapeText, type Tensor } from '@deft/core';
import {
  add as addOf,
  cast,
  concat,
  div,
  logicalAnd,
  matmul,
  maximum as maximumOf,
  minimum as minimumOf,
  mul,
  normalize,
  onesLike,
  reshape,
  slice,
  squeeze,
  sub,
  transpose,
} from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { ExampleShape, Layer, LayerConfig, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { axisNumber, flag, placeOf } from './options.ts';

/** A layer that makes one batch of several. */
export type MergeLayer = Layer<readonly Tensor[]>;

interface MergeRule {
  readonly kind: string;
  readonly config: LayerConfig;
  /** How many inputs it takes; two or more unless told. */
  readonly count?: number;
  outputShape(inputShapes: readonly ExampleShape[], fail: Fail): number[];
  merge(inputs: readonly Tensor[]): Tensor;
  /** Which steps of the output count, by those of the inputs; those that count in all inputs unless told. */
  mask?(masks: readonly (Tensor | undefined)[], inputs: readonly Tensor[]): Tensor | undefined;
}

/** Steps that count in all inputs; inputs without a mask don't matter. */
function inAll(masks: readonly (Tensor | undefined)[]): Tensor | undefined {
  const there = masks.filter((mask) => mask !== undefined);
  return there.length === 0 ? undefined : there.reduce((all, mask) => logicalAnd(all, mask) as Tensor);
}

function mergeLayer(rule: MergeRule, options: LayerOptions): MergeLayer {
  const { kind, config, count, merge, mask: maskOf = inAll } = rule;
  return defineLayer<readonly Tensor[]>({
    kind,
    options,
    config,
    mask: 'ends',
    outputShape: (inputShapes, fail) => {
      if (count === undefined ? inputShapes.length < 2 : inputShapes.length !== count) {
        fail({
          expected: count === undefined ? 'two inputs or more' : `${count} inputs`,
          found: String(inputShapes.length),
        });
      }
      return rule.outputShape(inputShapes, fail);
    },
    apply: (_, inputs, { mask }) => ({
      output: merge(inputs),
      state: {},
      mask: mask && maskOf(mask as readonly (Tensor | undefined)[], inputs),
    }),
  });
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
  join: (a: Tensor, b: Tensor) => Tensor,
  options: LayerOptions,
  rule: { readonly count?: number; readonly finish?: (joined: Tensor, count: number) => Tensor } = {},
): MergeLayer {
  const { count, finish = (joined: Tensor) => joined } = rule;
  return mergeLayer(
    {
      kind,
      config: {},
      ...(count !== undefined && { count }),
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
export function add(options: LayerOptions = {}): MergeLayer {
  return elementwise('add', (a, b) => addOf(a, b) as Tensor, options);
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
export function subtract(options: LayerOptions = {}): MergeLayer {
  return elementwise('subtract', (a, b) => sub(a, b) as Tensor, options, { count: 2 });
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
export function multiply(options: LayerOptions = {}): MergeLayer {
  return elementwise('multiply', (a, b) => mul(a, b) as Tensor, options);
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
export function average(options: LayerOptions = {}): MergeLayer {
  return elementwise('average', (a, b) => addOf(a, b) as Tensor, options, {
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
export function maximum(options: LayerOptions = {}): MergeLayer {
  return elementwise('maximum', (a, b) => maximumOf(a, b) as Tensor, options);
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
export function minimum(options: LayerOptions = {}): MergeLayer {
  return elementwise('minimum', (a, b) => minimumOf(a, b) as Tensor, options);
}

/** A mask that counts all steps of a batch. */
function allSteps(x: Tensor): Tensor {
  const [batch, steps] = x.shape as [number, number];
  const one = slice(reshape(x, [batch, steps, -1]) as Tensor, [0, 0, 0], [batch, steps, 1]) as Tensor;
  return cast(onesLike(squeeze(one, 2) as Tensor), 'bool') as Tensor;
}

/** Options of `concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
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
      mask: (masks, inputs) => {
        if (masks.every((mask) => mask === undefined)) return undefined;
        const whole = inputs.map((x, i) => masks[i] ?? allSteps(x));
        const place = axis < 0 ? axis + (inputs[0] as Tensor).rank : axis;
        return place === 1 ? (concat(whole, 1) as Tensor) : inAll(whole);
      },
    },
    options,
  );
}

/** Options of `dot`. */
export interface DotOptions extends LayerOptions {
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
