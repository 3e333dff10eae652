/** `randomFlip`: images mirrored at random. */
import type { Tensor } from '@deft/core';
import { flip, where } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { oneOf } from '../options.ts';
import { happens, type ImageOptions, imageLayer } from './image-layer.ts';

/** Which sides of an image change places: left and right, top and bottom, or both, each by itself. */
export type FlipMode = 'horizontal' | 'vertical' | 'horizontalAndVertical';

/**
 * In training, mirrors half of the images.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomFlip } from '@deft/nn';
 * console.log(randomFlip('horizontal').outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomFlip(mode: FlipMode = 'horizontalAndVertical', options: ImageOptions = {}): Layer {
  const kind = 'randomFlip';
  const modes = ['horizontal', 'vertical', 'horizontalAndVertical'] as const;
  oneOf(kind, 'mode', mode, modes);
  const axes = mode === 'horizontal' ? [2] : mode === 'vertical' ? [1] : [1, 2];
  return imageLayer({
    kind,
    options,
    config: { mode },
    random: true,
    change: (images, key) =>
      axes.reduce((x, axis) => where(happens(x, key, axis, [0.5, 0.5]), flip(x, axis), x) as Tensor, images),
  });
}
