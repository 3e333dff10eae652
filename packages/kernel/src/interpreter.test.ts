import { type DType, dtypeOfArray, dtypes, type TypedArray } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder, type Source } from './builder.ts';
import { errorFunction } from './error-function.ts';
import {
  type BinaryScalar,
  binaryExpression,
  bitcastExpression,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  gatherExpression,
  indexExpression,
  loadExpression,
  reducedExpression,
  selectExpression,
  type UnaryScalar,
  unaryExpression,
} from './expression.ts';
import { interpretProgram } from './interpreter.ts';
import type { Combine } from './kernel.ts';
import { verifyProgram } from './verify.ts';
import { contiguousView } from './view.ts';

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

const arrayOf = (dtype: DType, values: readonly number[]): TypedArray => new dtypes[dtype].array(values);
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

describe('loops', () => {
  it('know their point, through blocks of any number', () => {
    const builder = new ProgramBuilder();
    const index = binaryExpression(
      'add',
      binaryExpression('mul', indexExpression(0, 2), constantExpression('int32', 70)),
      indexExpression(1, 2),
    );
    builder.loop({ space: [50, 70], values: [index] });
    expect(run(builder, [])).toEqual([Int32Array.from({ length: 3500 }, (_, i) => i)]);
  });

  it('select, gather and share their work between results', () => {
    const builder = new ProgramBuilder();
    const table = builder.input('float32', 3);
    const at = builder.input('int32', 4);
    const gathered = gatherExpression('float32', 0, loadExpression('int32', 1));
    const zero = constantExpression('float32', 0);
    const operands: Source[] = [{ buffer: table, view: contiguousView([3]) }, at];
    builder.loop({
      space: [4],
      operands,
      values: [gathered, selectExpression(compareExpression('less', gathered, zero), zero, gathered)],
    });
    const elements = [new Float32Array([-1, 2, -3]), new Int32Array([2, 1, 0, 1])];
    expect(run(builder, elements)).toEqual([new Float32Array([-3, 2, -1, 2]), new Float32Array([0, 2, 0, 2])]);
    expect(() => run(builder, [new Float32Array(3), new Int32Array([0, 3, 0, 0])])).toThrow(
      /^internal: a gather reads/,
    );
  });

  /** Every way of combining a matrix of that many rows. */
  const reduce = (combine: Combine, rows: number, data: TypedArray): number[] => {
    const builder = new ProgramBuilder();
    const dtype = dtypeOfArray(data);
    const operand = builder.input(dtype, data.length);
    const value = loadExpression(dtype, 0);
    const result = combine === 'argMax' || combine === 'argMin' ? 'int32' : dtype;
    builder.loop({
      space: [rows],
      reduced: [data.length / rows],
      operands: [operand],
      reductions: [{ combine, value }],
      values: [reducedExpression(result, 0)],
    });
    return [...(run(builder, [data])[0] as TypedArray)];
  };

  it('reduce along rows', () => {
    const data = new Float32Array([1, 3, 3, -2, -5, -5]);
    expect(reduce('sum', 2, data)).toEqual([7, -12]);
    expect(reduce('prod', 2, data)).toEqual([9, -50]);
    expect(reduce('max', 2, data)).toEqual([3, -2]);
    expect(reduce('min', 2, data)).toEqual([1, -5]);
    expect(reduce('argMax', 2, data)).toEqual([1, 0]);
    expect(reduce('argMin', 2, data)).toEqual([0, 1]);
    const withNaN = new Float32Array([1, nan, nan, 2]);
    expect(reduce('max', 1, withNaN)).toEqual([nan]);
    expect(reduce('argMax', 1, withNaN)).toEqual([1]);
    expect(reduce('argMin', 1, withNaN)).toEqual([1]);
    expect(reduce('argMax', 1, new Float32Array([-0, 0]))).toEqual([0]);
    expect(reduce('max', 2, new Uint8Array([0, 0, 1, 0]))).toEqual([0, 1]);
    expect(reduce('min', 2, new Uint8Array([0, 1, 1, 1]))).toEqual([0, 1]);
    expect(reduce('sum', 1, new Int32Array([2 ** 31 - 1, 1, 1]))).toEqual([-(2 ** 31) + 1]);
    expect(reduce('prod', 1, new Uint32Array([2 ** 32 - 1, 2 ** 32 - 1]))).toEqual([1]);
  });

  it('sum without an error that grows', () => {
    const tenth = Math.fround(0.1);
    expect(reduce('sum', 1, new Float32Array(100_000).fill(0.1))).toEqual([Math.fround(tenth * 100_000)]);
    expect(reduce('sum', 1, new Float64Array([1, 1e100, 1, -1e100]))).toEqual([2]);
    expect(reduce('sum', 1, new Float64Array([infinity, 1]))).toEqual([infinity]);
    expect(reduce('sum', 1, new Float64Array([infinity, -infinity]))).toEqual([nan]);
  });

  it('give the identity of the combination where there is nothing to combine', () => {
    const empty: [Combine, DType, number][] = [
      ['sum', 'float32', 0],
      ['prod', 'float64', 1],
      ['prod', 'int32', 1],
      ['max', 'float32', -infinity],
      ['min', 'float32', infinity],
      ['max', 'int32', -(2 ** 31)],
      ['min', 'uint32', 2 ** 32 - 1],
      ['max', 'bool', 0],
      ['min', 'bool', 1],
      ['argMax', 'float32', 0],
    ];
    for (const [combine, dtype, expected] of empty)
      expect(reduce(combine, 2, arrayOf(dtype, []))).toEqual([expected, expected]);
  });

  it('use accumulated values and loads of kept axes in results', () => {
    const builder = new ProgramBuilder();
    const x = builder.input('float32', 6);
    const scale = builder.input('float32', 2);
    builder.loop({
      space: [2],
      reduced: [3],
      operands: [x, { buffer: scale, view: { ...contiguousView([2, 3]), strides: [1, 0] } }],
      reductions: [
        { combine: 'sum', value: loadExpression('float32', 0) },
        { combine: 'max', value: loadExpression('float32', 0) },
      ],
      values: [
        binaryExpression(
          'sub',
          binaryExpression('mul', reducedExpression('float32', 0), loadExpression('float32', 1)),
          reducedExpression('float32', 1),
        ),
      ],
    });
    expect(run(builder, [new Float32Array([1, 2, 3, 4, 5, 6]), new Float32Array([10, 100])])).toEqual([
      new Float32Array([57, 1494]),
    ]);
  });
});

