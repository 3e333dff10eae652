/** How ranges and products are cut into parts, by sizes alone: no part's result depends on where the cuts are. */
import { planGemm } from '../templates/gemm.ts';
import { packingWeight } from './work-estimate.ts';

/** Bounds of at most `parts` ranges of `0 … extent`, about equal, that begin at multiples of `multiple`. */
export function evenBounds(extent: number, parts: number, multiple: number): number[] {
  const units = Math.ceil(extent / multiple);
  const count = Math.max(1, Math.min(parts, units));
  const bounds: number[] = [];
  for (let i = 0; i <= count; i++) bounds.push(Math.min(extent, Math.floor((i * units) / count) * multiple));
  return bounds;
}

/** The sizes of a batched product. */
export interface ProductSizes {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** How a product is divided. */
export interface ProductDivision {
  /** The function of `templates/gemm-parts.ts` that runs a part. */
  readonly by: 'gemmRows' | 'gemmColumns';
  readonly bounds: readonly number[];
  readonly rowsPerBlock: number;
  /** Of each part. */
  readonly scratchBytes: number;
}

const longest = (bounds: readonly number[]): number =>
  bounds.reduce((most, bound, i) => (i === 0 ? 0 : Math.max(most, bound - (bounds[i - 1] as number))), 0);

/** Divides a product among threads by rows or by columns, whichever leaves less for one of them to multiply and pack. */
export function divideProduct({ batches, m, n, k }: ProductSizes, threads: number): ProductDivision {
  const wholeBatches = batches % threads === 0;
  const rowBounds = evenBounds(batches * m, threads, wholeBatches ? m : 4);
  const rows = longest(rowBounds);
  const columnBounds = evenBounds(n, threads, 8);
  const columns = longest(columnBounds);
  const touched = Math.min(batches, Math.ceil(rows / m) + (wholeBatches ? 0 : 1));
  const byRows = rows * n + packingWeight * (rows + touched * n);
  const byColumns = batches * (m * columns + packingWeight * (m + columns));
  const takesRows = byRows <= byColumns;
  const { rowsPerBlock, scratchBytes } = takesRows ? planGemm(Math.min(m, rows), n, k) : planGemm(m, columns, k);
  return {
    by: takesRows ? 'gemmRows' : 'gemmColumns',
    bounds: takesRows ? rowBounds : columnBounds,
    rowsPerBlock,
    scratchBytes: Math.ceil(scratchBytes / 64) * 64,
  };
}
