/**
 * The blocks of transformers: attention and a feed-forward part, each with a residual connection, a normalisation and dropout.
 * The width of both is that of the input, so the inner layers are made when a shape is known.
 */
import { shapeText, type Tensor } from '@deft/core';
import { add } from '@deft/tensor';
import { type ActivationName, checkActivation } from '../activations.ts';
import { dense } from '../dense.ts';
import { dropout as dropoutLayer } from '../dropout.ts';
import { toCompute } from '../dtype-policy.ts';
import { InnerLayers } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerOptions, Mask, Signal } from '../layer.ts';
import { areSeveral, asLayer } from '../layer-call.ts';
import { failOf } from '../layer-errors.ts';
import { layerNormalization } from '../normalization.ts';
import { flag, numberBetween, wholeNumber } from '../options.ts';
import { checkWeightOptions, type WeightOptions } from '../weight-options.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { checkRotary, type RotationOptions } from './rotation.ts';

/** Options of `transformerEncoder`. Kernels begin as `glorotUniform`, biases as `zeros`, unless told. */
export interface TransformerEncoderOptions extends LayerOptions, WeightOptions<'kernel' | 'bias'> {
  /** Probability with which elements, and weights of the attention, are dropped in training; 0 unless told. */
  readonly dropout?: number;
  /** Of the feed-forward part's first layer; `relu` unless told. */
  readonly activation?: ActivationName;
  /** Added to variances; 1e-5 unless told. */
  readonly layerNormEpsilon?: number;
  /** Whether each part begins with its normalisation, rather than the sum being normalised; false unless told. */
  readonly normalizeFirst?: boolean;
  /** Whether queries and keys of the self-attention are turned by their positions; false unless told. */
  readonly rotary?: boolean | RotationOptions;
}

/** Options of `transformerDecoder`. */
export interface TransformerDecoderOptions extends TransformerEncoderOptions {
  /** Whether a step sees only those up to its own place; true unless told. */
  readonly useCausalMask?: boolean;
}

/** A part of a block: attention or feed-forward layers, with what surrounds them. */
interface Part {
  readonly layers: readonly Layer[];
  readonly norm: Layer;
  readonly drop: Layer;
}

/** What differs between the blocks of this file. */
interface BlockRule {
  readonly kind: string;
  /** What the self-attention is called. */
  readonly attentionName: string;
  /** Whether there may be a second input, to which a second attention goes. */
  readonly mayCross: boolean;
  readonly useCausalMask: boolean;
  again(options: LayerOptions): Layer;
}

/** What is said of the layers that are there without a second input. */
function withoutCrossing(options: LayerOptions): LayerOptions {
  const { trainable } = options;
  if (typeof trainable !== 'object') return options;
  const own = Object.entries(trainable).filter(([name]) => !name.startsWith('crossAttention'));
  return { ...options, trainable: Object.fromEntries(own) };
}

