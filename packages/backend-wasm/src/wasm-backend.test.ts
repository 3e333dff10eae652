import { contiguousView, type Executable, type KernelProgram, loadExpression } from '@deft/kernel';
import {
  checkBackendAgainstInterpreter,
  checkHostCallCases,
  checkHostCalls,
  overwritingProgram,
} from '@deft/test-utils';
import { describe, expect, it } from 'vitest';
import { WasmBackend } from './wasm-backend.ts';

/** A program by code for every size, which goes with it. */
function ownSizes(backend: WasmBackend, program: KernelProgram): Executable {
  const code = backend.compileSizes([program, program]);
  const executable = code.at(program);
  const dispose = (): void => {
    executable.dispose();
    code.dispose();
  };
  return { program, run: (inputs, donated) => executable.run(inputs, donated), dispose };
}

describe('the wasm backend gives what the interpreter gives', () => {
  const backend = new WasmBackend();
  for (const form of ['loop', 'contract', 'scatter', 'sort', 'routine', 'repeat', 'branch', 'call'] as const) {
    it(`on random programs of form ${form}`, () => {
      checkBackendAgainstInterpreter(backend, { forms: [form], runs: 400 });
    });

    it(`by code for every size, on random programs of form ${form}`, () => {
      checkBackendAgainstInterpreter(backend, { forms: [form], runs: 300, everySize: true });
    });
  }

  it('on random programs of all forms', () => {
    checkBackendAgainstInterpreter(backend, { runs: 300 });
  });

  it('where calls of the host run programs, dispose of what is in use, and fail', () => {
    checkHostCalls(backend, { runs: 200 });
    checkHostCalls(backend, { runs: 100, everySize: true });
    checkHostCalls(new WasmBackend({ softLimitBytes: 4096 }), { runs: 100 });
    for (const each of [backend, new WasmBackend({ softLimitBytes: 4096 })]) {
      checkHostCallCases(each, (program) => each.compile(program));
      checkHostCallCases(each, (program) => ownSizes(each, program));
    }
  });

  it('where results are written over what was read', () => {
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs: 400 });
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs: 200, everySize: true });
  });
});

describe('the wasm backend keeps storages', () => {
  const copy: KernelProgram = {
    buffers: [
      { dtype: 'float32', length: 3, role: 'input' },
      { dtype: 'float32', length: 3, role: 'output' },
    ],
    inputs: [0],
    outputs: [1, 0, 1],
    kernels: [
      {
        form: 'loop',
        space: [3],
        reduced: [],
        operands: [{ buffer: 0, view: contiguousView([3]) }],
        reductions: [],
        results: [{ buffer: 1, value: loadExpression('float32', 0) }],
      },
    ],
    arenaBytes: 0,
  };

  it('with one more owner where an output stands twice or is an input', () => {
    const backend = new WasmBackend();
    const input = backend.upload('float32', new Float32Array([1, 2, 3]));
    const [first, passed, again] = backend.compile(copy).run([input]);
    expect(passed).toBe(input);
    expect(again).toBe(first);
    input.release();
    first?.release();
    expect([...backend.readSync(input)]).toEqual([1, 2, 3]);
    expect([...backend.readSync(again as never)]).toEqual([1, 2, 3]);
    again?.release();
    expect(first?.released).toBe(true);
  });

  it('and refuses those of another backend, with its own state as it was', () => {
    const backend = new WasmBackend();
    const foreign = new WasmBackend().upload('float32', new Float32Array(3));
    const executable = backend.compile(copy);
    expect(() => executable.run([foreign])).toThrow(/E_BACKEND/);
    expect(backend.memory().storages).toBe(0);
  });
});
