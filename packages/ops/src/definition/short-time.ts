/** Options of the short-time Fourier transform and its inverse. */
import { raise, type Tensor } from '@deft/core';
import { hammingWindow } from '../hamming-window.ts';
import { hannWindow } from '../hann-window.ts';
import { ones } from '../ones.ts';
import { checkWhole } from './operand.ts';

/** What pieces are multiplied with. */
export type WindowName = 'hann' | 'hamming' | 'rectangular';

/** Options of `stft` and `istft`. */
export interface ShortTimeOptions {
  /** Length of the transform of each piece; the least power of 2 that holds it unless told. */
  readonly fftLength?: number;
  /** `'hann'` unless told. */
  readonly window?: WindowName;
}

/** Attributes of `stft` and `istft`. */
export type ShortTimeAttributes = {
  readonly frameLength: number;
  readonly frameStep: number;
  readonly fftLength: number;
  readonly window: WindowName;
};

/** Reads the options. Throws `E_ATTRIBUTE`. */
export function shortTimeAttributes(
  op: string,
  frameLength: number,
  frameStep: number,
  { fftLength, window = 'hann' }: ShortTimeOptions,
): ShortTimeAttributes {
  checkWhole(op, 'frameLength', frameLength, 1);
  checkWhole(op, 'frameStep', frameStep, 1);
  if (fftLength !== undefined) checkWhole(op, 'fftLength', fftLength, frameLength);
  if (window !== 'hann' && window !== 'hamming' && window !== 'rectangular') {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'window',
      expected: "'hann', 'hamming' or 'rectangular'",
      found: String(window),
    });
  }
  return { frameLength, frameStep, fftLength: fftLength ?? 2 ** Math.ceil(Math.log2(frameLength)), window };
}

/** The window's values. */
export function windowValues({ window, frameLength }: ShortTimeAttributes, like: Tensor): Tensor {
  if (window === 'rectangular') return ones([frameLength], like.dtype) as Tensor;
  return (window === 'hann' ? hannWindow : hammingWindow)(frameLength, true, like.dtype) as Tensor;
}