function block(
  rule: BlockRule,
  intermediateDim: number,
  numHeads: number,
  options: TransformerDecoderOptions,
): Layer<Signal, Tensor> {
  const { kind, attentionName, mayCross, useCausalMask } = rule;
  wholeNumber(kind, 'intermediateDim', intermediateDim);
  wholeNumber(kind, 'numHeads', numHeads);
  const dropout = numberBetween(kind, 'dropout', options.dropout ?? 0, 0, 1);
  const activation = checkActivation(kind, options.activation ?? 'relu');
  const layerNormEpsilon = numberBetween(kind, 'layerNormEpsilon', options.layerNormEpsilon ?? 1e-5, 0, Infinity);
  const normalizeFirst = flag(kind, 'normalizeFirst', options.normalizeFirst ?? false);
  const rotary = checkRotary(kind, options.rotary);
  const { config } = checkWeightOptions(kind, options, { kernel: 'glorotUniform', bias: 'zeros' });
  const weights = config as WeightOptions<'kernel' | 'bias'>;

  const part = (name: string, layers: readonly Layer[]): Part => ({
    layers,
    norm: layerNormalization({ name: `${name}LayerNorm`, epsilon: layerNormEpsilon }),
    drop: dropoutLayer(dropout, { name: `${name}Dropout` }),
  });
  const partsFor = (width: number, crosses: boolean): Part[] => {
    const keyDim = Math.floor(width / numHeads);
    const attention = (name: string, more: object): Layer =>
      multiHeadAttention(numHeads, keyDim, { ...weights, ...more, name, dropout });
    return [
      part('selfAttention', [attention(attentionName, { useCausalMask, rotary })]),
      ...(crosses ? [part('crossAttention', [attention('crossAttention', {})])] : []),
      part('feedforward', [
        dense(intermediateDim, { ...weights, name: 'feedforwardIntermediateDense', activation }),
        dense(width, { ...weights, name: 'feedforwardOutputDense' }),
      ]),
    ];
  };
  const known = new Map<string, InnerLayers<Layer>>();
  /** The inner layers: of each part its own, the normalisation and the dropout. */
  const innerFor = (width: number, crosses: boolean): InnerLayers<Layer> => {
    const place = `${width} ${crosses}`;
    const make = (): InnerLayers<Layer> => {
      const layers = partsFor(width, crosses).flatMap((one) => [...one.layers, one.norm, one.drop]);
      return new InnerLayers(kind, layers, crosses === mayCross ? options : withoutCrossing(options));
    };
    const inner = known.get(place) ?? make();
    known.set(place, inner);
    return inner;
  };
  const { traits } = innerFor(2 * numHeads, mayCross);
  const fail = failOf(kind, traits.name, 'input');

  const sort = (
    shapes: ExampleShape | readonly ExampleShape[],
  ): [own: ExampleShape, other: ExampleShape | undefined] => {
    const [own, other, ...more] = areSeveral(shapes) ? shapes : [shapes];
    for (const shape of other === undefined ? [own] : [own, other]) {
      if (shape?.length !== 2 || more.length > 0 || (other !== undefined && !mayCross)) {
        const expected = mayCross
          ? 'one or two inputs of shape [steps, features]'
          : 'examples of shape [steps, features]';
        fail({ expected, found: (areSeveral(shapes) ? shapes : [shapes]).map(shapeText).join(' and ') });
      }
    }
    const width = (own as ExampleShape)[1] as number;
    if (width < numHeads) fail({ expected: `at least ${numHeads} features, one for each head`, found: String(width) });
    return [own as ExampleShape, other];
  };
  const layersFor = (shapes: ExampleShape | readonly ExampleShape[]) => {
    const [own, other] = sort(shapes);
    const width = own[1] as number;
    const inner = innerFor(width, other !== undefined);
    const reached = inner.layers.map(({ name }) => {
      if (name === 'crossAttention') return [own, other as ExampleShape];
      return name === 'feedforwardOutputDense' ? [own[0] as number, intermediateDim] : own;
    });
    return { inner, reached };
  };

  return asLayer<Signal, Tensor>({
    ...traits,
    config: {
      intermediateDim,
      numHeads,
      dropout,
      activation,
      layerNormEpsilon,
      normalizeFirst,
      rotary,
      ...(mayCross && { useCausalMask }),
      ...config,
    },
    outputShape: (shapes) => {
      layersFor(shapes);
      return [...sort(shapes)[0]];
    },
    weights: (shapes) => {
      const { inner, reached } = layersFor(shapes);
      return inner.weights(reached);
    },
    initialize: (key, shapes) => {
      const { inner, reached } = layersFor(shapes);
      return inner.initialize(key, reached);
    },
    decodingState: (shapes, decoding) => {
      const { inner, reached } = layersFor(shapes);
      return inner.decodingState(reached, decoding);
    },
    apply: (parameters, state, x, context) => {
      const [own, other] = (Array.isArray(x) ? x : [x]) as [Tensor, Tensor?];
      const masks = (Array.isArray(context.mask) ? context.mask : [context.mask]) as [Tensor?, Tensor?];
      const { inner } = layersFor((Array.isArray(x) ? x : [x as Tensor]).map(({ shape }) => shape.slice(1)));
      const pass = inner.pass(parameters, state, context);
      const layer = (name: string): Layer => inner.layers.find((one) => one.name === name) as Layer;
      const through = (name: string, given: Signal, mask?: Mask): Tensor =>
        pass.apply(layer(name), given, mask).output as Tensor;
      const around = (name: string, before: Tensor, f: (inner: Tensor) => Tensor): Tensor => {
        const norm = `${name}LayerNorm`;
        const made = f(normalizeFirst ? through(norm, before) : before);
        const sum = add(toCompute(inner.traits.settings.dtype, before), through(`${name}Dropout`, made)) as Tensor;
        return normalizeFirst ? sum : through(norm, sum);
      };
      let y = around('selfAttention', own, (one) => through(attentionName, one, masks[0]));
      if (other !== undefined) {
        y = around('crossAttention', y, (one) => through('crossAttention', [one, other], masks));
      }
      y = around('feedforward', y, (one) =>
        through('feedforwardOutputDense', through('feedforwardIntermediateDense', one)),
      );
      return pass.finish(y, masks[0]);
    },
    with: (changes) => rule.again(innerFor(2 * numHeads, mayCross).changed(options, changes)) as Layer<Signal, Tensor>,
  });
}

