/** Convolutions and poolings against loops that spell their definitions out, over shapes, strides, paddings and data formats. */
import { sizeOf, type Tensor } from '@deft/core';
import { key, randomNormal, transpose } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as nn from './index.ts';

type Pick = (values: readonly number[]) => number;
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];

/** Elements before an axis: TensorFlow's rule, the odd one behind. */
function before(size: number, extent: number, stride: number, padding: string): number {
  if (padding === 'valid') return 0;
  if (padding === 'causal') return extent - 1;
  return Math.floor(Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size) / 2);
}

/** Every place of a box, in order. */
const places = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (all, size) => all.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );

const offsetOf = (place: readonly number[], shape: readonly number[]): number =>
  place.reduce((offset, index, axis) => offset * (shape[axis] as number) + index, 0);

interface Setting {
  readonly sizes: number[];
  readonly channels: number;
  readonly window: number[];
  readonly strides: number[];
  readonly dilation: number;
  readonly padding: 'valid' | 'same' | 'causal';
  readonly dataFormat: nn.DataFormat;
  readonly seed: number;
}

const setting = (rank: 1 | 2 | 3, paddings: readonly Setting['padding'][]): fc.Arbitrary<Setting> => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  return fc.record({
    sizes: each(4, rank === 3 ? 5 : 7),
    channels: fc.constantFrom(2, 4),
    window: each(1, 2),
    strides: each(1, 3),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.constantFrom(...paddings),
    dataFormat: fc.constantFrom<nn.DataFormat>('channelsLast', 'channelsFirst'),
    seed: fc.nat(1000),
  });
};

/** For every window of a batch of one: the elements of the input inside it, with their place in the window. */
function windows(
  s: Setting,
  counts: readonly number[],
): { place: number[]; inside: { tap: number[]; at: number[] }[] }[] {
  return places(counts).map((place) => ({
    place,
    inside: places(s.window)
      .map((tap) => ({
        tap,
        at: tap.map((t, axis) => {
          const [size, window, stride] = [s.sizes[axis], s.window[axis], s.strides[axis]] as [number, number, number];
          const extent = (window - 1) * s.dilation + 1;
          return (place[axis] as number) * stride + t * s.dilation - before(size, extent, stride, s.padding);
        }),
      }))
      .filter(({ at }) => at.every((i, axis) => i >= 0 && i < (s.sizes[axis] as number))),
  }));
}

/** The input as the layer takes it, and the output with channels last. */
function inFormat(s: Setting, layer: nn.Layer, weights: nn.Weights, x: Tensor): { values: number[]; sizes: number[] } {
  const isLast = s.dataFormat === 'channelsLast';
  const rank = x.rank;
  const axes = Array.from({ length: rank - 2 }, (_, i) => i);
  const given = isLast ? x : (transpose(x, [0, rank - 1, ...axes.map((i) => i + 1)]) as Tensor);
  const { output } = layer.apply(weights, {}, given, { training: false });
  const back = isLast ? output : (transpose(output, [0, ...axes.map((i) => i + 2), 1]) as Tensor);
  return { values: numbersOf(back), sizes: back.shape.slice(1, -1) as number[] };
}

const maxima = [nn.maxPooling1d, nn.maxPooling2d, nn.maxPooling3d];
const means = [nn.averagePooling1d, nn.averagePooling2d, nn.averagePooling3d];
const transposes = [nn.conv1dTranspose, nn.conv2dTranspose, nn.conv3dTranspose];

const draw = (shape: readonly number[], seed: number): Tensor => randomNormal([...shape], { key: key(seed) }) as Tensor;

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-4);
  });
}

