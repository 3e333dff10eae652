/** `lstmCell`: the long short-term memory (Hochreiter and Schmidhuber 1997), with forget gates (Gers et al. 2000). */
import type { Tensor } from '@deft/core';
import { add, concat, matmul, mul, ones, slice, split } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from '../activations.ts';
import type { WeightDeclaration } from '../define-layer.ts';
import { flag } from '../options.ts';
import { type Cell, makeCell } from './cell.ts';
import { checkDenseCell, type GatedCellOptions, type Masks, masked } from './cell-options.ts';

/** Options of `lstmCell`. */
export interface LstmCellOptions extends GatedCellOptions {
  /** Whether the bias of the forget gate begins as 1 (Jozefowicz et al. 2015); true unless told. */
  readonly unitForgetBias?: boolean;
}

/** A bias of four gates, that of the second (the forget gate) begun with 1 if told. */
export function biasOfGates(bias: WeightDeclaration, unitForgetBias: boolean): WeightDeclaration {
  if (!unitForgetBias) return bias;
  const units = (bias.shape[0] as number) / 4;
  const adjust = (made: Tensor): Tensor =>
    concat([slice(made, [0], [units]), ones([units]), slice(made, [2 * units], [2 * units])]) as Tensor;
  return { ...bias, adjust };
}

/** Output and memory by the sums at the gates, which stand along an axis: input, forget, candidate, output. */
export function throughGates(
  gates: Tensor,
  memory: Tensor,
  axis: number,
  { activation, recurrentActivation }: Record<'activation' | 'recurrentActivation', ActivationName>,
): [h: Tensor, c: Tensor] {
  const [input, forget, candidate, output] = split(gates, 4, axis) as readonly Tensor[] as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const open = (gate: Tensor): Tensor => activate(recurrentActivation, gate);
  const kept = mul(open(forget), memory) as Tensor;
  const c = add(kept, mul(open(input), activate(activation, candidate))) as Tensor;
  return [mul(open(output), activate(activation, c)) as Tensor, c];
}

/**
 * The cell of `lstm`. With the gates `(i, f, g, o) = x · kernel + h · recurrentKernel + bias`:
 * `c ← σ(f) · c + σ(i) · tanh(g)`, `h ← σ(o) · tanh(c)`.
 *
 * Weights `kernel` `[features, 4 · units]`, `recurrentKernel` `[units, 4 · units]`, `bias` `[4 · units]`, the gates side by side in this
 * order; states `h` and `c`, both `[units]`.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { lstmCell, rnn } from '@deft/nn';
 * console.log(rnn([lstmCell(8), lstmCell(4)], { returnSequences: true }).outputShape([10, 3])); // [10, 4]
 * ```
 */
export function lstmCell(units: number, options: LstmCellOptions = {}): Cell {
  const kind = 'lstmCell';
  const { own, shared, useBias, activation, config, kernels } = checkDenseCell(kind, units, options, 2);
  const recurrentActivation = checkActivation(kind, options.recurrentActivation ?? 'sigmoid');
  const unitForgetBias = flag(kind, 'unitForgetBias', options.unitForgetBias ?? true);
  return makeCell<Masks>(
    {
      kind,
      ...shared,
      config: { ...config, recurrentActivation, unitForgetBias },
      weights: (stepShape) => [
        ...kernels(stepShape, 4),
        ...(useBias ? [biasOfGates(own.declare('bias', [4 * units]), unitForgetBias)] : []),
      ],
      prepare: ({ kernel, bias }, x, masks) => {
        const product = matmul(masked(x, masks?.input), kernel as Tensor) as Tensor;
        return bias === undefined ? product : (add(product, bias) as Tensor);
      },
      step: ({ recurrentKernel }, [h, c], x, masks) => {
        const recurrent = matmul(masked(h, masks?.recurrent), recurrentKernel as Tensor);
        return throughGates(add(x, recurrent) as Tensor, c as Tensor, -1, { activation, recurrentActivation });
      },
    },
    false,
  );
}
