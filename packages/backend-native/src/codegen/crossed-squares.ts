/**
 * Maps with operands that lie in order along another axis than the results do: those are read a square at a time, transposed into memory
 * of the first cache, and computed with from there (`runtime/squares.ts`).
 */
import { bytesOf } from '@deft/core';
import { loadedOperands, type Nest, type NestOperand, type Quantity, typicalOf } from '@deft/kernel';
import { squareSide } from '../runtime/squares.ts';
import { storedType } from './c-types.ts';
import { affineCode, quantityCode } from './point-code.ts';

/** Operands that lie in order along an axis which is not the last. */
export interface CrossedOperands {
  readonly axis: number;
  readonly operands: readonly number[];
}

/** The operands of a map that are read in squares, if there are some. */
export function crossedOperands(nest: Nest): CrossedOperands | undefined {
  const last = nest.kept.length - 1;
  if (last < 1 || typicalOf(nest.kept[last] as Quantity) < squareSide) return undefined;
  const loaded = loadedOperands(nest.expressions);
  const axes = nest.operands.map(({ strides, guards }, k) => {
    if (!loaded.has(k) || guards.length > 0 || strides[last] === 0 || strides[last] === 1) return -1;
    return strides.findIndex((stride, axis) => stride === 1 && typicalOf(nest.kept[axis] as Quantity) >= squareSide);
  });
  const axis = axes.find((each) => each >= 0);
  if (axis === undefined) return undefined;
  return { axis, operands: axes.flatMap((each, k) => (each === axis ? [k] : [])) };
}

/**
 * The loops over squares of the crossed axis and the last one; `ranges` are those of the two, `indices` those of the others.
 * `point` gives what happens at a point, told its indices and where the crossed operands' elements are.
 */
export function squareLoops(
  nest: Nest,
  { axis, operands }: CrossedOperands,
  ranges: readonly [readonly [string, string], readonly [string, string]],
  indices: readonly string[],
  point: (indices: readonly string[], staged: ReadonlyMap<number, string>) => string[],
): string[] {
  const [[firstLine, endLine], [first, end]] = ranges;
  const side = squareSide;
  const at = (line: string, place: string): string[] => {
    const all = [...indices];
    all.splice(axis, 0, line);
    return [...all, place];
  };
  const stage = (k: number): string[] => {
    const { dtype, offset, strides } = nest.operands[k] as NestOperand;
    const element = (line: string, place: string): string =>
      `p${k}[${affineCode({ offset, coefficients: strides }, at(line, place))}]`;
    const stride = `${quantityCode(strides[nest.kept.length - 1] as Quantity)} * (long)sizeof(*p${k})`;
    const isWhole = `lines == ${side} && places == ${side}`;
    const whole = `if (${isWhole}) transpose_square(&${element('t', 'u')}, ${stride}, s${k}); else`;
    return [
      `${storedType(dtype)} s${k}[${side}][${side}];`,
      ...(bytesOf(dtype) === 4 ? [whole] : []),
      `for (long l = 0; l < places; l++) for (long a = 0; a < lines; a++) s${k}[a][l] = ${element('(t + a)', '(u + l)')};`,
    ];
  };
  const least = (range: string): string => `${range} < ${side} ? ${range} : ${side}`;
  return [
    `for (long t = ${firstLine}; t < ${endLine}; t += ${side})`,
    `for (long u = ${first}; u < ${end}; u += ${side}) {`,
    `const long lines = ${least(`${endLine} - t`)}, places = ${least(`${end} - u`)};`,
    ...operands.flatMap(stage),
    'for (long a = 0; a < lines; a++) {',
    '#pragma GCC ivdep',
    'for (long l = 0; l < places; l++) {',
    ...point(at('(t + a)', '(u + l)'), new Map(operands.map((k) => [k, `s${k}[a][l]`]))),
    '}',
    '}',
    '}',
  ];
}
