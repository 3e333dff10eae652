/** Kinks and jumps are told from smooth points, so that only they excuse a derivative that differences do not show. */
import { nd } from '@deft/core';
import { abs, floor, mul, sin, type Tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { on, oracle } from './modes.ts';
import { isSmooth } from './smoothness.ts';

const smooth = (f: (x: Tensor) => Tensor, x: number, order: 1 | 2): boolean =>
  on(oracle, () => isSmooth((...[input]) => [f(input as Tensor)], [nd([1], [x])], order));

describe('smoothness', () => {
  it('holds where a function has derivatives', () => {
    for (const x of [-2, 0, 0.5, 30]) expect(smooth((y) => sin(y), x, 2)).toBe(true);
    expect(smooth((y) => abs(y), 0.5, 2)).toBe(true);
  });

  it('does not at a kink, a jump, or beyond the domain', () => {
    expect(smooth((y) => abs(y), 0, 1)).toBe(false);
    expect(smooth((y) => floor(y), 1, 1)).toBe(false);
    expect(smooth((y) => mul(y, Number.NaN) as Tensor, 1, 1)).toBe(false);
  });

  it('asks for derivatives of the gradient too, if told', () => {
    const f = (y: Tensor): Tensor => mul(y, abs(y)) as Tensor;
    expect(smooth(f, 0, 1)).toBe(true);
    expect(smooth(f, 0, 2)).toBe(false);
  });
});
