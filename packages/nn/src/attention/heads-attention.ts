/**
 * What multi-head and grouped-query attention have in common: queries, keys and values projected to heads, attention over
 * them, and a projection of all heads' results. Both are layers made of four `einsumDense`; they differ in how many heads keys
 * and values have.
 */
import { shapeText, type Tensor } from '@deft/core';
import { reshape, transpose } from '@deft/tensor';
import { exampleShapes } from '../define-layer.ts';
import { dropout as dropoutLayer } from '../dropout.ts';
import { einsumDense } from '../einsum-dense.ts';
import { InnerLayers } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerConfig, LayerOptions, Signal, Weights } from '../layer.ts';
import { asLayer } from '../layer-call.ts';
import { failOf } from '../layer-errors.ts';
import { allOf, attendHeads, seenByPlace, weightsByHead } from './attend.ts';
import {
  type AxisPlan,
  asSequences,
  checkAttentionAxes,
  dimsAt,
  likeBatch,
  maskOfPairs,
  maskOfSequences,
  planAxes,
} from './attention-axes.ts';
import {
  type AttentionInputs,
  checkPairs,
  maskOfOutputs,
  sortMasks,
  sortShapes,
  sortSignal,
} from './attention-inputs.ts';
import { type CheckedHeads, checkHeads, type HeadsOptions } from './heads-options.ts';
import { emptyCache, extendCache, positionIn, scaleWhere } from './key-value-cache.ts';
import { positionsFrom, rotate } from './rotation.ts';

/** What a layer with heads is, its own options checked. */
export interface HeadsRule {
  readonly kind: string;
  readonly config: LayerConfig;
  readonly queryHeads: number;
  readonly keyValueHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Dims in place of the query's features; those features unless told. */
  readonly outputShape: readonly number[] | null;
  readonly attentionAxes: unknown;
  again(options: LayerOptions): Layer<Signal, Signal>;
}

const letters = 'efghijklmnop';

/** The inner layers of a layer with heads, for a number of the query's features, on which the last projection depends. */
function innerLayers(
  rule: HeadsRule,
  options: HeadsOptions,
  checked: CheckedHeads,
  features: number,
): InnerLayers<Layer> {
  const { kind, queryHeads, keyValueHeads, keyDim, valueDim, outputShape } = rule;
  const { useBias, dropout, weights } = checked;
  const { activityRegularizer } = options;
  const project = (name: string, equation: string, dims: readonly number[], biasAxes: string): Layer =>
    einsumDense(equation, [null, ...dims], {
      ...weights,
      name,
      biasAxes: useBias ? biasAxes : null,
      activityRegularizer,
    });
  const dims = outputShape ?? [features];
  const ends = letters.slice(0, dims.length);
  const layers = [
    project('query', 'abc,cde->abde', [queryHeads, keyDim], 'de'),
    project('key', 'abc,cde->abde', [keyValueHeads, keyDim], 'de'),
    project('value', 'abc,cde->abde', [keyValueHeads, valueDim], 'de'),
    project('attentionOutput', `abcd,cd${ends}->ab${ends}`, dims, ends),
    dropoutLayer(dropout),
  ];
  return new InnerLayers(kind, layers, options);
}

/** Masks in the order of the weights: `[batch, groups, targets, heads of a group, sources]`. */
const ofSources = (mask: Tensor | undefined): Tensor | undefined =>
  mask && (reshape(mask, [-1, 1, 1, 1, mask.shape[1] as number]) as Tensor);
const ofTargets = (mask: Tensor | undefined): Tensor | undefined =>
  mask && (reshape(mask, [-1, 1, mask.shape[1] as number, 1, 1]) as Tensor);
const ofPairs = (mask: Tensor): Tensor =>
  reshape(mask, [-1, 1, mask.shape.at(-2) as number, 1, mask.shape.at(-1) as number]) as Tensor;
function ofHeads(mask: Tensor, groups: number): Tensor {
  const [, heads, targets, sources] = mask.shape as [number, number, number, number];
  if (heads === 1) return ofPairs(mask);
  return transpose(reshape(mask, [-1, groups, heads / groups, targets, sources]), [0, 1, 3, 2, 4]) as Tensor;
}