/**
 * A block of a transformer's encoder (Vaswani et al. 2017): self-attention and a feed-forward part, each with dropout, a residual
 * connection and layer normalisation. Input and output are `[steps, features]`.
 *
 * Weights under `selfAttentionLayer` (as `multiHeadAttention`), `selfAttentionLayerNorm`, `feedforwardIntermediateDense`,
 * `feedforwardOutputDense` and `feedforwardLayerNorm`, as in KerasHub. Heads have `features / numHeads` features, rounded down.
 *
 * @param intermediateDim units of the feed-forward part's first layer
 * @param numHeads heads of the attention
 * @throws `E_LAYER` for bad options and inputs that are no sequences, or of fewer features than heads
 * @example
 * ```ts
 * import { transformerEncoder } from '@deft/nn';
 * const layer = transformerEncoder(64, 4, { normalizeFirst: true, activation: 'gelu' });
 * console.log(layer.outputShape([10, 32])); // → [10, 32]
 * ```
 */
export function transformerEncoder(
  intermediateDim: number,
  numHeads: number,
  options: TransformerEncoderOptions = {},
): Layer {
  return block(
    {
      kind: 'transformerEncoder',
      attentionName: 'selfAttentionLayer',
      mayCross: false,
      useCausalMask: false,
      again: (changes) => transformerEncoder(intermediateDim, numHeads, { ...options, ...changes }),
    },
    intermediateDim,
    numHeads,
    options,
  );
}

/**
 * A block of a transformer's decoder (Vaswani et al. 2017): causal self-attention, attention to a second input where there is one,
 * and a feed-forward part, each with dropout, a residual connection and layer normalisation. Takes `x` or `[x, encoded]`, each
 * `[steps, features]`; the output has the shape of `x`. Without a second input it is a block of a GPT.
 *
 * Weights under `selfAttention`, `selfAttentionLayerNorm`, with a second input `crossAttention` and `crossAttentionLayerNorm`,
 * `feedforwardIntermediateDense`, `feedforwardOutputDense` and `feedforwardLayerNorm`, as in KerasHub.
 *
 * @param intermediateDim units of the feed-forward part's first layer
 * @param numHeads heads of the attention
 * @throws `E_LAYER` for bad options and inputs that are no sequences, or of fewer features than heads
 * @example
 * ```ts
 * import { transformerDecoder } from '@deft/nn';
 * console.log(transformerDecoder(64, 4).outputShape([10, 32]), transformerDecoder(64, 4).outputShape([[10, 32], [7, 32]])); // → [10, 32] [10, 32]
 * ```
 */
export function transformerDecoder(
  intermediateDim: number,
  numHeads: number,
  options: TransformerDecoderOptions = {},
): Layer<Signal> {
  return block(
    {
      kind: 'transformerDecoder',
      attentionName: 'selfAttention',
      mayCross: true,
      useCausalMask: flag('transformerDecoder', 'useCausalMask', options.useCausalMask ?? true),
      again: (changes) => transformerDecoder(intermediateDim, numHeads, { ...options, ...changes }),
    },
    intermediateDim,
    numHeads,
    options,
  );
}
