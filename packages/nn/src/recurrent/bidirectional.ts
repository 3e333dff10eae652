/** `bidirectional`: a recurrent layer forwards and another backwards over the same sequences, and a merge of both. */
import { Tensor } from '@deft/core';
import { add, concat, flip, mul } from '@deft/tensor';
import { InnerLayers, stored } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerLike, LayerOptions, Mask, ShapesOf, Signal } from '../layer.ts';
import { areSeveral, asLayer } from '../layer-call.ts';
import { reject } from '../options.ts';
import { isRecurrent, type RecurrentLayer } from './recurrent-layer.ts';

const joins = {
  concat: (a: Tensor, b: Tensor): Tensor => concat([a, b], -1) as Tensor,
  sum: (a: Tensor, b: Tensor): Tensor => add(a, b) as Tensor,
  mul: (a: Tensor, b: Tensor): Tensor => mul(a, b) as Tensor,
  ave: (a: Tensor, b: Tensor): Tensor => mul(add(a, b), 0.5) as Tensor,
} as const;

/** How the outputs of both directions are merged; `null` gives both. */
export type MergeMode = keyof typeof joins | null;

/** Options of `bidirectional`. */
export interface BidirectionalOptions<M extends MergeMode = MergeMode, O extends Signal = Signal> extends LayerOptions {
  /** `concat` unless told. */
  readonly mergeMode?: M;
  /** The layer that goes backwards; unless told, one like the other, with weights of its own. */
  readonly backwardLayer?: RecurrentLayer<O extends Tensor ? Tensor : readonly Tensor[]>;
}

/** What `bidirectional` gives: one merged batch, or an array where the layer gives its states or nothing is merged. */
export type BidirectionalOutput<M extends MergeMode, O extends Signal> = M extends null
  ? readonly [Tensor, Tensor, ...Tensor[]]
  : O extends Tensor
    ? Tensor
    : readonly [Tensor, ...Tensor[]];

/**
 * Takes sequences through a recurrent layer from the first step to the last and through another from the last to the first
 * (Schuster and Paliwal 1997), and merges their outputs along the last axis or element by element. Sequences of outputs are in the order
 * of the inputs. With `returnState` the states of both follow; initial states are told likewise, first those of the
 * layer that goes forwards.
 *
 * The parameters are `{ forward_lstm: { … }, backward_lstm: { … } }`, by the layer's name.
 *
 * @throws `E_LAYER` for anything but a recurrent layer, and for a second one that does not give the same in the other direction
 * @example
 * ```ts
 * import { bidirectional, lstm } from '@deft/nn';
 * console.log(bidirectional(lstm(8, { returnSequences: true })).outputShape([10, 3])); // [10, 16]
 * ```
 */
