/** `rfft`: the discrete Fourier transform of real numbers. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { floating, requireRank } from './definition/rules.ts';
import { withLength } from './definition/signal-length.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { fourierTransform } from './fourier-transform.ts';
import { slice } from './slice.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The discrete Fourier transform of real numbers along the last axis: the first n / 2 + 1 values, of which the others are
 * conjugates. With `fftLength` the axis is cut or filled with zeros to that length first.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for a length below 1.
 * @example
 * ```ts
 * import { rfft, tensor } from '@deft/tensor';
 * const [real, imaginary] = rfft(tensor([1, 0, -1, 0]));
 * console.log(real.toArray(), imaginary.toArray()); // [0, 2, 0] [0, 0, 0]
 * ```
 */
export const rfft: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    fftLength?: number,
  ) => readonly [
    real: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
    imaginary: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  ]
> = defineComposite({
  name: 'rfft',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The first half of the discrete Fourier transform of real numbers.',
    see: ['irfft', 'fft', 'stft'],
  },
  promote: 'float',
  arguments: (x: TensorLike, fftLength = -1) => {
    if (fftLength !== -1) checkWhole('rfft', 'fftLength', fftLength, 1);
    return { inputs: [x], attributes: { fftLength } };
  },
  compose: ([x], { fftLength }): readonly Tensor[] => {
    requireRank('rfft', 'x', x.abstract, 1, true);
    floating('rfft', x.abstract);
    const given = fftLength === -1 ? x : withLength(x, fftLength);
    const { shape } = given.abstract;
    const kept = [...shape.slice(0, -1), Math.floor((shape.at(-1) as number) / 2) + 1];
    return fourierTransform(given, zerosLike(given) as Tensor).map(
      (part) =>
        slice(
          part,
          shape.map(() => 0),
          kept,
        ) as Tensor,
    );
  },
  samples: [
    { label: 'even', inputs: [nd([4], [1, 2, 3, 4])], grad: 'check' },
    { label: 'odd rows', inputs: [nd([2, 3], [1, 2, 3, 4, 0, -2])], grad: 'check' },
    { label: 'filled up', inputs: [nd([3], [1, 2, 3])], rest: [5], grad: 'check' },
    { label: 'cut', inputs: [nd([5], [1, 2, 3, 4, 5])], rest: [2], grad: 'check' },
    { label: 'no rows', inputs: [nd([0, 4], [])] },
  ],
  errors: [
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /rfft: x: expected at least rank 1/ },
    { label: 'a length of 0', inputs: [{ shape: [3] }], rest: [0], code: 'E_ATTRIBUTE', says: /fftLength: .*got 0/ },
  ],
});
