/**
 * `functional`: a layer drawn up by calling layers with what `input` gave. The drawing becomes a list of calls in an order in
 * which each has its inputs; layers that were called several times are there once, and so are their weights.
 */
import { raise, shapeText, type Tensor } from '@deft/core';
import { InnerLayers, type InnerShape, stored } from './inner-layers.ts';
import type { ConfigValue, ExampleShape, Layer, LayerLike, LayerOptions, Mask, Signal } from './layer.ts';
import { areSeveral, asLayer, listOf } from './layer-call.ts';
import { reject } from './options.ts';
import { type InputOptions, input, type LayerCall, SymbolicTensor } from './symbolic-tensor.ts';

/** What a functional layer begins and ends with: one, or several. */
export type Symbols = SymbolicTensor | readonly SymbolicTensor[];

/** The signal that symbols stand for. */
export type SignalOf<S extends Symbols> = S extends SymbolicTensor ? Tensor : readonly Tensor[];

/** Options of `functional`. */
export interface FunctionalOptions<I extends Symbols, O extends Symbols> extends LayerOptions {
  readonly inputs: I;
  readonly outputs: O;
}

/** A use of a layer in a functional one: where its inputs come from. */
export interface PlacedCall {
  readonly layer: LayerLike;
  readonly takesSeveral: boolean;
  /** Places in the list of everything there is: the inputs, then the outputs of all calls. */
  readonly inputs: readonly number[];
  /** Where its outputs begin in that list. */
  readonly first: number;
}

/** A layer that was drawn up. */
export interface FunctionalLayer<I extends Signal = Signal, O extends Signal = Signal> extends Layer<I, O> {
  /** The inner layers, named apart, in the order of their first calls. */
  readonly layers: readonly LayerLike[];
  /** The calls in the order in which they are run. */
  readonly calls: readonly PlacedCall[];
  readonly inputs: readonly SymbolicTensor[];
  /** Places of the outputs in the list of everything there is. */
  readonly outputPlaces: readonly number[];
  with(options: LayerOptions): FunctionalLayer<I, O>;
}

function checkSymbols(argument: string, given: unknown): void {
  const all = listOf(given);
  if (all.length > 0 && all.every((one) => one instanceof SymbolicTensor)) return;
  raise('E_LAYER', {
    op: 'functional',
    argument,
    expected: 'what input() or calling layers gave, or an array of that',
    found: Array.isArray(given) ? 'an array of something else' : typeof given,
  });
}

/** All calls behind the outputs, each after those it needs. Throws where one begins with an input that was not told. */
function callsBehind(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): LayerCall[] {
  const known = new Set(inputs);
  const done = new Set<LayerCall>();
  const stack: { readonly symbol: SymbolicTensor; readonly isReady: boolean }[] = [];
  const push = (symbols: readonly SymbolicTensor[]): void => {
    for (let i = symbols.length - 1; i >= 0; i--) stack.push({ symbol: symbols[i] as SymbolicTensor, isReady: false });
  };
  push(outputs);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { symbol, isReady } = next;
    const { source } = symbol;
    if (known.has(symbol) || (source && done.has(source.call))) continue;
    if (source === undefined) {
      return raise('E_LAYER', {
        op: 'functional',
        argument: 'outputs',
        expected: 'outputs that depend on the inputs told alone',
        found: `${symbol}, which is not among them`,
        hint: 'name it in inputs',
      });
    }
    if (isReady) {
      done.add(source.call);
    } else {
      stack.push({ symbol, isReady: true });
      push(source.call.inputs);
    }
  }
  return [...done];
}

/** How many outputs a call has. */
function countOutputs({ layer, inputs, takesSeveral }: LayerCall): number {
  const shapes = inputs.map(({ shape }) => shape);
  const outputShape = (layer as LayerLike).outputShape(takesSeveral ? shapes : (shapes[0] as ExampleShape));
  return areSeveral(outputShape) ? outputShape.length : 1;
}

/**
 * The layer from inputs to outputs that was drawn up by calling layers. Takes one batch or an array, as `inputs` is, and gives
 * one or an array, as `outputs` is. Its weights are `{ [layerName]: { … } }`, as those of `sequentialLayer`.
 *
 * @throws `E_LAYER` for outputs that depend on an input not told, for inputs on which nothing depends, and for names given twice
 * @example
 * ```ts
 * import { add, dense, functional, input } from '@deft/nn';
 * const x = input([4]);
 * const hidden = dense(4, { activation: 'relu' })(x);
 * const layer = functional({ inputs: x, outputs: [add()([x, hidden]), hidden] });
 * console.log(layer.outputShape([4])); // → [[4], [4]]
 * ```
 */
export function functional<I extends Symbols, O extends Symbols>(
  options: FunctionalOptions<I, O>,
): FunctionalLayer<SignalOf<I>, SignalOf<O>> {
  return drawn(options, undefined);
}

