/** Spectrograms against Fourier sums in plain numbers. */
import type { Tensor } from '@deft/core';
import { grad, key, randomNormal, sum, tensor, transpose, zeros } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../index.ts';
import * as l from '../index.ts';

const inference = { training: false };
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];

function run(layer: Layer, x: Tensor): Tensor {
  const { parameters, state } = layer.initialize(key(0), x.shape.slice(1));
  return layer.apply(parameters, state, x, inference).output;
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-4): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}

/** Real and imaginary parts of a piece. */
function transformOf(piece: readonly number[], length: number): [number, number][] {
  return Array.from({ length: Math.floor(length / 2) + 1 }, (_, frequency) => {
    const angle = (time: number): number => (-2 * Math.PI * frequency * time) / length;
    const part = (wave: (angle: number) => number): number =>
      piece.reduce((total, value, time) => total + value * wave(angle(time)), 0);
    return [part(Math.cos), part(Math.sin)];
  });
}

const hann = (length: number, periodic: boolean): number[] =>
  Array.from({ length }, (_, i) => Math.sin((Math.PI * i) / (periodic ? length : length - 1)) ** 2);

const signal = numbersOf(randomNormal([40], { key: key(3) }) as Tensor);
const sequence = tensor([signal.map((value) => [value])]) as Tensor;
const piecesOf = (values: readonly number[], window: readonly number[], step: number): number[][] =>
  Array.from({ length: Math.floor((values.length - window.length) / step) + 1 }, (_, i) =>
    window.map((weight, time) => weight * (values[i * step + time] as number)),
  );

describe('stftSpectrogram', () => {
  const options = { frameLength: 12, frameStep: 5, fftLength: 16 } as const;
  const window = hann(12, false);
  const root = Math.sqrt(window.reduce((total, value) => total + value ** 2, 0));
  const spectra = piecesOf(signal, window, 5).map((piece) =>
    transformOf(piece, 16).map(([real, imaginary]) => [real / root, imaginary / root] as const),
  );

  it('tells the parts, the power and the magnitude of each frequency', () => {
    const found = (mode: NonNullable<l.StftSpectrogramOptions['mode']>): number[] =>
      numbersOf(run(l.stftSpectrogram({ ...options, mode }), sequence));
    const flat = spectra.flat();
    expectClose(
      found('real'),
      flat.map(([real]) => real),
    );
    expectClose(
      found('imag'),
      flat.map(([, imaginary]) => imaginary),
    );
    const magnitude = flat.map(([real, imaginary]) => Math.max(Math.hypot(real, imaginary), Math.sqrt(1e-7)));
    expectClose(found('magnitude'), magnitude);
    expectClose(found('log'), magnitude.map(Math.log), 1e-3);
    const sided = flat.map(
      ([real, imaginary], i) => (i % 9 === 0 || i % 9 === 8 ? 1 : 2) * (real ** 2 + imaginary ** 2),
    );
    expectClose(found('psd'), sided);
    expectClose(
      found('stft'),
      spectra.flatMap((one) => [...one.map(([real]) => real), ...one.map(([, i]) => i)]),
    );
    const angles = found('angle');
    flat.forEach(([real, imaginary], i) => {
      const size = Math.hypot(real, imaginary);
      if (size > 0.01) expect(Math.cos(angles[i] as number)).toBeCloseTo(real / size, 3);
    });
  });

  it('treats channels by themselves, and puts them where it is told', () => {
    const x = randomNormal([2, 20, 3], { key: key(1) }) as Tensor;
    const last = run(l.stftSpectrogram({ ...options, expandDims: true }), x);
    expect(last.shape).toEqual([2, 2, 9, 3]);
    const swapped = transpose(x, [0, 2, 1]) as Tensor;
    const first = run(l.stftSpectrogram({ ...options, expandDims: true, dataFormat: 'channelsFirst' }), swapped);
    expectClose(numbersOf(transpose(first, [0, 2, 3, 1]) as Tensor), numbersOf(last));
    const flat = run(l.stftSpectrogram(options), x);
    const expanded = numbersOf(transpose(last, [0, 1, 3, 2]) as Tensor);
    expectClose(numbersOf(flat), expanded);
    const flatFirst = run(l.stftSpectrogram({ ...options, dataFormat: 'channelsFirst' }), swapped);
    expectClose(numbersOf(transpose(flatFirst, [0, 2, 1]) as Tensor), expanded);
  });

  it('scales windows by their sum as well, or not', () => {
    const total = window.reduce((sum, value) => sum + value, 0);
    const found = (scaling: 'spectrum' | null): number[] =>
      numbersOf(run(l.stftSpectrogram({ ...options, mode: 'real', scaling }), sequence));
    const plain = spectra.flat().map(([real]) => real * root);
    expectClose(found(null), plain);
    expectClose(
      found('spectrum'),
      plain.map((value) => value / total),
    );
  });

  it('has the shapes of the documentation of Keras', () => {
    const shape = (given: l.StftSpectrogramOptions, channels: number): number[] =>
      l.stftSpectrogram({ frameLength: 256, frameStep: 128, fftLength: 512, ...given }).outputShape([160000, channels]);
    expect(shape({}, 1)).toEqual([1249, 257]);
    expect(shape({ padding: 'same' }, 2)).toEqual([1250, 514]);
    expect(shape({ padding: 'same', expandDims: true }, 3)).toEqual([1250, 257, 3]);
  });

  it('refuses what does not fit', () => {
    expect(() => l.stftSpectrogram({ frameLength: 8, fftLength: 4 })).toThrow(/fftLength.*\[E_LAYER\]/);
    expect(() => l.stftSpectrogram({ frameLength: 8, fftLength: 9 })).toThrow(/an even number.*\[E_LAYER\]/);
    expect(() => l.stftSpectrogram({ frameLength: 8, frameStep: 9 })).toThrow(/frameStep.*\[E_LAYER\]/);
    expect(() => l.stftSpectrogram({ window: 'kaiser' as never })).toThrow(/window.*\[E_LAYER\]/);
    expect(() => l.stftSpectrogram().outputShape([100, 1])).toThrow(/\[E_LAYER\]/);
  });
});

