/** The options that layers with heads share, and their checks. */
import type { LayerConfig, LayerOptions } from '../layer.ts';
import { flag, numberBetween, reject, wholeNumber } from '../options.ts';
import { checkWeightOptions, type WeightOptions } from '../weight-options.ts';
import { checkRotary, type Rotation, type RotationOptions } from './rotation.ts';

/** Options that layers with heads share. Kernels begin as `glorotUniform`, biases as `zeros`, unless told. */
export interface HeadsOptions extends LayerOptions, WeightOptions<'kernel' | 'bias'> {
  /** Probability with which a weight of the attention is dropped in training; 0 unless told. */
  readonly dropout?: number;
  /** Whether the projections add biases; true unless told. */
  readonly useBias?: boolean;
  /** Whether a step sees only those up to its own place; false unless told. Only causal layers work piece by piece. */
  readonly useCausalMask?: boolean;
  /** How many places away a step is the first that is not seen, backwards and forwards; `null`, none, unless told. */
  readonly slidingWindow?: number | null;
  /**
   * Whether the last input says which sources each target may see: `[targets, sources]` or `[heads, targets, sources]`, of bools,
   * or of numbers of which 0 hides. False unless told.
   */
  readonly takesAttentionMask?: boolean;
  /** Whether the weights of the attention, `[heads, targets, sources]`, are a second output; false unless told. */
  readonly returnAttentionScores?: boolean;
  /** Whether queries and keys are turned by their positions, as `rotaryEmbedding` does; false unless told. */
  readonly rotary?: boolean | RotationOptions;
}

/** Shared options after their checks. */
export interface CheckedHeads {
  readonly dropout: number;
  readonly useBias: boolean;
  readonly useCausalMask: boolean;
  readonly slidingWindow: number | null;
  readonly takesAttentionMask: boolean;
  readonly returnAttentionScores: boolean;
  readonly rotary: Rotation | false;
  /** What the projections are told of their weights. */
  readonly weights: WeightOptions<'kernel' | 'bias'>;
  /** All of them as the layer's configuration has them. */
  readonly config: LayerConfig;
}

const wholeOrNull = (kind: string, option: unknown): number | null =>
  option === undefined || option === null ? null : wholeNumber(kind, 'slidingWindow', option);

/** Checks the options that layers with heads share. */
export function checkHeads(kind: string, keyDim: number, options: HeadsOptions): CheckedHeads {
  const checkFlag = (option: keyof HeadsOptions, unlessTold: boolean): boolean =>
    flag(kind, option, options[option] ?? unlessTold);
  const rotary = checkRotary(kind, options.rotary);
  if (rotary && keyDim % 2 === 1) reject(kind, 'rotary', 'false where a head has an odd number of features', true);
  const checked = {
    dropout: numberBetween(kind, 'dropout', options.dropout ?? 0, 0, 1),
    useBias: checkFlag('useBias', true),
    useCausalMask: checkFlag('useCausalMask', false),
    slidingWindow: wholeOrNull(kind, options.slidingWindow),
    takesAttentionMask: checkFlag('takesAttentionMask', false),
    returnAttentionScores: checkFlag('returnAttentionScores', false),
    rotary,
  };
  const { config } = checkWeightOptions(kind, options, { kernel: 'glorotUniform', bias: 'zeros' });
  return { ...checked, weights: config as WeightOptions<'kernel' | 'bias'>, config: { ...checked, ...config } };
}
