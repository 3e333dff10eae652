/** `melSpectrogram`: sounds by how strong bands of frequencies are at each time, spaced as they are heard. */
import { isFloating, shapeText, type Tensor } from '@deft/core';
import {
  add,
  cast,
  frame,
  log,
  matmul,
  max,
  maximum,
  mul,
  pad,
  pow,
  rfft,
  square,
  sub,
  tensor,
  transpose,
} from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import { toCompute } from '../dtype-policy.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { finite, flag, reject, wholeNumber } from '../options.ts';
import { numbersLike } from './numbers.ts';
import { checkWindow, type SpectrumWindow, windowOf } from './spectrum.ts';

/** Options of `melSpectrogram`. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Length of the transform of each piece; 2048 unless told. */
  readonly fftLength?: number;
  /** Samples from the middle of one piece to that of the next; 512 unless told. */
  readonly sequenceStride?: number;
  /** Samples of a piece, at most `fftLength`, which they are unless told. */
  readonly sequenceLength?: number | null;
  /** What pieces are multiplied with; `hann` unless told. */
  readonly window?: SpectrumWindow;
  /** Samples in a second; 16000 unless told. */
  readonly samplingRate?: number;
  /** How many bands there are; 128 unless told. */
  readonly numMelBins?: number;
  /** Where the lowest band begins, in hertz; 20 unless told. */
  readonly minFreq?: number;
  /** Where the highest band ends; half the sampling rate unless told. */
  readonly maxFreq?: number | null;
  /** Whether the strength is told in decibels; true unless told. */
  readonly powerToDb?: boolean;
  /** Decibels below the strongest of an example that count at least; 80 unless told. */
  readonly topDb?: number;
  /** Power of the magnitudes that is summed; 2 unless told. */
  readonly magExp?: number;
  /** What counts at least as strength; 1e-10 unless told. */
  readonly minPower?: number;
  /** The strength of 0 decibels; 1 unless told. */
  readonly refPower?: number;
}

/** Hertz as mel: 1127 ln(1 + f / 700), that of the Hidden Markov Model Toolkit. */
const melOf = (hertz: number): number => 1127 * Math.log1p(hertz / 700);

/** How much each frequency counts in each band: triangles over mel whose peak is 1, row by row of frequencies. */
function bandWeights(frequencies: number, bands: number, nyquist: number, from: number, to: number): number[][] {
  const [low, high] = [melOf(from), melOf(to)];
  const edge = (i: number): number => low + ((high - low) * i) / (bands + 1);
  return Array.from({ length: frequencies }, (_, i) => {
    const mel = melOf((nyquist * i) / (frequencies - 1));
    return Array.from({ length: bands }, (__, band) => {
      const [lower, middle, upper] = [edge(band), edge(band + 1), edge(band + 2)];
      // The constant part, frequency 0, counts nowhere.
      return i === 0 ? 0 : Math.max(0, Math.min((mel - lower) / (middle - lower), (upper - mel) / (upper - middle)));
    });
  });
}

/**
 * Sounds `[samples]` as `[numMelBins, pieces]`: the magnitudes of the Fourier transforms of pieces, whose middles are
 * `sequenceStride` samples apart, summed over bands that are equally wide on the mel scale, in decibels. The sound goes on mirrored
 * beyond its ends. The strongest that `topDb` counts from is that of each example (Keras takes that of the batch).
 *
 * @throws `E_LAYER` for bad options and inputs that are no sounds, or too short to be mirrored
 * @example
 * ```ts
 * import { melSpectrogram } from '@deft/nn';
 * const layer = melSpectrogram({ numMelBins: 64, samplingRate: 8000, sequenceStride: 256 });
 * console.log(layer.outputShape([16000])); // [64, 63]
 * ```
 */
