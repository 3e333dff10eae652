/**
 * Resampling along an axis by a table of weights: every new pixel is a weighted sum of old ones in its neighbourhood, its
 * taps. The tables depend on sizes alone, so they are constants of a graph.
 *
 * A pixel outside of the axis counts as absent and the weights of the others are scaled to a sum of 1, unless the edges
 * are repeated. Only taps are read, so a pixel that is no number spreads no farther than its weight.
 */
import { nd, type Tensor } from '@deft/core';
import { gather } from '../gather.ts';
import { mul } from '../mul.ts';
import { reshape } from '../reshape.ts';
import { sum } from '../sum.ts';
import { constantTensor } from './convert.ts';
import { within } from './resizing.ts';

/** The taps of one new pixel: old pixels, with a weight for each. */
export type Taps = readonly (readonly [pixel: number, weight: number])[];

/** How much an old pixel at a distance weighs; nothing from `radius` on. */
export interface ResamplingFilter {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

/** Keys, “Cubic convolution interpolation for digital image processing” (1981), with its parameter a. */
export function cubicFilter(a: number): ResamplingFilter {
  const weight = (distance: number): number => {
    const d = Math.abs(distance);
    if (d >= 2) return 0;
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  };
  return { radius: 2, weight };
}

function sincPi(x: number): number {
  if (Number.isInteger(x)) return x === 0 ? 1 : 0;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

const lanczosFilter = (radius: number): ResamplingFilter => ({
  radius,
  weight: (distance) => (Math.abs(distance) < radius ? sincPi(distance) * sincPi(distance / radius) : 0),
});

/** The filters by the names of interpolations. */
export const filters: Readonly<Record<'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5', ResamplingFilter>> = {
  bilinear: { radius: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: cubicFilter(-0.5),
  lanczos3: lanczosFilter(3),
  lanczos5: lanczosFilter(5),
};

/** The taps around a position under a filter that is `stretch` times as wide; pixels outside are absent. */
export function tapsAround(position: number, source: number, filter: ResamplingFilter, stretch = 1): Taps {
  const reach = filter.radius * stretch;
  const taps: [number, number][] = [];
  for (let pixel = Math.ceil(position - reach); pixel <= Math.floor(position + reach); pixel++) {
    if (pixel >= 0 && pixel < source) taps.push([pixel, filter.weight((position - pixel) / stretch)]);
  }
  const total = taps.reduce((all, [, weight]) => all + weight, 0);
  return taps.filter(([, weight]) => weight !== 0).map(([pixel, weight]) => [pixel, weight / total]);
}

/** The four taps around a position; pixels outside are those of the edge. */
export function cubicTapsWithEdges(position: number, source: number, filter: ResamplingFilter): Taps {
  const first = Math.floor(position) - 1;
  const taps = [0, 1, 2, 3].map((i) => [within(first + i, source), filter.weight(position - first - i)] as const);
  return taps.filter(([, weight]) => weight !== 0);
}

/** The tensor with an axis resampled by the taps of each new pixel. */
export function resampleAxis(x: Tensor, axis: number, taps: readonly Taps[]): Tensor {
  const width = Math.max(1, ...taps.map((own) => own.length));
  const pixels = new Int32Array(taps.length * width);
  const weights = new Float64Array(taps.length * width);
  taps.forEach((own, i) => {
    // Rows of the table are of one length: what is missing repeats the first tap, which shares its weight with its
    // repetitions, since no weight at all would make NaN of an infinite pixel.
    const [first, weight] = own[0] as Taps[number];
    const shared = weight / (width - own.length + 1);
    for (let k = 0; k < width; k++) {
      pixels[i * width + k] = own[k]?.[0] ?? first;
      weights[i * width + k] = k === 0 ? shared : (own[k]?.[1] ?? shared);
    }
  });
  const indices = constantTensor({ shape: [taps.length, width], dtype: 'int32', data: pixels });
  const table = constantTensor(nd([taps.length, width], weights, x.dtype));
  const behind = x.abstract.shape.slice(axis + 1).map(() => 1);
  return sum(mul(gather(x, indices, { axis }), reshape(table, [taps.length, width, ...behind])), {
    axis: axis + 1,
  }) as Tensor;
}
