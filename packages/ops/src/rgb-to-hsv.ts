/** `rgbToHsv`: hue, saturation and value of colours. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { requireColors } from './definition/images.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { less } from './less.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { stack } from './stack.ts';
import { sub } from './sub.ts';
import { unstack } from './unstack.ts';
import { where } from './where.ts';

/** Hue, saturation and value of one colour, in plain numbers. */
function hsvOf([r, g, b]: readonly [number, number, number]): readonly [number, number, number] {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  const saturation = value > 0 ? range / value : value <= 0 ? 0 : Number.NaN;
  if (!(range > 0)) return [range === 0 ? 0 : Number.NaN, saturation, value];
  const sixths = value === r ? (g - b) / range : value === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return [(sixths < 0 ? sixths + 6 : sixths) / 6, saturation, value];
}

/**
 * Hue, saturation and value of colours, in place of red, green and blue on the last axis. Colours from 0 to 1 give numbers
 * from 0 to 1.
 *
 * @throws `E_RANK` for a scalar, `E_SHAPE` unless there are three channels, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { rgbToHsv, tensor } from '@deft/tensor';
 * console.log(rgbToHsv(tensor([0, 0.5, 0])).toArray()); // [0.3333…, 1, 0.5]
 * ```
 */
export const rgbToHsv: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'rgbToHsv',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Hue, saturation and value of colours.',
    math: 'v = max(r, g, b), s = (v − min) / v, h = ((g − b) / (v − min) mod 6, 2 + (b − r) / (v − min) or 4 + (r − g) / (v − min)) / 6',
    notes: ['Grey has hue 0, and black saturation 0. There, and where the greatest channel changes, is a kink.'],
    see: ['hsvToRgb', 'rgbToGrayscale'],
  },
  promote: 'float',
  compose: ([images]): Tensor => {
    floating('rgbToHsv', images.abstract);
    requireRank('rgbToHsv', 'images', images.abstract, 1, true);
    requireColors('rgbToHsv', images);
    const [r, g, b] = unstack(images, -1) as unknown as [Tensor, Tensor, Tensor];
    const value = maximum(maximum(r, g), b) as Tensor;
    const range = sub(value, minimum(minimum(r, g), b)) as Tensor;
    const [black, grey] = [less(value, 0), equal(range, 0)];
    const dark = where(black, black, equal(value, 0)) as Tensor;
    const saturation = where(dark, 0, div(range, where(dark, 1, value)));
    const whole = where(grey, 1, range);
    const red: Tensor = div(sub(g, b), whole);
    const sixths: Tensor = where(
      equal(value, r),
      where(less(red, 0), add(red, 6), red),
      where(equal(value, g), add(div(sub(b, r), whole), 2), add(div(sub(r, g), whole), 4)),
    );
    return stack([where(grey, 0, div(sixths, 6)), saturation, value], -1) as Tensor;
  },
  reference: ([images]) =>
    generate(images.shape, images.dtype, (point) => {
      const channel = (c: number): number => elementAt(images, [...point.slice(0, -1), c]);
      return hsvOf([channel(0), channel(1), channel(2)])[point.at(-1) as number] as number;
    }),
  samples: [
    {
      label: 'every greatest channel',
      inputs: [nd([2, 2, 3], [0.75, 0.25, 0.5, 0.75, 0.5, 0.25, 0.25, 0.75, 0.375, 0.375, 0.25, 0.75])],
      grad: 'check',
    },
    { label: 'one colour', inputs: [nd([3], [0.25, 0.5, 1])], grad: 'check' },
    { label: 'grey, black and white', inputs: [nd([3, 3], [0.5, 0.5, 0.5, 0, 0, 0, 1, 1, 1])], grad: 'skip' },
    { label: 'pure colours', inputs: [nd([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])], grad: 'skip' },
    { label: 'two greatest channels', inputs: [nd([3, 3], [1, 1, 0, 0, 1, 1, 1, 0, 1])], grad: 'skip' },
    { label: 'a batch', inputs: [nd([2, 1, 1, 3], [0.75, 0.25, 0.5, 0.25, 0.5, 0])], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([1, 3], [255, 128, 0], 'int32')] },
    { label: 'no images', inputs: [nd([0, 2, 2, 3], [])] },
  ],
  errors: [
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /rgbToHsv: images: expected at least rank 1/ },
    { label: 'one channel', inputs: [{ shape: [2, 1] }], code: 'E_SHAPE', says: /rgbToHsv: .*three channels/ },
    {
      label: 'bool',
      inputs: [{ shape: [3], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /rgbToHsv: expected floating input, got bool/,
    },
  ],
});
