/** Laws of convolutions: a transposed one is the adjoint of the plain one, and a causal one sees nothing later. */
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  mul,
  randomNormal,
  sum,
  type Tensor,
} from '@deft/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const product = (a: Tensor, b: Tensor): number => (sum(mul(a, b) as Tensor) as Tensor).item() as number;
const pairs = [
  [conv1d, conv1dTranspose],
  [conv2d, conv2dTranspose],
  [conv3d, conv3dTranspose],
] as unknown as readonly (readonly [
  (x: Tensor, f: Tensor, o: object) => Tensor,
  (x: Tensor, f: Tensor, o: object) => Tensor,
])[];

it('a transposed convolution is the adjoint of the convolution with the same filter', () => {
  const size = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 }),
      size,
      size,
      size,
      fc.constantFrom('valid', 'same'),
      fc.integer({ min: 1, max: 4 }),
      (dims, f, stride, dilation, padding, length) => {
        const [plain, transposed] = pairs[dims] as (typeof pairs)[number];
        const axes = new Array<number>(dims + 1);
        const y = randomNormal([2, ...axes.fill(length), 3], { dtype: 'float64' }) as Tensor;
        const filter = randomNormal([...axes.fill(f), 2, 3], { dtype: 'float64' }) as Tensor;
        const options = { strides: stride, stride, padding, dilation };
        const spread = transposed(y, filter, options);
        const x = randomNormal(spread.shape as number[], { dtype: 'float64' }) as Tensor;
        const back = plain(x, filter, options);
        expect(back.shape).toEqual(y.shape);
        expect(product(back, y)).toBeCloseTo(product(x, spread), 8);
      },
    ),
    { numRuns: 60 },
  );
});

it('a causal convolution sees nothing later', () => {
  const x = randomNormal([1, 6, 2]) as Tensor;
  const filter = randomNormal([3, 2, 1]) as Tensor;
  const whole = Array.from(conv1d(x, filter, { padding: 'causal', dilation: 2 }).dataSync());
  const data = Float32Array.from(x.dataSync() as Float32Array);
  expect(whole).toHaveLength(6);
  data.fill(7, 8);
  const changed = conv1d(
    [Array.from({ length: 6 }, (_, i) => [data[2 * i] as number, data[2 * i + 1] as number])],
    filter,
    {
      padding: 'causal',
      dilation: 2,
    },
  );
  expect(Array.from(changed.dataSync()).slice(0, 4)).toEqual(whole.slice(0, 4));
});
