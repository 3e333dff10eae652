/** Laws of Fourier transforms at any length: powers of 2, products of small primes, large primes. */
import {
  add,
  fft,
  ifft,
  irfft,
  istft,
  mul,
  randomNormal,
  rfft,
  roll,
  slice,
  square,
  stft,
  sub,
  sum,
  type Tensor,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const length = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(97, 128, 210, 251, 360, 1009));
const signal = (n: number): Tensor => randomNormal([2, n], { dtype: 'float64' }) as Tensor;

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const [a, b] = [Array.from(found.dataSync(), Number), Array.from(expected.dataSync(), Number)];
  const scale = Math.max(1, ...b.map(Math.abs));
  expect(Math.max(0, ...a.map((x, i) => Math.abs(x - (b[i] as number)))) / scale).toBeLessThan(1e-11);
}

const total = (x: Tensor): Tensor => sum(square(x) as Tensor, { axis: -1 }) as Tensor;

describe('the Fourier transform', () => {
  const law = (name: string, check: (re: Tensor, im: Tensor, n: number) => void): void => {
    it(name, () => {
      fc.assert(
        fc.property(length, (n) => check(signal(n), signal(n), n)),
        { numRuns: 25 },
      );
    });
  };

  law('is undone by its inverse', (re, im) => {
    const [a, b] = ifft(...fft(re, im));
    expectClose(a, re);
    expectClose(b, im);
  });

  law('keeps the energy (Parseval)', (re, im, n) => {
    const [a, b] = fft(re, im);
    expectClose(add(total(a), total(b)) as Tensor, mul(add(total(re), total(im)), n) as Tensor);
  });

  law('turns a convolution into a product', (x, y, n) => {
    const [ar, ai] = fft(x);
    const [br, bi] = fft(y);
    const [found] = ifft(sub(mul(ar, br), mul(ai, bi)) as Tensor, add(mul(ar, bi), mul(ai, br)) as Tensor);
    let expected = mul(x, 0) as Tensor;
    const at = (i: number): Tensor => slice(y, [0, i], [2, 1]) as Tensor;
    for (let i = 0; i < Math.min(n, 40); i++) expected = add(expected, mul(roll(x, i, 1), at(i))) as Tensor;
    if (n <= 40) expectClose(found, expected);
  });

  law('of real numbers is the first half, and is undone', (x, _, n) => {
    const [re, im] = rfft(x);
    const half = [2, Math.floor(n / 2) + 1];
    fft(x).forEach((part, i) => {
      expectClose([re, im][i] as Tensor, slice(part, [0, 0], half) as Tensor);
    });
    expectClose(irfft(re, im, n), x);
  });
});

it('istft undoes stft wherever windows reach', () => {
  for (const [frameLength, frameStep, window] of [
    [16, 8, 'hann'],
    [12, 3, 'hamming'],
    [10, 10, 'rectangular'],
  ] as const) {
    const n = 5 * frameStep + frameLength;
    const x = signal(n);
    const back = istft(...stft(x, frameLength, frameStep, { window }), frameLength, frameStep, { window });
    // A Hann window begins with 0, so nothing is known of the first element.
    expectClose(slice(back, [0, 1], [2, n - 1]) as Tensor, slice(x, [0, 1], [2, n - 1]) as Tensor);
  }
});
