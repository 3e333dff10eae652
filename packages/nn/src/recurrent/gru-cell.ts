/** `gruCell`: gated recurrent units (Cho et al. 2014), with the reset gate behind the recurrent product or before it. */
import type { Tensor } from '@deft/core';
import { add, matmul, mul, reshape, slice, split, sub } from '@deft/tensor';
import { activate, checkActivation } from '../activations.ts';
import { flag } from '../options.ts';
import { type Cell, makeCell } from './cell.ts';
import { checkDenseCell, type GatedCellOptions, type Masks, masked } from './cell-options.ts';

/** Options of `gruCell`. */
export interface GruCellOptions extends GatedCellOptions {
  /**
   * Where the reset gate is: behind the product with the recurrent kernel, with a bias of its own for that product; or before
   * it, on the state. True unless told, as in Keras 3; Keras 2 had it before.
   */
  readonly resetAfter?: boolean;
}

/** A row of the bias. */
const rowOf = (bias: Tensor, row: number): Tensor =>
  reshape(slice(bias, [row, 0], [1, -1]), [bias.shape[1] as number]) as Tensor;

/**
 * The cell of `gru`. With the gates `z` (update) and `r` (reset) and the candidate `g`:
 * `h ← σ(z) · h + (1 − σ(z)) · tanh(g)`, where the recurrent part of `g` is `σ(r) · (h · recurrentKernel + bias)` with `resetAfter`, and
 * `(σ(r) · h) · recurrentKernel` without.
 *
 * Weights `kernel` `[features, 3 · units]`, `recurrentKernel` `[units, 3 · units]`, `bias` `[2, 3 · units]` with `resetAfter` (for the
 * inputs and for the state), else `[3 · units]`; the gates side by side: update, reset, candidate. One state `[units]`.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { gruCell, rnn } from '@deft/nn';
 * const shapes = rnn(gruCell(8)).weights([10, 3]).map(({ shape }) => shape);
 * console.log(shapes); // [[3, 24], [8, 24], [2, 24]]
 * ```
 */
export function gruCell(units: number, options: GruCellOptions = {}): Cell {
  const kind = 'gruCell';
  const { own, shared, useBias, activation, config, kernels } = checkDenseCell(kind, units, options);
  const recurrentActivation = checkActivation(kind, options.recurrentActivation ?? 'sigmoid');
  const resetAfter = flag(kind, 'resetAfter', options.resetAfter ?? true);
  const open = (gate: Tensor): Tensor => activate(recurrentActivation, gate);

  /** The next state, by the update gate and the sum at the candidate. */
  const next = (h: Tensor, update: Tensor, candidate: Tensor): Tensor[] => {
    const proposed = activate(activation, candidate);
    return [add(mul(update, h), mul(sub(1, update), proposed)) as Tensor];
  };
  const thirds = (x: Tensor): [Tensor, Tensor, Tensor] =>
    split(x, 3, -1) as readonly Tensor[] as [Tensor, Tensor, Tensor];

  return makeCell<Masks>(
    {
      kind,
      ...shared,
      config: { ...config, recurrentActivation, resetAfter },
      weights: (stepShape) => [
        ...kernels(stepShape, 3),
        ...(useBias ? [own.declare('bias', resetAfter ? [2, 3 * units] : [3 * units])] : []),
      ],
      prepare: ({ kernel, bias }, x, masks) => {
        const product = matmul(masked(x, masks?.input), kernel as Tensor) as Tensor;
        if (bias === undefined) return product;
        return add(product, resetAfter ? rowOf(bias, 0) : bias) as Tensor;
      },
      step: ({ recurrentKernel, bias }, [h], x, masks) => {
        const seen = masked(h, masks?.recurrent);
        const kernel = recurrentKernel as Tensor;
        if (resetAfter) {
          const product = matmul(seen, kernel) as Tensor;
          const recurrent = bias === undefined ? product : (add(product, rowOf(bias, 1)) as Tensor);
          const [xUpdate, xReset, xCandidate] = thirds(x);
          const [hUpdate, hReset, hCandidate] = thirds(recurrent);
          const reset = open(add(xReset, hReset) as Tensor);
          const candidate = add(xCandidate, mul(reset, hCandidate)) as Tensor;
          return next(h, open(add(xUpdate, hUpdate) as Tensor), candidate);
        }
        const [forGates, forCandidate] = split(kernel, [2 * units, units], -1) as readonly Tensor[];
        const [xGates, xCandidate] = split(x, [2 * units, units], -1) as readonly Tensor[];
        const gates = add(xGates as Tensor, matmul(seen, forGates as Tensor)) as Tensor;
        const [update, reset] = split(gates, 2, -1) as readonly Tensor[];
        const recurrent = matmul(mul(open(reset as Tensor), seen), forCandidate as Tensor);
        return next(h, open(update as Tensor), add(xCandidate as Tensor, recurrent) as Tensor);
      },
    },
    false,
  );
}
