/** Which results may lie on what their kernel reads: the verifier takes the safe ones and refuses the others. */
import { describe, expect, it } from 'vitest';
import {
  binaryExpression,
  castExpression,
  constantExpression,
  type Expression,
  gatherExpression,
  loadExpression,
  reducedExpression,
} from './expression.ts';
import type { BufferSpec, KernelProgram, LoopKernel, Operand, ScatterKernel } from './kernel.ts';
import { parseProgram } from './parse.ts';
import { printProgram } from './print.ts';
import { verifyProgram } from './verify.ts';
import { contiguousView, type View } from './view.ts';

const [rows, columns] = [2, 3];
const count = rows * columns;
const whole = contiguousView([rows, columns]);
const flat = contiguousView([count]);
const turned: View = { ...whole, strides: [1, rows] };
const x = loadExpression('float32', 0);
const y = loadExpression('float32', 1);
const first = reducedExpression('float32', 0);

const loop = (space: number[], operands: Operand[], results: LoopKernel['results']): LoopKernel => ({
  form: 'loop',
  space,
  reduced: [],
  operands,
  reductions: [],
  results,
});
const copy = (from: number, to: number, length = count): LoopKernel =>
  loop([length], [{ buffer: from, view: contiguousView([length]) }], [{ buffer: to, value: x }]);

/** What the kernel is that reads buffer 1, copied from input 0, last, and writes buffer 2 over it. */
function over(
  kernel: LoopKernel | ScatterKernel,
  more: { readonly written?: Partial<BufferSpec>; readonly after?: LoopKernel[] } = {},
) {
  const scratch: BufferSpec = { dtype: 'float32', length: count, role: 'temporary', arenaOffset: 0 };
  const written = { ...scratch, ...more.written };
  const output: BufferSpec = { dtype: 'float32', length: count, role: 'output' };
  const program: KernelProgram = {
    buffers: [
      { dtype: 'float32', length: count, role: 'input' },
      scratch,
      written,
      { ...output, dtype: written.dtype, length: written.length },
      output,
    ],
    inputs: [0],
    outputs: [3, 4],
    kernels: [
      copy(0, 1),
      kernel,
      ...(more.after ?? [copy(0, 4)]),
      {
        ...copy(2, 3, written.length),
        results: [{ buffer: 3, value: loadExpression(written.dtype, 0) }],
      },
    ],
    arenaBytes: 256,
  };
  return () => verifyProgram(program);
}

const read = (view: View, buffer = 1): Operand => ({ buffer, view });
const position = constantExpression('int32', 0);
/** Writes what it reads of its operand at one place of its base, buffer 1 unless told. */
const scatter = (operands: Operand[], value: Expression = x, base: number | null = 1): ScatterKernel => ({
  form: 'scatter',
  space: [count],
  operands,
  base: base ?? undefined,
  offset: position,
  value,
  combine: 'add',
  result: 2,
});
const twice = binaryExpression('add', x, x);
const both = binaryExpression('add', x, y);

/** Stages over the columns of each row; the kernel reads the same buffer as operand 0. */
const staged = (reductions: readonly Expression[], results: LoopKernel['results'], view = whole): LoopKernel => ({
  form: 'loop',
  space: [rows],
  reduced: [columns],
  operands: [read(view)],
  reductions: reductions.map((value) => ({ combine: 'sum', value, dtype: 'float32' })),
  results,
});
const centred = binaryExpression('sub', x, first);
const atPoints = (value: Expression, buffer = 2): LoopKernel['results'][0] => ({
  buffer,
  value,
  strides: whole.strides,
});