/** A layer with heads. */
export function headsAttention(rule: HeadsRule, options: HeadsOptions): Layer<Signal, Signal> {
  const { kind, queryHeads, keyValueHeads, keyDim, valueDim, outputShape } = rule;
  const checked = checkHeads(kind, keyDim, options);
  const { useCausalMask, slidingWindow, takesAttentionMask, returnAttentionScores, rotary } = checked;
  const axes = checkAttentionAxes(kind, rule.attentionAxes);
  const known = new Map<number, InnerLayers<Layer>>();
  const innerFor = (features: number): InnerLayers<Layer> => {
    const inner = known.get(features) ?? innerLayers(rule, options, checked, features);
    known.set(features, inner);
    return inner;
  };
  const { traits } = innerFor(1);
  const fail = failOf(kind, traits.name, 'input');

  /** The shapes of the examples and the axes of query and value, after checks. */
  const check = (shapes: ExampleShape | readonly ExampleShape[]) => {
    const sorted = sortShapes(shapes, takesAttentionMask, fail);
    const { query, value, key, attentionMask } = sorted;
    const [plan, valuePlan] = [planAxes(axes, query, fail), planAxes(axes, value, fail)];
    checkPairs(value.slice(0, -1), key.slice(0, -1), fail);
    const [apart, valueApart] = [dimsAt(query, plan.apart), dimsAt(value, valuePlan.apart)];
    if (apart.join() !== valueApart.join()) {
      fail({ expected: `values with axes ${shapeText(apart)} apart, as the query`, found: shapeText(valueApart) });
    }
    const pairs = [...dimsAt(query, plan.along), ...dimsAt(value, valuePlan.along)];
    if (attentionMask !== undefined) {
      const [heads, rest] = attentionMask.length === pairs.length + 1 ? attentionMask : [1];
      const tail = rest === undefined ? attentionMask : attentionMask.slice(1);
      if (tail.join() !== pairs.join() || (heads !== 1 && heads !== queryHeads)) {
        fail({ expected: `a mask of shape ${shapeText(pairs)}`, found: shapeText(attentionMask) });
      }
    }
    return { ...sorted, plan, valuePlan, scores: [...apart, queryHeads, ...pairs] };
  };

  const innerShapes = ({ query, value, key }: AttentionInputs<ExampleShape>): ExampleShape[] => {
    const sequence = (shape: ExampleShape): ExampleShape => [1, shape.at(-1) as number];
    const heads = [1, queryHeads, valueDim];
    return [sequence(query), sequence(key), sequence(value), heads, heads];
  };

  return asLayer<Signal, Signal>({
    ...traits,
    config: { ...rule.config, ...checked.config },
    outputShape: (shapes) => {
      const { query, scores } = check(shapes);
      const output = [...query.slice(0, -1), ...(outputShape ?? query.slice(-1))];
      return returnAttentionScores ? [output, scores] : output;
    },
    weights: (shapes) => {
      const sorted = check(shapes);
      return innerFor(sorted.query.at(-1) as number).weights(innerShapes(sorted));
    },
    initialize: (key, shapes) => {
      const sorted = check(shapes);
      return innerFor(sorted.query.at(-1) as number).initialize(key, innerShapes(sorted));
    },
    decodingState: (shapes, decoding) => {
      if (!useCausalMask) return {};
      const { query } = check(shapes);
      if (query.length !== 2 || takesAttentionMask) {
        const expected = 'sequences [steps, features], and no mask for pairs, for working piece by piece';
        fail({ expected, found: takesAttentionMask ? 'takesAttentionMask' : shapeText(query) });
      }
      return emptyCache(decoding, keyValueHeads, keyDim, valueDim, traits.settings.dtype);
    },
    apply: (parameters, state, x, context) => {
      const sorted = sortSignal(x, takesAttentionMask, fail);
      const { query, value, attentionMask } = sorted;
      const { plan, valuePlan, scores } = check(exampleShapes(x, fail));
      const given = sortMasks(x, context, takesAttentionMask, fail);
      const masks = {
        query: maskOfSequences(given.query, query, plan),
        value: maskOfSequences(given.value, value, valuePlan),
        key: maskOfSequences(given.key, sorted.key, valuePlan),
      };
      const inner = innerFor(query.shape.at(-1) as number);
      const [toQuery, toKey, toValue, toOutput, drop] = inner.layers as [Layer, Layer, Layer, Layer, Layer];
      const pass = inner.pass(parameters, state, context);
      const project = (layer: Layer, one: Tensor, axesOfOne: AxisPlan): Tensor =>
        pass.apply(layer, asSequences(one, axesOfOne), undefined).output as Tensor;
      const start = useCausalMask ? positionIn(state) : undefined;
      const turned = (one: Tensor): Tensor =>
        rotary ? rotate(one, positionsFrom(start, one.shape[1] as number), rotary) : one;

      const queries = turned(project(toQuery, query, plan));
      let keys = turned(project(toKey, sorted.key, valuePlan));
      let values = project(toValue, value, valuePlan);
      const [targets, sources] = [queries.shape[1] as number, keys.shape[1] as number];
      let scale: number | Tensor = 1 / Math.sqrt(keyDim);
      let cache: Weights = {};
      let seen: Tensor | undefined;
      if (start === undefined) {
        const sight = { isCausal: useCausalMask, window: slidingWindow };
        const near = seenByPlace(positionsFrom(undefined, targets), sources, sight);
        seen = allOf([
          ofTargets(masks.query),
          ofSources(masks.value),
          masks.key === masks.value ? undefined : ofSources(masks.key),
          near && ofPairs(near),
          attentionMask && ofHeads(maskOfPairs(attentionMask, query, plan, sources), keyValueHeads),
        ]);
      } else {
        const counts = allOf([masks.value, masks.key === masks.value ? undefined : masks.key]);
        const extended = extendCache(state, keys, values, counts, slidingWindow);
        keys = extended.key;
        values = extended.value;
        cache = extended.cache;
        scale = scaleWhere(extended.fits, scale, queries.dtype);
        seen = allOf([ofTargets(masks.query), ofPairs(extended.seen)]);
      }
      const { mixed, weights } = attendHeads({
        query: queries,
        key: keys,
        value: values,
        scale,
        seen,
        drop: (all) => pass.apply(drop, all, undefined).output as Tensor,
      });
      const output = likeBatch(pass.apply(toOutput, mixed, undefined).output as Tensor, query, plan);
      const mask = maskOfOutputs(given.query, returnAttentionScores);
      const finished = returnAttentionScores
        ? pass.finish([output, reshape(weightsByHead(weights), [query.shape[0] as number, ...scores]) as Tensor], mask)
        : pass.finish(output, mask);
      return start === undefined ? finished : { ...finished, state: { ...finished.state, ...cache } };
    },
    with: (changes) => rule.again(innerFor(1).changed(options, changes)),
  });
}
