import { type DType, dtypeNames, dtypes, elementsOf, type TypedArray } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from './builder.ts';
import { errorFunction } from './error-function.ts';
import {
  type BinaryScalar,
  binaryExpression,
  bitcastExpression,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  loadExpression,
  type UnaryScalar,
  unaryExpression,
} from './expression.ts';
import { interpretProgram } from './interpreter.ts';
import { verifyProgram } from './verify.ts';

function run(builder: ProgramBuilder, inputs: readonly TypedArray[]): TypedArray[] {
  const program = builder.program();
  verifyProgram(program);
  return interpretProgram(program, inputs);
}

/** Values of a function of contiguous operands at every point. */
function map(value: (...loads: Expression[]) => Expression, ...inputs: TypedArray[]): number[] {
  const builder = new ProgramBuilder();
  const length = inputs[0]?.length ?? 1;
  const operands = inputs.map((array) => builder.input(dtypeOfArray(array), length));
  const loads = inputs.map((array, i) => loadExpression(dtypeOfArray(array), i));
  builder.loop({ space: [length], operands, values: [value(...loads)] });
  return [...(run(builder, inputs)[0] as TypedArray)];
}

const arrayOf = (dtype: DType, values: readonly number[]): TypedArray => elementsOf(dtype, values);

/** The first dtype of an array's class; tests here use no two of one class but uint8, which they call bool. */
const dtypeOfArray = (array: TypedArray): DType =>
  dtypeNames.find((dtype) => dtypes[dtype].carrier === dtype && array instanceof dtypes[dtype].array) as DType;
const unary = (op: UnaryScalar, dtype: DType, ...values: number[]): number[] =>
  map((x) => unaryExpression(op, x as Expression), arrayOf(dtype, values));
const binary = (op: BinaryScalar, dtype: DType, ...pairs: [number, number][]): number[] =>
  map(
    (x, y) => binaryExpression(op, x as Expression, y as Expression),
    arrayOf(
      dtype,
      pairs.map(([x]) => x),
    ),
    arrayOf(
      dtype,
      pairs.map(([, y]) => y),
    ),
  );
