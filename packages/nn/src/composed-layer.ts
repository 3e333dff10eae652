/**
 * `composedLayer`: a layer whose forward pass is a function that calls other layers with tensors, with any ops between them. What
 * the inner layers get is found by running the function on shapes alone.
 */
import { abstractValue, inferByRunning, raise, shapeText, Tensor } from '@deft/core';
import { foldIn, key as keyOf } from '@deft/tensor';
import { InnerLayers, type InnerShape } from './inner-layers.ts';
import type { ExampleShape, Layer, LayerContext, LayerLike, LayerOptions, Mask, Signal } from './layer.ts';
import { areSeveral, asLayer, isLayer, listOf, withInnerApply } from './layer-call.ts';
import { reject } from './options.ts';

/** The forward pass of a composed layer: calls inner layers with tensors, as `this.dense(x)` or `inner.dense(x)`. */
export type ComposedCall<I extends Signal, O extends Signal> = (x: I, context: LayerContext) => O;

/** What makes a composed layer. */
export interface ComposedOptions<I extends Signal, O extends Signal> extends LayerOptions {
  /** What it is, in messages and tables; `composed` unless told. */
  readonly kind?: string;
  /** Inner layers, or lists of them, by the names that their weights get. */
  readonly layers: { readonly [name: string]: LayerLike | readonly LayerLike[] };
  /** Names of the inputs, where it takes an array. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs, where it gives an array. */
  readonly outputNames?: readonly string[];
  /** Whether the function itself draws random numbers in training, from `context.key`. */
  readonly random?: boolean;
  readonly call: ComposedCall<I, O>;
}

/** A layer whose forward pass is a function. */
export interface ComposedLayer<I extends Signal = Tensor, O extends Signal = Tensor> extends Layer<I, O> {
  readonly layers: readonly LayerLike[];
  with(options: LayerOptions): ComposedLayer<I, O>;
}

const mapSignal = (x: Signal, f: (one: Tensor) => ExampleShape): InnerShape => (x instanceof Tensor ? f(x) : x.map(f));
const exampleShape = (x: Tensor): ExampleShape => x.shape.slice(1);

/** Inner layers by their names; those of lists are numbered. */
function namedLayers(
  kind: string,
  given: ComposedOptions<Signal, Signal>['layers'],
): [name: string, layer: LayerLike][] {
  const all = Object.entries(given).flatMap(([name, one]) =>
    Array.isArray(one)
      ? one.map((layer: LayerLike, i): [string, LayerLike] => [`${name}_${i}`, layer])
      : [[name, one as LayerLike] as [string, LayerLike]],
  );
  for (const [name, layer] of all) if (!isLayer(layer)) reject(kind, `layers ${name}`, 'a layer', layer);
  return all;
}

/** What is known of a composed layer for inputs of a shape. */
interface Found {
  readonly outputShape: number[] | number[][];
  /** The shapes that reach the inner layers. */
  readonly reached: readonly InnerShape[];
}

/**
 * A layer from inner layers and a function that calls them with tensors. Ops may stand between the calls; a layer that is called
 * several times has one set of weights. It holds code, so a model with it keeps its weights in files but not itself.
 *
 * @throws `E_LAYER` where the function calls a layer that is not told, or does not call one that is
 * @example
 * ```ts
 * import { composedLayer, dense } from '@deft/nn';
 * import { add, type Tensor } from '@deft/tensor';
 * const [widen, narrow] = [dense(8, { activation: 'relu' }), dense(4)];
 * const residual = composedLayer({
 *   layers: { widen, narrow },
 *   call: (x: Tensor) => add(x, narrow(widen(x))),
 * });
 * console.log(residual.outputShape([4]), residual.weights([4]).length); // → [4] 4
 * ```
 */
export function composedLayer<I extends Signal = Tensor, O extends Signal = Tensor>(
  options: ComposedOptions<I, O>,
): ComposedLayer<I, O> {
  const { kind = 'composed', call, inputNames, outputNames } = options;
  if (typeof call !== 'function') reject(kind, 'call', 'a function', call);
  const named = namedLayers(kind, options.layers);
  return compose(
    options,
    named.map(([name, layer]) => (layer.name === layer.kind ? layer.with({ name }) : layer)),
    named.map(([, layer]) => layer),
    { kind, ...(inputNames && { inputNames }), ...(outputNames && { outputNames }) },
  );
}

