/**
 * Parts of a batched product for threads: every thread runs one of these functions over its own range, with scratch memory
 * of its own. `gemmRows` takes a range of the rows of all batches, one after the other; `gemmColumns` a range of columns, of
 * every batch. Both give the bits that the whole product has, because every element is summed by itself in one order.
 */
import type { FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { i32 } from '../assembler/index.ts';
import { minimum } from './gemm-pack.ts';

const parameters = {
  from: 'i32',
  to: 'i32',
  part: 'i32',
  batches: 'i32',
  m: 'i32',
  n: 'i32',
  k: 'i32',
  left: 'i32',
  leftBatches: 'i32',
  leftRows: 'i32',
  leftK: 'i32',
  right: 'i32',
  rightBatches: 'i32',
  rightK: 'i32',
  rightColumns: 'i32',
  result: 'i32',
  rowsPerBlock: 'i32',
  scratch: 'i32',
  scratchBytes: 'i32',
  panels: 'i32',
  panelColumns: 'i32',
} as const;

/**
 * Emits `gemmRows` and `gemmColumns`
 * `(from, to, part, batches, m, n, k, left, leftBatches, leftRows, leftK, right, rightBatches, rightK, rightColumns, result,
 * rowsPerBlock, scratch, scratchBytes, panels, panelColumns)`, all `i32`. `leftBatches` and `rightBatches` are tables of byte offsets; each part
 * uses `scratchBytes` bytes of scratch.
 */
export function emitGemmParts(module: ModuleBuilder, gemm: FunctionReference): void {
  const offset = (table: Local<'i32'>, batch: Local<'i32'>) => i32.load(i32.add(table, i32.shl(batch, 2)));

  module.function({ name: 'gemmRows', parameters, exported: true }, (f, p) => {
    const scratch = f.let(i32.add(p.scratch, i32.mul(p.part, p.scratchBytes)), 'scratch');
    const stride = f.let(i32.shl(p.n, 2), 'stride');
    const at = f.let(p.from, 'at');
    f.while(i32.ltU(at, p.to), () => {
      const batch = f.let(i32.divU(at, p.m), 'batch');
      const row = f.let(i32.sub(at, i32.mul(batch, p.m)), 'row');
      const rows = f.let(minimum(i32.sub(p.m, row), i32.sub(p.to, at)), 'rows');
      f.perform(
        gemm,
        rows,
        p.n,
        p.k,
        i32.add(p.left, offset(p.leftBatches, batch)),
        i32.add(p.leftRows, i32.shl(row, 2)),
        p.leftK,
        i32.add(p.right, offset(p.rightBatches, batch)),
        p.rightK,
        p.rightColumns,
        i32.add(p.result, i32.mul(at, stride)),
        stride,
        i32.const(0),
        p.rowsPerBlock,
        scratch,
        p.panels,
        p.panelColumns,
        i32.const(0),
      );
      f.increment(at, rows);
    });
  });

  module.function({ name: 'gemmColumns', parameters, exported: true }, (f, p) => {
    const scratch = f.let(i32.add(p.scratch, i32.mul(p.part, p.scratchBytes)), 'scratch');
    const stride = f.let(i32.shl(p.n, 2), 'stride');
    const columns = f.let(i32.sub(p.to, p.from), 'columns');
    f.for({ to: p.batches, name: 'batch' }, (batch) => {
      f.perform(
        gemm,
        p.m,
        columns,
        p.k,
        i32.add(p.left, offset(p.leftBatches, batch)),
        p.leftRows,
        p.leftK,
        i32.add(p.right, offset(p.rightBatches, batch)),
        p.rightK,
        i32.add(p.rightColumns, i32.shl(p.from, 2)),
        i32.add(p.result, i32.add(i32.mul(i32.mul(batch, p.m), stride), i32.shl(p.from, 2))),
        stride,
        i32.const(0),
        p.rowsPerBlock,
        scratch,
        p.panels,
        p.panelColumns,
        p.from,
      );
    });
  });
}
