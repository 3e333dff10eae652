import type { Operation } from '@deft/core';
import { equal, relu, sin } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { coverageOf, coverageTable, derivativeState } from './coverage.ts';

describe('derivativeState', () => {
  it('is exactly one of three', () => {
    expect(derivativeState(sin.operation)).toBe('rules');
    expect(derivativeState(equal.operation)).toBe('none');
    expect(derivativeState({ ...equal.operation, kind: 'composite', compose: () => [] })).toBe('none');
  });

  it('names what is missing or too much', () => {
    const { jvp: _, ...forwardless } = sin.operation;
    expect(derivativeState(forwardless as Operation)).toEqual({ problem: 'it has no jvp, and no reason why' });
    expect(derivativeState({ ...sin.operation, nonDifferentiable: 'x' })).toMatchObject({
      problem: expect.stringContaining('a rule and a reason'),
    });
    expect(derivativeState({ ...equal.operation, nonDifferentiable: ' ' })).toMatchObject({
      problem: expect.stringContaining('empty'),
    });
  });
});

describe('coverage', () => {
  it('has a row per op, with its limitations and their reasons', () => {
    const limited = { ...relu.operation, limitations: [{ backend: 'wasm', reason: 'not yet' }] };
    const table = coverageTable(coverageOf([sin.operation, limited])).split('\n');
    expect(table).toHaveLength(4);
    expect(table[2]).toMatch(
      /^\| `sin` \| trigonometric \| primitive \| rules \| elementwise \| \d+ \+ \d+ errors \| float32, int32 \| {2}\|$/,
    );
    expect(table[3]).toContain('wasm, every dtype: not yet');
  });
});