/** @param given what the function calls, in the order of `layers`, which have names and settings besides */
function compose<I extends Signal, O extends Signal>(
  options: ComposedOptions<I, O>,
  layers: readonly LayerLike[],
  given: readonly LayerLike[],
  fixed: Pick<ComposedOptions<I, O>, 'kind' | 'inputNames' | 'outputNames'>,
): ComposedLayer<I, O> {
  const { call } = options;
  const kind = fixed.kind as string;
  const inner = new InnerLayers(kind, layers, options);
  const { name } = inner.traits;
  const own = new Map(given.map((layer, i) => [layer, inner.layers[i] as LayerLike]));
  const found = new Map<string, Found>();

  /** Runs the function; calls of inner layers go to `apply`. */
  const run = (x: Signal, context: LayerContext, apply: (layer: LayerLike, x: Signal) => Signal): Signal =>
    withInnerApply(
      (layer, input) =>
        apply(
          own.get(layer) ??
            raise('E_LAYER', {
              op: `layer ${name}`,
              argument: 'call',
              expected: `calls of its own layers ${inner.layers.map((one) => one.name).join(', ')}`,
              found: layer.name,
              hint: 'name the layer in layers, or make it a field of the model',
            }),
          input,
        ),
      () => call(x as I, context),
    );

  const find = (inputShape: InnerShape): Found => {
    const text = listOf<unknown>(inputShape).join(';') + String(areSeveral(inputShape));
    const known = found.get(text);
    if (known) return known;
    const reached = new Map<LayerLike, InnerShape>();
    const shapes = areSeveral(inputShape) ? inputShape : [inputShape];
    let output: Signal = [];
    inferByRunning(
      (inputs) => {
        const x = areSeveral(inputShape) ? inputs : (inputs[0] as Tensor);
        output = run(x, { training: false }, (layer, input) => {
          const shape = mapSignal(input, exampleShape);
          if (!reached.has(layer)) reached.set(layer, shape);
          const { parameters, state } = layer.initialize(keyOf(0), shape);
          return layer.apply(parameters, state, input, { training: false }).output;
        });
        return listOf<Tensor>(output as Tensor);
      },
      shapes.map((shape) => abstractValue([2, ...shape], 'float32')),
    );
    const outputShape = mapSignal(output, exampleShape) as number[] | number[][];
    const all = inner.layers.map((layer) => {
      const shape = reached.get(layer);
      const expected = `to call all of its layers for inputs ${shapes.map(shapeText).join(' and ')}`;
      return (
        shape ??
        raise('E_LAYER', { op: `layer ${name}`, argument: 'call', expected, found: `no call of ${layer.name}` })
      );
    });
    const result: Found = { outputShape, reached: all };
    found.set(text, result);
    return result;
  };

  const record: { [K in keyof ComposedLayer]?: unknown } = {
    ...inner.traits,
    random: inner.traits.random || options.random === true,
    holdsCode: true,
    config: {},
    layers: inner.layers,
    ...(fixed.inputNames && { inputNames: fixed.inputNames }),
    ...(fixed.outputNames && { outputNames: fixed.outputNames }),
    outputShape: (inputShape: InnerShape) => find(inputShape).outputShape,
    weights: (inputShape: InnerShape) => inner.weights(find(inputShape).reached),
    initialize: (key: Tensor, inputShape: InnerShape) => inner.initialize(key, find(inputShape).reached),
    decodingState: (inputShape: InnerShape, decoding: Parameters<LayerLike['decodingState']>[1]) =>
      inner.decodingState(find(inputShape).reached, decoding),
    apply: (...[parameters, state, x, context]: Parameters<LayerLike['apply']>) => {
      const pass = inner.pass(parameters, state, context);
      // Masks go with the tensors that layers give; ops between layers lose them.
      const masks = new Map<Tensor, Tensor | undefined>();
      const note = (signal: Signal, mask: Mask | undefined): void => {
        const all = listOf<Tensor | undefined>(mask);
        listOf<Tensor>(signal as Tensor).forEach((one, i) => void masks.set(one, all[i]));
      };
      const maskOf = (signal: Signal): Mask | undefined => {
        if (signal instanceof Tensor) return masks.get(signal);
        const all = signal.map((one) => masks.get(one));
        return all.some((one) => one !== undefined) ? all : undefined;
      };
      note(x, context.mask);
      const { key } = context;
      const own: LayerContext = { ...context, key: key && foldIn(key, inner.layers.length) };
      const output = run(x, own, (layer, input) => {
        const result = pass.apply(layer, input, maskOf(input));
        note(result.output, result.mask);
        return result.output;
      });
      return pass.finish(output, maskOf(output));
    },
    with: (changes: LayerOptions) => compose(inner.changed(options, changes), layers, given, fixed),
  };
  return asLayer(record as unknown as LayerLike<I, O>) as ComposedLayer<I, O>;
}
