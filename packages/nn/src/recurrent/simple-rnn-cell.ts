/** `simpleRnnCell`: a dense layer of the input and of what it gave before (Elman 1990). */
import type { Tensor } from '@deft/core';
import { add, matmul } from '@deft/tensor';
import { activate } from '../activations.ts';
import { type Cell, makeCell } from './cell.ts';
import { type CellOptions, checkDenseCell, type Masks, masked } from './cell-options.ts';

/**
 * The cell of `simpleRnn`: `h ← activation(x · kernel + h · recurrentKernel + bias)`.
 *
 * Weights `kernel` `[features, units]`, `recurrentKernel` `[units, units]`, `bias` `[units]`; one state `[units]`.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { rnn, simpleRnnCell } from '@deft/nn';
 * console.log(rnn([simpleRnnCell(8), simpleRnnCell(4)]).outputShape([10, 3])); // [4]
 * ```
 */
export function simpleRnnCell(units: number, options: CellOptions = {}): Cell {
  const { own, shared, useBias, activation, config, kernels } = checkDenseCell('simpleRnnCell', units, options);
  return makeCell<Masks>(
    {
      kind: 'simpleRnnCell',
      ...shared,
      config,
      weights: (stepShape) => [...kernels(stepShape, 1), ...(useBias ? [own.declare('bias', [units])] : [])],
      prepare: ({ kernel, bias }, x, masks) => {
        const product = matmul(masked(x, masks?.input), kernel as Tensor) as Tensor;
        return bias === undefined ? product : (add(product, bias) as Tensor);
      },
      step: ({ recurrentKernel }, [h], x, masks) => {
        const recurrent = matmul(masked(h, masks?.recurrent), recurrentKernel as Tensor) as Tensor;
        return [activate(activation, add(x, recurrent) as Tensor)];
      },
    },
    false,
  );
}
