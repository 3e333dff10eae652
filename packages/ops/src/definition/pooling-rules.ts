/** The rules of poolings over any number of spatial axes: reductions of the windows' own axes. */
import { type AbstractValue, isFloating, type Tensor } from '@deft/core';
import { arange } from '../arange.ts';
import { argMax } from '../arg-max.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { max } from '../max.ts';
import { ones } from '../ones.ts';
import { overlapAdd } from '../overlap-add.ts';
import { reshape } from '../reshape.ts';
import { sum } from '../sum.ts';
import { where } from '../where.ts';
import { type WindowsOptions, windows } from '../windows.ts';
import { checkImages, type PoolAttributes, spatialAxes } from './convolution.ts';
import { floating, numeric } from './rules.ts';
import { resolvePadding, windowCounts } from './window-geometry.ts';

type Plan = Required<WindowsOptions>;

/** The windows that a pooling looks at; padding holds `fill`. */
export function poolWindows(
  op: string,
  x: AbstractValue,
  { size, strides, padding, dataFormat }: PoolAttributes,
  fill: number,
): Plan {
  checkImages(op, x, dataFormat);
  const axes = spatialAxes(dataFormat);
  const dilation = axes.map(() => 1);
  const dims = axes.map((axis) => x.shape[axis] as number);
  const around = resolvePadding(padding, dims, { size, strides, dilation });
  windowCounts(op, x, { axes, size, strides, dilation }, around);
  return { axes, size, strides, dilation, padding: around, fill };
}

/** A value that padding cannot win with. */
export function lowest(op: string, x: AbstractValue): number {
  const { dtype } = numeric(op, x);
  if (isFloating(dtype)) return Number.NEGATIVE_INFINITY;
  return dtype === 'int32' ? -(2 ** 31) : 0;
}

/** The axes of the windows themselves. */
export const ownAxes = ({ axes }: WindowsOptions): readonly number[] =>
  axes.map((_, w) => (axes.at(-1) as number) + 1 + w);

/** Row-major positions within a window, to be compared with those of the largest elements. */
function places(x: AbstractValue, { size, axes }: Plan): Tensor {
  const behind = new Array<number>(x.shape.length - 1 - (axes.at(-1) as number)).fill(1);
  const count = size.reduce((a, b) => a * b, 1);
  return reshape(arange(0, count, 1, 'int32') as Tensor, [...size, ...behind]);
}

/** The fields of a pooling's definition that go to the largest elements. */
export interface MaxPoolRules {
  readonly compose: (inputs: readonly [x: Tensor], attributes: PoolAttributes) => Tensor;
  readonly forward: (
    inputs: readonly [x: Tensor],
    attributes: PoolAttributes,
  ) => { readonly outputs: readonly Tensor[]; readonly saved: { readonly positions: Tensor } };
  readonly jvp: (
    primals: readonly [x: Tensor],
    tangents: readonly [x: Tensor],
    attributes: PoolAttributes,
    output: Tensor,
  ) => Tensor;
  readonly vjp: (
    ct: Tensor,
    saved: { readonly positions: Tensor },
    attributes: PoolAttributes,
    needs: readonly [x: boolean],
    types: readonly [x: AbstractValue],
  ) => readonly (Tensor | null)[];
  readonly saves: readonly ['positions'];
}

/** The largest element of every window; its gradient goes to the first of the largest. */
export function maxPoolRules(op: string): MaxPoolRules {
  const planOf = (x: AbstractValue, attributes: PoolAttributes): Plan => poolWindows(op, x, attributes, lowest(op, x));
  return {
    compose: ([x], attributes) => {
      const plan = planOf(x.abstract, attributes);
      return max(windows(x, plan), { axis: ownAxes(plan) }) as Tensor;
    },
    forward: ([x], attributes) => {
      const plan = planOf(x.abstract, attributes);
      const views = windows(x, plan);
      const axis = ownAxes(plan);
      const positions = argMax(views, { axis, keepDims: true }) as Tensor;
      return { outputs: [max(views, { axis }) as Tensor], saved: { positions } };
    },
    jvp: ([x], [dx], attributes) => {
      const plan = planOf(x.abstract, attributes);
      const axis = ownAxes(plan);
      const isFirst = equal(places(x.abstract, plan), argMax(windows(x, plan), { axis, keepDims: true }) as Tensor);
      return sum(where(isFirst, windows(dx, { ...plan, fill: 0 }), 0), { axis }) as Tensor;
    },
    vjp: (ct, { positions }, attributes, _, [x]) => {
      const plan = planOf(x, attributes);
      const spread = where(equal(places(x, plan), positions), reshape(ct, positions.abstract.shape), 0);
      return [overlapAdd(spread, { ...plan, shape: plan.axes.map((a) => x.shape[a] as number) })];
    },
    saves: ['positions'],
  };
}

/** The mean of every window; padding is not counted. */
export function averagePoolRules(op: string): {
  readonly compose: (inputs: readonly [x: Tensor], attributes: PoolAttributes) => Tensor;
} {
  return {
    compose: ([x], attributes) => {
      checkImages(op, x.abstract, attributes.dataFormat);
      const { dtype, shape } = floating(op, x.abstract);
      const plan = poolWindows(op, x.abstract, attributes, 0);
      const axis = ownAxes(plan);
      const total = sum(windows(x, plan), { axis }) as Tensor;
      if (plan.padding.every(([before, after]) => before === 0 && after === 0)) {
        return div(
          total,
          plan.size.reduce((a, b) => a * b, 1),
        );
      }
      const plane = ones(shape.map((dim, a) => (plan.axes.includes(a) ? dim : 1)) as readonly number[], dtype);
      return div(total, sum(windows(plane, plan), { axis }) as Tensor);
    },
  };
}
