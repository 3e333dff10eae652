/** `why` tells apart the ways in which a gradient can be missing (row G1). */
import { add, argMax, cast, floor, mul, neg, stopGradient, sum, type Tensor, tensor, why } from '@deft/tensor';
import { expect, it } from 'vitest';

const x = tensor([1, 2]);
const total = (y: Tensor): Tensor => sum(y) as Tensor;

it('names what is connected, cut off, of another dtype, and not used', () => {
  const f = (a: { w: Tensor; unused: Tensor }, i: Tensor, y: Tensor): Tensor => {
    const place = cast(argMax(mul(y, 2) as Tensor), 'float32') as Tensor;
    return add(total(mul(a.w, a.w) as Tensor), mul(neg(place), cast(total(i), 'float32'))) as Tensor;
  };
  const told = why(f, { w: x, unused: x }, tensor([1], { dtype: 'int32' }), x);
  const find = (path: string): (typeof told)[number] | undefined => told.find((one) => one.path.endsWith(path));
  expect(told).toHaveLength(4);
  expect(find('.w')).toMatchObject({ connected: true, reason: 'the result depends on it' });
  expect(find('.unused')).toMatchObject({ connected: false, reason: 'the result does not depend on it' });
  expect(find('[1]')).toMatchObject({ connected: false, reason: expect.stringContaining('it is int32') });
  expect(find('[2]')?.reason).toMatch(/^argMax has no derivative \(.*\) at .*why\.test\.ts:\d+/);
});

it('tells of stopGradient, of ops without a derivative, and of a second way', () => {
  expect(why((y: Tensor) => total(stopGradient(y)), x)).toMatchObject([
    { connected: false, reason: expect.stringContaining('stopGradient') },
  ]);
  const [both] = why((y: Tensor) => total(mul(y, stopGradient(y)) as Tensor), x);
  expect(both).toMatchObject({ connected: true, reason: expect.stringMatching(/depends on it; besides stopGradient/) });
  const [floored] = why((y: Tensor) => total(cast(cast(floor(y), 'int32'), 'float32') as Tensor), x);
  expect(floored?.connected).toBe(false);
});

it('names every op that ends a way, also where several meet', () => {
  const f = (y: Tensor): Tensor => total(add(stopGradient(y), cast(argMax(y), 'float32')) as Tensor);
  expect(why(f, x)).toMatchObject([{ connected: false, reason: expect.stringMatching(/stopGradient.*; argMax/) }]);
  const g = (y: Tensor): Tensor => total(stopGradient(mul(y, stopGradient(neg(y))) as Tensor));
  expect(why(g, x)[0]?.connected).toBe(false);
});

it('asks for a tensor', () => {
  expect(() => why((_: Tensor) => 3, x)).toThrow(/why: result of the function: expected a tensor/);
});
