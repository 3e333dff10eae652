/** Bits of floats: samples of floats are tried in float64 as well, for which there is no integer dtype. */
import { bitcast, tensor } from '@deft/tensor';
import { expect, it } from 'vitest';

it('reads the bits of float32 as integers', () => {
  const x = tensor([1, -2, 0, -0]);
  expect(bitcast(x, 'int32').toArray()).toEqual([0x3f800000, 0xc0000000 | 0, 0, 0x80000000 | 0]);
  expect(bitcast(x, 'uint32').toArray()).toEqual([0x3f800000, 0xc0000000, 0, 0x80000000]);
});

it('comes back', () => {
  const x = tensor([1.5, Number.NEGATIVE_INFINITY, 1e-40]);
  expect(bitcast(bitcast(x, 'int32'), 'float32').toArray()).toEqual(x.toArray());
});
