import {
  type Axes,
  type CheckAxes,
  type InsertAxis,
  type NdArray,
  nd,
  type OperationFunction,
  type Reduced,
  raise,
  reducedShape,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import {
  checkNotEmpty,
  plainQuantile,
  type QuantileMethod,
  quantileMethods,
  quantileOf,
  sortedOver,
} from './definition/quantiles.ts';
import { type ReductionOptions, reduceArguments, reduceReference } from './definition/reduction.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { stack } from './stack.ts';

/** Options of `quantile`. */
export interface QuantileOptions extends ReductionOptions {
  /** What stands in for a position between two elements; `linear` unless told. */
  readonly method?: QuantileMethod;
}

type Quantile = <
  const X extends TensorLike,
  const Q extends number | readonly number[],
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  q: Q,
  options?: Omit<QuantileOptions, keyof ReductionOptions> & ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<
  Q extends readonly number[]
    ? InsertAxis<Reduced<ShapeOf<X>, Axis, Keep>, 0, Q['length']>
    : Reduced<ShapeOf<X>, Axis, Keep>,
  FloatOf<DTypeOfOne<X>>
>;

/**
 * The value below which a part `q` of the elements over axes (all of them unless told) lies. For a list of parts the
 * results stand along a new first axis. Integers are taken as float32.
 *
 * @throws `E_ATTRIBUTE` for parts outside of 0 to 1 and an unknown method, `E_AXIS`, `E_SHAPE` when there are no elements.
 *
 * @example
 * ```ts
 * import { quantile, tensor } from '@deft/tensor';
 * console.log(quantile(tensor([1, 2, 3, 4]), [0, 0.5]).toArray()); // [1, 2.5]
 * ```
 */
export const quantile: OperationFunction<Quantile> = defineComposite({
  name: 'quantile',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The value below which a given part of the elements over axes lies.',
    notes: ['NaN if any element is NaN.', 'For a list of parts the results stand along a new first axis.'],
    see: ['median'],
  },
  arguments: (x: TensorLike, q: number | readonly number[], options: QuantileOptions = {}) => {
    const { inputs, attributes } = reduceArguments('quantile')(x, options);
    const { method = 'linear' } = options;
    if (!quantileMethods.includes(method)) {
      raise('E_ATTRIBUTE', {
        op: 'quantile',
        argument: 'method',
        expected: `one of ${quantileMethods.join(', ')}`,
        found: String(method),
      });
    }
    const parts = typeof q === 'number' ? [q] : [...q];
    for (const part of parts) finiteNumber('quantile', 'q', part, 0, 1);
    return { inputs, attributes: { ...attributes, parts, single: typeof q === 'number', method } };
  },
  promote: 'float',
  compose: ([x], { axes, keepDims, parts, single, method }): Tensor => {
    floating('quantile', x.abstract);
    checkNotEmpty('quantile', x, axes);
    const sorted = sortedOver(x, axes);
    const shape = reducedShape(x.abstract.shape, axes, keepDims);
    const values = parts.map((part) => reshape(quantileOf(sorted, part, method), shape) as Tensor);
    return single ? (values[0] as Tensor) : (stack(values) as Tensor);
  },
  reference: ([x], { axes, keepDims, parts, single, method }) => {
    const values = parts.map((part) => reduceReference(x, axes, keepDims, (all) => plainQuantile(all, part, method)));
    const first = values[0] as NdArray;
    if (single) return first;
    return generate([parts.length, ...first.shape], x.dtype, ([i, ...rest]) =>
      elementAt(values[i as number] as NdArray, rest),
    );
  },
  samples: [
    { label: 'one part', inputs: [nd([5], [5, 1, 3, 10, 2])], rest: [0.3], grad: 'check' },
    {
      label: 'several, along an axis',
      inputs: [nd([2, 3], [5, 1, 3, 10, 2, 4])],
      rest: [[0, 0.25, 1], { axis: 1 }],
      grad: 'check',
    },
    {
      label: 'kept',
      inputs: [nd([2, 3], [5, 1, 3, 10, 2, 4])],
      rest: [0.6, { axis: 0, keepDims: true }],
      grad: 'check',
    },
    { label: 'lower', inputs: [nd([4], [5, 1, 3, 10])], rest: [0.5, { method: 'lower' }], grad: 'check' },
    { label: 'higher', inputs: [nd([4], [5, 1, 3, 10])], rest: [0.5, { method: 'higher' }], grad: 'check' },
    {
      label: 'nearest',
      inputs: [nd([4], [5, 1, 3, 10])],
      rest: [[0.5, 0.3, 0.9], { method: 'nearest' }],
      grad: 'check',
    },
    { label: 'midpoint', inputs: [nd([4], [5, 1, 3, 10])], rest: [0.4, { method: 'midpoint' }], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3])], rest: [0.5], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')], rest: [0.25] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 3, 4])], rest: [0.5, { axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'too large a part',
      inputs: [{ shape: [2] }],
      rest: [1.5],
      code: 'E_ATTRIBUTE',
      says: /quantile: q: expected a finite number from 0 to 1, got 1.5/,
    },
    {
      label: 'an unknown method',
      inputs: [{ shape: [2] }],
      rest: [0.5, { method: 'best' }],
      code: 'E_ATTRIBUTE',
      says: /method: expected one of linear, .*got best/,
    },
    {
      label: 'nothing',
      inputs: [{ shape: [0] }],
      rest: [0.5],
      code: 'E_SHAPE',
      says: /quantile: there are no elements over the axes/,
    },
  ],
});
