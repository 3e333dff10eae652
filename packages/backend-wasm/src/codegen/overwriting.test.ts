/** Kernels in several passes whose results are written over what they read. */
import {
  binaryExpression,
  contiguousView,
  interpretProgram,
  type KernelProgram,
  type LoopKernel,
  loadExpression,
  reducedExpression,
  unaryExpression,
  verifyProgram,
} from '@deft/kernel';
import { firstDifference } from '@deft/test-utils';
import { expect, it } from 'vitest';
import { WasmBackend } from '../wasm-backend.ts';

const [rows, length] = [3, 10];
const count = rows * length;
const view = contiguousView([rows, length]);
const strides = view.strides;
const x = loadExpression('float32', 0);
const exponential = unaryExpression('exp', binaryExpression('sub', x, reducedExpression('float32', 0)));
const quotient = binaryExpression('div', exponential, reducedExpression('float32', 1));

const copy = (from: number, to: number): LoopKernel => ({
  form: 'loop',
  space: [count],
  reduced: [],
  operands: [{ buffer: from, view: contiguousView([count]) }],
  reductions: [],
  results: [{ buffer: to, value: x }],
});

/** A softmax of a temporary, the quotient written over it, with more results before. */
function softmaxWith(others: LoopKernel['results']): KernelProgram {
  const softmax: LoopKernel = {
    form: 'loop',
    space: [rows],
    reduced: [length],
    operands: [{ buffer: 1, view }],
    reductions: [
      { combine: 'max', value: x, dtype: 'float32' },
      { combine: 'sum', value: exponential, dtype: 'float32' },
    ],
    results: [...others, { buffer: 2, value: quotient, strides }],
  };
  const scratch = { dtype: 'float32', length: count, role: 'temporary', arenaOffset: 0 } as const;
  const outputs = [3, ...others.map((other) => other.buffer)];
  return {
    buffers: [
      { dtype: 'float32', length: count, role: 'input' },
      scratch,
      scratch,
      ...outputs.map(() => ({ dtype: 'float32', length: count, role: 'output' }) as const),
    ],
    inputs: [0],
    outputs,
    kernels: [copy(0, 1), softmax, copy(2, 3)],
    arenaBytes: 128,
  };
}

it.each([
  ['alone', []],
  [
    'after a result that reads the operand in the last pass',
    [{ buffer: 4, value: binaryExpression('mul', x, reducedExpression('float32', 1)), strides }],
  ],
  ['after a result of the first pass', [{ buffer: 4, value: unaryExpression('neg', x), strides }]],
])('a softmax over what it reads, %s', (_, others) => {
  const program = softmaxWith(others);
  verifyProgram(program);
  const backend = new WasmBackend();
  const input = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 7));
  // Code for every size does not know where temporaries lie: here apart in the sample it is made by.
  const apart = program.buffers.map((spec, id) => (id === 2 ? { ...spec, arenaOffset: 128 } : spec));
  const code = backend.compileSizes([{ ...program, buffers: apart, arenaBytes: 256 }, program]);
  for (const executable of [backend.compile(program), code.at(program)]) {
    const found = executable.run([backend.upload('float32', input.slice())]);
    interpretProgram(program, [input]).forEach((expected, i) => {
      expect(firstDifference(expected, backend.readSync(found[i] as never), false)).toBeUndefined();
    });
  }
});