/** @param replaced takes the place of the layers that were drawn, in the order of their first calls */
function drawn<I extends Symbols, O extends Symbols>(
  options: FunctionalOptions<I, O>,
  replaced: readonly LayerLike[] | undefined,
): FunctionalLayer<SignalOf<I>, SignalOf<O>> {
  const { inputs: givenInputs, outputs: givenOutputs } = options;
  checkSymbols('inputs', givenInputs);
  checkSymbols('outputs', givenOutputs);
  const inputs = listOf<SymbolicTensor>(givenInputs);
  const outputs = listOf<SymbolicTensor>(givenOutputs);
  if (new Set(inputs).size < inputs.length) reject('functional', 'inputs', 'every input once', 'one twice');
  const behind = callsBehind(inputs, outputs);
  const own = [...new Set(behind.map(({ layer }) => layer as LayerLike))];
  const inner = new InnerLayers('functional', replaced ?? own, options);

  const places = new Map<SymbolicTensor, number>(inputs.map((symbol, i) => [symbol, i]));
  const firsts = new Map<LayerCall, number>();
  let count = inputs.length;
  for (const call of behind) {
    firsts.set(call, count);
    count += countOutputs(call);
  }
  const placeOf = (symbol: SymbolicTensor): number => {
    const { source } = symbol;
    return places.get(symbol) ?? (firsts.get((source as { call: LayerCall }).call) as number) + (source?.index ?? 0);
  };
  const calls = behind.map(
    (call): PlacedCall => ({
      layer: inner.layers[own.indexOf(call.layer as LayerLike)] as LayerLike,
      takesSeveral: call.takesSeveral,
      inputs: call.inputs.map(placeOf),
      first: firsts.get(call) as number,
    }),
  );
  const outputPlaces = outputs.map(placeOf);
  const used = new Set([...calls.flatMap((call) => call.inputs), ...outputPlaces]);
  inputs.forEach((symbol, i) => {
    if (!used.has(i))
      reject('functional', 'inputs', 'inputs on which outputs depend', `${symbol.name ?? `input ${i}`}`);
  });
  const takesSeveral = Array.isArray(givenInputs);
  const givesSeveral = Array.isArray(givenOutputs);

  /** The shapes of everything there is, and of the input of each inner layer's first call. */
  const shapesFor = (inputShape: InnerShape): { all: ExampleShape[]; reached: InnerShape[] } => {
    const given = takesSeveral ? (inputShape as readonly ExampleShape[]) : [inputShape as ExampleShape];
    if (given.length !== inputs.length || !given.every(Array.isArray)) {
      const found = given.map((shape) => (Array.isArray(shape) ? shapeText(shape) : String(shape))).join(' and ');
      raise('E_LAYER', {
        op: `layer ${inner.traits.name}`,
        argument: 'input',
        expected: `${inputs.length} inputs`,
        found: found || 'none',
      });
    }
    const all: ExampleShape[] = [...given];
    const reached = new Map<LayerLike, InnerShape>();
    for (const { layer, inputs: from, takesSeveral: several } of calls) {
      const shapes = from.map((place) => all[place] as ExampleShape);
      const shape = several ? shapes : (shapes[0] as ExampleShape);
      if (!reached.has(layer)) reached.set(layer, shape);
      const outputShape: number[] | number[][] = layer.outputShape(shape);
      all.push(...(areSeveral(outputShape) ? outputShape : [outputShape as number[]]));
    }
    return { all, reached: inner.layers.map((layer) => reached.get(layer) as InnerShape) };
  };
  const outputOf = <T>(all: readonly T[]): T | T[] => {
    const chosen = outputPlaces.map((place) => all[place] as T);
    return givesSeveral ? chosen : (chosen[0] as T);
  };
  /** What a place is called: an input by its own name, an output by its layer. */
  const nameOf = (place: number): string => {
    const call = calls.findLast(({ first }) => first <= place);
    return call === undefined ? (inputs[place]?.name ?? 'input') : call.layer.name;
  };
  type S = SignalOf<I>;
  const config: { readonly [option: string]: ConfigValue } = {
    layers: inner.layers.map(stored),
    inputs: describeInputs(inputs, takesSeveral),
    calls: calls.map((call) => ({
      layer: inner.layers.indexOf(call.layer),
      inputs: call.takesSeveral ? call.inputs : (call.inputs[0] as number),
    })),
    outputs: outputOf([...Array(count).keys()]),
  };

  const layer: { [K in keyof FunctionalLayer]?: unknown } = {
    ...inner.traits,
    config,
    layers: inner.layers,
    calls,
    inputs,
    outputPlaces,
    ...(takesSeveral && { inputNames: apart(inputs.map(({ name }) => name ?? 'input')) }),
    ...(givesSeveral && { outputNames: apart(outputPlaces.map(nameOf)) }),
    outputShape: (inputShape: InnerShape) => outputOf(shapesFor(inputShape).all),
    weights: (inputShape: InnerShape) => inner.weights(shapesFor(inputShape).reached),
    initialize: (key: Tensor, inputShape: InnerShape) => inner.initialize(key, shapesFor(inputShape).reached),
    decodingState: (inputShape: InnerShape, decoding: Parameters<LayerLike['decodingState']>[1]) =>
      inner.decodingState(shapesFor(inputShape).reached, decoding),
    apply: (...[parameters, state, x, context]: Parameters<LayerLike<S>['apply']>) => {
      const pass = inner.pass(parameters, state, context);
      const all: Tensor[] = takesSeveral ? [...(x as readonly Tensor[])] : [x as Tensor];
      if (all.length !== inputs.length) shapesFor(all.map(({ shape }) => shape.slice(1)));
      const masks: (Tensor | undefined)[] = [...listOf<Tensor | undefined>(context.mask)];
      masks.length = inputs.length;
      for (const { layer: called, inputs: from, takesSeveral: several } of calls) {
        const given = from.map((place) => all[place] as Tensor);
        const own = from.map((place) => masks[place]);
        const mask: Mask | undefined = several ? (own.some(Boolean) ? own : undefined) : own[0];
        const result = pass.apply(called, several ? given : (given[0] as Tensor), mask);
        const made = listOf<Tensor>(result.output);
        all.push(...made);
        const after = listOf<Tensor | undefined>(result.mask);
        masks.push(...made.map((_, i) => after[i]));
      }
      const mask = outputOf(masks);
      const hasMask = listOf(mask).some((one) => one !== undefined);
      return pass.finish(outputOf(all) as Signal, hasMask ? (mask as Mask) : undefined);
    },
    with: (changes: LayerOptions) => drawn(inner.changed(options, changes), replaced ?? own),
  };
  return asLayer(layer as unknown as LayerLike<S, SignalOf<O>>) as FunctionalLayer<S, SignalOf<O>>;
}

