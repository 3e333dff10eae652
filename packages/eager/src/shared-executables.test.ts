/** Equal programs run as one, as long as somebody has it. */

import { WasmBackend } from '@deft/backend-wasm';
import { baseInterpreter } from '@deft/core';
import { type HostFunction, type KernelProgram, ProgramBuilder, type Storage } from '@deft/kernel';
import { add, jit, mul, reshape, setBackend, type Tensor, tensor } from '@deft/tensor';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { eagerExecutor } from './backends.ts';

describe('equal programs', () => {
  const backend = new WasmBackend({ threads: 1 });
  const disposed = vi.fn();
  const compile = backend.compile.bind(backend);
  const compiled = vi.spyOn(backend, 'compile').mockImplementation((program) => {
    const executable = compile(program);
    const dispose = executable.dispose.bind(executable);
    executable.dispose = () => {
      disposed();
      dispose();
    };
    return executable;
  });
  setBackend(backend);
  afterAll(() => setBackend('auto'));
  const vector = (...values: number[]): Tensor => tensor(values) as Tensor;

  it('are compiled once, of different ops at different shapes too', () => {
    const before = compiled.mock.calls.length;
    const x = vector(1, 2, 3, 4, 5, 6);
    expect((add(x, x) as Tensor).toArray()).toEqual([2, 4, 6, 8, 10, 12]);
    const square = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]) as Tensor;
    expect((add(square, square) as Tensor).toArray()).toEqual([
      [2, 4, 6],
      [8, 10, 12],
    ]);
    const once = jit((a: Tensor) => add(a, a) as Tensor);
    expect(once(x).toArray()).toEqual([2, 4, 6, 8, 10, 12]);
    const two = [jit((a: Tensor) => mul(a, 3) as Tensor), jit((a: Tensor) => mul(a, 3) as Tensor)];
    for (const f of two) expect(f(x).toArray()).toEqual([3, 6, 9, 12, 15, 18]);
    expect(jit((a: Tensor) => mul(a, 4) as Tensor)(x).toArray()).toEqual([4, 8, 12, 16, 20, 24]);
    // add of two operands, of one twice (in the capture), times 3, times 4.
    expect(compiled.mock.calls.length - before).toBe(4);
  });

  it('tell 0 from -0, and long constants by identity', () => {
    const executor = eagerExecutor();
    expect(executor).toBe(baseInterpreter());
    const x = vector(5);
    expect(Object.is((jit((a: Tensor) => mul(mul(a, 0), -0) as Tensor)(x).dataSync() as Float32Array)[0], -0)).toBe(
      true,
    );
    expect(Object.is((jit((a: Tensor) => mul(mul(a, 0), 0) as Tensor)(x).dataSync() as Float32Array)[0], 0)).toBe(true);
  });

  it('tell functions of the host by identity', () => {
    const executor = eagerExecutor();
    const calling = (run: HostFunction['run']): KernelProgram => {
      const builder = new ProgramBuilder();
      builder.call({ name: 'f', run }, [], [{ dtype: 'float32', length: 1 }]);
      return builder.program();
    };
    const one = (): Float32Array[] => [new Float32Array([1])];
    const two = (): Float32Array[] => [new Float32Array([2])];
    const before = compiled.mock.calls.length;
    const results = [one, two, one].map((run) => executor.compileProgram(calling(run)).run([])[0] as Storage);
    expect(results.map((result) => backend.readSync(result)[0])).toEqual([1, 2, 1]);
    expect(compiled.mock.calls.length - before).toBe(2);
  });

  it('go when nobody has them any more, and not before', () => {
    const executor = eagerExecutor();
    const f = jit((a: Tensor) => reshape(add(mul(a, 7), 9) as Tensor, [-1]) as Tensor);
    const g = jit((a: Tensor) => reshape(add(mul(a, 7), 9) as Tensor, [-1]) as Tensor);
    const x = vector(1, 2);
    f(x);
    g(x);
    disposed.mockClear();
    f.clear();
    expect(disposed).not.toHaveBeenCalled();
    expect(g(x).toArray()).toEqual([16, 23]);
    g.clear();
    expect(disposed).toHaveBeenCalledTimes(1);
    expect(f(x).toArray()).toEqual([16, 23]);
    const last = compiled.mock.calls.at(-1) as [KernelProgram];
    const [program] = last;
    const [one, other] = [executor.compileProgram(program), executor.compileProgram(program)];
    one.dispose();
    one.dispose();
    expect(other.run([backend.upload('float32', new Float32Array([1, 2]))]).length).toBe(1);
  });
});
