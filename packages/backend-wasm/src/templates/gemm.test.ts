import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32x4, i32, ModuleBuilder, v128 } from '../assembler/index.ts';
import { emitGemm, panelBytes, planGemm } from './gemm.ts';
import { relaxedSimdAvailable } from './relaxed-simd.ts';

const memory = new WebAssembly.Memory({ initial: 256 });
const floats = new Float32Array(memory.buffer);
const ints = new Int32Array(memory.buffer);
const module = new ModuleBuilder();
module.importMemory();
emitGemm(module);
if (relaxedSimdAvailable()) emitGemm(module, { name: 'gemmRelaxed', relaxed: true });
const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { env: { memory } });
type Gemm = (...args: number[]) => void;
const gemm = instance.exports.gemm as Gemm;
/** The plain product, and the fused one where the engine has it. */
const variants: Gemm[] = [gemm, ...(relaxedSimdAvailable() ? [instance.exports.gemmRelaxed as Gemm] : [])];

/** Byte offsets of one axis of an operand, and the bytes that they reach over. */
interface Axis {
  readonly offsets: number[];
  readonly reach: number;
}

/** An axis of `count` places with an element stride; a window axis repeats and overlaps as a convolution's does. */
const axis = (count: number): fc.Arbitrary<Axis> =>
  fc
    .record({
      stride: fc.integer({ min: 1, max: 50 }),
      run: fc.integer({ min: 1, max: 9 }),
      inner: fc.constantFrom(1, 1, 2),
    })
    .map(({ stride, run, inner }) => {
      const offsets = Array.from({ length: count }, (_, i) => 4 * (Math.floor(i / run) * stride + (i % run) * inner));
      return { offsets, reach: Math.max(0, ...offsets) + 4 };
    });

/** Row-major, column-major or anything. */
const operand = (lines: number, k: number): fc.Arbitrary<{ lines: Axis; ks: Axis }> => {
  const plain = (count: number, step: number): Axis => {
    const offsets = Array.from({ length: count }, (_, i) => i * step * 4);
    return { offsets, reach: Math.max(0, ...offsets) + 4 };
  };
  return fc.oneof(
    fc.constant({ lines: plain(lines, k), ks: plain(k, 1) }),
    fc.constant({ lines: plain(lines, 1), ks: plain(k, lines) }),
    fc.record({ lines: axis(lines), ks: axis(k) }),
  );
};

const size = (max: number): fc.Arbitrary<number> => fc.oneof(fc.nat(max), fc.constantFrom(0, 1, 3, 4, 8, 9));

interface Case {
  m: number;
  n: number;
  k: number;
  a: { lines: Axis; ks: Axis };
  b: { lines: Axis; ks: Axis };
  accumulate: boolean;
  rowsPerBlock: number;
}

const cases = (max: number): fc.Arbitrary<Case> =>
  fc.record({ m: size(max), n: size(max), k: size(max) }).chain(({ m, n, k }) =>
    fc.record({
      m: fc.constant(m),
      n: fc.constant(n),
      k: fc.constant(k),
      a: operand(m, k),
      b: operand(n, k),
      accumulate: fc.boolean(),
      rowsPerBlock: fc.constantFrom(4, 12, Math.max(1, m)),
    }),
  );

/** Runs a case with memory laid out by hand, and compares with loops in float64. */
function check(test: Case): void {
  for (const variant of variants) checkVariant(variant, test);
}

function checkVariant(run: Gemm, { m, n, k, a, b, accumulate, rowsPerBlock }: Case): void {
  let top = 1024;
  const reserve = (bytes: number): number => {
    const pointer = top;
    top += Math.ceil((bytes + 4) / 64) * 64;
    return pointer;
  };
  const table = (offsets: number[]): number => {
    const pointer = reserve(offsets.length * 4);
    ints.set(offsets, pointer / 4);
    return pointer;
  };
  const operandAt = (reach: number, seed: number): number => {
    const pointer = reserve(reach);
    for (let i = 0; i < reach / 4; i++) floats[pointer / 4 + i] = (((i + seed) * 7919) % 1009) / 1009 - 0.5;
    return pointer;
  };
  const aBase = operandAt(a.lines.reach + a.ks.reach, 1);
  const bBase = operandAt(b.lines.reach + b.ks.reach, 2);
  const tables = [a.lines, a.ks, b.ks, b.lines].map(({ offsets }) => table(offsets));
  const [aRows, aK, bK, bColumns] = tables as [number, number, number, number];
  const c = reserve(m * n * 4 + 64) + 32;
  floats.fill(0.25, c / 4 - 8, c / 4 + m * n + 8);
  // Rows may be divided as one likes: scratch for the greediest division.
  const scratchBytes = planGemm(m, n, k).scratchBytes + 4 * (n + 8) * k + 16 * k * (rowsPerBlock + 4);
  const scratch = reserve(scratchBytes);
  run(m, n, k, aBase, aRows, aK, bBase, bK, bColumns, c, n * 4, accumulate ? 1 : 0, rowsPerBlock, scratch);
  /** With B packed beforehand, whole and by columns, the bits are the same. */
  const checkPanels = (): void => {
    const pack = instance.exports[run === gemm ? 'gemmPanels' : 'gemmRelaxedPanels'] as Gemm;
    const panels = reserve(panelBytes(n, k));
    const padded = panelBytes(n, 1) / 4;
    pack(n, k, bBase, bK, bColumns, panels);
    const again = reserve(m * n * 4);
    const expected = floats.slice(c / 4, c / 4 + m * n);
    const add = accumulate ? 1 : 0;
    for (const cut of [n, Math.min(n, 8)]) {
      floats.fill(0.25, again / 4, again / 4 + m * n);
      for (const [from, to] of [
        [0, cut],
        [cut, n],
      ] as const) {
        const [at, columns] = [again + from * 4, bColumns + from * 4];
        run(
          m,
          to - from,
          k,
          aBase,
          aRows,
          aK,
          bBase,
          bK,
          columns,
          at,
          n * 4,
          add,
          rowsPerBlock,
          scratch,
          panels,
          padded,
          from,
        );
      }
      expect(floats.slice(again / 4, again / 4 + m * n)).toEqual(expected);
    }
  };
  for (let i = -8; i < 0; i++) expect(floats[c / 4 + i]).toBe(0.25);
  for (let i = 0; i < 8; i++) expect(floats[c / 4 + m * n + i]).toBe(0.25);
  checkPanels();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = accumulate ? 0.25 : 0;
      let magnitude = 1;
      for (let p = 0; p < k; p++) {
        const left = floats[(aBase + (a.lines.offsets[i] as number) + (a.ks.offsets[p] as number)) / 4] as number;
        const right = floats[(bBase + (b.ks.offsets[p] as number) + (b.lines.offsets[j] as number)) / 4] as number;
        sum += left * right;
        magnitude += Math.abs(left * right);
      }
      const found = floats[c / 4 + i * n + j] as number;
      if (!(Math.abs(found - sum) <= 1e-6 * magnitude)) expect({ i, j, found }).toEqual({ i, j, found: sum });
    }
  }
}

