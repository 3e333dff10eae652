/** Host arrays: what fills them is brought to their dtype, and stacks keep the order of what they are made of. */
import { expect, it } from 'vitest';
import { nd, ndFilled, ndStack } from './index.ts';

it('ndFilled gives what nd makes of the same elements', () => {
  expect(ndFilled([2, 2], 'float16', (i) => i + 1.0001)).toEqual(nd([2, 2], [1, 2, 3, 4], 'float16'));
  expect(ndFilled([3], 'bool', (i) => i / 2)).toEqual(nd([3], [0, 1, 1], 'bool'));
  expect(ndFilled([2], 'complex64', (i) => i)).toEqual(nd([2], [0, 1, 2, 3], 'complex64'));
  expect(ndFilled([0, 2], 'int64', (i) => i)).toEqual(nd([0, 2], [], 'int64'));
});

it('ndStack puts arrays along a new first axis', () => {
  const rows = [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')];
  expect(ndStack(rows)).toEqual(nd([2, 2], [1, 2, 3, 4], 'int32'));
  const numbers = [nd([], [1, -1], 'complex64'), nd([], [2, -2], 'complex64')];
  expect(ndStack(numbers)).toEqual(nd([2], [1, -1, 2, -2], 'complex64'));
});
