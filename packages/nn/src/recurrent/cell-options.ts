/** What the cells of this library share: options of gates, weights and dropout, their checks, and the masks of dropout. */
import { type DType, shapeText, type Tensor } from '@deft/core';
import { dropout as dropElements, foldIn, mul, ones } from '@deft/tensor';
import { type ActivationName, checkActivation } from '../activations.ts';
import type { WeightDeclaration } from '../define-layer.ts';
import type { ExampleShape, LayerConfig } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { flag, numberBetween, wholeNumber } from '../options.ts';
import { type CheckedWeights, checkWeightOptions, type WeightOptions } from '../weight-options.ts';
import type { DrawContext } from './cell.ts';

/**
 * Options of all cells. Kernels begin as `glorotUniform`, recurrent kernels as `orthogonal`, biases as `zeros`, unless told.
 */
export interface CellOptions extends WeightOptions<'kernel' | 'recurrent' | 'bias'> {
  /** What it is called among stacked cells; its kind unless told. */
  readonly name?: string | undefined;
  /** `tanh` unless told. */
  readonly activation?: ActivationName;
  /** Whether a bias is added; true unless told. */
  readonly useBias?: boolean;
  /** Share of the inputs' features that is dropped in training, the same in all steps; 0 unless told. */
  readonly dropout?: number;
  /** Share of the state that the recurrent kernel does not see in training, the same in all steps; 0 unless told. */
  readonly recurrentDropout?: number;
}

/** Options of cells with gates. */
export interface GatedCellOptions extends CellOptions {
  /** Of the gates; `sigmoid` unless told. */
  readonly recurrentActivation?: ActivationName;
}

/** Shares that are dropped. */
export interface DropRates {
  readonly dropout: number;
  readonly recurrentDropout: number;
}

/** Options of all cells after their checks. */
export interface CheckedCell extends DropRates {
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly own: CheckedWeights<'kernel' | 'recurrent' | 'bias'>;
  /** All of them as the cell's configuration has them. */
  readonly config: LayerConfig;
}

/** Checks the options of a cell. Throws `E_LAYER` naming the one that is not valid. */
export function checkCellOptions(kind: string, options: CellOptions): CheckedCell {
  const activation = checkActivation(kind, options.activation ?? 'tanh');
  const useBias = flag(kind, 'useBias', options.useBias ?? true);
  const dropout = numberBetween(kind, 'dropout', options.dropout ?? 0, 0, 1);
  const recurrentDropout = numberBetween(kind, 'recurrentDropout', options.recurrentDropout ?? 0, 0, 1);
  const starts = { kernel: 'glorotUniform', recurrent: 'orthogonal', bias: 'zeros' } as const;
  const own = checkWeightOptions(kind, options, starts);
  const config = { activation, useBias, dropout, recurrentDropout, ...own.config };
  return { activation, useBias, dropout, recurrentDropout, own, config };
}

/** Options of a densely connected cell after their checks. */
export interface CheckedDenseCell extends CheckedCell {
  readonly units: number;
  /** The parts of such a cell that are the same for all. */
  readonly shared: {
    readonly name: string | undefined;
    readonly random: boolean;
    readonly stateCount: number;
    stateShapes(stepShape: ExampleShape, fail: Fail): ExampleShape[];
    draw(context: DrawContext): Masks;
  };
  /** Kernel and recurrent kernel, with so many gates side by side. */
  kernels(stepShape: ExampleShape, gates: number): WeightDeclaration[];
}

/** Checks units and options of a densely connected cell with so many states. */
export function checkDenseCell(kind: string, units: number, options: CellOptions, stateCount = 1): CheckedDenseCell {
  wholeNumber(kind, 'units', units);
  const checked = checkCellOptions(kind, options);
  const { own, config } = checked;
  return {
    ...checked,
    units,
    config: { units, ...config },
    shared: {
      name: options.name,
      random: drops(checked),
      stateCount,
      stateShapes: (stepShape, fail) => {
        if (stepShape.length !== 1) fail({ expected: 'steps of shape [features]', found: shapeText(stepShape) });
        return Array.from({ length: stateCount }, () => [units]);
      },
      draw: (context) => drawMasks(checked, context, [units]),
    },
    kernels: ([features], gates) => [
      own.declare('kernel', [features as number, gates * units]),
      own.declare('recurrent', [units, gates * units], 'recurrentKernel'),
    ],
  };
}

/** Masks for all steps: 0 where something is dropped, elsewhere what keeps the mean. */
export interface Masks {
  readonly input: Tensor | undefined;
  readonly recurrent: Tensor | undefined;
}

/** Whether anything is dropped. */
export function drops({ dropout, recurrentDropout }: DropRates): boolean {
  return dropout > 0 || recurrentDropout > 0;
}

function drawMask(rate: number, shape: readonly number[], dtype: DType, key: Tensor): Tensor | undefined {
  return rate === 0 ? undefined : dropElements(ones([...shape], dtype) as Tensor, { rate, key });
}

/** Draws the masks of inputs and states, each once for all steps (Gal and Ghahramani 2016). */
export function drawMasks(rates: DropRates, context: DrawContext, stateShape: ExampleShape): Masks {
  const { batch, stepShape, dtype, key } = context;
  return {
    input: drawMask(rates.dropout, [batch, ...stepShape], dtype, foldIn(key, 0)),
    recurrent: drawMask(rates.recurrentDropout, [batch, ...stateShape], dtype, foldIn(key, 1)),
  };
}

/** What a mask leaves of a tensor. */
export function masked(x: Tensor, mask: Tensor | undefined): Tensor {
  return mask === undefined ? x : (mul(x, mask) as Tensor);
}
