import { type DType, dtypeNames, dtypes, elementsOf, type TypedArray } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder, type Source } from './builder.ts';
import {
  binaryExpression,
  castExpression,
  compareExpression,
  constantExpression,
  gatherExpression,
  indexExpression,
  loadExpression,
  reducedExpression,
  selectExpression,
  unaryExpression,
} from './expression.ts';
import { interpretProgram } from './interpreter.ts';
import type { Combine, ScatterCombine } from './kernel.ts';
import { verifyProgram } from './verify.ts';
import { contiguousView } from './view.ts';

function run(builder: ProgramBuilder, inputs: readonly TypedArray[]): TypedArray[] {
  const program = builder.program();
  verifyProgram(program);
  return interpretProgram(program, inputs);
}

const arrayOf = (dtype: DType, values: readonly number[]): TypedArray => elementsOf(dtype, values);

/** The first dtype of an array's class; tests here use no two of one class but uint8, which they call bool. */
const dtypeOfArray = (array: TypedArray): DType =>
  dtypeNames.find((dtype) => dtypes[dtype].carrier === dtype && array instanceof dtypes[dtype].array) as DType;
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

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

  it('run in stages where a reduction uses another, and store at every point in any order of axes', () => {
    const builder = new ProgramBuilder();
    const x = loadExpression('float64', 0);
    const largest = reducedExpression('float64', 0);
    const shifted = binaryExpression('sub', x, largest);
    builder.loop({
      space: [2],
      reduced: [3],
      operands: [builder.input('float64', 6)],
      reductions: [
        { combine: 'max', value: x },
        { combine: 'sum', value: shifted },
      ],
      values: [
        reducedExpression('float64', 1),
        { value: binaryExpression('add', shifted, reducedExpression('float64', 1)), strides: [1, 2] },
      ],
    });
    expect(run(builder, [new Float64Array([1, 2, 3, 6, 5, 4])])).toEqual([
      new Float64Array([-3, -3]),
      new Float64Array([-5, -3, -4, -4, -3, -5]),
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
    const scatter = (combine: ScatterCombine, based: boolean): TypedArray[] => {
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
    expect(scatter('max', true)).toEqual([new Float32Array([10, 20, 30])]);
    expect(scatter('min', true)).toEqual([new Float32Array([4, 0, 30])]);
    expect(scatter('max', false)).toEqual([new Float32Array([4, 2, 0])]);
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
    const x = builder.constant('bool', new Uint8Array([1, 0]));
    builder.loop({ space: [2], operands: [x], values: [unaryExpression('not', loadExpression('bool', 0))] });
    expect(run(builder, [])).toEqual([new Uint8Array([0, 1])]);
  });
});
