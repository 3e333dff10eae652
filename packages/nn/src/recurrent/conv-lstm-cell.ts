/** The cell of `convLstm1d` … `convLstm3d`: a long short-term memory whose products are convolutions (Shi et al. 2015). */
import { sizeOf, type Tensor } from '@deft/core';
import { add, reshape } from '@deft/tensor';
import { checkActivation } from '../activations.ts';
import { type CheckedWindow, checkWindow, convolve, countsOf, finish, type WindowOptions } from '../convolution.ts';
import type { ExampleShape } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { flag, oneOf, type PerAxis, type SpatialRank, wholeNumber } from '../options.ts';
import { joinShape, type Padding, paddings, spatialShape } from '../spatial.ts';
import { type Cell, makeCell } from './cell.ts';
import { checkCellOptions, drawMasks, drops, type Masks, masked } from './cell-options.ts';
import { biasOfGates, type LstmCellOptions, throughGates } from './lstm-cell.ts';

/** Options of the cell: those of `lstmCell` and of a convolution. */
export interface ConvLstmCellOptions<R extends SpatialRank>
  extends Omit<LstmCellOptions, 'name'>,
    Pick<WindowOptions<R>, 'strides' | 'dataFormat' | 'dilationRate'> {
  /** Of the convolution of the inputs; `valid` unless told. That of the state keeps its size. */
  readonly padding?: Padding;
}

/** The convolutional cell of a layer `kind`. */
export function convLstmCell<R extends SpatialRank>(
  kind: string,
  rank: R,
  filters: number,
  kernelSize: PerAxis<R>,
  options: ConvLstmCellOptions<R>,
): Cell {
  wholeNumber(kind, 'filters', filters);
  oneOf(kind, 'padding', options.padding ?? 'valid', paddings);
  const checked = checkCellOptions(kind, options);
  const { own, activation, useBias } = checked;
  const window: CheckedWindow = {
    ...checkWindow<SpatialRank>(kind, rank, kernelSize, {
      ...options,
      activation: 'linear',
    } as WindowOptions<SpatialRank>),
    useBias,
  };
  const { dataFormat, activation: _, useBias: __, ...shape } = window;
  const inState: CheckedWindow = {
    ...window,
    strides: new Array<number>(rank).fill(1),
    dilationRate: new Array<number>(rank).fill(1),
    padding: 'same',
  };
  const recurrentActivation = checkActivation(kind, options.recurrentActivation ?? 'sigmoid');
  const unitForgetBias = flag(kind, 'unitForgetBias', options.unitForgetBias ?? true);
  const gatesAxis = dataFormat === 'channelsLast' ? -1 : 1;

  const stateShape = (stepShape: ExampleShape, fail: Fail): number[] =>
    joinShape(countsOf(spatialShape(stepShape, rank, dataFormat, fail).sizes, window, fail), filters, dataFormat);
  const quiet: Fail = ({ expected }) => wholeNumber(kind, expected, undefined) as never;

  return makeCell<Masks>(
    {
      kind,
      random: drops(checked),
      config: { filters, dataFormat, ...shape, ...checked.config, recurrentActivation, unitForgetBias },
      stateCount: 2,
      stateShapes: (stepShape, fail) => [stateShape(stepShape, fail), stateShape(stepShape, fail)],
      weights: (stepShape, fail) => {
        const { channels } = spatialShape(stepShape, rank, dataFormat, fail);
        return [
          own.declare('kernel', [...window.kernelSize, channels, 4 * filters]),
          own.declare('recurrent', [...window.kernelSize, filters, 4 * filters], 'recurrentKernel'),
          ...(useBias ? [biasOfGates(own.declare('bias', [4 * filters]), unitForgetBias)] : []),
        ];
      },
      draw: (context) => drawMasks(checked, context, stateShape(context.stepShape, quiet)),
      prepare: ({ kernel, bias }, x, masks) => {
        const given = masked(x, masks?.input);
        const lead = x.shape.slice(0, x.rank - rank - 1) as number[];
        const images = reshape(given, [sizeOf(lead), ...(x.shape.slice(lead.length) as number[])]) as Tensor;
        const product = finish(convolve(rank, images, kernel as Tensor, window, 1), bias, window);
        return reshape(product, [...lead, ...(product.shape.slice(1) as number[])]) as Tensor;
      },
      step: ({ recurrentKernel }, [h, c], x, masks) => {
        const recurrent = convolve(rank, masked(h, masks?.recurrent), recurrentKernel as Tensor, inState, 1);
        const gates = add(x, recurrent) as Tensor;
        return throughGates(gates, c as Tensor, gatesAxis, { activation, recurrentActivation });
      },
    },
    false,
  );
}
