/**
 * How reductions are accumulated, in C: in which type, from which value, and how two values become one. Sums and products of float32 are
 * kept in double precision. The largest and the smallest of floats are found among whole numbers that are in the same order
 * (`runtime/scalars.ts`): comparing those is one instruction, NaN and the signs of zero included.
 */
import { type DType, internal, isFloating } from '@deft/core';
import { type Combine, extremes, type Reduction } from '@deft/kernel';
import { literal, valueType } from './c-types.ts';
import { binaryCode } from './scalar-code.ts';

const isInDouble = (combine: Combine, dtype: DType): boolean =>
  dtype === 'float32' && (combine === 'sum' || combine === 'prod');

/** Whether values are accumulated as whole numbers in their order. */
const isInOrder = (combine: Combine, dtype: DType): boolean =>
  isFloating(dtype) && (combine === 'max' || combine === 'min');

/** The dtype of an accumulator. */
export function accumulatorDType(combine: Combine, dtype: DType): DType {
  if (isInDouble(combine, dtype)) return 'float64';
  if (isInOrder(combine, dtype)) return dtype === 'float64' ? 'int64' : 'int32';
  return dtype;
}

/** The type of an accumulator. */
export const accumulatorType = (combine: Combine, dtype: DType): string => valueType(accumulatorDType(combine, dtype));

/** What a value is accumulated as. */
export const enteredValue = (combine: Combine, dtype: DType, x: string): string =>
  isInOrder(combine, dtype) ? `${combine}_order_${dtype}(${x})` : x;

/** The value that was accumulated. */
export const leftValue = (combine: Combine, dtype: DType, x: string): string => {
  if (isInOrder(combine, dtype)) return `of_order_${dtype}(${x})`;
  return isInDouble(combine, dtype) ? `(float)${x}` : x;
};

/** What a reduction of nothing is. */
export function startOf(combine: Combine, dtype: DType): number {
  if (combine === 'sum') return 0;
  if (combine === 'prod') return 1;
  const [lowest, highest] = extremes[dtype];
  return combine === 'max' || combine === 'argMax' ? lowest : highest;
}

/** The same in C, as it is accumulated. */
export const startValue = (combine: Combine, dtype: DType): string =>
  combine === 'sum' || combine === 'prod'
    ? String(startOf(combine, dtype))
    : enteredValue(combine, dtype, literal(dtype, startOf(combine, dtype)));

/** Two accumulated values as one. */
export function combinedValue(combine: Combine, dtype: DType, a: string, b: string): string {
  if (combine === 'sum') return `${a} + ${b}`;
  if (combine === 'prod') return `${a} * ${b}`;
  if (combine === 'max' || combine === 'min') return binaryCode(combine, accumulatorDType(combine, dtype), a, b);
  return internal('a position has no combination of its own');
}

/** Whether a value takes the place of the best one so far: the first NaN does, and stays. */
export function isBetter(combine: Combine, dtype: DType, value: string, best: string): string {
  const better = `${value} ${combine === 'argMax' ? '>' : '<'} ${best}`;
  return isFloating(dtype) ? `(${better}) | ((${value} != ${value}) & (${best} == ${best}))` : better;
}

/** Moves a lane's best value and its position to a value that is better. */
export function movePosition(
  r: number,
  { combine, value: { dtype } }: Reduction,
  value: string,
  lane: string,
): string[] {
  const [best, at] = [`a${r}[${lane}]`, `at${r}[${lane}]`];
  return [
    `const int better${r} = ${isBetter(combine, dtype, value, best)};`,
    `${best} = better${r} ? ${value} : ${best};`,
    `${at} = better${r} ? position : ${at};`,
  ];
}
