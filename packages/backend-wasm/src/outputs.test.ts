/** Outputs in the memory of inputs that the caller gives up. */
import {
  binaryExpression,
  castExpression,
  contiguousView,
  type KernelProgram,
  loadExpression,
  verifyProgram,
} from '@deft/kernel';
import { describe, expect, it, vi } from 'vitest';
import { CellStore } from './cells.ts';
import { WasmBackend } from './wasm-backend.ts';
import type { WasmStorage } from './wasm-storage.ts';

vi.mock('./sort-kernel.ts', () => ({
  sortRows: () => {
    throw new Error('this sort fails');
  },
}));

/** Adds two vectors over the first, and gives the sum as whole numbers too, over the second. */
function adding(length: number): KernelProgram {
  const view = contiguousView([length]);
  const sum = binaryExpression('add', loadExpression('float32', 0), loadExpression('float32', 1));
  const program: KernelProgram = {
    buffers: [
      { dtype: 'float32', length, role: 'input', donated: true },
      { dtype: 'float32', length, role: 'input', donated: true },
      { dtype: 'float32', length, role: 'output', over: 0 },
      { dtype: 'int32', length, role: 'output', over: 1 },
    ],
    inputs: [0, 1],
    outputs: [2, 3],
    kernels: [
      {
        form: 'loop',
        space: [length],
        reduced: [],
        operands: [
          { buffer: 0, view },
          { buffer: 1, view },
        ],
        reductions: [],
        results: [{ buffer: 2, value: sum }],
      },
      {
        form: 'loop',
        space: [length],
        reduced: [],
        operands: [{ buffer: 2, view }],
        reductions: [],
        results: [{ buffer: 3, value: castExpression(loadExpression('float32', 0), 'int32') }],
      },
    ],
    arenaBytes: 0,
  };
  verifyProgram(program);
  return program;
}

describe.each([
  ['small', 5],
  ['large', 1000],
])('%s donated inputs', (_, length) => {
  const backend = new WasmBackend();
  const executable = backend.compile(adding(length));
  const vector = (from: number): WasmStorage =>
    backend.upload(
      'float32',
      Float32Array.from({ length }, (_, i) => from + i),
    ) as WasmStorage;
  const run = (a: WasmStorage, b: WasmStorage, donated = true) =>
    executable.run([a, b], donated) as [WasmStorage, WasmStorage];
  const first = (storage: WasmStorage): number => backend.readSync(storage)[0] as number;

  it('are written over', () => {
    const [a, b] = [vector(1), vector(10)];
    const created = vi.spyOn(CellStore.prototype, 'create');
    const [sum, rounded] = run(a, b);
    expect(created).not.toHaveBeenCalled();
    created.mockRestore();
    expect([a.released, b.released, sum.released]).toEqual([true, true, false]);
    expect([...backend.readSync(sum)]).toEqual(Array.from({ length }, (_, i) => 11 + 2 * i));
    expect(backend.readSync(rounded)).toEqual(Int32Array.from({ length }, (_, i) => 11 + 2 * i));
    expect(() => backend.readSync(a)).toThrow('E_DISPOSED');
    a.release();
    expect(first(sum)).toBe(11);
  });

  it('stay where they are not given up', () => {
    const [a, b] = [vector(1), vector(10)];
    expect(first(run(a, b, false)[0])).toBe(11);
    expect([first(a), first(b)]).toEqual([1, 10]);
  });

  it('stay where they have another owner', () => {
    const [a, b] = [vector(1), vector(10)];
    a.retain();
    expect(first(run(a, b)[0])).toBe(11);
    expect([a.released, b.released]).toEqual([false, true]);
    expect(first(a)).toBe(1);
  });

  it('stay where they are given twice', () => {
    const a = vector(1);
    expect(run(a, a).map(first)).toEqual([2, 2]);
    expect(first(a)).toBe(1);
  });

  it('hold the same memory run after run', () => {
    let a = vector(0);
    const held = new Set<number>();
    for (let i = 0; i < 10; i++) {
      const [sum, rounded] = run(a, vector(1));
      rounded.release();
      a = sum;
      held.add(backend.memory().residentBytes);
    }
    expect(first(a)).toBe(10);
    expect(held.size).toBe(1);
  });
});

describe('a run that fails', () => {
  const backend = new WasmBackend();
  const vector = (): WasmStorage => backend.upload('float32', new Float32Array(1000)) as WasmStorage;

  it('before its first kernel takes nothing', () => {
    const executable = backend.compile(adding(1000));
    const [a, b] = [vector(), new WasmBackend().upload('float32', new Float32Array(1000))];
    expect(() => executable.run([a], true)).toThrow('internal:');
    expect(() => executable.run([a, b], true)).toThrow('E_BACKEND');
    expect([a.released, b.released]).toEqual([false, false]);
    expect(backend.readSync(a)).toHaveLength(1000);
  });

  it('later leaves nothing half written: what it wrote over is gone', () => {
    const program = adding(1000);
    const [first] = program.kernels;
    const sorts: KernelProgram = {
      ...program,
      buffers: program.buffers.map(({ over, ...buffer }, id) =>
        id === 2 ? { ...buffer, over: 0 } : { ...buffer, dtype: 'float32' },
      ),
      kernels: [
        ...(first ? [first] : []),
        { form: 'sort', rows: 1, length: 1000, source: 2, descending: false, gives: 'values', result: 3 },
      ],
    };
    verifyProgram(sorts);
    const [a, b] = [vector(), vector()];
    expect(() => backend.compile(sorts).run([a, b], true)).toThrow('this sort fails');
    expect([a.released, b.released]).toEqual([true, false]);
  });
});
