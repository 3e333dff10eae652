/**
 * Figures: the loss and the metrics over the batches of an epoch. Their state is a tree of tensors that goes through the
 * steps as the weights do, so nothing is added up on the host; what a step reports is one small tensor of the figures so
 * far, which can be read while the next step runs.
 */
import { isFloating, raise, Tensor } from '@deft/core';
import type { ExampleShape, LayerOutput, Signal } from '@deft/nn';
import { add, cast, divNoNan, mul, onesLike, stack, sum } from '@deft/tensor';
import type { Logs } from './callbacks/callback.ts';
import { alignWeights } from './losses/alignment.ts';
import { type Loss, weigh } from './losses/loss.ts';
import { exact, type Metric, type MetricState, nothing } from './metrics/metric.ts';

/** A metric of a model. */
export interface Figure {
  /** What it is called in logs. */
  readonly name: string;
  readonly metric: Metric;
  /** Whether the weights of examples count. */
  readonly isWeighted: boolean;
  /** Which output it looks at. */
  readonly output: number;
}

/** What an output is trained with. */
export interface OutputMeasure {
  /** What its loss is called in logs, where there are several outputs. */
  readonly name: string;
  readonly loss: Loss;
  /** How much its loss counts in that of the model. */
  readonly lossWeight: number;
}

/** What a model is measured by. */
export interface Measure {
  readonly outputs: readonly OutputMeasure[];
  readonly figures: readonly Figure[];
}

interface RunningMean {
  readonly total: Tensor;
  readonly importance: Tensor;
}

/** What is known of the batches so far. */
export interface FigureState {
  readonly loss: RunningMean;
  /** The loss of every output, where there are several. */
  readonly outputs: readonly RunningMean[];
  readonly metrics: readonly MetricState[];
}

/** Examples with targets and, where there are some, weights; one of each, or one for each input or output. */
export interface Batch {
  readonly x: Signal;
  readonly y: Signal;
  readonly sampleWeight?: Signal;
}

/** A step that was started and has not been read. */
export interface PendingFigures {
  /** `[2 + …]`: the loss of the batch, the loss so far, and what `reportedNames` tells. */
  readonly values: Tensor;
  /** Examples in the batch. */
  readonly size: number;
}

/** What a step says once it is read. */
export interface BatchFigures {
  readonly batchLoss: number;
  /** The figures so far, with `loss` first. */
  readonly logs: Logs & { readonly loss: number };
  readonly size: number;
}

/** One tensor, or each of several. */
export const tensorsOf = (signal: Signal): readonly Tensor[] => (signal instanceof Tensor ? [signal] : signal);

/** Number of examples in a batch. */
export const sizeOfBatch = ({ x }: Pick<Batch, 'x'>): number => (tensorsOf(x)[0] as Tensor).shape[0] as number;

const fresh = (): RunningMean => ({ total: nothing(), importance: nothing() });
const areMany = ({ outputs }: Measure): boolean => outputs.length > 1;

/** Names of what a step reports after the loss: the losses of several outputs, and the metrics. */
export function reportedNames(measured: Measure): string[] {
  const { outputs, figures } = measured;
  return [...(areMany(measured) ? outputs.map(({ name }) => name) : []), ...figures.map(({ name }) => name)];
}

/** The state before the first batch, for outputs of shapes (without the batch axis). */
export function startFigures(measured: Measure, outputShapes: readonly ExampleShape[]): FigureState {
  return {
    loss: fresh(),
    outputs: areMany(measured) ? measured.outputs.map(fresh) : [],
    metrics: measured.figures.map(({ metric, output }) =>
      metric.initialize([1, ...(outputShapes[output] as number[])]),
    ),
  };
}

/** Sixteen bits are for computing layers: what is measured is in 32 bits at least. */
export function inFullWidth(prediction: Tensor): Tensor {
  const isNarrow = isFloating(prediction.dtype) && (prediction.dtype === 'float16' || prediction.dtype === 'bfloat16');
  return isNarrow ? (cast(prediction, 'float32') as Tensor) : prediction;
}

