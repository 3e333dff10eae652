/** What layers for sound share: windows that pieces of a signal are multiplied with, in plain numbers. */
import { oneOf } from '../options.ts';

/** What pieces of a signal are multiplied with; nothing where it is null. */
export type SpectrumWindow = 'hann' | 'hamming' | null;

/** The name of a window, checked; `hann` unless told. */
export function checkWindow(kind: string, value: unknown): SpectrumWindow {
  return value === null ? null : oneOf(kind, 'window', value ?? 'hann', ['hann', 'hamming'] as const);
}

/**
 * The values of a window: a − (1 − a) cos(2πi / n), a = ½ for Hann and 0.54 for Hamming; n is the length of a periodic one, else the
 * length less 1.
 */
export function windowOf(window: SpectrumWindow, length: number, periodic: boolean): number[] {
  if (window === null || length === 1) return new Array<number>(length).fill(1);
  const share = window === 'hann' ? 0.5 : 0.54;
  const turn = (2 * Math.PI) / (periodic ? length : length - 1);
  return Array.from({ length }, (_, i) => share - (1 - share) * Math.cos(turn * i));
}
