import { expect, it } from 'vitest';
import { passKey, permutationOf, shufflePurpose } from './random-words.ts';

it('has the order that it had, so that a pass can be repeated with a later version', () => {
  expect([...permutationOf(passKey(7, shufflePurpose, 3), 8)]).toEqual([4, 0, 3, 2, 7, 5, 6, 1]);
});
