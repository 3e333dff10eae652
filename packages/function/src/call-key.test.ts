/** The key of one walk tells calls apart exactly as the signature does. */
import { Tensor } from '@deft/core';
import { tensor, zeros } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOfCall } from './call-key.ts';
import { signatureOfCall } from './signature.ts';

const leaf = fc.constantFrom<unknown>(
  0,
  -0,
  1,
  Number.NaN,
  '1',
  '',
  'a;b',
  '"',
  '[',
  true,
  false,
  null,
  undefined,
  zeros([1]),
  zeros([1, 1]),
  zeros([1], 'int32'),
);
const tree: fc.Arbitrary<unknown> = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', ''), tie('any'), { maxKeys: 2, noNullPrototype: true }),
  ),
})).any;
const call = fc.array(tree, { maxLength: 3 });

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, shuffled(each)]),
  );
};

describe('the key of a call', () => {
  it('is equal exactly where the signature is', () => {
    fc.assert(
      fc.property(call, call, (a, b) => {
        const [first, second] = [keyOfCall(a), keyOfCall(b)];
        const same = signatureOfCall(a, 'f').text === signatureOfCall(b, 'f').text;
        expect(first?.key === second?.key).toBe(same);
        expect(keyOfCall(shuffled(a) as unknown[])?.key).toBe(first?.key);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes with the tensors in the order of the signature', () => {
    fc.assert(
      fc.property(call, (args) => {
        const { leaves, tensorPositions } = signatureOfCall(args, 'f');
        const found = keyOfCall(args)?.tensors ?? [];
        expect(found).toHaveLength(tensorPositions.length);
        expect(found.every((one, i) => one === leaves[tensorPositions[i] as number])).toBe(true);
      }),
    );
  });

  it('is left to the signature where something else is held', () => {
    for (const value of [new Map(), () => 1, new Date(), new Float32Array(1), Symbol('s'), 1n, Object.create(null)]) {
      expect(keyOfCall([{ value }])).toBeUndefined();
    }
    expect(keyOfCall([tensor(1)])).toBeDefined();
  });
});
