import { inspect } from 'node:util';
import { add, tensor } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { inferByRunning } from './abstract-interpreter.ts';
import { abstractValue } from './abstract-value.ts';

describe('a tensor in a console', () => {
  it('shows its elements if they are few', () => {
    expect(
      inspect(
        tensor([
          [1, 2],
          [3, 4.5],
        ]),
      ),
    ).toBe('Tensor float32[2, 2] [[1,2],[3,4.5]]');
    expect(inspect(tensor([true, false]))).toBe('Tensor bool[2] [true,false]');
    expect(inspect(tensor([Number.NaN, Number.POSITIVE_INFINITY]))).toBe('Tensor float32[2] [NaN,Infinity]');
    expect(inspect(tensor(new Float32Array(65)))).toBe('Tensor float32[65]');
  });

  it('says so where they are not known', () => {
    const shown: string[] = [];
    inferByRunning(
      ([x]) => {
        shown.push(inspect(x));
        return [add(x as never, 1) as never];
      },
      [abstractValue([2], 'float32')],
    );
    expect(shown).toEqual(['Tensor float32[2] (elements not known)']);
  });
});
