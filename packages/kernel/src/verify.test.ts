import { kernelProgram } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryExpression,
  constantExpression,
  type Expression,
  gatherExpression,
  indexExpression,
  loadExpression,
  reducedExpression,
} from './expression.ts';
import type {
  BufferSpec,
  ContractKernel,
  Kernel,
  KernelProgram,
  LoopKernel,
  Operand,
  ScatterKernel,
  SortKernel,
} from './kernel.ts';
import { verifyProgram } from './verify.ts';
import { contiguousView, type View } from './view.ts';

const input: BufferSpec = { dtype: 'float32', length: 6, role: 'input' };
const output: BufferSpec = { dtype: 'float32', length: 6, role: 'output' };
const x = loadExpression('float32', 0);
const operand = (view: View, buffer = 0): Operand => ({ buffer, view });
const flat = contiguousView([6]);

const map: LoopKernel = {
  form: 'loop',
  space: [6],
  reduced: [],
  operands: [operand(flat)],
  reductions: [],
  results: [{ buffer: 1, value: x }],
};

function program(kernel: Kernel, more: Partial<KernelProgram> = {}): KernelProgram {
  return { buffers: [input, output], inputs: [0], outputs: [1], kernels: [kernel], arenaBytes: 0, ...more };
}

const withValue = (value: Expression, more: Partial<LoopKernel> = {}): KernelProgram =>
  program({ ...map, ...more, results: [{ buffer: 1, value }] });

/** Sums rows of a matrix of 6 × 2. */
const sum: LoopKernel = {
  ...map,
  reduced: [2],
  operands: [operand({ ...contiguousView([6, 2]), strides: [1, 0] })],
  reductions: [{ combine: 'sum', value: x, dtype: 'float32' }],
  results: [{ buffer: 1, value: reducedExpression('float32', 0) }],
};

const product: ContractKernel = {
  form: 'contract',
  batch: [],
  m: [2],
  n: [3],
  k: [2],
  left: operand(contiguousView([2, 2])),
  right: operand(contiguousView([2, 3])),
  result: 1,
};

const scatter: ScatterKernel = {
  form: 'scatter',
  space: [6],
  operands: [operand(flat)],
  base: 0,
  offset: indexExpression(0, 1),
  value: x,
  combine: 'add',
  result: 1,
};

const sort: SortKernel = { form: 'sort', rows: 2, length: 3, source: 0, descending: false, gives: 'values', result: 1 };

const scratch = (arenaOffset: number): BufferSpec => ({ dtype: 'float32', length: 6, role: 'temporary', arenaOffset });
const copy = (from: number, to: number): LoopKernel => ({
  ...map,
  operands: [operand(flat, from)],
  results: [{ buffer: to, value: x }],
});
/** Copies the input through two temporaries that are alive together. */
const chain = (first: number, second: number, arenaBytes = 128): KernelProgram => ({
  buffers: [input, output, scratch(first), scratch(second)],
  inputs: [0],
  outputs: [1],
  kernels: [copy(0, 2), copy(2, 3), copy(3, 1)],
  arenaBytes,
});

