/** `mapCoordinates`: a tensor read at computed places. */
import { type NdArray, nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { oneOf } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import { mirrored, nearestPixel, reflected, repeated } from './definition/sampling.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { floor } from './floor.ts';
import { gather } from './gather.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { ravel } from './ravel.ts';
import { sub } from './sub.ts';
import { unstack } from './unstack.ts';
import { where } from './where.ts';

const modes = ['constant', 'nearest', 'wrap', 'mirror', 'reflect'] as const;

/** Options of `mapCoordinates`. */
export interface MapCoordinatesOptions {
  /** 0 takes the nearest element, 1 (unless told) interpolates linearly. */
  readonly order?: 0 | 1;
  /** What lies beyond the ends of an axis; `constant` unless told. */
  readonly fillMode?: 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';
  /** The value beyond the ends in the mode `constant`; 0 unless told. */
  readonly fillValue?: number;
}

type Attributes = { readonly order: number; readonly fillMode: (typeof modes)[number]; readonly fillValue: number };

/** A whole place brought onto an axis. */
function ontoAxis(place: Tensor, size: number, mode: Attributes['fillMode']): Tensor {
  if (mode === 'wrap') return repeated(place, size);
  if (mode === 'mirror') return mirrored(place, size);
  if (mode === 'reflect') return reflected(place, size);
  return clip(place, 0, size - 1) as Tensor;
}

/** A whole place brought onto an axis in plain numbers, by counting through the endless row. */
function plainOntoAxis(place: number, size: number, mode: Attributes['fillMode']): number | undefined {
  if (place >= 0 && place < size) return place;
  if (mode === 'constant') return undefined;
  if (mode === 'nearest') return place < 0 ? 0 : size - 1;
  const forwards = Array.from({ length: size }, (_, i) => i);
  const backwards = [...forwards].reverse();
  const row =
    mode === 'wrap'
      ? forwards
      : mode === 'reflect'
        ? [...forwards, ...backwards]
        : [...forwards, ...backwards.slice(1, -1)];
  return row[((place % row.length) + row.length) % row.length];
}

/**
 * A tensor of any rank read at places that need not be whole: `coordinates` has one row of places for every axis of `x`, and
 * the result has the shape of such a row.
 *
 * @throws `E_RANK` for a scalar, `E_SHAPE` unless there is a row of places for every axis, and for an empty axis,
 * `E_ATTRIBUTE` for an unknown order or fill mode.
 * @example
 * ```ts
 * import { mapCoordinates, tensor } from '@deft/tensor';
 * console.log(mapCoordinates(tensor([[1, 2], [3, 4]]), [[0, 0.5], [1, 0.5]]).toArray()); // [2, 2.5]
 * ```
 */
export const mapCoordinates: OperationFunction<
  <const X extends TensorLike, const C extends TensorLike>(
    x: X,
    coordinates: C,
    options?: MapCoordinatesOptions,
  ) => Tensor<ReplaceAxes<ShapeOf<C>, 0, []>, FloatOfAll<X | C>>
> = defineComposite({
  name: 'mapCoordinates',
  inputs: ['x', 'coordinates'],
  doc: {
    group: 'image',
    summary: 'A tensor read at computed places, interpolated between its elements.',
    math: 'y[i] = x[c₀[i], c₁[i], …]',
    notes: [
      'Beyond the ends: `nearest` a a | a b c d | d d, `wrap` c d | a b c d | a b, `mirror` c b | a b c d | c b, `reflect` b a | a b c d | d c.',
      'With order 1 it differentiates through x and the places; at whole places is a kink. The nearest of two elements equally near is the later one.',
    ],
    see: ['transform', 'gatherND'],
  },
  arguments: (x: TensorLike, coordinates: TensorLike, options: MapCoordinatesOptions = {}) => {
    const { order = 1, fillMode = 'constant', fillValue = 0 } = options;
    if (order !== 0 && order !== 1) {
      raise('E_ATTRIBUTE', { op: 'mapCoordinates', argument: 'order', expected: '0 or 1', found: String(order) });
    }
    const attributes: Attributes = {
      order,
      fillMode: oneOf('mapCoordinates', 'fillMode', modes, fillMode),
      fillValue: finiteNumber('mapCoordinates', 'fillValue', fillValue),
    };
    const inputs = [operand('mapCoordinates', 'x', x), operand('mapCoordinates', 'coordinates', coordinates)];
    return { inputs, attributes };
  },
  promote: 'float',
  compose: ([x, coordinates], { order, fillMode, fillValue }): Tensor => {
    const operands = [x.abstract, coordinates.abstract];
    const { shape } = x.abstract;
    floating('mapCoordinates', x.abstract);
    requireRank('mapCoordinates', 'x', x.abstract, 1, true);
    requireRank('mapCoordinates', 'coordinates', coordinates.abstract, 1, true);
    if (coordinates.abstract.shape[0] !== shape.length) {
      const says = `there must be a row of places for each of the ${shape.length} axes`;
      raise('E_SHAPE', { op: 'mapCoordinates', says, operands });
    }
    if (shape.includes(0) && !coordinates.abstract.shape.includes(0)) {
      raise('E_SHAPE', { op: 'mapCoordinates', says: 'there is nothing to read in an empty tensor', operands });
    }
    const places = unstack(coordinates, 0) as unknown as Tensor[];
    const flat = ravel(x) as Tensor;
    /** The elements at whole places. */
    const read = (whole: readonly Tensor[]): Tensor => {
      const offsets = whole.map((place, axis) => cast(ontoAxis(place, shape[axis] as number, fillMode), 'int32'));
      const at = offsets.reduce<Tensor>(
        (offset, own, axis) => (axis === 0 ? own : add(mul(offset, shape[axis] as number), own)) as Tensor,
        offsets[0] as Tensor,
      );
      const elements = gather(flat, at) as Tensor;
      if (fillMode !== 'constant') return elements;
      const inside = whole
        .map((place, axis) => logicalAnd(greaterEqual(place, 0), lessEqual(place, (shape[axis] as number) - 1)))
        .reduce((all, one) => logicalAnd(all, one)) as Tensor;
      return where(inside, elements, fillValue) as Tensor;
    };
    if (order === 0) return read(places.map(nearestPixel));
    /** The values of the axes from `axis` on interpolated, those before at the given whole places. */
    const between = (axis: number, chosen: readonly Tensor[]): Tensor => {
      const place = places[axis];
      if (place === undefined) return read(chosen);
      const low = floor(place) as Tensor;
      const share = sub(place, low) as Tensor;
      const [first, second] = [
        between(axis + 1, [...chosen, low]),
        between(axis + 1, [...chosen, add(low, 1) as Tensor]),
      ];
      return add(mul(first, sub(1, share)), mul(second, share)) as Tensor;
    };
    return between(0, []);
  },
  reference: ([x, coordinates], { order, fillMode, fillValue }): NdArray =>
    generate(coordinates.shape.slice(1), x.dtype, (point) => {
      const places = x.shape.map((_, axis) => elementAt(coordinates, [axis, ...point]));
      const read = (whole: readonly number[]): number => {
        const at = whole.map((place, axis) => plainOntoAxis(place, x.shape[axis] as number, fillMode));
        return at.every((i) => i !== undefined) ? elementAt(x, at as number[]) : fillValue;
      };
      if (order === 0) return read(places.map((place) => Math.floor(place + 0.5)));
      const between = (axis: number, chosen: readonly number[]): number => {
        const place = places[axis];
        if (place === undefined) return read(chosen);
        const low = Math.floor(place);
        const share = place - low;
        return between(axis + 1, [...chosen, low]) * (1 - share) + between(axis + 1, [...chosen, low + 1]) * share;
      };
      return between(0, []);
    }),
  samples: [
    {
      label: 'a matrix',
      inputs: [nd([2, 3], [1, 2, 4, 8, 3, 5]), nd([2, 3], [0.25, 0.75, 0.4, 1.5, 0.3, 0.6])],
      grad: 'check',
      ulp: 16,
    },
    {
      label: 'beyond the ends',
      inputs: [nd([3], [1, 2, 4]), nd([1, 2, 2], [-0.4, 2.3, 5.5, -7.25])],
      rest: [{ fillValue: 9 }],
      grad: 'check',
      ulp: 16,
    },
    ...(['nearest', 'wrap', 'mirror', 'reflect'] as const).map((fillMode) => ({
      label: fillMode,
      inputs: [nd([4], [1, 2, 4, 8]), nd([1, 6], [-0.4, 2.3, 3.5, -7.25, 9.2, 1.1])],
      rest: [{ fillMode }],
      grad: 'check' as const,
      ulp: 16,
    })),
    {
      label: 'the nearest element',
      inputs: [nd([4], [1, 2, 4, 8]), nd([1, 5], [-0.4, 2.3, 3.6, -7.25, 1.2])],
      rest: [{ order: 0, fillMode: 'mirror' }],
      grad: 'check',
    },
    {
      label: 'three axes',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), nd([3], [0.25, 0.5, 0.75])],
      grad: 'check',
      ulp: 16,
    },
    {
      label: 'an axis of size 1',
      inputs: [nd([1], [3]), nd([1, 2], [0.25, -1.5])],
      rest: [{ fillMode: 'mirror' }],
      grad: 'check',
    },
    { label: 'whole places', inputs: [nd([3], [1, 2, 4]), nd([1, 3], [2, 0, 1])], grad: 'skip' },
    { label: 'whole numbers', inputs: [nd([3], [1, 2, 4], 'int32'), nd([1, 2], [0.5, 1.5])], grad: 'skip' },
    { label: 'no places', inputs: [nd([3], [1, 2, 4]), nd([1, 0], [])] },
  ],
  errors: [
    {
      label: 'too few rows',
      inputs: [{ shape: [2, 2] }, { shape: [1, 3] }],
      code: 'E_SHAPE',
      says: /mapCoordinates: there must be a row of places for each of the 2 axes/,
    },
    {
      label: 'nothing to read',
      inputs: [{ shape: [0] }, { shape: [1, 3] }],
      code: 'E_SHAPE',
      says: /mapCoordinates: there is nothing to read in an empty tensor/,
    },
    {
      label: 'order 3',
      inputs: [{ shape: [2] }, { shape: [1, 3] }],
      rest: [{ order: 3 }],
      code: 'E_ATTRIBUTE',
      says: /mapCoordinates: order: expected 0 or 1, got 3/,
    },
    {
      label: 'an unknown fill mode',
      inputs: [{ shape: [2] }, { shape: [1, 3] }],
      rest: [{ fillMode: 'edge' }],
      code: 'E_ATTRIBUTE',
      says: /mapCoordinates: fillMode: expected 'constant', .*or 'reflect', got edge/,
    },
  ],
});
