/**
 * The rules of a convolution over any number of spatial axes: a contraction over the windows of the input, and derivatives of
 * the same form. Inside of the rules channels come last.
 */
import type { AbstractValue, NdArray, Tensor } from '@deft/core';
import { dotGeneral } from '../dot-general.ts';
import { flip } from '../flip.ts';
import { overlapAdd } from '../overlap-add.ts';
import { reshape } from '../reshape.ts';
import { transpose } from '../transpose.ts';
import { windows } from '../windows.ts';
import {
  type AnyDataFormat,
  asAbstract,
  type ConvolutionAttributes,
  type ConvolutionPlan,
  isChannelsLast,
  planConvolution,
} from './convolution.ts';
import { elementAt, forEachPoint, generate } from './reference.ts';
import { type AxisPadding, coverOf } from './window-geometry.ts';

type Pair<T> = readonly [x: T, filter: T];

/** The fields of a convolution's definition. */
export interface ConvolutionRules {
  readonly compose: (inputs: Pair<Tensor>, attributes: ConvolutionAttributes) => Tensor;
  readonly vjp: (
    ct: Tensor,
    saved: { readonly x: Tensor; readonly filter: Tensor },
    attributes: ConvolutionAttributes,
    needs: Pair<boolean>,
    types: Pair<AbstractValue>,
  ) => readonly (Tensor | null)[];
  readonly saves: readonly ['x', 'filter'];
  readonly savedFor: { readonly x: readonly ['filter']; readonly filter: readonly ['x'] };
  readonly contraction: true;
  readonly reference: (inputs: Pair<NdArray>, attributes: ConvolutionAttributes) => NdArray;
}

/** The rules of the convolution of that name; how many axes it goes over is told by its data format. */
export function convolutionRules(op: string): ConvolutionRules {
  return {
    compose: ([x, filter], attributes) => {
      const { window } = planConvolution(op, x.abstract, filter.abstract, attributes);
      const patches = windows(channelsLast(x, attributes.dataFormat), window);
      return channelsAsGiven(product(patches, filter, attributes.groups), attributes.dataFormat);
    },
    vjp: (ct, { x, filter }, attributes, [needsX, needsFilter], types) => {
      const { groups, dataFormat } = attributes;
      const plan = planConvolution(op, ...types, attributes);
      const given = channelsLast(ct, dataFormat);
      return [
        needsX ? channelsAsGiven(inputGradient(given, filter, plan, groups), dataFormat) : null,
        needsFilter ? filterGradient(windows(channelsLast(x, dataFormat), plan.window), given, types[1], groups) : null,
      ];
    },
    saves: ['x', 'filter'],
    savedFor: { x: ['filter'], filter: ['x'] },
    contraction: true,
    reference: ([x, filter], attributes) => reference(op, x, filter, attributes),
  };
}

/** A tensor of the layout with its channels last. */
export function channelsLast(x: Tensor, dataFormat: AnyDataFormat): Tensor {
  if (isChannelsLast(dataFormat)) return x;
  const spatial = Array.from({ length: dataFormat.length - 2 }, (_, i) => i + 2);
  return transpose(x, [0, ...spatial, 1]) as Tensor;
}

/** The other way round. */
export function channelsAsGiven(x: Tensor, dataFormat: AnyDataFormat): Tensor {
  if (isChannelsLast(dataFormat)) return x;
  const spatial = Array.from({ length: dataFormat.length - 2 }, (_, i) => i + 1);
  return transpose(x, [0, dataFormat.length - 1, ...spatial]) as Tensor;
}

/** The last axis cut into groups. */
function grouped(x: Tensor, groups: number): Tensor {
  const shape = x.abstract.shape;
  return reshape(x, [...shape.slice(0, -1), groups, (shape.at(-1) as number) / groups]);
}

