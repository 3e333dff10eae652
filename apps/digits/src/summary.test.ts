/** The gates hold exactly where they should, and a loss that is no number never passes. */
import { describe, expect, test } from 'vitest';
import { drawComparison, type ModeComparison, relativeDifference } from './mode-comparison.ts';
import { drawSummary, type Findings, modesAgree, processesAgree } from './summary.ts';

const steps = { losses: [2.5, 2, 1.5], firstMilliseconds: 900, milliseconds: 40 };
const comparison: ModeComparison = {
  eager: { ...steps, milliseconds: 50 },
  captured: { ...steps, losses: [2.5, 2.0001, 1.5] },
  batchSize: 64,
  largestDifference: 5e-5,
};
const findings: Findings = {
  accuracy: 0.9795,
  comparison,
  agreement: { compared: 2000, sameClass: 2000, sameBits: 2000 },
  seconds: 61.5,
  isDefaultJob: true,
  files: ['out/model.safetensors', 'out/loss.svg'],
};

test('relativeDifference is measured by the larger one and infinite for what is no number', () => {
  expect(relativeDifference(2, 1)).toBe(0.5);
  expect(relativeDifference(1, -1)).toBe(2);
  expect(relativeDifference(0, 0)).toBe(0);
  expect(relativeDifference(Number.NaN, Number.NaN)).toBe(Number.POSITIVE_INFINITY);
  expect(relativeDifference(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});

test('modes agree up to the bound, and not beyond', () => {
  expect(modesAgree({ ...comparison, largestDifference: 1e-4 })).toBe(true);
  expect(modesAgree({ ...comparison, largestDifference: 1.01e-4 })).toBe(false);
  expect(modesAgree({ ...comparison, largestDifference: Number.NaN })).toBe(false);
});

test('processes agree only when every image has the same bits, and there is one', () => {
  expect(processesAgree({ compared: 2, sameClass: 2, sameBits: 2 })).toBe(true);
  expect(processesAgree({ compared: 2, sameClass: 2, sameBits: 1 })).toBe(false);
  expect(processesAgree({ compared: 0, sameClass: 0, sameBits: 0 })).toBe(false);
});

test('the comparison shows every step in two columns, and both speeds', () => {
  expect(drawComparison(comparison).split('\n')).toEqual([
    ' step     eager  captured  difference   step     eager  captured  difference',
    '    1  2.500000  2.500000           0      3  1.500000  1.500000           0',
    '    2  2.000000  2.000100      5.0e-5',
    '',
    '  eager       50.0 ms per step   1,280 images/s   (first step 900.0 ms)',
    '  captured    40.0 ms per step   1,600 images/s   (first step 900.0 ms)',
  ]);
});

describe('drawSummary', () => {
  test('holds the findings against the promises', () => {
    expect(drawSummary(findings).split('\n')).toEqual([
      '  test accuracy             97.95 %                            ✗ at least 98.0 %',
      '  eager and captured loss   differ by 5.0e-5 over 3 steps      ✓ at most 1e-4, relative',
      '  predictions after reload  2,000 of 2,000 equal, bit for bit  ✓ all',
      '  a captured step           40.0 ms (1,600 images/s); eager 50.0 ms',
      '  time                      61.5 s                             ✓ at most 90 s on two cores',
      '  files                     out/model.safetensors',
      '                            out/loss.svg',
    ]);
  });

  test('promises neither accuracy nor time for other settings', () => {
    const lines = drawSummary({ ...findings, isDefaultJob: false });
    expect(lines).not.toMatch(/at least|two cores/);
    expect(lines).toContain('97.95 %');
  });
});