describe('the packed product', () => {
  it('equals the loops it stands for, whatever the sizes, strides and windows', () => {
    fc.assert(fc.property(cases(40), check), { numRuns: 400 });
  });

  it('does so across several blocks of k', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(319, 320, 321, 643, 1001),
        size(20),
        size(20),
        fc.boolean(),
        (k, m, n, accumulate) => {
          const plain = (count: number, step: number): Axis => {
            const offsets = Array.from({ length: count }, (_, i) => i * step * 4);
            return { offsets, reach: Math.max(0, ...offsets) + 4 };
          };
          const a = { lines: plain(m, k), ks: plain(k, 1) };
          const b = { lines: plain(n, 1), ks: plain(k, Math.max(n, 1)) };
          for (const rowsPerBlock of [4, Math.max(1, m)]) check({ m, n, k, a, b, accumulate, rowsPerBlock });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same bits however rows are divided', () => {
    const [m, n, k] = [23, 19, 500];
    const a = 1024;
    const b = a + m * k * 4;
    const tables = b + k * n * 4;
    for (let i = 0; i < m * k + k * n; i++) floats[a / 4 + i] = Math.sin(i);
    const aRows = tables;
    const ks = aRows + m * 4;
    const bK = ks + k * 4;
    const bColumns = bK + k * 4;
    for (let i = 0; i < m; i++) ints[aRows / 4 + i] = i * k * 4;
    for (let i = 0; i < k; i++) ints[ks / 4 + i] = i * 4;
    for (let i = 0; i < k; i++) ints[bK / 4 + i] = i * n * 4;
    for (let i = 0; i < n; i++) ints[bColumns / 4 + i] = i * 4;
    const c = bColumns + n * 4 + 64;
    const scratch = c + m * n * 4 + 64;
    const results = [m, 4, 8, 20].map((rowsPerBlock) => {
      gemm(m, n, k, a, aRows, ks, b, bK, bColumns, c, n * 4, 0, rowsPerBlock, scratch);
      return [...floats.subarray(c / 4, c / 4 + m * n)];
    });
    for (const rows of [1, 2, 5, 13]) {
      floats.fill(0, c / 4, c / 4 + m * n);
      for (let row = 0; row < m; row += rows) {
        const count = Math.min(rows, m - row);
        gemm(count, n, k, a, aRows + row * 4, ks, b, bK, bColumns, c + row * n * 4, n * 4, 0, count, scratch);
      }
      results.push([...floats.subarray(c / 4, c / 4 + m * n)]);
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('runs an epilogue over each block of finished rows', () => {
    const other = new ModuleBuilder();
    other.importMemory();
    const count = 64;
    emitGemm(other, {
      // Counts rows at a fixed address, and doubles the first four elements of C at another.
      epilogue: (f, { from, to }) => {
        f.store.i32(count, i32.add(i32.load(count), i32.sub(to, from)));
        f.if(i32.eqz(from), () => f.store.v128(8192, f32x4.mul(v128.load(8192), f32x4.const(2))));
      },
    });
    const run = new WebAssembly.Instance(new WebAssembly.Module(other.finish()), { env: { memory } }).exports.gemm as (
      ...args: number[]
    ) => void;
    ints[count / 4] = 0;
    for (let i = 0; i < 10; i++) ints[256 + i] = i * 4;
    floats.fill(3, 512, 522);
    run(10, 10, 1, 2048, 1024, 1024, 2048, 1024, 1024, 8192, 40, 0, 4, 16384);
    expect(ints[count / 4]).toBe(10);
    expect([...floats.subarray(2048, 2053)]).toEqual([18, 18, 18, 18, 9]);
  });
});