describe.each([1, 2, 3] as const)('%i spatial axes', (rank) => {
  const { conv1d, conv2d, conv3d } = nn;
  const conv = [conv1d, conv2d, conv3d][rank - 1] as (...args: never[]) => nn.Layer;

  it('convolution is the sum over taps and the channels of its group', () => {
    const all = setting(rank, rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']);
    fc.assert(
      fc.property(all, fc.constantFrom(1, 2), (s, groups) => {
        const filters = 4;
        const options = {
          strides: s.strides,
          padding: s.padding,
          dilationRate: s.dilation,
          groups,
          dataFormat: s.dataFormat,
        };
        const layer = conv(filters as never, s.window as never, options as never);
        const x = draw([1, ...s.sizes, s.channels], s.seed);
        const kernelShape = [...s.window, s.channels / groups, filters];
        const weights = { kernel: draw(kernelShape, s.seed + 1), bias: draw([filters], s.seed + 2) };
        const { values, sizes } = inFormat(s, layer, weights, x);
        const [input, kernel, bias] = [x, weights.kernel, weights.bias].map(numbersOf) as [
          number[],
          number[],
          number[],
        ];
        const expected = windows(s, sizes).flatMap(({ inside }) =>
          Array.from({ length: filters }, (_, filter) => {
            const group = Math.floor(filter / (filters / groups));
            let total = bias[filter] as number;
            for (const { tap, at } of inside) {
              for (let c = 0; c < s.channels / groups; c++) {
                const from = offsetOf([...at, group * (s.channels / groups) + c], [...s.sizes, s.channels]);
                total += (input[from] as number) * (kernel[offsetOf([...tap, c, filter], kernelShape)] as number);
              }
            }
            return total;
          }),
        );
        expectClose(values, expected);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['max', (values: readonly number[]) => Math.max(...values)],
    ['average', (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length],
  ] as [string, Pick][])('%s pooling takes what of each window lies inside', (taken, pick) => {
    const make = (taken === 'max' ? maxima : means)[rank - 1] as (...args: never[]) => nn.Layer;
    fc.assert(
      fc.property(setting(rank, ['valid', 'same']), (given) => {
        const s = { ...given, dilation: 1 };
        const options = { strides: s.strides, padding: s.padding, dataFormat: s.dataFormat };
        const x = draw([1, ...s.sizes, s.channels], s.seed);
        const { values, sizes } = inFormat(s, make(s.window as never, options as never), {}, x);
        const input = numbersOf(x);
        const expected = windows(s, sizes).flatMap(({ inside }) =>
          Array.from({ length: s.channels }, (_, channel) =>
            pick(inside.map(({ at }) => input[offsetOf([...at, channel], [...s.sizes, s.channels])] as number)),
          ),
        );
        expectClose(values, expected);
      }),
      { numRuns: 20 },
    );
  });

  it('a transposed convolution is the adjoint of the convolution with the same kernel', () => {
    const make = transposes[rank - 1] as (...args: never[]) => nn.Layer;
    fc.assert(
      fc.property(setting(rank, ['valid', 'same']), (given) => {
        // Sizes that the stride reaches to the end, so that both ways have one size.
        const s = { ...given, dilation: 1, window: given.strides.map((stride) => stride + 1) };
        const options = { strides: s.strides, padding: s.padding, dataFormat: s.dataFormat, useBias: false };
        const kernel = draw([...s.window, 3, s.channels], s.seed + 1);
        const small = draw([1, ...s.sizes, s.channels], s.seed);
        const grown = inFormat(s, make(3 as never, s.window as never, options as never), { kernel }, small);
        const large = draw([1, ...grown.sizes, 3], s.seed + 2);
        const back = inFormat(s, conv(s.channels as never, s.window as never, options as never), { kernel }, large);
        expect(back.sizes).toEqual(s.sizes);
        const inner = (a: readonly number[], b: readonly number[]): number =>
          a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
        const [there, again] = [inner(grown.values, numbersOf(large)), inner(numbersOf(small), back.values)];
        expect(Math.abs(there - again)).toBeLessThan(1e-3 * Math.max(1, Math.sqrt(sizeOf(large.shape))));
      }),
      { numRuns: 20 },
    );
  });
});
