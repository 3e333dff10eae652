import { DeftError, type DType, dtypes, elementsOf, type TypedArray } from '@deft/core';
import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from './builder.ts';
import { callsWithin } from './calls.ts';
import { callHost, type HostFunction } from './host-function.ts';
import { interpretProgram } from './interpreter.ts';
import type { KernelProgram } from './kernel.ts';
import { parseKernel, parseProgram } from './parse.ts';
import { printKernel, printProgram } from './print.ts';
import { verifyProgram } from './verify.ts';

const giving = (...results: unknown[]): HostFunction => ({ name: 'mine', run: () => results as TypedArray[] });
const float = (length: number) => ({ dtype: 'float32' as DType, length });

function errorOf(f: () => unknown): DeftError {
  try {
    f();
  } catch (error) {
    if (error instanceof DeftError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a function of the host', () => {
  it('gives as many arrays as there are results, of their kinds and lengths', () => {
    const x = new Float32Array([1, 2]);
    expect(callHost(giving(x), [], [float(2)])).toEqual([x]);
    const wrong: [HostFunction, code: string, says: RegExp][] = [
      [giving(), 'E_SHAPE', /mine: results: expected 1 results, got 0/],
      [giving(x, x), 'E_SHAPE', /got 2/],
      [giving(new Float32Array(3)), 'E_SHAPE', /mine: result 0: expected 2 elements, got 3/],
      [giving(new Float64Array(2)), 'E_DTYPE', /mine: result 0: expected float32 in a Float32Array, got Float64Array/],
      [giving([1, 2]), 'E_DTYPE', /got Array/],
      [giving(null), 'E_DTYPE', /got object/],
      [{ name: 'mine', run: () => undefined as never }, 'E_DTYPE', /expected a list of arrays, got undefined/],
      [{ name: 'mine', run: (() => Promise.resolve([x])) as never }, 'E_DTYPE', /got Promise/],
    ];
    for (const [host, code, says] of wrong) {
      const error = errorOf(() => callHost(host, [], [float(2)]));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(says);
    }
  });

  it('may leave rounding to the dtype', () => {
    const results = [
      { dtype: 'float16', length: 2 },
      { dtype: 'bfloat16', length: 2 },
      { dtype: 'bool', length: 2 },
    ] as const;
    const third = new Float32Array([1 / 3, -70000]);
    const given = callHost(giving(third, third, new Uint8Array([0, 2])), [], results);
    expect(given).toEqual([elementsOf('float16', third), elementsOf('bfloat16', third), new Uint8Array([0, 1])]);
  });

  it('gets copies in the host arrays of each dtype, and its error is the run’s', () => {
    for (const dtype of Object.keys(dtypes) as DType[]) {
      if (dtype === 'complex64') continue;
      const data = elementsOf(dtype, [1, 0, 1]);
      const host: HostFunction = {
        name: dtype,
        run: ([x]) => {
          expect(x).toEqual(data);
          expect(x).not.toBe(data);
          x?.reverse();
          return [x?.slice() as TypedArray];
        },
      };
      const builder = new ProgramBuilder();
      builder.call(host, [builder.input(dtype, 3)], [{ dtype, length: 3 }]);
      expect(interpretProgram(builder.program(), [data])).toEqual([elementsOf(dtype, [1, 0, 1])]);
    }
    const error = new Error('no');
    const builder = new ProgramBuilder();
    const fails = (): never => {
      throw error;
    };
    builder.call({ name: 'fails', run: fails }, [], [float(1)]);
    expect(() => interpretProgram(builder.program(), [])).toThrow(error);
  });
});

describe('programs with calls', () => {
  const program = (name: string): KernelProgram => {
    const builder = new ProgramBuilder();
    const x = builder.input('float32', 2);
    const [y] = builder.call(
      { name, run: ([a]) => [a as TypedArray, new Int32Array(1)] },
      [x, x],
      [float(2), { dtype: 'int32', length: 1 }],
    ) as [number];
    builder.call({ name: 'twice', run: ([a]) => [a as TypedArray] }, [y], [float(2)]);
    return builder.program();
  };

  it('name their functions in text, which has nothing more of them', () => {
    expect(printProgram(program('f'))).toBe(`program arena 0 inputs b0 outputs b1 b2 b3
b0: input float32[2]
b1: output float32[2]
b2: output int32[1]
b3: output float32[2]
f0: "f"
f1: "twice"
call f0 operands b0 b0 results b1 b2
call f1 operands b1 results b3
`);
    for (const name of ['f', '', 'a "quoted" \\ name # no comment', 'line\nbreak', 'b0: ü']) {
      const given = program(name);
      const text = printProgram(given);
      const parsed = parseProgram(text);
      verifyProgram(parsed);
      expect(printProgram(parsed)).toBe(text);
      expect(parsed.calls?.map((call) => call.name)).toEqual([name, 'twice']);
      for (const kernel of given.kernels) expect(parseKernel(printKernel(kernel))).toEqual(kernel);
      const error = errorOf(() => interpretProgram(parsed, [new Float32Array(2)]));
      expect(error.code).toBe('E_ARGUMENT');
      expect(error.message).toMatch(/of which it has the name only/);
      const whole = { ...parsed, calls: given.calls ?? [] };
      expect(interpretProgram(whole, [new Float32Array([3, 4])])[2]).toEqual(new Float32Array([3, 4]));
    }
  });

  it('are checked', () => {
    const given = program('f');
    expect(() => verifyProgram({ ...given, calls: (given.calls ?? []).slice(1) })).toThrow(
      /internal: kernel 1 \(call\): calls function 1 of 1/,
    );
    const [first] = callsWithin(given.kernels);
    const without = { ...given, kernels: [{ ...first, results: [] }] } as KernelProgram;
    expect(() => verifyProgram(without)).toThrow(/no results/);
  });
});
