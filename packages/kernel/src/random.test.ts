import { threefry2x32 } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Expression, expressionSize, loadExpression } from './expression.ts';
import { interpretProgram } from './interpreter.ts';
import { threefryExpression } from './random.ts';
import { contiguousView } from './view.ts';

/** Both words for every column of a list of key and counter words. */
function draw(words: readonly (readonly number[])[]): number[][] {
  const length = (words[0] as readonly number[]).length;
  const [k0, k1, c0, c1] = words.map((_, i) => loadExpression('uint32', i)) as [
    Expression,
    Expression,
    Expression,
    Expression,
  ];
  const results = threefryExpression([k0, k1], [c0, c1]);
  const role = (i: number): 'input' | 'output' => (i < 4 ? 'input' : 'output');
  const outputs = interpretProgram(
    {
      buffers: Array.from({ length: 6 }, (_, i) => ({ dtype: 'uint32', length, role: role(i) })),
      inputs: [0, 1, 2, 3],
      outputs: [4, 5],
      kernels: [
        {
          form: 'loop',
          space: [length],
          reduced: [],
          operands: words.map((_, buffer) => ({ buffer, view: contiguousView([length]) })),
          reductions: [],
          results: results.map((value, i) => ({ buffer: 4 + i, value })),
        },
      ],
      arenaBytes: 0,
    },
    words.map((column) => Uint32Array.from(column)),
  );
  return outputs.map((array) => [...array]);
}

describe('threefry as an expression', () => {
  // Threefry-2x32-20 of the Random123 library's known answers (D. E. Shaw Research, kat_vectors).
  it.each([
    { counter: [0x00000000, 0x00000000], key: [0x00000000, 0x00000000], words: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: [0xc4923a9c, 0x483df7a0] },
  ])('gives the published words for counter $counter and key $key', ({ counter, key, words }) => {
    expect(draw([...key, ...counter].map((word) => [word]))).toEqual(words.map((word) => [word]));
    expect(threefry2x32(key as [number, number], counter as [number, number])).toEqual(words);
  });

  it('gives what the host gives', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word, word), { minLength: 1 }), (draws) => {
        const columns = [0, 1, 2, 3].map((i) => draws.map((column) => column[i] as number));
        const host = draws.map(([k0, k1, c0, c1]) => threefry2x32([k0, k1], [c0, c1]));
        expect(draw(columns)).toEqual([host.map(([x]) => x), host.map(([, y]) => y)]);
      }),
    );
  });

  it('is a DAG of some two hundred nodes', () => {
    const [x, y] = threefryExpression(
      [loadExpression('uint32', 0), loadExpression('uint32', 1)],
      [loadExpression('uint32', 2), loadExpression('uint32', 3)],
    );
    expect(expressionSize([x, y])).toBeLessThan(250);
  });
});
