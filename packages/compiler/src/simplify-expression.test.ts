import { allocate, type DType } from '@deft/core';
import {
  type BinaryScalar,
  binaryExpression,
  castExpression,
  compareExpression,
  constantExpression,
  contiguousView,
  type Expression,
  interpretProgram,
  loadExpression,
  rewriteExpression,
  selectExpression,
  unaryExpression,
} from '@deft/kernel';
import { describe, expect, it } from 'vitest';
import { simplifyNode } from './simplify-expression.ts';

const specials = [0, -0, 1, -1, 0.5, -2.25, 3e9, -3e9, 1e38, 1e-45, Number.NaN, Infinity, -Infinity];

/** What an expression of one load gives for every special value. */
function evaluate(value: Expression, dtype: DType): number[] {
  const data = allocate(dtype, specials.length);
  specials.forEach((x, i) => {
    data[i] = x;
  });
  const [result] = interpretProgram(
    {
      buffers: [
        { dtype, length: data.length, role: 'input' },
        { dtype: value.dtype, length: data.length, role: 'output' },
      ],
      inputs: [0],
      outputs: [1],
      kernels: [
        {
          form: 'loop',
          space: [data.length],
          reduced: [],
          operands: [{ buffer: 0, view: contiguousView([data.length]) }],
          reductions: [],
          results: [{ buffer: 1, value }],
        },
      ],
      arenaBytes: 0,
    },
    [data],
  );
  return [...(result as Float32Array)];
}

const binaries: readonly BinaryScalar[] = ['add', 'sub', 'mul', 'div', 'rem', 'pow', 'max', 'min'];
const floats: readonly DType[] = ['float32', 'float64'];
const numbers: readonly DType[] = [...floats, 'int32', 'uint32'];

function expressionsOf(dtype: DType): Expression[] {
  const x = loadExpression(dtype, 0);
  const constants = (floats.includes(dtype) ? [0, -0, 1, 2.5, -4, 2 ** -60, Number.NaN, Infinity] : [0, 1, 7]).map(
    (value) => constantExpression(dtype, value),
  );
  const result: Expression[] = [unaryExpression('neg', unaryExpression('neg', x)), binaryExpression('max', x, x)];
  for (const constant of constants) {
    for (const op of binaries) {
      if (op === 'pow' && !floats.includes(dtype)) continue;
      result.push(binaryExpression(op, x, constant), binaryExpression(op, constant, x));
      for (const other of constants) result.push(binaryExpression('add', x, binaryExpression(op, constant, other)));
    }
    const isLess = compareExpression('less', constant, constants[1] as Expression);
    result.push(selectExpression(isLess, x, constant), selectExpression(compareExpression('less', x, constant), x, x));
    for (const to of numbers) result.push(castExpression(constant, to), castExpression(castExpression(x, to), dtype));
  }
  return result;
}

describe('simplified expressions', () => {
  it.each(numbers)('give the same for every special value of %s', (dtype) => {
    for (const expression of expressionsOf(dtype)) {
      const simple = rewriteExpression(expression, simplifyNode);
      expect(evaluate(simple, dtype), JSON.stringify(expression)).toEqual(evaluate(expression, dtype));
    }
  });

  it('have no work left where nothing is computed', () => {
    const x = loadExpression('float32', 0);
    const one = constantExpression('float32', 1);
    const zero = constantExpression('float32', 0);
    expect(simplifyNode(binaryExpression('mul', one, x))).toBe(x);
    expect(simplifyNode(binaryExpression('sub', x, zero))).toBe(x);
    expect(simplifyNode(binaryExpression('add', x, zero)).kind).toBe('binary');
    expect(simplifyNode(binaryExpression('add', one, one))).toEqual(constantExpression('float32', 2));
  });
});
