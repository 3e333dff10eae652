/**
 * `defineLayer` makes a layer of what differs between layers. It derives from one list of weights what everyone needs of them:
 * making them, checking them against an input, counting them without making them, and their order; and it does what is the same
 * for all: names, frozen weights, dtype policies, masks and the cost of outputs.
 */
import { isFloating, raise, sameShape, shapeText, Tensor, warn } from '@deft/core';
import { add as addOf, cast, div, foldIn } from '@deft/tensor';
import type { Constraint } from './constraints.ts';
import { checkPolicy, inFloating, toCompute, weightDType } from './dtype-policy.ts';
import { createWeight, type Initializer } from './initializers.ts';
import type {
  Decoding,
  Layer,
  LayerConfig,
  LayerContext,
  LayerLike,
  LayerOptions,
  LayerOutput,
  Mask,
  OutputShapesOf,
  ShapesOf,
  Signal,
  Trainable,
  WeightSpecification,
  Weights,
} from './layer.ts';
import { asLayer, listOf } from './layer-call.ts';
import { type Fail, failOf } from './layer-errors.ts';
import { flag, reject } from './options.ts';
import { checkRegularizer, type Regularizer, regularize } from './regularizers.ts';

/** A weight as a layer's definition declares it. */
export interface WeightDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** What becomes of what the initialiser makes: where parts of a weight begin in another way. */
  readonly adjust?: (made: Tensor) => Tensor;
  /** True unless told. */
  readonly trainable?: boolean;
  readonly regularizer?: Regularizer;
  readonly constraint?: Constraint;
  /** Whether it is carried from batch to batch by a stateful layer, and begins anew when states are reset. */
  readonly carried?: boolean;
}

/** How a definition's forward pass is meant. */
export interface DefinitionContext extends LayerContext {
  /** Whether the layer's weights are not trained. */
  readonly frozen: boolean;
}

/** A layer's weights, those of parameters and state together. */
export type OwnWeights = { readonly [name: string]: Tensor };

/** What `defineLayer` needs: the part that differs between layers. */
export interface LayerDefinition<I extends Signal = Tensor, O extends Signal = Tensor> {
  readonly kind: string;
  /** The options that every layer has, checked here; others among them do not matter. */
  readonly options: LayerOptions;
  readonly config: LayerConfig;
  readonly random?: boolean;
  readonly holdsCode?: boolean;
  readonly stateful?: boolean;
  /**
   * What becomes of the mask: `keeps` where the output's steps are the input's, `ends` where there are no steps any more or the
   * layer says itself what the mask of its output is. Unless told, the mask is lost, and a warning says so.
   */
  readonly mask?: 'keeps' | 'ends';
  /** Whether it computes in the dtype of its weights, whatever the policy, and only its output has the policy's. */
  readonly precise?: boolean;
  outputShape(inputShape: ShapesOf<I>, fail: Fail): ShapesOf<O>;
  weights?(inputShape: ShapesOf<I>, fail: Fail): readonly WeightDeclaration[];
  /** The output; or output, next state and what else a forward pass gives. */
  apply(weights: OwnWeights, x: I, context: DefinitionContext, fail: Fail): O | LayerOutput<O>;
  /** See `LayerLike`. */
  decodingState?(inputShape: ShapesOf<I>, decoding: Decoding, fail: Fail): Weights;
}

/** Throws `E_LAYER` unless a name can stand in paths and files: letters, digits, `_`, `-` and `.`. */
export function checkLayerName(kind: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name) && name !== '__proto__') return;
  raise('E_LAYER', {
    op: kind,
    argument: 'name',
    expected: 'up to 128 letters, digits, _, - or .',
    found: typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : typeof name,
  });
}

/** Checks what is trained: names have to be those of inner layers. */
function checkTrainable(kind: string, trainable: unknown, inner: readonly string[]): Trainable {
  if (typeof trainable !== 'object' || trainable === null || inner.length === 0)
    return flag(kind, 'trainable', trainable);
  const unknown = Object.keys(trainable).find((name) => !inner.includes(name));
  if (unknown === undefined) return trainable as Trainable;
  return reject(kind, 'trainable', `names of ${inner.join(', ')}`, unknown);
}

