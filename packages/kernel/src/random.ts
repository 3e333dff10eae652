/**
 * The counter-based generator as a scalar expression: core's threefry over `uint32` expressions instead of host numbers, so
 * that kernels draw the very bits that the host draws.
 */
import { threefryWith, type WordArithmetic } from '@deft/core';
import { binaryExpression, constantExpression, type Expression } from './expression.ts';

const wordConstant = (value: number): Expression => constantExpression('uint32', value >>> 0);

/** 32-bit wrapping arithmetic on `uint32` expressions. */
export const expressionWords: WordArithmetic<Expression> = {
  add: (a, b) => binaryExpression('add', a, b),
  xor: (a, b) => binaryExpression('xor', a, b),
  rotateLeft: (a, bits) =>
    binaryExpression(
      'or',
      binaryExpression('shiftLeft', a, wordConstant(bits)),
      binaryExpression('shiftRight', a, wordConstant(32 - bits)),
    ),
  constant: wordConstant,
};

/** Threefry-2x32 with 20 rounds: two `uint32` words for a key and a counter of two `uint32` words each. */
export function threefryExpression(
  key: readonly [Expression, Expression],
  counter: readonly [Expression, Expression],
): [Expression, Expression] {
  return threefryWith(expressionWords, key, counter);
}