export function melSpectrogram(options: MelSpectrogramOptions = {}): Layer {
  const kind = 'melSpectrogram';
  const positive = (option: string, value: unknown): number => {
    const number = finite(kind, option, value, 0);
    return number > 0 ? number : reject(kind, option, 'a number above 0', value);
  };
  const fftLength = wholeNumber(kind, 'fftLength', options.fftLength ?? 2048, 2);
  const sequenceStride = wholeNumber(kind, 'sequenceStride', options.sequenceStride ?? 512);
  const sequenceLength = wholeNumber(kind, 'sequenceLength', options.sequenceLength ?? fftLength);
  const window = checkWindow(kind, options.window);
  const samplingRate = positive('samplingRate', options.samplingRate ?? 16000);
  const numMelBins = wholeNumber(kind, 'numMelBins', options.numMelBins ?? 128);
  const minFreq = finite(kind, 'minFreq', options.minFreq ?? 20, 0);
  const maxFreq = positive('maxFreq', options.maxFreq ?? Math.floor(samplingRate / 2));
  const powerToDb = flag(kind, 'powerToDb', options.powerToDb ?? true);
  const topDb = finite(kind, 'topDb', options.topDb ?? 80, 0);
  const magExp = positive('magExp', options.magExp ?? 2);
  const minPower = positive('minPower', options.minPower ?? 1e-10);
  const refPower = finite(kind, 'refPower', options.refPower ?? 1);
  if (sequenceLength > fftLength) reject(kind, 'sequenceLength', `at most ${fftLength}, the fftLength`, sequenceLength);
  if (maxFreq <= minFreq) reject(kind, 'maxFreq', `more than ${minFreq}, the minFreq`, maxFreq);
  const margin = Math.floor(fftLength / 2);
  const frequencies = margin + 1;
  // Computed once, and not before a sound comes.
  let weights: number[][] | undefined;

  const decibels = (power: Tensor): Tensor => {
    const scale = 10 / Math.LN10;
    const reference = scale * Math.log(Math.max(Math.abs(refPower), minPower));
    const all = sub(mul(log(maximum(power, minPower)), scale), reference) as Tensor;
    return maximum(all, sub(max(all, { axis: [1, 2], keepDims: true }), topDb)) as Tensor;
  };

  return defineLayer({
    kind,
    options,
    mask: 'ends',
    config: {
      fftLength,
      sequenceStride,
      sequenceLength,
      window,
      samplingRate,
      numMelBins,
      minFreq,
      maxFreq,
      powerToDb,
      topDb,
      magExp,
      minPower,
      refPower,
    },
    outputShape: (inputShape, fail) => {
      const [samples] = inputShape;
      if (inputShape.length !== 1 || samples === undefined || samples <= margin) {
        fail({ expected: `sounds of shape [samples], more than ${margin}`, found: shapeText(inputShape) });
      }
      return [numMelBins, 1 + Math.floor(((samples as number) + 2 * margin - fftLength) / sequenceStride)];
    },
    apply: (_, given) => {
      // Transforms are computed in 32 bits at least.
      const x = given.dtype === 'float64' ? given : (cast(given, 'float32') as Tensor);
      const values = windowOf(window, sequenceLength, true);
      const before = Math.floor((fftLength - sequenceLength) / 2);
      const placed = Array.from({ length: fftLength }, (__, i) => values[i - before] ?? 0);
      const margins: [number, number][] = [
        [0, 0],
        [margin, margin],
      ];
      const around = pad(x, margins, { mode: 'reflect' }) as Tensor;
      const pieces = mul(frame(around, fftLength, sequenceStride), numbersLike(placed, x.dtype)) as Tensor;
      const [real, imaginary] = rfft(pieces, fftLength) as readonly [Tensor, Tensor];
      const power = add(square(real), square(imaginary)) as Tensor;
      // Silence has a derivative, too.
      const strength = magExp === 2 ? power : (pow(maximum(power, 1e-30), magExp / 2) as Tensor);
      weights ??= bandWeights(frequencies, numMelBins, samplingRate / 2, minFreq, maxFreq);
      const bands = cast(tensor(weights, { dtype: 'float64' }), x.dtype) as Tensor;
      const summed = matmul(strength, bands) as Tensor;
      const told = transpose(powerToDb ? decibels(summed) : summed, [0, 2, 1]) as Tensor;
      return toCompute(options.dtype, isFloating(given.dtype) ? (cast(told, given.dtype) as Tensor) : told);
    },
  });
}
