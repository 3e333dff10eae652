/** Threads: any number gives the same bits, a worker that fails is an error, and no worker outlives its use. */
import {
  type BufferSpec,
  contiguousView,
  type Kernel,
  type KernelProgram,
  loadExpression,
  unaryExpression,
} from '@deft/kernel';
import { checkBackendAgainstInterpreter, checkBackendsAgree } from '@deft/test-utils';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { divideProduct, evenBounds } from './threads/divide.ts';
import { WasmBackend } from './wasm-backend.ts';

/** Backends that divide whatever can be divided, between workers only as long as there are workers. */
const divided = [2, 3].map((threads) => new WasmBackend({ threads, shortestDivided: 0, takesBack: false }));
const alone = new WasmBackend({ threads: 1 });
const whole = new WasmBackend({ threads: 2, shortestDivided: Number.POSITIVE_INFINITY });

beforeAll(async () => {
  for (const [i, backend] of divided.entries()) expect(await backend.startThreads()).toBe(i + 2);
});

function program(buffers: BufferSpec[], kernels: Kernel[]): KernelProgram {
  const of = (role: string): number[] => buffers.flatMap((buffer, i) => (buffer.role === role ? [i] : []));
  return { buffers, inputs: of('input'), outputs: of('output'), kernels, arenaBytes: 0 };
}

function run(backend: WasmBackend, compiled: KernelProgram, inputs: Float32Array[]): Float32Array {
  const executable = backend.compile(compiled);
  const [output] = executable.run(inputs.map((input) => backend.upload('float32', input.slice())));
  executable.dispose();
  return backend.readSync(output as never) as Float32Array;
}

const noise = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + seed) * 3);

/** `batches` products of m × k by k × n matrices, either of them transposed or not. */
function product([batches, m, n, k]: number[], turned: readonly boolean[]): KernelProgram {
  const [b, rows, columns, inner] = [batches, m, n, k] as [number, number, number, number];
  const operand = (buffer: number, first: number, second: number, transposed: boolean) => ({
    buffer,
    view: {
      ...contiguousView([b, first, second]),
      strides: transposed ? [first * second, 1, first] : [first * second, second, 1],
    },
  });
  return program(
    [
      { dtype: 'float32', length: b * rows * inner, role: 'input' },
      { dtype: 'float32', length: b * inner * columns, role: 'input' },
      { dtype: 'float32', length: b * rows * columns, role: 'output' },
    ],
    [
      {
        form: 'contract',
        batch: [b],
        m: [rows],
        n: [columns],
        k: [inner],
        left: operand(0, rows, inner, turned[0] as boolean),
        right: operand(1, inner, columns, turned[1] as boolean),
        result: 2,
      },
    ],
  );
}

/** `exp` of every element, or the sum of each row's. */
function rows(count: number, length: number, sums: boolean): KernelProgram {
  const value = unaryExpression('exp', loadExpression('float32', 0));
  return program(
    [
      { dtype: 'float32', length: count * length, role: 'input' },
      { dtype: 'float32', length: sums ? count : count * length, role: 'output' },
    ],
    [
      {
        form: 'loop',
        space: sums ? [count] : [count, length],
        reduced: sums ? [length] : [],
        operands: [{ buffer: 0, view: contiguousView([count, length]) }],
        reductions: sums ? [{ combine: 'sum', value, dtype: 'float32' }] : [],
        results: [{ buffer: 1, value: sums ? { kind: 'reduced', dtype: 'float32', reduction: 0 } : value }],
      },
    ],
  );
}

describe('a divided program', () => {
  it('gives what the interpreter gives', () => {
    for (const backend of divided) checkBackendAgainstInterpreter(backend, { runs: 150 });
    checkBackendAgainstInterpreter(whole, { runs: 50 });
    for (const backend of divided) checkBackendAgainstInterpreter(backend, { runs: 150, everySize: true });
  });

  it('gives the same bits on 1, 2 and 3 threads', () => {
    checkBackendsAgree([alone, ...divided, whole], { runs: 150 });
  });

  it('does so for products of all shapes', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 150 }));
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), size, size, fc.oneof(size, fc.constantFrom(320, 700)));
    fc.assert(
      fc.property(sizes, fc.tuple(fc.boolean(), fc.boolean()), ([b, m, n, k], turned) => {
        const compiled = product([b, m, n, k], turned);
        const inputs = [noise(b * m * k, 1), noise(b * k * n, 2)];
        const expected = run(alone, compiled, inputs);
        for (const backend of divided) expect(run(backend, compiled, inputs)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('does so for loops of all lengths', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 }));
    fc.assert(
      fc.property(size, size, fc.boolean(), (count, length, sums) => {
        const compiled = rows(count, length, sums);
        const inputs = [noise(count * length, 3)];
        const expected = run(alone, compiled, inputs);
        for (const backend of divided) expect(run(backend, compiled, inputs)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('sees memory that has grown since its workers began', () => {
    const length = 3_000_000;
    const input = noise(length, 4);
    const backend = divided[0] as WasmBackend;
    const before = backend.memory().reservedBytes;
    const compiled = rows(3, length / 3, false);
    const [expected, found] = [run(alone, compiled, [input]), run(backend, compiled, [input])];
    expect(Buffer.compare(Buffer.from(expected.buffer), Buffer.from(found.buffer))).toBe(0);
    expect(backend.memory().reservedBytes).toBeGreaterThan(before);
  });
});

describe('parts', () => {
  it('cover the whole without gaps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 4, 16), check),
    );
    function check(extent: number, parts: number, multiple: number): void {
      const bounds = evenBounds(extent, parts, multiple);
      expect(bounds[0]).toBe(0);
      expect(bounds.at(-1)).toBe(extent);
      expect(bounds.length - 1).toBeLessThanOrEqual(parts);
      for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1] as number);
      for (const bound of bounds.slice(0, -1)) expect(bound % multiple).toBe(0);
    }
  });

  it('of a product with few rows are columns', () => {
    expect(divideProduct({ batches: 1, m: 9, n: 512, k: 1000 }, 2)).toMatchObject({ by: 'gemmColumns' });
    expect(divideProduct({ batches: 1, m: 5000, n: 8, k: 100 }, 2)).toMatchObject({ by: 'gemmRows' });
    expect(divideProduct({ batches: 6, m: 7, n: 7, k: 7 }, 3)).toMatchObject({
      by: 'gemmRows',
      bounds: [0, 14, 28, 42],
    });
  });
});

describe('the number of threads', () => {
  it('is 1 where one was asked for, and says why', () => {
    expect(alone.threads).toBe(1);
    expect(alone.threadsReason).toBe('one thread was asked for');
    expect(divided.map(({ threads }) => threads)).toEqual([2, 3]);
    expect(divided.map(({ threadsReason }) => threadsReason)).toEqual([undefined, undefined]);
  });

  it('must be one', () => {
    expect(() => new WasmBackend({ threads: 0 })).toThrow(/1 or more, got threads: 0 \[E_BACKEND\]/);
  });
});
