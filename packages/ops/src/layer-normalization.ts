/** `layerNormalization`: every example brought to mean 0 and variance 1. */
import {
  type DType,
  nd,
  normalizeAxes,
  type OperationFunction,
  raise,
  type Shape,
  sameShape,
  shapeText,
  type Tensor,
} from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, forEachPoint, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { mean } from './mean.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { rsqrt } from './rsqrt.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions {
  /** Axis or axes of one example; the last unless told. */
  readonly axis?: number | readonly number[];
  /** Added to the variance; 0.001 unless told. */
  readonly epsilon?: number;
}

interface LayerNormalization {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    scale: TensorLike,
    offset: TensorLike,
    options?: LayerNormalizationOptions,
  ): Tensor<S, D>;
  (x: TensorLike, scale: TensorLike, offset: TensorLike, options?: LayerNormalizationOptions): Tensor;
}

/**
 * Brings the elements along the given axes to mean 0 and variance 1, then scales and moves them. `scale` and `offset` have
 * the dims of those axes, or are plain numbers.
 *
 * @throws `E_SHAPE` when scale or offset have other dims, `E_AXIS`, `E_DTYPE`, `E_ATTRIBUTE` for a negative epsilon.
 * @example
 * ```ts
 * import { layerNormalization, tensor } from '@deft/tensor';
 * console.log(layerNormalization(tensor([[1, 3]]), 1, 0, { epsilon: 0 }).toArray()); // [[-1, 1]]
 * ```
 */
export const layerNormalization: OperationFunction<LayerNormalization> = defineComposite({
  name: 'layerNormalization',
  inputs: ['x', 'scale', 'offset'],
  doc: {
    group: 'normalization',
    summary: 'Brings the elements along axes to mean 0 and variance 1, then scales and moves them.',
    math: 'layerNormalization(x) = (x − mean(x)) / √(variance(x) + ε) · scale + offset',
    notes: ['The variance is that of the elements themselves (divided by their number), in two passes.'],
    see: ['mean', 'variance'],
  },
  promote: 'float',
  arguments: (
    x: TensorLike,
    scale: TensorLike,
    offset: TensorLike,
    { axis = -1, epsilon = 0.001 }: LayerNormalizationOptions = {},
  ) => {
    const input = operand('layerNormalization', 'x', x);
    const axes = normalizeAxes('layerNormalization', axis, input.rank) as readonly number[];
    return {
      inputs: [input, scale, offset],
      attributes: { axes, epsilon: finiteNumber('layerNormalization', 'epsilon', epsilon, 0) },
    };
  },
  compose: ([x, scale, offset], { axes, epsilon }): Tensor => {
    floating('layerNormalization', x.abstract);
    const centred = sub(x, mean(x, { axis: axes, keepDims: true })) as Tensor;
    const spread = mean(square(centred), { axis: axes, keepDims: true }) as Tensor;
    const normal = mul(centred, rsqrt(add(spread, epsilon))) as Tensor;
    return add(mul(normal, aligned('scale', scale, x, axes)), aligned('offset', offset, x, axes)) as Tensor;
  },
  reference: ([x, scale, offset], { axes, epsilon }) => {
    const inner = axes.map((axis) => x.shape[axis] as number);
    return generate(x.shape, x.dtype, (point) => {
      const all: number[] = [];
      forEachPoint(inner, (offsets) => {
        const at = [...point];
        axes.forEach((axis, i) => {
          at[axis] = offsets[i] as number;
        });
        all.push(elementAt(x, at));
      });
      const centre = all.reduce((a, b) => a + b, 0) / all.length;
      const spread = all.reduce((a, b) => a + (b - centre) ** 2, 0) / all.length;
      const own = axes.map((axis) => point[axis] as number);
      const of = (array: typeof scale): number =>
        array.shape.length === 0 ? (array.data[0] as number) : elementAt(array, own);
      return ((elementAt(x, point) - centre) / Math.sqrt(spread + epsilon)) * of(scale) + of(offset);
    });
  },
  samples: [
    {
      label: 'rows',
      inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3]), nd([3], [1, 2, 3]), nd([3], [0, 1, -1])],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'two axes',
      inputs: [nd([2, 2, 2], [1, 2, 4, -1, 0.5, 3, 7, 2]), nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [1, 0, 0, 1])],
      rest: [{ axis: [1, 2], epsilon: 0.01 }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'columns, plain numbers',
      inputs: [nd([3, 2], [1, 2, 4, -1, 0.5, 3]), nd([], [2]), nd([], [1])],
      rest: [{ axis: 0 }],
      grad: 'check',
      ulp: 64,
    },
    { label: 'equal elements', inputs: [nd([1, 2], [3, 3]), nd([2], [1, 1]), nd([2], [5, 6])], grad: 'check', ulp: 64 },
    { label: 'no examples', inputs: [nd([0, 2], []), nd([2], [1, 1]), nd([2], [0, 0])] },
    { label: 'nan', inputs: [nd([1, 2], [NaN, 1]), nd([2], [1, 1]), nd([2], [0, 0])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a scale of another length',
      inputs: [{ shape: [2, 3] }, { shape: [2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /layerNormalization: scale: expected shape \[3\] or a scalar, got float32\[2\]/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /from -1 to 0, got 1/,
    },
    {
      label: 'a negative epsilon',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      rest: [{ epsilon: -1 }],
      code: 'E_ATTRIBUTE',
      says: /epsilon: expected a finite number of at least 0, got -1/,
    },
  ],
});

/** A parameter with axes of size 1 where the operand has axes that are not normalised. */
function aligned(argument: string, parameter: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.abstract.shape;
  const given = parameter.abstract.shape;
  if (given.length === 0) return parameter;
  const expected = axes.map((axis) => shape[axis] as number);
  if (!sameShape(given, expected)) {
    raise('E_SHAPE', {
      op: 'layerNormalization',
      argument,
      expected: `shape ${shapeText(expected)} or a scalar`,
      found: parameter.abstract.text,
      operands: [x.abstract],
    });
  }
  return reshape(
    parameter,
    shape.map((dim, axis) => (axes.includes(axis) ? dim : 1)),
  );
}