describe('verification', () => {
  it('accepts random well-formed programs', () => {
    fc.assert(
      fc.property(kernelProgram(), (each) => verifyProgram(each)),
      { numRuns: 1000 },
    );
  });

  it('accepts the programs that are spoilt below', () => {
    for (const kernel of [map, sum, product, scatter, sort]) verifyProgram(program(kernel));
    verifyProgram(chain(0, 64));
  });

  const guarded: View = { ...flat, guards: [{ offset: 0, coefficients: [1], limit: 3 }], fill: 0 };
  const integer = constantExpression('int32', 0);
  const spoilt: [what: string, program: KernelProgram, says: RegExp][] = [
    ['a dtype that is none', program(map, { buffers: [{ ...input, dtype: 'int7' as 'int32' }, output] }), /dtype int7/],
    ['a fraction of an element', program(map, { buffers: [{ ...input, length: 1.5 }, output] }), /1\.5 elements/],
    [
      'a constant without elements',
      program(map, { buffers: [input, output, { ...input, role: 'constant' }] }),
      /elements/,
    ],
    ['an input that is not listed', program(map, { inputs: [] }), /not listed/],
    ['an input listed twice', program(map, { inputs: [0, 0] }), /twice/],
    ['an output that is not listed', program(map, { outputs: [0] }), /not listed/],
    ['an output that is a temporary', { ...chain(0, 64), outputs: [1, 2] }, /neither/],
    ['an output that is not written', program(map, { kernels: [] }), /no kernel writes/],
    ['a buffer that is not there', program({ ...map, operands: [operand(flat, 7)] }), /no buffer 7/],
    ['a result over an input', program({ ...map, results: [{ buffer: 0, value: x }] }), /writes buffer 0/],
    [
      'a reduction that uses a later one',
      program({ ...sum, reductions: [{ combine: 'sum', value: reducedExpression('float32', 0), dtype: 'float32' }] }),
      /no reduction 0/,
    ],
    [
      'strides of a result that leave a gap',
      program({ ...map, results: [{ buffer: 1, value: x, strides: [2] }] }),
      /strides \[2\]/,
    ],
    [
      'strides of a result for other axes',
      program({ ...map, results: [{ buffer: 1, value: x, strides: [6, 1] }] }),
      /strides \[6,1\]/,
    ],
    ['a second write', program(map, { kernels: [map, map] }), /again/],
    [
      'a read before the write',
      { ...chain(0, 64), kernels: [...chain(0, 64).kernels].reverse() },
      /before it is written/,
    ],
    ['an arena offset between', chain(0, 32), /arena offset 32/],
    ['a temporary beyond the arena', chain(0, 64, 64), /arena of 64/],
    ['temporaries that overlap', { ...chain(0, 0), kernels: [copy(0, 2), copy(0, 3), copy(2, 1)] }, /share bytes/],
    ['a result of another dtype', withValue(integer), /int32 for buffer 1/],
    [
      'a result of another length',
      program({ ...map, space: [5], operands: [operand(contiguousView([5]))] }),
      /5 elements/,
    ],
    ['no results', program({ ...map, results: [] }), /no results/],
    ['a view of another shape', program({ ...map, operands: [operand(contiguousView([3, 2]))] }), /view over \[/],
    ['a view beyond its buffer', program({ ...map, operands: [operand({ ...flat, offset: 1 })] }), /leaves its 6/],
    ['a view before its buffer', program({ ...map, operands: [operand({ ...flat, strides: [-1] })] }), /leaves its 6/],
    ['strides of another rank', program({ ...map, operands: [operand({ ...flat, strides: [] })] }), /strides/],
    [
      'a guard of another rank',
      program({ ...map, operands: [operand({ ...guarded, guards: [{ offset: 0, coefficients: [], limit: 1 }] })] }),
      /guard/,
    ],
    ['an operand that is not there', withValue(loadExpression('float32', 3)), /no operand 3/],
    [
      'a load as another dtype',
      withValue({ kind: 'cast', dtype: 'float32', x: loadExpression('int32', 0) }),
      /read as int32/,
    ],
    [
      'operands of two dtypes',
      withValue({ kind: 'binary', dtype: 'float32', op: 'add', x, y: integer }),
      /second operand/,
    ],
    [
      'a shift of floats',
      withValue({ kind: 'binary', dtype: 'float32', op: 'shiftLeft', x, y: x }),
      /shiftLeft of float32/,
    ],
    [
      'a constant that its dtype cannot hold',
      withValue({ kind: 'cast', dtype: 'float32', x: constantExpression('int32', 0.5) }),
      /no int32/,
    ],
    [
      'a bitcast of bytes',
      withValue({ kind: 'bitcast', dtype: 'float32', x: constantExpression('bool', 1) }),
      /bitcast/,
    ],
    [
      'an index over another space',
      withValue({ kind: 'cast', dtype: 'float32', x: indexExpression(0, 2) }),
      /index of 2 axes/,
    ],
    [
      'a gather of a matrix',
      withValue(gatherExpression('float32', 0, integer), { operands: [operand(contiguousView([2, 3]))] }),
      /not flat/,
    ],
    ['a reduction that is not there', withValue(reducedExpression('float32', 0)), /no reduction 0/],
    [
      'reduced axes without a reduction',
      program({ ...sum, reductions: [], results: [{ buffer: 1, value: x }] }),
      /without a reduction/,
    ],
    [
      'a result that depends on a reduced axis',
      program({
        ...sum,
        operands: [operand({ ...contiguousView([6, 2]), strides: [0, 1] })],
        results: [{ buffer: 1, value: binaryExpression('add', x, reducedExpression('float32', 0)) }],
      }),
      /depends on a reduced/,
    ],
    [
      'a reduction within a reduction',
      program({ ...sum, reductions: [{ combine: 'sum', value: reducedExpression('float32', 0), dtype: 'float32' }] }),
      /no reduction 0 here/,
    ],
    [
      'a position as a float',
      program({ ...sum, reductions: [{ combine: 'argMax', value: x, dtype: 'float32' }] }),
      /gives int32/,
    ],
    [
      'a contraction of padding',
      program({
        ...product,
        left: operand({ ...contiguousView([2, 2]), guards: [{ offset: 0, coefficients: [1, 0], limit: 1 }] }),
      }),
      /has guards/,
    ],
    ['a contraction over other dims', program({ ...product, k: [3] }), /view over \[/],
    ['a scatter offset of another dtype', program({ ...scatter, offset: x }), /offset is float32/],
    [
      'a scatter base of another size',
      program({ ...scatter, base: 2 }, { buffers: [input, output, { ...input, length: 5 }], inputs: [0, 2] }),
      /5 elements/,
    ],
    ['rows that do not fill the buffer', program({ ...sort, rows: 4 }), /4 rows/],
    ['positions as floats', program({ ...sort, gives: 'positions' }), /int32 for buffer 1/],
  ];

  it.each(spoilt)('refuses %s', (_, each, says) => {
    expect(() => verifyProgram(each)).toThrow(says);
    expect(() => verifyProgram(each)).toThrow(/^internal: /);
  });
});