describe('a result over an operand', () => {
  const safe: [what: string, verify: () => void][] = [
    ['that is read at the same places', over(loop([rows, columns], [read(whole)], [{ buffer: 2, value: twice }]))],
    [
      'of another dtype of the same width',
      over(loop([count], [read(flat)], [{ buffer: 2, value: castExpression(x, 'int32') }]), {
        written: { dtype: 'int32' },
      }),
    ],
    [
      'whose axes lie in the same other order',
      over(loop([rows, columns], [read(turned)], [{ buffer: 2, value: x, strides: turned.strides }])),
    ],
    ['that is read twice alike', over(loop([count], [read(flat), read(flat)], [{ buffer: 2, value: both }]))],
    [
      'that results before it read',
      over(
        loop(
          [count],
          [read(flat)],
          [
            { buffer: 4, value: twice },
            { buffer: 2, value: x },
          ],
        ),
        { after: [] },
      ),
    ],
    ['that all stages before it read', over(staged([x, centred], [atPoints(centred)]))],
    [
      'in the first stage, with what is known then',
      over(staged([x, first], [atPoints(twice), atPoints(first, 4)]), { after: [] }),
    ],
  ];
  it.each([...safe, ['that a scatter changes', over(scatter([read(flat, 0)]))] as const])(
    '%s is accepted',
    (_, verify) => verify(),
  );

  const spoilt: [what: string, verify: () => void][] = [
    ['is read in another order', over(loop([rows, columns], [read(turned)], [{ buffer: 2, value: x }]))],
    [
      'is read from the end',
      over(loop([count], [read({ ...flat, offset: count - 1, strides: [-1] })], [{ buffer: 2, value: x }])),
    ],
    [
      'is read where a guard holds',
      over(
        loop(
          [count],
          [read({ ...flat, guards: [{ offset: 0, coefficients: [1], limit: 3 }] })],
          [{ buffer: 2, value: x }],
        ),
      ),
    ],
    ['is read in two ways', over(loop([rows, columns], [read(whole), read(turned)], [{ buffer: 2, value: both }]))],
    [
      'is read at computed places',
      over(
        loop(
          [count],
          [read(flat)],
          [{ buffer: 2, value: gatherExpression('float32', 0, constantExpression('int32', 0)) }],
        ),
      ),
    ],
    [
      'a later result reads',
      over(
        loop(
          [count],
          [read(flat)],
          [
            { buffer: 2, value: twice },
            { buffer: 4, value: x },
          ],
        ),
        { after: [] },
      ),
    ],
    ['a later stage reads', over(staged([x, centred], [atPoints(x)]))],
    ['a later stage reads for another result', over(staged([x], [atPoints(x), atPoints(centred, 4)]), { after: [] })],
    ['a later kernel reads', over(copy(1, 2), { after: [copy(1, 4)] })],
    [
      'has wider elements',
      over(loop([count], [read(flat)], [{ buffer: 2, value: castExpression(x, 'float64') }]), {
        written: { dtype: 'float64' },
      }),
    ],
    ['has more elements', over(copy(1, 2, 5), { written: { length: 5 } })],
    ['a scatter reads besides', over(scatter([read(flat)]))],
    ['a scatter reads at computed places', over(scatter([read(flat)], gatherExpression('float32', 0, position)))],
    ['a scatter reads and begins without', over(scatter([read(flat)], x, null))],
    ['was changed by a scatter and is still read', over(scatter([read(flat, 0)]), { after: [copy(1, 4)] })],
  ];
  it.each(spoilt)('that %s is refused', (_, verify) => {
    expect(verify).toThrow(/^internal: arena: buffers \d and \d share bytes/);
  });
});

describe('an output over an input', () => {
  const donating = (kernels: readonly LoopKernel[], more: Partial<KernelProgram> = {}, over = 0) => {
    const spec: BufferSpec = { dtype: 'float32', length: count, role: 'input' };
    const outputs: BufferSpec[] = [
      { ...spec, role: 'output', over },
      { ...spec, role: 'output' },
    ];
    const program = {
      buffers: [{ ...spec, donated: true }, spec, ...outputs],
      inputs: [0, 1],
      outputs: [2, 3],
      kernels,
      arenaBytes: 0,
    };
    return () => verifyProgram({ ...program, ...more });
  };
  const reversed = loop([count], [read({ ...flat, offset: count - 1, strides: [-1] }, 0)], [{ buffer: 2, value: x }]);

  it('that it reads last, or that was read before, is accepted', () => {
    donating([copy(1, 3), copy(0, 2)])();
    donating([copy(0, 3), copy(1, 2)])();
    donating([copy(0, 3), copy(0, 2)])();
  });

  it('is printed and parsed', () => {
    const text = 'program arena 0 inputs b0 outputs b1\nb0: input float32[6] donated\nb1: output float32[6] over b0\n';
    expect(printProgram(parseProgram(text))).toBe(text);
  });

  it('is refused where the input is still read, in another order, passed through, or no input', () => {
    expect(donating([copy(0, 2), copy(0, 3)])).toThrow('it is still read');
    expect(donating([reversed, copy(1, 3)])).toThrow('it is still read');
    expect(donating([copy(1, 2), copy(1, 3)], { outputs: [2, 3, 0] })).toThrow('it is not given up');
    expect(donating([copy(1, 3), copy(3, 2)], {}, 3)).toThrow('it is not given up');
    expect(donating([copy(1, 3), copy(3, 2)], {}, 7)).toThrow('there is none');
  });
});
