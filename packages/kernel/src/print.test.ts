import { kernelProgram } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from './builder.ts';
import {
  binaryExpression,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  expressionSize,
  indexExpression,
  loadExpression,
  reducedExpression,
  selectExpression,
  unaryExpression,
} from './expression.ts';
import type { Kernel, LoopKernel } from './kernel.ts';
import { parseExpression, parseKernel, parseProgram } from './parse.ts';
import { printKernel, printProgram } from './print.ts';
import { printExpression } from './print-expression.ts';
import { threefryExpression } from './random.ts';

const x = loadExpression('float32', 0);

/** Distinct inner nodes; leaves are written where they are used. */
function innerNodes(kernel: Kernel): number {
  const values = kernel.form === 'loop' ? [...kernel.reductions, ...kernel.results].map((each) => each.value) : [];
  const all: Expression[] = kernel.form === 'scatter' ? [kernel.offset, kernel.value] : values;
  const leaves = new Set(all.flatMap((root) => leavesOf(root)));
  return expressionSize(all) - leaves.size;
}

function leavesOf(node: Expression): Expression[] {
  if (node.kind === 'gather') return leavesOf(node.offset);
  if (node.kind === 'select') return [node.condition, node.x, node.y].flatMap(leavesOf);
  if ('y' in node) return [node.x, node.y].flatMap(leavesOf);
  return 'x' in node ? leavesOf(node.x) : [node];
}

describe('text of kernels', () => {
  it('parses back to an equal program that prints the same', () => {
    fc.assert(
      fc.property(kernelProgram(), (program) => {
        const text = printProgram(program);
        const parsed = parseProgram(text);
        // Of functions of the host text has the names.
        const { calls = [], ...rest } = program;
        const { calls: named = [], ...again } = parsed;
        expect(again).toEqual(rest);
        expect(named.map(({ name }) => name)).toEqual(calls.map(({ name }) => name));
        expect(printProgram(parsed)).toBe(text);
        expect(parsed.kernels.map(innerNodes)).toEqual(program.kernels.map(innerNodes));
        for (const kernel of program.kernels) expect(parseKernel(printKernel(kernel))).toEqual(kernel);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads as follows', () => {
    const builder = new ProgramBuilder();
    const input = builder.input('float32', 6);
    const positive = compareExpression('greater', x, constantExpression('float32', -0));
    const square = binaryExpression('mul', unaryExpression('exp', x), castExpression(indexExpression(1, 2), 'float32'));
    const [sum] = builder.loop({
      space: [2],
      reduced: [3],
      operands: [input],
      reductions: [
        { combine: 'sum', value: binaryExpression('add', square, square) },
        { combine: 'argMax', value: selectExpression(positive, square, x) },
      ],
      values: [unaryExpression('sqrt', reducedExpression('float32', 0)), reducedExpression('int32', 1)],
    }) as [number];
    const table = builder.constant('float32', new Float32Array([1.5, Number.NaN]));
    builder.contract({ batch: [], m: [], n: [], k: [2], left: sum, right: table });
    builder.scatter({
      space: [2],
      base: sum,
      offset: indexExpression(0, 1),
      value: constantExpression('float32', 1),
      combine: 'add',
    });
    builder.sort(sum, 1, 'positions', true);
    const padded = {
      shape: [4],
      offset: -1,
      strides: [1],
      guards: [{ offset: -1, coefficients: [1], limit: 2 }],
      fill: 0,
    };
    builder.loop({ space: [4], operands: [{ buffer: sum, view: padded }], values: [x] });
    const program = builder.program();
    const text = printProgram(program);
    expect(text).toMatchInlineSnapshot(`
      "program arena 0 inputs b0 outputs b1 b2 b4 b5 b6 b7
      b0: input float32[6]
      b1: output float32[2]
      b2: output int32[2]
      b3: constant float32[2] = [1.5, NaN]
      b4: output float32[1]
      b5: output float32[2]
      b6: output int32[2]
      b7: output float32[4]
      loop space [2] reduced [3]
        o0: b0 view [2, 3]
        %0 = mul(exp(load<float32>(o0)), cast<float32>(index(0, [0, 1])))
        r0: sum<float32>(add(%0, %0))
        r1: argMax<int32>(select(greater(load<float32>(o0), float32(-0)), %0, load<float32>(o0)))
        b1 = sqrt(reduced<float32>(r0))
        b2 = reduced<int32>(r1)
      contract batch [] m [] n [] k [2]
        left: b1 view [2]
        right: b3 view [2]
        b4 = product
      scatter add space [2] base b1
        at: index(0, [1])
        b5 = float32(1)
      sort descending positions rows 1 length 2
        b6 = b1
      loop space [4] reduced []
        o0: b1 view [4] offset -1 strides [1] where 0 <= -1 + [1] * i < 2 fill 0
        b7 = load<float32>(o0)
      "
    `);
    expect(parseProgram(text)).toEqual(program);
    // Comments and blanks make no difference.
    expect(parseProgram(`# a comment\n${text.replaceAll('\n', '   # …\n\n')}`)).toEqual(program);
  });

  it('keeps the sharing of large expressions, and their size', () => {
    const word = (operand: number): Expression => loadExpression('uint32', operand);
    const [random] = threefryExpression([word(0), word(1)], [word(2), word(3)]);
    const text = printExpression(random);
    const parsed = parseExpression(text);
    expect(printExpression(parsed)).toBe(text);
    expect(text.split('\n').length).toBeLessThan(expressionSize([random]));
  });

  it('has no limit of depth', () => {
    let deep: Expression = x;
    for (let i = 0; i < 20000; i++) deep = unaryExpression('neg', deep);
    expect(expressionSize([parseExpression(printExpression(deep))])).toBe(20001);
  });

  it('names the line that is malformed', () => {
    const loop: LoopKernel = {
      form: 'loop',
      space: [1],
      reduced: [],
      operands: [],
      reductions: [],
      results: [{ buffer: 0, value: constantExpression('int32', 1) }],
    };
    const text = printKernel(loop);
    expect(text).toBe('loop space [1] reduced []\n  b0 = int32(1)');
    const spoilt: [from: string, to: string, says: RegExp][] = [
      ['int32(1)', 'int32(one)', /line 2: expected a number, got one/],
      ['int32(1)', 'shrink(int32(1))', /line 2: expected no arguments of shrink/],
      ['int32(1)', '%0', /line 2: expected a name that has been given, got %0/],
      ['int32(1)', 'int32(1) int32(2)', /line 2: expected the end of the text, got int32/],
      ['int32(1)', 'add(int32(1)', /line 2: expected ,, got the end/],
      ['loop', 'map', /line 1: expected a kernel/],
      ['[1]', '[1;]', /line 1: expected a number, a name or a mark, got ;/],
      ['space', 'spaces', /line 1: expected space, got spaces/],
    ];
    for (const [from, to, says] of spoilt) {
      expect(() => parseKernel(text.replace(from, to))).toThrow(says);
      expect(() => parseKernel(text.replace(from, to))).toThrow('E_ARGUMENT');
    }
    expect(() => parseProgram('')).toThrow(/line 1: expected program, got the end of the text/);
  });
});