describe('other forms', () => {
  it('contract as three nested loops do', () => {
    const small = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(small, small, small, small, (batch, m, n, k) => {
        const builder = new ProgramBuilder();
        const left = builder.input('int32', batch * m * k);
        const right = builder.input('int32', batch * k * n);
        builder.contract({ batch: [batch], m: [m], n: [n], k: [k], left, right });
        const a = Int32Array.from({ length: batch * m * k }, (_, i) => (i * 0x9e3779b1) | 0);
        const b = Int32Array.from({ length: batch * k * n }, (_, i) => (i * 0x85ebca6b) | 0);
        const expected = new Int32Array(batch * m * n);
        for (let p = 0; p < batch; p++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++)
              for (let q = 0; q < k; q++) {
                const at = (p * m + i) * n + j;
                const product = Math.imul(a[(p * m + i) * k + q] as number, b[(p * k + q) * n + j] as number);
                expected[at] = (expected[at] as number) + product;
              }
        expect(run(builder, [a, b])).toEqual([expected]);
      }),
    );
  });

  it('contract floats with one rounding', () => {
    const builder = new ProgramBuilder();
    const left = builder.input('float32', 3);
    const right = builder.input('float32', 3);
    builder.contract({ batch: [], m: [], n: [], k: [3], left, right });
    const [result] = run(builder, [new Float32Array([2 ** 24, 1, -(2 ** 24)]), new Float32Array([1, 1, 1])]);
    expect(result).toEqual(new Float32Array([1]));
  });

  it('scatter in order, skipping what lies outside', () => {
    const scatter = (combine: 'add' | 'replace', based: boolean): TypedArray[] => {
      const builder = new ProgramBuilder();
      const base = builder.input('float32', 3);
      const offset = builder.input('int32', 5);
      builder.scatter({
        space: [5],
        operands: [offset],
        base: based ? base : { length: 3 },
        offset: loadExpression('int32', 0),
        value: castExpression(indexExpression(0, 1), 'float32'),
        combine,
      });
      return run(builder, [new Float32Array([10, 20, 30]), new Int32Array([1, 3, 1, -1, 0])]);
    };
    expect(scatter('add', true)).toEqual([new Float32Array([14, 22, 30])]);
    expect(scatter('replace', true)).toEqual([new Float32Array([4, 2, 30])]);
    expect(scatter('add', false)).toEqual([new Float32Array([4, 2, 0])]);
  });

  it('sort stably with NaN at its end', () => {
    const sort = (gives: 'values' | 'positions', descending: boolean): number[] => {
      const builder = new ProgramBuilder();
      builder.sort(builder.input('float32', 6), 1, gives, descending);
      return [...(run(builder, [new Float32Array([2, nan, -0, 0, nan, 2])])[0] as TypedArray)];
    };
    expect(sort('values', false)).toEqual([-0, 0, 2, 2, nan, nan]);
    expect(sort('positions', false)).toEqual([2, 3, 0, 5, 1, 4]);
    expect(sort('values', true)).toEqual([nan, nan, 2, 2, -0, 0]);
    expect(sort('positions', true)).toEqual([1, 4, 0, 5, 2, 3]);
  });

  it('sort every row on its own', () => {
    const builder = new ProgramBuilder();
    builder.sort(builder.input('uint32', 6), 2);
    expect(run(builder, [new Uint32Array([3, 1, 2, 2 ** 32 - 1, 5, 0])])).toEqual([
      new Uint32Array([1, 2, 3, 0, 5, 2 ** 32 - 1]),
    ]);
  });
});

describe('programs', () => {
  it('pass inputs through and keep temporaries to themselves', () => {
    const builder = new ProgramBuilder();
    const x = builder.input('int32', 2);
    const load = loadExpression('int32', 0);
    const [square] = builder.loop({ space: [2], operands: [x], values: [binaryExpression('mul', load, load)] }) as [
      number,
    ];
    const [fourth] = builder.loop({
      space: [2],
      operands: [square],
      values: [binaryExpression('mul', load, load)],
    }) as [number];
    const program = builder.program([fourth, x, fourth]);
    verifyProgram(program);
    const input = new Int32Array([2, 3]);
    const outputs = interpretProgram(program, [input]);
    expect(outputs[0]).toEqual(new Int32Array([16, 81]));
    expect(outputs[1]).toBe(input);
    expect(outputs[2]).toBe(outputs[0]);
  });

  it('read constants', () => {
    const builder = new ProgramBuilder();
    const x = builder.constant(new Uint8Array([1, 0]));
    builder.loop({ space: [2], operands: [x], values: [unaryExpression('not', loadExpression('bool', 0))] });
    expect(run(builder, [])).toEqual([new Uint8Array([0, 1])]);
  });
});
