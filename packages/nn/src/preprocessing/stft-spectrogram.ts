/** `stftSpectrogram`: sequences of numbers as sequences of frequencies, by a convolution whose kernels can be trained. */
import type { Tensor } from '@deft/core';
import {
  add,
  atan2,
  cast,
  concat,
  conv1d,
  log,
  maximum,
  mul,
  reshape,
  sqrt,
  square,
  tensor,
  transpose,
} from '@deft/tensor';
import { defineLayer, type WeightDeclaration } from '../define-layer.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { flag, oneOf, reject, wholeNumber } from '../options.ts';
import { type DataFormat, dataFormats, type Padding, paddings, spatialShape, windowCounts } from '../spatial.ts';
import { asFloating, numbersLike } from './numbers.ts';
import { checkWindow, type SpectrumWindow, windowOf } from './spectrum.ts';

const modes = ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'] as const;

/** Options of `stftSpectrogram`. */
export interface StftSpectrogramOptions extends LayerOptions {
  /**
   * What is told of each frequency: its magnitude or the logarithm of it (`log`, unless told), its power (`psd`), the real or the
   * imaginary part, the angle, or both parts (`stft`).
   */
  readonly mode?: (typeof modes)[number];
  /** Elements of each piece; 256 unless told. */
  readonly frameLength?: number;
  /** Elements from the beginning of one piece to that of the next, at most `frameLength`; half of it unless told. */
  readonly frameStep?: number | null;
  /** Length of the transform of a piece, an even number; the least power of 2 that holds it unless told. */
  readonly fftLength?: number | null;
  /** What pieces are multiplied with; `hann` unless told. */
  readonly window?: SpectrumWindow;
  /** Whether the window is one of an endless row of windows; false unless told. */
  readonly periodic?: boolean;
  /** What the window is divided by: the root of its sum of squares (`density`, unless told), its sum (`spectrum`), or nothing. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether pieces are inside of the sequence (`valid`, unless told) or go over its ends (`same`). */
  readonly padding?: Padding;
  /** Whether frequencies have an axis of their own, as images have; false unless told. */
  readonly expandDims?: boolean;
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Less than this counts as this, so that there are logarithms and derivatives. */
const least = 1e-7;

/**
 * The short-time Fourier transform of each channel of sequences `[length, channels]`: `[pieces, channels · frequencies]`, or with
 * `expandDims` `[pieces, frequencies, channels]`. With `fftLength` n there are n / 2 + 1 frequencies.
 *
 * Weights `realKernel` and `imagKernel` `[frameLength, 1, frequencies]`, those that the mode needs; they begin as the waves of the
 * transform and are trained unless `trainable` is false.
 *
 * @throws `E_LAYER` for bad options and inputs that are no sequences, or too short
 * @example
 * ```ts
 * import { stftSpectrogram } from '@deft/nn';
 * console.log(stftSpectrogram({ frameLength: 256, fftLength: 512 }).outputShape([16000, 1])); // [124, 257]
 * ```
 */
export function stftSpectrogram(options: StftSpectrogramOptions = {}): Layer {
  const kind = 'stftSpectrogram';
  const mode = oneOf(kind, 'mode', options.mode ?? 'log', modes);
  const frameLength = wholeNumber(kind, 'frameLength', options.frameLength ?? 256, 2);
  const frameStep = wholeNumber(kind, 'frameStep', options.frameStep ?? Math.floor(frameLength / 2));
  const fftLength = wholeNumber(kind, 'fftLength', options.fftLength ?? 2 ** Math.ceil(Math.log2(frameLength)), 2);
  const window = checkWindow(kind, options.window);
  const periodic = flag(kind, 'periodic', options.periodic ?? false);
  const scaling =
    options.scaling === null
      ? null
      : oneOf(kind, 'scaling', options.scaling ?? 'density', ['density', 'spectrum'] as const);
  const padding = oneOf(kind, 'padding', options.padding ?? 'valid', paddings);
  const expandDims = flag(kind, 'expandDims', options.expandDims ?? false);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  if (frameStep > frameLength) reject(kind, 'frameStep', `at most ${frameLength}, the frameLength`, frameStep);
  if (fftLength < frameLength || fftLength % 2 === 1) {
    reject(kind, 'fftLength', `an even number of at least ${frameLength}, the frameLength`, fftLength);
  }
  const isLast = dataFormat === 'channelsLast';
  const frequencies = fftLength / 2 + 1;
  const told = mode === 'stft' ? 2 * frequencies : frequencies;

  const kernelOf = (side: 'real' | 'imag'): Tensor => {
    const values = windowOf(window, frameLength, periodic);
    const size = values.reduce((sum, one) => sum + (scaling === 'density' ? one * one : Math.abs(one)), 0);
    const divisor = window === null || scaling === null ? 1 : scaling === 'density' ? Math.sqrt(size) : size;
    const wave = side === 'real' ? Math.cos : (angle: number): number => -Math.sin(angle);
    const kernel = values.flatMap((value, time) =>
      Array.from({ length: frequencies }, (_, frequency) => {
        // Whole turns left out, so that large angles are as exact as small ones.
        const turns = ((time * frequency) % fftLength) / fftLength;
        return (wave(2 * Math.PI * turns) * value) / divisor;
      }),
    );
    return tensor(Float64Array.from(kernel), { shape: [frameLength, 1, frequencies] }) as Tensor;
  };
  const declare = (side: 'real' | 'imag'): WeightDeclaration => ({
    name: `${side}Kernel`,
    shape: [frameLength, 1, frequencies],
    initializer: { name: 'zeros' },
    adjust: (made) => cast(kernelOf(side), made.dtype) as Tensor,
  });
  const pieces = (length: number, fail: Parameters<typeof windowCounts>[2]): number =>
    windowCounts([length], { size: [frameLength], strides: [frameStep], padding }, fail)[0] as number;

  /** What the mode tells, `[…, frequencies]`. */
  const tell = (real: () => Tensor, imaginary: () => Tensor): Tensor => {
    if (mode === 'real') return real();
    if (mode === 'imag') return imaginary();
    const [a, b] = [real(), imaginary()];
    if (mode === 'angle') return atan2(b, a) as Tensor;
    if (mode === 'stft') return concat([a, b], -1) as Tensor;
    const power = add(square(a), square(b)) as Tensor;
    // Frequencies but the first and the last stand for their conjugates, too.
    const sides = Array.from({ length: frequencies }, (_, i) => (i === 0 || i === frequencies - 1 ? 1 : 2));
    if (mode === 'psd') return mul(power, numbersLike(sides, power.dtype)) as Tensor;
    const magnitude = sqrt(maximum(power, least)) as Tensor;
    return mode === 'log' ? (log(maximum(magnitude, least)) as Tensor) : magnitude;
  };

  return defineLayer({
    kind,
    options,
    config: {
      mode,
      frameLength,
      frameStep,
      fftLength,
      window,
      periodic,
      scaling,
      padding,
      expandDims,
      dataFormat,
    },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, 1, dataFormat, fail);
      const count = pieces(sizes[0] as number, fail);
      if (expandDims) return isLast ? [count, told, channels] : [channels, count, told];
      return isLast ? [count, channels * told] : [channels * told, count];
    },
    weights: () => [...(mode === 'imag' ? [] : [declare('real')]), ...(mode === 'real' ? [] : [declare('imag')])],
    apply: ({ realKernel, imagKernel }, given) => {
      const x = asFloating(given);
      const rows = isLast ? (transpose(x, [0, 2, 1]) as Tensor) : x;
      const [count, channels, length] = rows.shape as [number, number, number];
      const sequences = reshape(rows, [count * channels, length, 1]) as Tensor;
      const part = (kernel: Tensor | undefined) => (): Tensor =>
        conv1d(sequences, kernel as Tensor, { stride: frameStep, padding }) as Tensor;
      const spectrum = tell(part(realKernel), part(imagKernel));
      const split = reshape(spectrum, [count, channels, spectrum.shape[1] as number, told]) as Tensor;
      if (expandDims) return isLast ? (transpose(split, [0, 2, 3, 1]) as Tensor) : split;
      const [, , steps] = split.shape as [number, number, number, number];
      return isLast
        ? (reshape(transpose(split, [0, 2, 1, 3]), [count, steps, channels * told]) as Tensor)
        : (reshape(transpose(split, [0, 1, 3, 2]), [count, channels * told, steps]) as Tensor);
    },
  });
}
