/** Random programs of all ops come back from files as they were: values and gradients of the same bits. */
import { isFloating, type NdArray, type Tensor, tensorOfCopy } from '@deft/core';
import { add, deserialize, grad, jit, serialize, setBackend, sum } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetch } from './modes.ts';
import { anyProgram, applyProgram, type Program, programText } from './programs.ts';

const runs = Number(process.env['DEFT_RUNS'] ?? 60);

type Results = (...inputs: Tensor[]) => Tensor[];

/** A function as it comes back from a file. */
function back(f: Results, inputs: readonly Tensor[], gradients: boolean): Results {
  const file = serialize({ f: jit(f, { name: 'f' }).lower(...inputs) }, { gradients });
  return deserialize(file).functions['f'] as unknown as Results;
}

const gradientsOf = (f: Results, count: number): Results => {
  const loss = (...inputs: Tensor[]): Tensor =>
    f(...inputs)
      .filter(({ dtype }) => isFloating(dtype))
      .map((x) => sum(x) as Tensor)
      .reduce((a, b) => add(a, b) as Tensor);
  const argnums = Array.from({ length: count }, (_, i) => i);
  return (grad as (f: unknown, options: unknown) => Results)(loss, { argnums });
};

function expectSame(program: Program, found: readonly NdArray[], expected: readonly NdArray[]): void {
  try {
    expect(found).toEqual(expected);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${programText(program)}`);
  }
}

describe('random programs from a file', () => {
  it('give the same bits', () => {
    setBackend('wasm');
    fc.assert(
      fc.property(anyProgram(), (program) => {
        const f: Results = (...inputs) => [...applyProgram(program, inputs, 'float32')];
        const inputs = program.inputs.map(tensorOfCopy);
        expectSame(program, fetch(back(f, inputs, false)(...inputs)), fetch(jit(f)(...inputs)));
      }),
      { numRuns: runs },
    );
  });

  it('have the same gradients', () => {
    setBackend('wasm');
    fc.assert(
      fc.property(anyProgram({ smooth: true }), (program) => {
        const f: Results = (...inputs) => [...applyProgram(program, inputs, 'float32')];
        const inputs = program.inputs.map(tensorOfCopy);
        const loaded = gradientsOf(back(f, inputs, true), inputs.length);
        expectSame(program, fetch(jit(loaded)(...inputs)), fetch(jit(gradientsOf(f, inputs.length))(...inputs)));
      }),
      { numRuns: runs / 2 },
    );
  });
});
