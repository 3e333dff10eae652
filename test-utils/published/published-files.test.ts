/** The readers of published files take what is well-formed and refuse the rest. */
import { expect, it } from 'vitest';
import { readKnownAnswers, readPoints } from './published-files.ts';

it('reads points of both dtypes', () => {
  const text =
    'dtype,input,output,ulperrortol\n## comment\nnp.float32,0x3f800000,0x402df854,3\nnp.float64,0x3ff0000000000000,0x4005bf0a8b145769,2\n';
  expect(readPoints(text)).toEqual([
    { dtype: 'float32', inputs: [1], outputs: [Math.fround(Math.E)], allowed: 3 },
    { dtype: 'float64', inputs: [1], outputs: [Math.E], allowed: 2 },
  ]);
});

it('refuses other lines', () => {
  expect(() => readPoints('np.float32,0x3f80000000,0x402df854,3')).toThrow(/line 1: more than 32 bits/);
  expect(() => readPoints('\nnp.float16,0x3f80,0x402d,3')).toThrow(/line 2: expected/);
  expect(() => readPoints(`np.float32,0x${'0'.repeat(99)},0x0,3`)).toThrow(/line 1/);
});

it('reads the known answers of one generator', () => {
  const zeros = '00000000 00000000 00000000 00000000';
  const text = `# comment\nphilox2x32 7 ${zeros}\nthreefry2x32 20 ${zeros}   6b200159 99ba4efe\n`;
  expect(readKnownAnswers(text)).toEqual([{ counter: [0, 0], key: [0, 0], words: [0x6b200159, 0x99ba4efe] }]);
});
