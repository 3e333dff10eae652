/**
 * Bools that a block of lanes reads, widened in front of it. Beside a byte, GCC computes wider numbers in vectors of as many
 * bytes, a few at a time, where the number of turns is known; beside an int32 it takes whole vectors.
 */
import type { Nest, NestOperand } from '@deft/kernel';
import { affineCode, type StagedOperands } from './point-code.ts';

/** The lanes of a block whose code `body` writes, told a lane and where bools were read to. */
export function lanesOfWidenedBools(
  nest: Nest,
  width: number,
  indicesAt: (lane: string) => readonly string[],
  body: (lane: string, staged: StagedOperands) => readonly string[],
): string[] {
  const used = new Set<number>();
  const get = (operand: number): string | undefined => {
    const { dtype, guards } = nest.operands[operand] as NestOperand;
    if (dtype !== 'bool' || guards.length > 0) return undefined;
    used.add(operand);
    return `(w${operand}[l] != 0)`;
  };
  const loop = ['#pragma GCC ivdep', `for (long l = 0; l < ${width}; l++) {`, ...body('l', { get }), '}'];
  const widen = [...used].flatMap((operand) => {
    const { offset, strides } = nest.operands[operand] as NestOperand;
    const place = affineCode({ offset, coefficients: strides }, indicesAt('l'));
    return [
      `int32_t w${operand}[${width}];`,
      `for (long l = 0; l < ${width}; l++) w${operand}[l] = p${operand}[${place}];`,
    ];
  });
  return [...widen, ...loop];
}