/**
 * The options that every layer has, checked; those that were not told are left out.
 *
 * @param inner names of inner layers, if it is made of layers
 */
export function checkSettings(
  kind: string,
  options: LayerOptions,
  inner: readonly string[] = [],
): LayerLike['settings'] {
  const { trainable, dtype, activityRegularizer } = options;
  const policy = checkPolicy(kind, dtype);
  const regularizer = checkRegularizer(kind, 'activityRegularizer', activityRegularizer);
  return {
    ...(trainable !== undefined && { trainable: checkTrainable(kind, trainable, inner) }),
    ...(policy !== undefined && { dtype: policy }),
    ...(regularizer !== null && { activityRegularizer: regularizer as never }),
  };
}

function checkWeights(given: Weights, declared: readonly WeightDeclaration[], fail: Fail): void {
  for (const { name, shape } of declared) {
    const found = Object.hasOwn(given, name) ? given[name] : undefined;
    if (found instanceof Tensor && sameShape(found.shape, shape)) continue;
    fail({
      expected: `a weight ${name} of shape ${shapeText(shape)} for this input`,
      found: found instanceof Tensor ? found.abstract.text : 'none',
      hint: 'use weights that initialize made for inputs of this shape',
    });
  }
}

/** The same function on each of a signal's tensors. */
function mapSignal<S extends Signal>(x: S, f: (one: Tensor) => Tensor): S {
  return (x instanceof Tensor ? f(x) : x.map(f)) as S;
}

/** The shapes of a signal's examples. Throws where there is no axis of the batch, or the batches are not equally large. */
export function exampleShapes<I extends Signal>(x: I, fail: Fail): ShapesOf<I> {
  const all = listOf<Tensor>(x);
  for (const one of all) if (one.rank === 0) fail({ expected: 'a batch of examples', found: one.abstract.text });
  const counts = [...new Set(all.map(({ shape }) => shape[0]))];
  if (counts.length > 1) fail({ expected: 'batches of as many examples', found: counts.join(' and ') });
  return (x instanceof Tensor ? x.shape.slice(1) : all.map(({ shape }) => shape.slice(1))) as unknown as ShapesOf<I>;
}

/** What the outputs cost, a mean over examples, so that it does not depend on how many there are. */
function activityCost(regularizer: Regularizer, output: Signal): Tensor {
  const costs = listOf<Tensor>(output).map(
    (one) => div(regularize(regularizer, one), one.shape[0] as number) as Tensor,
  );
  return sumOf(costs) as Tensor;
}

/** The sum of costs, of which some may be missing; nothing where all are. */
export function sumOf(costs: readonly (Tensor | undefined)[]): Tensor | undefined {
  const there = costs.filter((cost) => cost !== undefined);
  return there.length === 0 ? undefined : there.reduce((total, cost) => addOf(total, cost) as Tensor);
}