const running = (before: RunningMean, cost: Tensor, importance: Tensor): RunningMean => ({
  total: add(before.total, mul(exact(cost), importance)),
  importance: add(before.importance, importance),
});
const meanOf = ({ total, importance }: RunningMean): Tensor => divNoNan(total, importance) as Tensor;

/** What examples count for a metric: masked steps do not, and weights do where it heeds them. */
function countedWeight(mask: Tensor | undefined, weight: Tensor | undefined): Tensor | undefined {
  if (mask === undefined) return weight;
  const counted = cast(mask, 'float32') as Tensor;
  return weight === undefined
    ? counted
    : (mul(counted, alignWeights('metrics', 'sampleWeight', weight, mask.shape)) as Tensor);
}

function resultOf({ name, metric }: Figure, state: MetricState): Tensor {
  const result = metric.result(state);
  if (result.rank === 0) return exact(result);
  return raise('E_MODEL', {
    op: name,
    argument: 'metrics',
    expected: 'a metric that gives one number (choose one threshold, or an average)',
    found: result.abstract.text,
  });
}

/**
 * The loss of a batch, the state with it, and the figures so far.
 *
 * @param penalty what the loss grows by besides
 */
export function measure(
  measured: Measure,
  state: FigureState,
  { y, sampleWeight }: Pick<Batch, 'y' | 'sampleWeight'>,
  { output, mask }: Pick<LayerOutput<Signal>, 'output' | 'mask'>,
  penalty?: Tensor,
): { readonly cost: Tensor; readonly state: FigureState; readonly values: Tensor } {
  const { outputs, figures } = measured;
  const targets = tensorsOf(y);
  const predictions = tensorsOf(output).map(inFullWidth);
  const weights = sampleWeight === undefined ? [] : tensorsOf(sampleWeight);
  const masks: readonly (Tensor | undefined)[] = mask === undefined || mask instanceof Tensor ? [mask] : mask;
  const costs = outputs.map(({ loss }, i) => {
    const weighed = weigh(loss, targets[i] as Tensor, predictions[i] as Tensor, weights[i], masks[i]);
    if (weighed.cost.rank === 0) return weighed;
    const found = weighed.cost.abstract.text;
    return raise('E_MODEL', { op: loss.name, argument: 'loss', expected: 'one number', found });
  });
  const scaled = costs.map(({ cost }, i) => {
    const { lossWeight } = outputs[i] as OutputMeasure;
    return lossWeight === 1 ? cost : (mul(cost, lossWeight) as Tensor);
  });
  const own = scaled.reduce((total, cost) => add(total, cost) as Tensor);
  const cost = penalty === undefined ? own : (add(own, cast(penalty, own.dtype)) as Tensor);
  const metrics = figures.map(({ metric, isWeighted, output: at }, i) =>
    metric.update(
      state.metrics[i] as MetricState,
      targets[at] as Tensor,
      predictions[at] as Tensor,
      countedWeight(masks[at], isWeighted ? weights[at] : undefined),
    ),
  );
  // Of one output, batches count as its loss says; of several, by their examples.
  const [{ importance }] = costs as [(typeof costs)[number]];
  const size = (): Tensor => sum(cast(onesLike(targets[0] as Tensor), 'float64')) as Tensor;
  const loss = running(state.loss, cost, areMany(measured) ? size() : importance);
  const next: FigureState = {
    loss,
    outputs: state.outputs.map((before, i) => {
      const { cost: one, importance: count } = costs[i] as (typeof costs)[number];
      return running(before, one, count);
    }),
    metrics,
  };
  const results = figures.map((figure, i) => resultOf(figure, metrics[i] as MetricState));
  const values = stack([cast(cost, 'float64'), meanOf(loss), ...next.outputs.map(meanOf), ...results]) as Tensor;
  return { cost, state: next, values };
}

/** Waits for a step and reads what it reports, by the names of `reportedNames`. */
export async function readFigures({ values, size }: PendingFigures, names: readonly string[]): Promise<BatchFigures> {
  const [batchLoss, loss, ...rest] = Array.from((await values.data()) as unknown as Iterable<number>);
  values.dispose();
  return {
    batchLoss: batchLoss as number,
    logs: { loss: loss as number, ...Object.fromEntries(names.map((name, i) => [name, rest[i] as number])) },
    size,
  };
}
