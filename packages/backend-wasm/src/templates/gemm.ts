/**
 * The packed float32 product C[m, n] = A · B (or C += A · B), emitted into a module. Operands are addressed through
 * tables of byte offsets: A(i, k) lies at `a + aRows[i] + aK[k]`, B(k, j) at `b + bK[k] + bColumns[j]`; C has contiguous
 * rows, `cStride` bytes apart. k is cut into blocks that fit the caches; the first writes C, later ones add to it, which
 * also makes the sums blocked. Rows are cut into blocks of `rowsPerBlock`: for each, a block of A is packed once and
 * multiplied with every panel of B. B is packed while the first block of rows is worked on.
 *
 * A product that is computed again and again with one B may have B packed once for all: `gemmPanels` packs it, and `panels` hands
 * it over.
 *
 * Results do not depend on how the rows are divided, so threads may share a product by rows.
 */
import type { Expression, FunctionBuilder, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { i32, select } from '../assembler/index.ts';
import type { KernelReference } from './gemm-kernel.ts';
import { emitKernel, emitStorePartial, panelColumns, tileRows } from './gemm-kernel.ts';
import { consecutive, emitPack, minimum, type PackReference } from './gemm-pack.ts';

/** Most steps of k in one block: a panel of B and a tile of A lie in the first-level cache together. */
const blockK = 320;
/** Rows of a block of A, which lies in the second-level cache. */
const blockRows = 64;
/** Up to so many rows B is read in place where its columns are contiguous: packing would cost more than it saves. */
const inPlaceRows = 12;
/** C of at most so many elements stays in cache, so all rows form one block and B is packed block by block. */
const smallResult = 65536;

/** How a product is divided, and the scratch memory that it needs. */
export interface GemmPlan {
  readonly rowsPerBlock: number;
  readonly scratchBytes: number;
}

/** Plans a product of an m × k by a k × n matrix. */
export function planGemm(m: number, n: number, k: number): GemmPlan {
  const oneBlock = m <= blockRows || (m <= 512 && m * n <= smallResult);
  const rowsPerBlock = oneBlock ? Math.max(1, m) : blockRows;
  const kPerBlock = Math.min(k, blockK);
  const packedA = Math.ceil(rowsPerBlock / tileRows) * tileRows * kPerBlock;
  const packedB = Math.ceil(n / panelColumns) * panelColumns * (oneBlock ? kPerBlock : k);
  return { rowsPerBlock, scratchBytes: 4 * (packedA + packedB) };
}

/** What the template can be told. */
export interface GemmOptions {
  /** Name of the function (default `gemm`). */
  readonly name?: string;
  /** Fused multiply-add of the relaxed-SIMD extension; only for engines that have it. */
  readonly relaxed?: boolean;
  /** Emits work on finished rows `from` … `to` of C while they are in cache. */
  readonly epilogue?: (f: FunctionBuilder, rows: { from: Expression<'i32'>; to: Expression<'i32'> }) => void;
}

const parameters = {
  m: 'i32',
  n: 'i32',
  k: 'i32',
  a: 'i32',
  aRows: 'i32',
  aK: 'i32',
  b: 'i32',
  bK: 'i32',
  bColumns: 'i32',
  c: 'i32',
  cStride: 'i32',
  accumulate: 'i32',
  rowsPerBlock: 'i32',
  scratch: 'i32',
  panels: 'i32',
  panelColumns: 'i32',
  panelsFrom: 'i32',
} as const;

/** Bytes of all panels of a k × n matrix, as `gemmPanels` packs them. */
export function panelBytes(n: number, k: number): number {
  return 4 * Math.ceil(n / panelColumns) * panelColumns * k;
}

/** Steps of k in one block: blocks are of equal length, a multiple of the kernels' unrolling. */
function emitStepsPerBlock(f: FunctionBuilder, k: Expression<'i32'>): Local<'i32'> {
  const kBlocks = i32.divU(i32.add(k, blockK - 1), blockK);
  const kPerBlock = f.local('i32', 'kPerBlock');
  f.if(
    k,
    () => f.set(kPerBlock, i32.and(i32.add(i32.divU(i32.add(k, i32.sub(kBlocks, 1)), kBlocks), 3), -4)),
    () => f.set(kPerBlock, 4),
  );
  return kPerBlock;
}

/**
 * Emits the product as an exported function
 * `(m, n, k, a, aRows, aK, b, bK, bColumns, c, cStride, accumulate, rowsPerBlock, scratch, panels, panelColumns, panelsFrom)`,
 * all `i32`; `rowsPerBlock` and the bytes of `scratch` come from `planGemm`. `accumulate` other than 0 adds to C. `panels`
 * other than 0 is where the panels lie of a B whose columns, rounded up to whole panels, are `panelColumns`; the product's
 * own columns begin at `panelsFrom`. They are packed by `gemmPanels(n, k, b, bK, bColumns, panels)`, exported too.
 */
export function emitGemm(module: ModuleBuilder, options: GemmOptions = {}): FunctionReference<'i32'[], undefined> {
  const { name = 'gemm', relaxed = false, epilogue } = options;
  const storePartial = emitStorePartial(module, name);
  const kernel = (rows: number, vectors: number, inPlace = false): KernelReference =>
    emitKernel(module, name, { rows, vectors, inPlace, relaxed }, storePartial);
  const packed = [1, 2, 3, 4].map((rows) => [kernel(rows, 1), kernel(rows, 2)] as const);
  const inPlace = [1, 2, 3, 4].map((rows) => kernel(rows, 2, true));
  const wide = [kernel(1, 8, true), kernel(2, 4, true)] as const;
  const packA = emitPack(module, `${name}PackA`, tileRows);
  const packB = emitPack(module, `${name}PackB`, panelColumns);
  emitPanels(module, name, packB);

  return module.function({ name, parameters, exported: true }, (f, p) => {
    const { m, n, k, a, aRows, aK, b, bK, bColumns, c, cStride, accumulate, rowsPerBlock, scratch } = p;
    const { panels: given, panelColumns: givenColumns, panelsFrom } = p;
    f.if(i32.or(i32.eqz(m), i32.eqz(n)), () => f.return());
    const wholeColumns = f.let(i32.and(n, -panelColumns), 'wholeColumns');
    const paddedColumns = f.let(i32.and(i32.add(n, panelColumns - 1), -panelColumns), 'paddedColumns');

    const kPerBlock = emitStepsPerBlock(f, k);
    const packedB = f.local('i32', 'packedB');
    const paddedRows = i32.and(i32.add(rowsPerBlock, tileRows - 1), -tileRows);
    f.set(packedB, i32.add(scratch, i32.shl(i32.mul(paddedRows, minimum(k, kPerBlock)), 2)));
    const isWhole = f.let(i32.ltU(rowsPerBlock, m), 'isWhole');

    const readInPlace = f.let(i32.and(i32.leU(m, inPlaceRows), i32.eqz(given)), 'readInPlace');
    f.if(readInPlace, () => f.set(readInPlace, emitContiguous(f, bColumns, wholeColumns)));

    f.for({ to: m, step: rowsPerBlock, name: 'row' }, (row) => {
      const rows = f.let(minimum(i32.sub(m, row), rowsPerBlock), 'rows');
      const cRow = f.let(i32.add(c, i32.mul(row, cStride)), 'cRow');
      const kStart = f.let(i32.const(0), 'kStart');
      const add = f.let(accumulate, 'add');
      f.loop((again) => {
        const steps = f.let(minimum(i32.sub(k, kStart), kPerBlock), 'steps');
        const aKHere = f.let(i32.add(aK, i32.shl(kStart, 2)), 'aKHere');
        const bKHere = f.let(i32.add(bK, i32.shl(kStart, 2)), 'bKHere');
        const panels = f.let(
          select(isWhole, i32.add(packedB, i32.shl(i32.mul(kStart, paddedColumns), 2)), packedB),
          'panels',
        );
        f.if(given, () => {
          const first = i32.add(i32.mul(kStart, givenColumns), i32.mul(panelsFrom, steps));
          f.set(panels, i32.add(given, i32.shl(first, 2)));
        });
        f.if(i32.and(i32.eqz(row), i32.eqz(given)), () => {
          const from = f.let(select(readInPlace, wholeColumns, i32.const(0)), 'from');
          f.perform(
            packB,
            i32.add(panels, i32.shl(i32.mul(from, steps), 2)),
            b,
            i32.add(bColumns, i32.shl(from, 2)),
            i32.sub(n, from),
            bKHere,
            steps,
          );
        });
        f.perform(packA, scratch, a, i32.add(aRows, i32.shl(row, 2)), rows, aKHere, steps);

        const column = f.let(i32.const(0), 'column');
        f.while(i32.ltU(column, n), () => {
          const columns = f.let(i32.sub(n, column), 'columns');
          const cColumn = f.let(i32.add(cRow, i32.shl(column, 2)), 'cColumn');
          f.if(
            i32.and(readInPlace, i32.ltU(column, wholeColumns)),
            () => {
              const bColumn = f.let(i32.add(b, i32.load(i32.add(bColumns, i32.shl(column, 2)))), 'bColumn');
              const taken = f.let(i32.const(panelColumns), 'taken');
              const common = [bKHere, steps, cColumn, cStride, columns, add] as const;
              f.block((done) => {
                for (const [i, reference] of wide.entries()) {
                  const width = (i === 0 ? 8 : 4) * 4;
                  f.if(i32.and(i32.eq(rows, i + 1), i32.geU(columns, width)), () => {
                    f.perform(reference, scratch, bColumn, ...common);
                    f.set(taken, width);
                    f.branch(done);
                  });
                }
                emitTiles(f, inPlace, {
                  rows,
                  tile: scratch,
                  b: bColumn,
                  bK: bKHere,
                  steps,
                  c: cColumn,
                  cStride,
                  columns,
                  add,
                });
              });
              f.increment(column, taken);
            },
            () => {
              const panel = f.let(i32.add(panels, i32.shl(i32.mul(column, steps), 2)), 'panel');
              const tiles = { rows, tile: scratch, b: panel, bK: bKHere, steps, c: cColumn, cStride, columns, add };
              f.if(
                i32.leU(columns, 4),
                () =>
                  emitTiles(
                    f,
                    packed.map(([half]) => half),
                    tiles,
                  ),
                () =>
                  emitTiles(
                    f,
                    packed.map(([, full]) => full),
                    tiles,
                  ),
              );
              f.increment(column, panelColumns);
            },
          );
        });
        f.set(add, 1);
        f.increment(kStart, kPerBlock);
        f.branchIf(again, i32.ltU(kStart, k));
      });
      epilogue?.(f, { from: row, to: i32.add(row, rows) });
    });
  });
}

/** Emits the packing of a whole B as an exported function `(n, k, b, bK, bColumns, panels)`. */
function emitPanels(module: ModuleBuilder, name: string, packB: PackReference): void {
  const taken = { n: 'i32', k: 'i32', b: 'i32', bK: 'i32', bColumns: 'i32', panels: 'i32' } as const;
  module.function(
    { name: `${name}Panels`, parameters: taken, exported: true },
    (f, { n, k, b, bK, bColumns, panels }) => {
      const kPerBlock = emitStepsPerBlock(f, k);
      const paddedColumns = f.let(i32.and(i32.add(n, panelColumns - 1), -panelColumns), 'paddedColumns');
      f.for({ to: k, step: kPerBlock, name: 'kStart' }, (kStart) => {
        const steps = f.let(minimum(i32.sub(k, kStart), kPerBlock), 'steps');
        const at = f.let(i32.add(panels, i32.shl(i32.mul(kStart, paddedColumns), 2)), 'at');
        f.perform(packB, at, b, bColumns, n, i32.add(bK, i32.shl(kStart, 2)), steps);
      });
    },
  );
}

/** Whether `count` table entries are consecutive floats; `count` is a multiple of 4. */
function emitContiguous(f: FunctionBuilder, table: Local<'i32'>, count: Local<'i32'>): Local<'i32'> {
  const answer = f.let(i32.const(1), 'answer');
  const at = f.let(table, 'at');
  const expected = f.let(i32.load(table), 'expected');
  const end = f.let(i32.add(table, i32.shl(count, 2)), 'end');
  f.while(i32.ltU(at, end), () => {
    f.set(answer, i32.and(answer, consecutive(at, expected)));
    f.increment(at, 16);
    f.increment(expected, 16);
  });
  return answer;
}

interface Tiles {
  readonly rows: Local<'i32'>;
  readonly tile: Local<'i32'>;
  readonly b: Local<'i32'>;
  readonly bK: Local<'i32'>;
  readonly steps: Local<'i32'>;
  readonly c: Local<'i32'>;
  readonly cStride: Local<'i32'>;
  readonly columns: Local<'i32'>;
  readonly add: Local<'i32'>;
}

/** Multiplies every packed tile of rows with one panel: kernels of 4 rows, then one of the rest. */
function emitTiles(f: FunctionBuilder, kernels: readonly KernelReference[], t: Tiles): void {
  f.scope(() => {
    const left = f.let(t.rows, 'left');
    const tile = f.let(t.tile, 'tile');
    const c = f.let(t.c, 'c');
    const tileBytes = f.let(i32.mul(t.steps, tileRows * 4), 'tileBytes');
    const cBytes = f.let(i32.mul(t.cStride, tileRows), 'cBytes');
    const run = (rows: number): void =>
      f.perform(kernels[rows - 1] as KernelReference, tile, t.b, t.bK, t.steps, c, t.cStride, t.columns, t.add);
    f.while(i32.geU(left, tileRows), () => {
      run(tileRows);
      f.increment(tile, tileBytes);
      f.increment(c, cBytes);
      f.set(left, i32.sub(left, tileRows));
    });
    for (let rows = 1; rows < tileRows; rows++) f.if(i32.eq(left, rows), () => run(rows));
  });
}