describe('melSpectrogram', () => {
  it('sums the power of pieces over bands, in decibels', () => {
    const [length, stride, bands] = [16, 6, 3];
    const options = { fftLength: length, sequenceStride: stride, sequenceLength: 10, numMelBins: bands };
    const mirrored = Array.from({ length: signal.length + length }, (_, i) => {
      const place = Math.abs(i - length / 2);
      return signal[place < signal.length ? place : 2 * (signal.length - 1) - place] as number;
    });
    const window = [0, 0, 0, ...hann(10, true), 0, 0, 0];
    const powers = piecesOf(mirrored, window, stride).map((piece) =>
      transformOf(piece, length).map(([real, imaginary]) => real ** 2 + imaginary ** 2),
    );
    // 2595 log10(1 + f / 700), the scale of HTK.
    const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
    const edges = Array.from({ length: bands + 2 }, (_, i) => mel(20) + ((mel(8000) - mel(20)) * i) / (bands + 1));
    const weight = (frequency: number, band: number): number => {
      const at = mel((8000 * frequency) / (length / 2));
      const [from, middle, to] = edges.slice(band, band + 3) as [number, number, number];
      return frequency === 0 ? 0 : Math.max(0, Math.min((at - from) / (middle - from), (to - at) / (to - middle)));
    };
    const expected = Array.from({ length: bands }, (_, band) =>
      powers.map((power) => power.reduce((total, value, frequency) => total + value * weight(frequency, band), 0)),
    ).flat();
    const x = tensor([signal]) as Tensor;
    expectClose(numbersOf(run(l.melSpectrogram({ ...options, powerToDb: false }), x)), expected, 1e-3);
    const decibels = expected.map((value) => 10 * Math.log10(Math.max(value, 1e-10)));
    const least = Math.max(...decibels) - 12;
    const found = run(l.melSpectrogram({ ...options, topDb: 12 }), x);
    expectClose(
      numbersOf(found),
      decibels.map((value) => Math.max(value, least)),
      1e-3,
    );
    const relative = run(l.melSpectrogram({ ...options, refPower: 10 }), x);
    expectClose(
      numbersOf(relative),
      decibels.map((value) => value - 10),
      1e-3,
    );
  });

  it('hears a tone in its band, at every time', () => {
    const tone = (hertz: number): Tensor =>
      tensor([Array.from({ length: 4000 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / 8000))]) as Tensor;
    const layer = l.melSpectrogram({ samplingRate: 8000, numMelBins: 20, fftLength: 512, sequenceStride: 128 });
    const bandOf = (hertz: number): Set<number> => {
      const [rows] = run(layer, tone(hertz)).toArray() as number[][][];
      const bands = rows as number[][];
      return new Set(
        (bands[0] as number[]).map((_, time) => {
          const column = bands.map((row) => row[time] as number);
          return column.indexOf(Math.max(...column));
        }),
      );
    };
    const found = [400, 1000, 2000, 3500].map((hertz) => [...bandOf(hertz)]);
    for (const bands of found) expect(bands.length).toBe(1);
    const order = found.map(([band]) => band as number);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(new Set(order).size).toBe(4);
  });

  it('has finite derivatives in silence', () => {
    for (const magExp of [1, 2]) {
      const layer = l.melSpectrogram({ fftLength: 8, sequenceStride: 4, numMelBins: 2, magExp });
      const f = (x: Tensor): Tensor => sum(layer.apply({}, {}, x, inference).output) as Tensor;
      expect(numbersOf(grad(f)(zeros([1, 12]) as Tensor) as Tensor).every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses what does not fit', () => {
    expect(() => l.melSpectrogram({ fftLength: 8, sequenceLength: 9 })).toThrow(/sequenceLength.*\[E_LAYER\]/);
    expect(() => l.melSpectrogram({ minFreq: 9000 })).toThrow(/maxFreq.*\[E_LAYER\]/);
    expect(() => l.melSpectrogram().outputShape([1000])).toThrow(/more than 1024.*\[E_LAYER\]/);
    expect(l.melSpectrogram({ numMelBins: 80, sequenceStride: 128 }).outputShape([16000])).toEqual([80, 126]);
  });
});