/** The last two axes as one. */
function ungrouped(x: Tensor): Tensor {
  const shape = x.abstract.shape;
  return reshape(x, [...shape.slice(0, -2), (shape.at(-2) as number) * (shape.at(-1) as number)]);
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** The groups, which a product gives first, moved to the place before the last axis. */
function groupsBack(x: Tensor): Tensor {
  return ungrouped(transpose(x, [...range(1, x.rank - 2), 0, x.rank - 1]) as Tensor);
}

/** `[N, ...counts, ...sizes, C]` and `[...sizes, C, F]` to `[N, ...counts, F]`. */
function product(patches: Tensor, filter: Tensor, groups: number): Tensor {
  const spatial = filter.rank - 2;
  const [sizes, own] = [range(spatial + 1, spatial), range(0, spatial)];
  if (groups === 1) {
    return dotGeneral(patches, filter, {
      contract: [
        [...sizes, 2 * spatial + 1],
        [...own, spatial],
      ],
    });
  }
  // patches [N, …, …, G, C], filters […, C, G, F]: one product per group.
  const each = dotGeneral(grouped(patches, groups), grouped(filter, groups), {
    batch: [[2 * spatial + 1], [spatial + 1]],
    contract: [
      [...sizes, 2 * spatial + 2],
      [...own, spatial],
    ],
  });
  return groupsBack(each);
}

/** The cotangent of the filter: every element of it met every window. */
function filterGradient(patches: Tensor, ct: Tensor, filter: AbstractValue, groups: number): Tensor {
  const spatial = filter.shape.length - 2;
  const places = range(0, spatial + 1);
  if (groups === 1) return dotGeneral(patches, ct, { contract: [places, places] });
  const each = dotGeneral(grouped(patches, groups), grouped(ct, groups), {
    batch: [[2 * spatial + 1], [spatial + 1]],
    contract: [places, places],
  });
  return reshape(transpose(each, [...range(1, spatial + 1), 0, spatial + 2]), filter.shape);
}

/**
 * The cotangent of the input. With stride 1 it is a convolution of the cotangent with the flipped filter, so no patches
 * are stored; with a stride the cotangents of all windows are added up where they overlap.
 */
export function inputGradient(ct: Tensor, filter: Tensor, plan: ConvolutionPlan, groups: number): Tensor {
  const { dims, counts, window } = plan;
  const { axes, size, strides, dilation, padding } = window;
  const spatial = axes.length;
  if (groups === 1 && strides.every((stride) => stride === 1)) {
    const around = axes.map((_, w): AxisPadding => {
      const cover = coverOf(size[w] as number, dilation[w] as number);
      const before = cover - 1 - (padding[w] as AxisPadding)[0];
      return [before, (dims[w] as number) - (counts[w] as number) + cover - 1 - before];
    });
    const patches = windows(ct, { axes, size, dilation, padding: around });
    return dotGeneral(patches, flip(filter, range(0, spatial)), {
      contract: [
        [...range(spatial + 1, spatial), 2 * spatial + 1],
        [...range(0, spatial), spatial + 1],
      ],
    });
  }
  const spread = { axes, shape: dims, strides, dilation, padding };
  const last = spatial + 1;
  if (groups === 1) return overlapAdd(dotGeneral(ct, filter, { contract: [[last], [last]] }), spread);
  const each = dotGeneral(grouped(ct, groups), grouped(filter, groups), {
    batch: [[last], [last]],
    contract: [[last + 1], [last + 1]],
  });
  return overlapAdd(groupsBack(each), spread);
}

function reference(op: string, x: NdArray, filter: NdArray, attributes: ConvolutionAttributes): NdArray {
  const { strides, dilation, groups, dataFormat } = attributes;
  const { counts, window, dims } = planConvolution(op, asAbstract(x), asAbstract(filter), attributes);
  const [channels, filters] = filter.shape.slice(-2) as [number, number];
  const last = isChannelsLast(dataFormat);
  const n = x.shape[0] as number;
  return generate(last ? [n, ...counts, filters] : [n, filters, ...counts], x.dtype, (point) => {
    const [batch, ...rest] = point as [number, ...number[]];
    const o = (last ? rest.at(-1) : rest[0]) as number;
    const place = last ? rest.slice(0, -1) : rest.slice(1);
    const lead = Math.floor(o / (filters / groups)) * channels;
    let total = 0;
    forEachPoint(window.size, (within) => {
      const at = place.map(
        (p, w) =>
          p * (strides[w] as number) +
          (within[w] as number) * (dilation[w] as number) -
          (window.padding[w] as AxisPadding)[0],
      );
      if (at.some((i, w) => i < 0 || i >= (dims[w] as number))) return;
      for (let c = 0; c < channels; c++) {
        const value = elementAt(x, last ? [batch, ...at, lead + c] : [batch, lead + c, ...at]);
        total += value * elementAt(filter, [...within, c, o]);
      }
    });
    return total;
  });
}