const cast = (from: DType, to: DType, ...values: number[]): number[] =>
  map((x) => castExpression(x as Expression, to), arrayOf(from, values));

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('scalars', () => {
  it('round to float32 after every step', () => {
    const float = fc.float();
    fc.assert(
      fc.property(float, float, float, (a, b, c) => {
        const [result] = map(
          (x, y, z) =>
            binaryExpression('mul', binaryExpression('add', x as Expression, y as Expression), z as Expression),
          ...[a, b, c].map((value) => new Float32Array([value])),
        );
        expect(result).toBe(Math.fround(Math.fround(a + b) * c));
      }),
    );
    expect(unary('erf', 'float32', 0.3)).toEqual([Math.fround(errorFunction(Math.fround(0.3)))]);
    expect(unary('exp', 'float64', 0.3)).toEqual([Math.exp(0.3)]);
  });

  it('round half to even, keeping −0 and what is not finite', () => {
    expect(unary('round', 'float32', 0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, -0, 8388609, infinity, nan)).toEqual([
      0,
      2,
      2,
      -0,
      -2,
      0,
      -0,
      8388609,
      infinity,
      nan,
    ]);
    expect(unary('round', 'float64', 2 ** 52 + 1, -(2 ** 52) - 1, 2 ** 51 + 0.5)).toEqual([
      2 ** 52 + 1,
      -(2 ** 52) - 1,
      2 ** 51,
    ]);
  });

  it('order NaN and −0 in max and min', () => {
    expect(binary('max', 'float32', [nan, 1], [1, nan], [-0, 0], [0, -0], [1, 2])).toEqual([nan, nan, 0, 0, 2]);
    expect(binary('min', 'float32', [nan, 1], [1, nan], [-0, 0], [0, -0], [1, 2])).toEqual([nan, nan, -0, -0, 1]);
  });

  it('wrap integers', () => {
    const big = 2 ** 31 - 1;
    expect(binary('add', 'int32', [big, 1], [-big, -2])).toEqual([-big - 1, big]);
    expect(binary('mul', 'int32', [big, big], [65537, 65537])).toEqual([1, 131073]);
    expect(binary('mul', 'uint32', [2 ** 32 - 1, 2 ** 32 - 1], [2 ** 31, 2])).toEqual([1, 0]);
    expect(binary('sub', 'uint32', [0, 1])).toEqual([2 ** 32 - 1]);
    expect(unary('neg', 'int32', -(2 ** 31), 5)).toEqual([-(2 ** 31), -5]);
    expect(unary('abs', 'int32', -(2 ** 31), -5)).toEqual([-(2 ** 31), 5]);
    expect(unary('neg', 'uint32', 1)).toEqual([2 ** 32 - 1]);
  });

  it('divide integers towards zero, by zero to 0', () => {
    expect(binary('div', 'int32', [7, 2], [-7, 2], [7, 0], [-(2 ** 31), -1])).toEqual([3, -3, 0, -(2 ** 31)]);
    expect(binary('rem', 'int32', [7, 3], [-7, 3], [7, -3], [7, 0], [-(2 ** 31), -1])).toEqual([1, -1, 1, 0, 0]);
    expect(binary('div', 'uint32', [2 ** 32 - 1, 2], [1, 0])).toEqual([2 ** 31 - 1, 0]);
    expect(binary('rem', 'float32', [7.5, 2], [-7.5, 2], [1, 0], [-4, 2], [3, infinity])).toEqual([
      1.5,
      -1.5,
      nan,
      -0,
      3,
    ]);
  });

  it('raise integers to powers with wrapping', () => {
    expect(binary('pow', 'int32', [3, 4], [-2, 31], [2, 32], [0, 0], [7, 1])).toEqual([81, -(2 ** 31), 0, 1, 7]);
    expect(binary('pow', 'int32', [2, -1], [1, -5], [-1, -5], [-1, -4], [0, -1])).toEqual([0, 1, -1, 1, 0]);
    expect(binary('pow', 'uint32', [3, 21], [5, 2 ** 32 - 1])).toEqual([10460353203 % 2 ** 32, 3435973837]);
  });

  it('shift by counts modulo 32', () => {
    expect(binary('shiftLeft', 'int32', [1, 31], [1, 32], [3, 33])).toEqual([-(2 ** 31), 1, 6]);
    expect(binary('shiftRight', 'int32', [-8, 1], [-1, 31], [-8, 32])).toEqual([-4, -1, -8]);
    expect(binary('shiftRight', 'uint32', [2 ** 32 - 8, 1], [2 ** 31, 31])).toEqual([2 ** 31 - 4, 1]);
  });

  it('take logic by bits and by truth', () => {
    expect(binary('xor', 'uint32', [2 ** 32 - 1, 1])).toEqual([2 ** 32 - 2]);
    expect(binary('and', 'bool', [1, 0], [1, 1])).toEqual([0, 1]);
    expect(unary('not', 'bool', 0, 1)).toEqual([1, 0]);
    expect(unary('not', 'int32', 0, -1)).toEqual([-1, 0]);
    expect(unary('not', 'uint32', 0)).toEqual([2 ** 32 - 1]);
    expect(unary('isNaN', 'float32', nan, 1)).toEqual([1, 0]);
    expect(unary('isNaN', 'int32', 1)).toEqual([0]);
  });

  it('compare NaN as unequal to everything', () => {
    const compare = (op: 'equal' | 'notEqual' | 'less' | 'greaterEqual'): number[] =>
      map(
        (x, y) => compareExpression(op, x as Expression, y as Expression),
        new Float32Array([nan, 1, 2]),
        new Float32Array([nan, nan, 2]),
      );
    expect(compare('equal')).toEqual([0, 0, 1]);
    expect(compare('notEqual')).toEqual([1, 1, 0]);
    expect(compare('less')).toEqual([0, 0, 0]);
    expect(compare('greaterEqual')).toEqual([0, 0, 1]);
  });

  it('cast by value, saturating from floats', () => {
    expect(cast('float32', 'int32', 1.9, -1.9, 3e9, -3e9, nan, infinity)).toEqual([
      1,
      -1,
      2 ** 31 - 1,
      -(2 ** 31),
      0,
      2 ** 31 - 1,
    ]);
    expect(cast('float64', 'uint32', -1, 3e9, 1e20, nan, -0.5)).toEqual([0, 3e9, 2 ** 32 - 1, 0, 0]);
    expect(cast('float32', 'bool', 0, -0, 0.1, nan)).toEqual([0, 0, 1, 1]);
    expect(cast('int32', 'uint32', -1)).toEqual([2 ** 32 - 1]);
    expect(cast('uint32', 'int32', 2 ** 32 - 1)).toEqual([-1]);
    expect(cast('int32', 'float32', 16777217)).toEqual([16777216]);
    expect(cast('bool', 'float32', 1, 0)).toEqual([1, 0]);
  });

  it('reinterpret the same bits', () => {
    expect(map((x) => bitcastExpression(x as Expression, 'uint32'), new Float32Array([1, -0]))).toEqual([
      0x3f800000,
      2 ** 31,
    ]);
    expect(map((x) => bitcastExpression(x as Expression, 'float32'), new Int32Array([0x40490fdb]))).toEqual([
      Math.fround(Math.PI),
    ]);
  });

  it('evaluate a node that is used twice once, however deep', () => {
    let x: Expression = loadExpression('float64', 0);
    for (let i = 0; i < 20000; i++)
      x = binaryExpression('mul', constantExpression('float64', 0.5), binaryExpression('add', x, x));
    expect(map(() => x, new Float64Array([3]))).toEqual([3]);
  });
});
