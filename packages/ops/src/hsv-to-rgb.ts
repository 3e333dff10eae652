/** `hsvToRgb`: colours of hue, saturation and value. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { requireColors } from './definition/images.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { floor } from './floor.ts';
import { mul } from './mul.ts';
import { stack } from './stack.ts';
import { sub } from './sub.ts';
import { unstack } from './unstack.ts';

/**
 * Colours in red, green and blue, in place of hue, saturation and value on the last axis. Numbers from 0 to 1 give colours
 * from 0 to 1; a hue beyond goes round again.
 *
 * @throws `E_RANK` for a scalar, `E_SHAPE` unless there are three channels, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { hsvToRgb, tensor } from '@deft/tensor';
 * console.log(hsvToRgb(tensor([0.5, 1, 0.5])).toArray()); // [0, 0.5, 0.5]
 * ```
 */
export const hsvToRgb: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'hsvToRgb',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Colours in red, green and blue of hue, saturation and value.',
    math: 'c = v (1 − s (1 − clip(w, 0, 1))), w = |6h − 3| − 1 for red, 2 − |6h − 2| for green, 2 − |6h − 4| for blue',
    notes: [
      'A hue outside of 0 to 1 is taken from where it was last a whole number.',
      'A kink at every sixth of the hue.',
    ],
    see: ['rgbToHsv'],
  },
  promote: 'float',
  compose: ([images]): Tensor => {
    floating('hsvToRgb', images.abstract);
    requireRank('hsvToRgb', 'images', images.abstract, 1, true);
    requireColors('hsvToRgb', images);
    const [hue, saturation, value] = unstack(images, -1) as unknown as [Tensor, Tensor, Tensor];
    const sixths: Tensor = mul(sub(hue, floor(hue)), 6);
    const distance = (from: number): Tensor => abs(sub(sixths, from)) as Tensor;
    const shares = [sub(distance(3), 1), sub(2, distance(2)), sub(2, distance(4))];
    return stack(
      shares.map((share) => mul(value, sub(1, mul(saturation, sub(1, clip(share, 0, 1)))))) as Tensor[],
      -1,
    ) as Tensor;
  },
  reference: ([images]) =>
    generate(images.shape, images.dtype, (point) => {
      const [hue, saturation, value] = [0, 1, 2].map((c) => elementAt(images, [...point.slice(0, -1), c])) as [
        number,
        number,
        number,
      ];
      const sixths = (hue - Math.floor(hue)) * 6;
      const corner = Math.floor(sixths);
      const falling = value * (1 - saturation * (sixths - corner));
      const rising = value * (1 - saturation * (1 - sixths + corner));
      const low = value * (1 - saturation);
      const colours = [
        [value, rising, low],
        [falling, value, low],
        [low, value, rising],
        [low, falling, value],
        [rising, low, value],
        [value, low, falling],
      ];
      return (colours[corner % 6]?.[point.at(-1) as number] ?? Number.NaN) as number;
    }),
  samples: [
    {
      label: 'every sixth',
      inputs: [
        nd(
          [2, 3, 3],
          [0.1, 0.5, 0.75, 0.2, 0.25, 0.5, 0.4, 0.75, 1, 0.6, 0.5, 0.25, 0.7, 0.125, 0.5, 0.9, 0.875, 0.75],
        ),
      ],
      grad: 'check',
      ulp: 16,
    },
    { label: 'one colour', inputs: [nd([3], [0.3125, 0.5, 1])], grad: 'check', ulp: 16 },
    { label: 'corners', inputs: [nd([2, 3], [0, 1, 1, 0.5, 1, 0.5])], grad: 'skip', ulp: 16 },
    { label: 'a hue beyond', inputs: [nd([2, 3], [1.4, 0.5, 1, -0.1, 0.5, 1])], grad: 'check', ulp: 16 },
    { label: 'grey and black', inputs: [nd([2, 3], [0.1, 0, 0.5, 0.3, 0.5, 0])], grad: 'check', ulp: 16 },
    { label: 'no images', inputs: [nd([0, 2, 2, 3], [])] },
  ],
  errors: [
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /hsvToRgb: images: expected at least rank 1/ },
    { label: 'one channel', inputs: [{ shape: [2, 1] }], code: 'E_SHAPE', says: /hsvToRgb: .*three channels/ },
    {
      label: 'bool',
      inputs: [{ shape: [3], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /hsvToRgb: expected floating input, got bool/,
    },
  ],
});
