/**
 * Regularisers: what weights, or outputs, cost by their size, added to the loss that training makes small. Plain data, as
 * initialisers are.
 */
import { raise, type Tensor } from '@deft/core';
import { abs, add, div, eye, matmul, maximum, mul, sqrt, square, sub, sum, transpose } from '@deft/tensor';
import { checkNamed, type Named, type NamedOption, type SettingTable } from './named-settings.ts';

/** Name of a regulariser. */
export type RegularizerName = 'l1' | 'l2' | 'l1l2' | 'orthogonal';

/** A regulariser: its name and settings. */
export type Regularizer = Named<RegularizerName>;

/** What layers take: a name, or a name with settings; `null` for none. */
export type RegularizerOption = NamedOption<RegularizerName> | null;

const factor = (start: number) => ({ start, least: 0 });

const settings: SettingTable<RegularizerName> = {
  l1: { l1: factor(0.01) },
  l2: { l2: factor(0.01) },
  l1l2: { l1: factor(0), l2: factor(0) },
  orthogonal: { factor: factor(0.01), mode: { start: 'rows', words: ['rows', 'columns'] } },
};

/** A complete regulariser from an option, `null` for none. Throws `E_LAYER` for what it cannot be. */
export function checkRegularizer(layer: string, argument: string, option: unknown): Regularizer | null {
  return option === null || option === undefined ? null : checkNamed(layer, argument, option, settings);
}

/** `factor` times the mean of `|a · b|` over the pairs of different unit rows (or columns) of a matrix. */
function orthogonalCost({ factor: scale, mode }: Regularizer, x: Tensor): Tensor {
  if (x.rank !== 2) {
    raise('E_LAYER', {
      op: 'regularizer orthogonal',
      argument: 'weight',
      expected: 'a matrix',
      found: x.abstract.text,
    });
  }
  const rows = mode === 'rows' ? x : (transpose(x) as Tensor);
  const unit = div(rows, sqrt(maximum(sum(square(rows), { axis: 1, keepDims: true }), 1e-12)));
  const count = rows.shape[0] as number;
  const products = matmul(unit, transpose(unit)) as Tensor;
  const others = mul(products, sub(1, eye(count, count, x.dtype)));
  // Every pair stands twice among the products.
  const pairs = Math.max(1, count * (count - 1));
  return mul(sum(abs(others)), (scale as number) / pairs) as Tensor;
}

/**
 * What a tensor costs: `l1 · Σ|x|`, `l2 · Σx²`, both, or `factor` times the mean size of the products of different unit rows.
 *
 * @throws `E_LAYER` for `orthogonal` on what is no matrix
 * @example
 * ```ts
 * import { regularize } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(regularize({ name: 'l2', l2: 0.5 }, tensor([1, 3])).item()); // → 5
 * ```
 */
export function regularize(regularizer: Regularizer, x: Tensor): Tensor {
  if (regularizer.name === 'orthogonal') return orthogonalCost(regularizer, x);
  const { l1 = 0, l2 = 0 } = regularizer as { l1?: number; l2?: number };
  const absolute = (): Tensor => mul(sum(abs(x)), l1) as Tensor;
  const squared = (): Tensor => mul(sum(square(x)), l2) as Tensor;
  if (l1 === 0) return squared();
  return l2 === 0 ? absolute() : (add(absolute(), squared()) as Tensor);
}
