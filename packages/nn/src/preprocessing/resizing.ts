/** Images of another size: `resizing`, `centerCrop`, `randomCrop`. */
import type { Tensor } from '@deft/core';
import { floor, minimum, pad, resize, slice } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { finite, flag, oneOf, reject, wholeNumber } from '../options.ts';
import { draw, type ImageOptions, imageLayer } from './image-layer.ts';
import { sample } from './sampling.ts';

/** Options of `resizing`. */
export interface ResizingOptions extends ImageOptions {
  /** How new pixels come from old ones; `bilinear` unless told. */
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';
  /** Whether the largest part of the image of the new form is taken from its middle first; false unless told. */
  readonly cropToAspectRatio?: boolean;
  /** Whether the image is brought to the new form first by margins on both sides; false unless told. */
  readonly padToAspectRatio?: boolean;
  /** What margins are: the fill value, the only one that Keras has. */
  readonly fillMode?: 'constant';
  /** The value of margins; 0 unless told. */
  readonly fillValue?: number;
  /** Widens the filter where images become smaller, so that no pattern of the old pixels shines through; false unless told. */
  readonly antialias?: boolean;
}

type Size = readonly [height: number, width: number];

/** A part of images. */
const part = (images: Tensor, [top, left]: Size, [height, width]: Size): Tensor =>
  slice(images, [0, top, left, 0], [images.shape[0] as number, height, width, images.shape[3] as number]) as Tensor;

const half = (length: number): number => Math.floor(length / 2);

/** The middle of images, of which nothing is left out but what another form asks for. */
function cropToForm(images: Tensor, [height, width]: Size): Tensor {
  const [rows, columns] = images.shape.slice(1, 3) as [number, number];
  const newRows = Math.max(1, Math.min(rows, Math.floor((columns * height) / width)));
  const newColumns = Math.max(1, Math.min(columns, Math.floor((rows * width) / height)));
  return part(images, [half(rows - newRows), half(columns - newColumns)], [newRows, newColumns]);
}

/** Images with the margins that another form asks for. */
function padToForm(images: Tensor, [height, width]: Size, fillValue: number): Tensor {
  const [rows, columns] = images.shape.slice(1, 3) as [number, number];
  const down = Math.max(rows, Math.floor((columns * height) / width)) - rows;
  const right = Math.max(columns, Math.floor((rows * width) / height)) - columns;
  const margins: [number, number][] = [
    [0, 0],
    [half(down), down - half(down)],
    [half(right), right - half(right)],
    [0, 0],
  ];
  return pad(images, margins, { constantValue: fillValue }) as Tensor;
}

/** The largest middle part of another form, in another size. */
const fit = (images: Tensor, size: Size): Tensor => resize(cropToForm(images, size), size) as Tensor;

/** Height and width, checked. */
const checkSize = (kind: string, height: unknown, width: unknown): Size => [
  wholeNumber(kind, 'height', height),
  wholeNumber(kind, 'width', width),
];

/**
 * Images in another size.
 *
 * @throws `E_LAYER` for bad options and inputs that are no images
 * @example
 * ```ts
 * import { resizing } from '@deft/nn';
 * console.log(resizing(32, 48).outputShape([60, 60, 3])); // [32, 48, 3]
 * ```
 */
export function resizing(height: number, width: number, options: ResizingOptions = {}): Layer {
  const kind = 'resizing';
  const size = checkSize(kind, height, width);
  const names = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;
  const interpolation = oneOf(kind, 'interpolation', options.interpolation ?? 'bilinear', names);
  const cropToAspectRatio = flag(kind, 'cropToAspectRatio', options.cropToAspectRatio ?? false);
  const padToAspectRatio = flag(kind, 'padToAspectRatio', options.padToAspectRatio ?? false);
  const fillMode = oneOf(kind, 'fillMode', options.fillMode ?? 'constant', ['constant'] as const);
  const fillValue = finite(kind, 'fillValue', options.fillValue ?? 0);
  const antialias = flag(kind, 'antialias', options.antialias ?? false);
  if (cropToAspectRatio && padToAspectRatio) {
    reject(kind, 'padToAspectRatio', 'false with cropToAspectRatio', padToAspectRatio);
  }
  const formed = (images: Tensor): Tensor => {
    if (cropToAspectRatio) return cropToForm(images, size);
    return padToAspectRatio ? padToForm(images, size, fillValue) : images;
  };
  return imageLayer({
    kind,
    options,
    config: { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, antialias },
    random: false,
    size: () => size,
    change: (images) => resize(formed(images), size, { interpolation, antialias }) as Tensor,
  });
}

/**
 * The middle of images. Those that are smaller are brought to the size: the largest middle part of its form is enlarged.
 *
 * @throws `E_LAYER` for bad options and inputs that are no images
 * @example
 * ```ts
 * import { centerCrop } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const image = tensor([[[[1], [2], [3]]]]);
 * console.log(centerCrop(1, 1).apply({}, {}, image, { training: false }).output.toArray()); // → [[[[2]]]]
 * ```
 */
export function centerCrop(height: number, width: number, options: ImageOptions = {}): Layer {
  const size = checkSize('centerCrop', height, width);
  return imageLayer({
    kind: 'centerCrop',
    options,
    config: { height, width },
    random: false,
    size: () => size,
    change: (images) => {
      const [rows, columns] = images.shape.slice(1, 3) as [number, number];
      if (rows < height || columns < width) return fit(images, size);
      return part(images, [half(rows - height), half(columns - width)], size);
    },
  });
}

/**
 * In training, a part of each image from a random place (Keras takes one place for all images of a batch). Outside of training,
 * and of images that are smaller, the largest middle part of its form, resized.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomCrop } from '@deft/nn';
 * console.log(randomCrop(24, 24).outputShape([28, 28, 1])); // [24, 24, 1]
 * ```
 */
export function randomCrop(height: number, width: number, options: ImageOptions = {}): Layer {
  const size = checkSize('randomCrop', height, width);
  const sampling = { fillMode: 'nearest', fillValue: 0, interpolation: 'nearest' } as const;
  return imageLayer({
    kind: 'randomCrop',
    options,
    config: { height, width },
    random: true,
    size: () => size,
    still: (images) => fit(images, size),
    change: (images, key) => {
      const [rows, columns] = images.shape.slice(1, 3) as [number, number];
      if (rows < height || columns < width) return fit(images, size);
      // A number just below the end is rounded to it in 16 bits.
      const place = (which: number, room: number): Tensor =>
        minimum(floor(draw(images, key, which, [0, room + 1])), room) as Tensor;
      return sample(images, { y0: place(0, rows - height), x0: place(1, columns - width) }, sampling, size);
    },
  });
}