/** A layer from its definition. */
export function defineLayer<I extends Signal = Tensor, O extends Signal = Tensor>(
  definition: LayerDefinition<I, O>,
): Layer<I, O> {
  const { kind, config, options, random = false, holdsCode = false, stateful = false, precise = false } = definition;
  const name = options.name ?? kind;
  checkLayerName(kind, name);
  const settings = checkSettings(kind, options);
  const { dtype: policy } = settings;
  const isTrained = settings.trainable !== false;
  const activityRegularizer = settings.activityRegularizer as Regularizer | undefined;
  const fail = failOf(kind, name, 'input');
  const dtype = weightDType(policy);
  let hasWarned = false;

  const declare = (inputShape: ShapesOf<I>): readonly WeightDeclaration[] =>
    (definition.weights?.(inputShape, fail) ?? []).map(({ trainable = true, ...rest }) => ({
      ...rest,
      trainable: trainable && isTrained,
    }));

  function maskAfter(context: LayerContext, result: LayerOutput<O>): Mask | undefined {
    if (definition.mask === 'ends' || context.mask === undefined) return result.mask;
    if (definition.mask === 'keeps') return context.mask;
    if (!hasWarned) {
      hasWarned = true;
      warn(`layer ${name} (${kind}) gets a mask and can't pass it on: later layers, loss and metrics count all steps`);
    }
    return undefined;
  }

  return asLayer<I, O>({
    kind,
    name,
    config,
    settings,
    random,
    holdsCode,
    stateful,
    outputShape: (inputShape) => {
      const shape = definition.outputShape(inputShape, fail);
      return (Array.isArray(shape[0]) ? shape.map((one) => [...(one as number[])]) : [...shape]) as OutputShapesOf<O>;
    },
    weights: (inputShape) => {
      definition.outputShape(inputShape, fail);
      return declare(inputShape).map(
        ({ name: weight, trainable = true, adjust: _, ...rest }): WeightSpecification => ({
          path: [weight],
          dtype,
          trainable,
          ...rest,
        }),
      );
    },
    initialize: (key, inputShape) => {
      definition.outputShape(inputShape, fail);
      const parameters: Record<string, Tensor> = {};
      const state: Record<string, Tensor> = {};
      declare(inputShape).forEach(({ name: weight, shape, initializer, adjust, trainable }, i) => {
        const drawn = createWeight(initializer, foldIn(key, i), shape);
        const made = adjust ? adjust(drawn) : drawn;
        (trainable ? parameters : state)[weight] = dtype === 'float32' ? made : (cast(made, dtype) as Tensor);
      });
      return { parameters, state };
    },
    apply: (parameters, state, x, context) => {
      const inputShape = exampleShapes(x, fail);
      definition.outputShape(inputShape, fail);
      const declared = declare(inputShape);
      checkWeights(
        parameters,
        declared.filter(({ trainable }) => trainable),
        fail,
      );
      checkWeights(
        state,
        declared.filter(({ trainable }) => !trainable),
        fail,
      );
      if (random && context.training && context.key === undefined) {
        fail({ expected: 'a key in training', found: 'none', hint: 'pass { training: true, key }' });
      }
      const given = { ...parameters, ...state } as OwnWeights;
      const convert = (one: Tensor): Tensor => (precise ? inFloating(one, dtype) : toCompute(policy, one));
      const weights = policy === undefined || precise ? given : convertAll(given, convert);
      const signal = policy === undefined ? x : mapSignal(x, convert);
      const made = definition.apply(weights, signal, { ...context, frozen: !isTrained }, fail);
      const result = asOutput(made, state);
      const output = precise ? mapSignal(result.output, (one) => toCompute(policy, one)) : result.output;
      const cost = activityRegularizer && activityCost(activityRegularizer, output);
      return {
        output,
        state: result.state === state ? state : likeBefore(state, result.state),
        mask: maskAfter(context, result),
        penalty: sumOf([result.penalty, cost]),
      };
    },
    decodingState: (inputShape, decoding) => definition.decodingState?.(inputShape, decoding, fail) ?? {},
    with: (changes) => defineLayer({ ...definition, options: { ...definition.options, ...changes } }),
  });
}

function asOutput<O extends Signal>(made: O | LayerOutput<O>, state: Weights): LayerOutput<O> {
  const isSignal = made instanceof Tensor || Array.isArray(made);
  return isSignal ? { output: made as O, state } : (made as LayerOutput<O>);
}

function convertAll(weights: OwnWeights, convert: (one: Tensor) => Tensor): OwnWeights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, one]) => [name, one instanceof Tensor ? convert(one) : one]),
  );
}

/** The next state in the dtypes of the one before, which a policy may have changed for the computation. */
function likeBefore(before: Weights, next: Weights): Weights {
  // A pass that tells no state leaves it as it is, so that trees of states keep their form.
  if (Object.keys(next).length === 0) return before;
  const entries = Object.entries(next).map(([name, one]) => {
    const old = before[name];
    const differs = one instanceof Tensor && old instanceof Tensor && isFloating(one.dtype) && one.dtype !== old.dtype;
    return [name, differs ? cast(one, old.dtype) : one];
  });
  return { ...before, ...(Object.fromEntries(entries) as Weights) };
}