/** Names with numbers where they would be the same. */
function apart(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}_${before}`;
  });
}

function describeInputs(inputs: readonly SymbolicTensor[], areMany: boolean): ConfigValue {
  const described = inputs.map(({ shape, freeAxes, name, dtype }) => ({
    shape: shape.map((dim, axis) => (freeAxes.includes(axis) ? null : dim)),
    ...(name !== undefined && { name }),
    ...(dtype !== undefined && { dtype }),
  }));
  return areMany ? described : (described[0] as ConfigValue);
}

function isPlace(value: unknown, below: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
}

/** A functional layer from its configuration, whose layers are made already. Throws `E_LAYER` where it fits nothing. */
export function functionalFromConfig(
  layers: readonly LayerLike[],
  givenInputs: unknown,
  calls: unknown,
  outputs: unknown,
  options: LayerOptions,
): LayerLike {
  const fail = (argument: string, expected: string, value: unknown): never =>
    reject('functional', argument, expected, value);
  if (!Array.isArray(layers)) return fail('layers', 'an array of layers', layers);
  const inputs = listOf(givenInputs).map((one) => {
    if (typeof one !== 'object' || one === null) return fail('inputs', 'objects with a shape', one);
    const { shape, name, dtype } = one as { shape: readonly (number | null)[] } & InputOptions;
    if (!Array.isArray(shape)) return fail('inputs', 'objects with a shape', shape);
    return input(shape, { ...(name !== undefined && { name }), ...(dtype !== undefined && { dtype }) });
  });
  const all: SymbolicTensor[] = [...inputs];
  const pick = (given: unknown, argument: string): Symbols => {
    const places = listOf(given);
    if (places.length > 4096) return fail(argument, 'at most 4096 places', places.length);
    const symbols = places.map((place) =>
      isPlace(place, all.length) ? (all[place] as SymbolicTensor) : fail(argument, `places below ${all.length}`, place),
    );
    return Array.isArray(given) ? symbols : (symbols[0] as SymbolicTensor);
  };
  if (!Array.isArray(calls)) return fail('calls', 'an array of calls', calls);
  for (const one of calls as unknown[]) {
    const { layer, inputs: from } = Object(one) as { layer?: unknown; inputs?: unknown };
    if (!isPlace(layer, layers.length)) return fail('calls', `a layer below ${layers.length}`, layer);
    const called = layers[layer] as unknown as (x: Symbols) => Symbols;
    all.push(...listOf<SymbolicTensor>(called(pick(from, 'calls'))));
  }
  const ends = pick(outputs, 'outputs');
  return functional({
    ...options,
    inputs: Array.isArray(givenInputs) ? inputs : (inputs[0] as SymbolicTensor),
    outputs: ends,
  });
}