export function bidirectional<O extends Signal = Tensor, M extends MergeMode = 'concat'>(
  layer: RecurrentLayer<O>,
  options: BidirectionalOptions<M, O> = {},
): Layer<Signal, BidirectionalOutput<M, O>> {
  const kind = 'bidirectional';
  if (!isRecurrent(layer)) reject(kind, 'layer', 'a recurrent layer', layer);
  const { mergeMode = 'concat', backwardLayer } = options;
  if (mergeMode !== null && !Object.hasOwn(joins, mergeMode)) {
    reject(kind, 'mergeMode', `${Object.keys(joins).join(', ')} or null`, mergeMode);
  }
  if (backwardLayer !== undefined) checkBackward(layer, backwardLayer);
  const given = (backwardLayer ?? layer.reversed()) as RecurrentLayer<O>;
  const inner = new InnerLayers<RecurrentLayer<O>>(
    kind,
    [layer.with({ name: `forward_${bare(layer)}` }), given.with({ name: `backward_${bare(given)}` })],
    options,
  );
  const [forward, backward] = inner.layers as readonly [RecurrentLayer<O>, RecurrentLayer<O>];
  const { returnSequences, returnState } = layer.way;
  type Result = BidirectionalOutput<M, O>;

  /** What each direction gets of the inputs: the sequences, and its half of the states. */
  const halves = <T>(several: readonly T[]): [T[], T[]] => {
    const [x, ...states] = several as readonly [T, ...T[]];
    const half = Math.ceil(states.length / 2);
    return [
      [x, ...states.slice(0, half)],
      [x, ...states.slice(half)],
    ];
  };
  const shapesFor = (inputShape: ShapesOf<Signal>): [ShapesOf<Signal>, ShapesOf<Signal>] =>
    areSeveral(inputShape) ? halves<ExampleShape>(inputShape) : [inputShape, inputShape];
  const listOf = <T>(value: T | readonly T[], isMany: boolean): readonly T[] =>
    isMany ? (value as readonly T[]) : [value as T];

  return asLayer<Signal, Result>({
    ...inner.traits,
    config: {
      layer: stored(forward as unknown as LayerLike),
      mergeMode,
      backwardLayer: stored(backward as unknown as LayerLike),
    },
    outputShape: (inputShape) => {
      const shapes = inner.layers.map((one, i) => {
        const shape: number[] | number[][] = one.outputShape(shapesFor(inputShape)[i] as ShapesOf<Signal>);
        return listOf<readonly number[]>(shape as number[], returnState);
      }) as [number[][], number[][]];
      const [[a, ...statesA], [b, ...statesB]] = shapes as [[number[], ...number[][]], [number[], ...number[][]]];
      const isJoined = mergeMode === 'concat';
      const merged = isJoined ? [...a.slice(0, -1), (a.at(-1) as number) + (b.at(-1) as number)] : a;
      if (mergeMode === null) return [a, b, ...statesA, ...statesB] as never;
      return (returnState ? [merged, ...statesA, ...statesB] : merged) as never;
    },
    weights: (inputShape) => inner.weights(shapesFor(inputShape)),
    initialize: (key, inputShape) => inner.initialize(key, shapesFor(inputShape)),
    decodingState: (inputShape, decoding) => inner.decodingState(shapesFor(inputShape), decoding),
    apply: (parameters, state, x, context) => {
      const isMany = !(x instanceof Tensor);
      const signals = isMany ? halves<Tensor>(x) : [x, x];
      const masks = isMany && context.mask ? halves(context.mask as readonly (Tensor | undefined)[]) : undefined;
      const pass = inner.pass(parameters, state, context);
      const results = inner.layers.map((one, i) =>
        pass.apply(one as unknown as LayerLike, signals[i] as Signal, masks ? (masks[i] as Mask) : context.mask),
      );
      const [[a, ...statesA], [b, ...statesB]] = results.map(({ output }, i) => {
        const [given, ...states] = listOf(output as Tensor, returnState) as readonly [Tensor, ...Tensor[]];
        return [inOrder(given, inner.layers[i] as RecurrentLayer<O>), ...states];
      }) as [[Tensor, ...Tensor[]], [Tensor, ...Tensor[]]];
      const [own] = masks ? masks[0] : [context.mask as Tensor | undefined];
      const mask = returnSequences ? own : undefined;
      const states = [...statesA, ...statesB];
      const outputs = mergeMode === null ? [a, b] : [joins[mergeMode as keyof typeof joins](a, b)];
      if (mergeMode !== null && !returnState) return pass.finish(outputs[0] as Signal as Result, mask);
      const after = mask && [...outputs.map(() => mask), ...states.map(() => undefined)];
      return pass.finish([...outputs, ...states] as Signal as Result, after);
    },
    with: (changes) => bidirectional(layer, inner.changed(options, changes)),
  });
}

/** A bidirectional layer from its configuration, whose layers are made already. */
export function bidirectionalFromConfig(
  layer: RecurrentLayer<Signal>,
  backwardLayer: RecurrentLayer<Signal>,
  options: LayerOptions,
): LayerLike {
  return bidirectional(layer, { ...options, backwardLayer }) as unknown as LayerLike;
}

/** Sequences of outputs in the order of the inputs. */
function inOrder(output: Tensor, { way }: RecurrentLayer<Signal>): Tensor {
  return way.returnSequences && way.goBackwards ? (flip(output, 1) as Tensor) : output;
}

/** A layer's name without the direction that a configuration has in front. */
function bare({ name }: LayerLike): string {
  return name.replace(/^(forward|backward)_/, '');
}

function checkBackward(layer: RecurrentLayer<Signal>, other: unknown): void {
  if (!isRecurrent(other)) reject('bidirectional', 'backwardLayer', 'a recurrent layer', other);
  for (const name of ['returnSequences', 'returnState', 'stateful'] as const) {
    if (other.way[name] === layer.way[name]) continue;
    reject('bidirectional', `backwardLayer.${name}`, String(layer.way[name]), other.way[name]);
  }
  if (other.way.goBackwards !== layer.way.goBackwards) return;
  reject('bidirectional', 'backwardLayer.goBackwards', String(!layer.way.goBackwards), other.way.goBackwards);
}
