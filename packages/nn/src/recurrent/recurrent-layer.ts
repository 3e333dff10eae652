/**
 * Layers that take a cell through sequences. One function makes them all; what differs is the cell. They take a batch of sequences,
 * or an array of it and the states to begin with, and give the output, or an array of it and the last states.
 */
import { isFloating, promote, sameShape, shapeText, Tensor } from '@deft/core';
import { add, cast, flip, greater, where, zeros } from '@deft/tensor';
import { defineLayer, type OwnWeights } from '../define-layer.ts';
import type {
  Decoding,
  ExampleShape,
  Layer,
  LayerConfig,
  LayerOptions,
  Mask,
  ShapesOf,
  Signal,
  Weights,
} from '../layer.ts';
import { areSeveral, asLayer } from '../layer-call.ts';
import type { Fail } from '../layer-errors.ts';
import { flag, reject, wholeNumber } from '../options.ts';
import type { Cell } from './cell.ts';
import { runCell, type Way } from './run-cell.ts';

/** Options of all recurrent layers. */
export interface RecurrentOptions<S extends boolean = boolean> extends LayerOptions {
  /** Whether the outputs of all steps are given, rather than the last one's; false unless told. */
  readonly returnSequences?: boolean;
  /** Whether the last states are given too, in an array behind the output; false unless told. */
  readonly returnState?: S;
  /** Whether from the last step to the first; sequences of outputs then begin with that of the last step. False unless told. */
  readonly goBackwards?: boolean;
  /**
   * Whether a batch begins with the states that the one before ended with, in training and outside; they are part of the
   * layer's state. False unless told. Needs `batchSize`.
   */
  readonly stateful?: boolean;
  /** How many sequences there are in each batch, for `stateful`. */
  readonly batchSize?: number;
  /** Whether the loop over the steps is written out in captured programs; false unless told. */
  readonly unroll?: boolean;
  /** Whether steps that a mask says do not count give zeros; unless told they repeat the output before. */
  readonly zeroOutputForMask?: boolean;
}

/** Those options after their checks. */
export interface CheckedRecurrent extends Way {
  readonly returnState: boolean;
  readonly stateful: boolean;
  readonly batchSize?: number;
}

/** A layer that takes a cell through sequences. */
export interface RecurrentLayer<O extends Signal = Tensor> extends Layer<Signal, O> {
  readonly cell: Cell;
  readonly way: CheckedRecurrent;
  /** The same layer from the other end of the sequences. */
  reversed(): RecurrentLayer<O>;
  with(options: LayerOptions): RecurrentLayer<O>;
}

/** What a layer of `N` states gives, by whether it gives its states. */
export type RecurrentOutput<S extends boolean, N extends readonly Tensor[]> = S extends true
  ? readonly [output: Tensor, ...states: N]
  : Tensor;

/** What differs between recurrent layers. */
interface RecurrentDefinition {
  readonly kind: string;
  readonly cell: Cell;
  /** What the layer's configuration has of its cell. */
  readonly config: LayerConfig;
  readonly options: RecurrentOptions;
}

function checkRecurrent(kind: string, options: RecurrentOptions): CheckedRecurrent {
  const of = (name: Exclude<keyof CheckedRecurrent, 'batchSize'>): boolean => flag(kind, name, options[name] ?? false);
  const stateful = of('stateful');
  if (stateful && options.batchSize === undefined)
    reject(kind, 'batchSize', 'a number, as the layer is stateful', undefined);
  return {
    returnSequences: of('returnSequences'),
    returnState: of('returnState'),
    goBackwards: of('goBackwards'),
    stateful,
    ...(options.batchSize !== undefined && { batchSize: wholeNumber(kind, 'batchSize', options.batchSize) }),
    unroll: of('unroll'),
    zeroOutputForMask: of('zeroOutputForMask'),
  };
}

/** Sequences and initial states by the shapes of a signal, checked. */
function shapesOf(cell: Cell, given: ShapesOf<Signal>, fail: Fail): { steps: number; stepShape: ExampleShape } {
  const [sequence, ...initial] = areSeveral(given) ? given : [given];
  if (sequence === undefined || sequence.length === 0) {
    return fail({ expected: 'sequences of shape [steps, ...]', found: shapeText(sequence ?? []) });
  }
  const [steps, ...stepShape] = sequence as readonly [number, ...number[]];
  const states = cell.stateShapes(stepShape, fail);
  if (initial.length === 0) return { steps, stepShape };
  if (initial.length !== states.length || !initial.every((shape, i) => sameShape(shape, states[i] as ExampleShape))) {
    const described = states.map(shapeText).join(', ');
    fail({ expected: `initial states of shapes ${described}`, found: initial.map(shapeText).join(', ') });
  }
  return { steps, stepShape };
}

const stateName = (i: number): string => `state${i}`;
/** How many steps of a sequence have been worked through; there where initial states are given beside it. */
const position = 'position';

/** The states to begin with: given ones, those that were left before, or zeros. */
function statesBefore(
  weights: OwnWeights,
  given: readonly Tensor[],
  count: number,
  fresh: () => Tensor[],
): { readonly states: readonly Tensor[]; readonly isFresh: boolean } {
  const left = Array.from({ length: count }, (_, i) => weights[stateName(i)]);
  const isLeft = left.every((one) => one instanceof Tensor);
  const done = weights[position];
  if (given.length > 0) {
    if (!isLeft || done === undefined) return { states: given, isFresh: false };
    const goesOn = greater(done, 0);
    return { states: given.map((one, i) => where(goesOn, left[i] as Tensor, one) as Tensor), isFresh: false };
  }
  if (isLeft) return { states: left as Tensor[], isFresh: false };
  return { states: fresh(), isFresh: true };
}

/** A recurrent layer of its definition. */
export function recurrentLayer<O extends Signal>(definition: RecurrentDefinition): RecurrentLayer<O> {
  const { kind, cell, config, options } = definition;
  const way = checkRecurrent(kind, options);
  const { returnSequences, returnState, goBackwards, stateful, batchSize } = way;

  const outputShapes = (given: ShapesOf<Signal>, fail: Fail): ExampleShape | ExampleShape[] => {
    const { steps, stepShape } = shapesOf(cell, given, fail);
    const one = cell.outputShape(stepShape, fail);
    const output = returnSequences ? [steps, ...one] : one;
    return returnState ? [output, ...cell.stateShapes(stepShape, fail)] : output;
  };

  const layer = defineLayer<Signal, O>({
    kind,
    options,
    config: { ...config, ...way },
    random: cell.random,
    holdsCode: cell.holdsCode,
    stateful,
    mask: 'ends',
    outputShape: (given, fail) => outputShapes(given, fail) as ShapesOf<O>,
    weights: (given, fail) => {
      const { stepShape } = shapesOf(cell, given, fail);
      const states = stateful ? cell.stateShapes(stepShape, fail) : [];
      return [
        ...cell.weights(stepShape, fail),
        ...states.map((shape, i) => ({
          name: stateName(i),
          shape: [batchSize as number, ...shape],
          initializer: { name: 'zeros' as const },
          trainable: false,
          carried: true,
        })),
      ];
    },
    apply: (weights, signal, context, fail) => {
      const [x, ...given] = (signal instanceof Tensor ? [signal] : signal) as readonly [Tensor, ...Tensor[]];
      const [batch, steps, ...stepShape] = x.shape as [number, number, ...number[]];
      const dtype = cell
        .weights(stepShape, fail)
        .map(({ name }) => (weights[name] as Tensor).dtype)
        .filter(isFloating)
        .reduce(promote, isFloating(x.dtype) ? x.dtype : 'float32');
      if (stateful && batch !== batchSize) {
        fail({ expected: `${batchSize} sequences, the batchSize of a stateful layer`, found: String(batch) });
      }
      const shapes = cell.stateShapes(stepShape, fail);
      const fresh = (): Tensor[] => shapes.map((shape) => zeros([batch, ...shape], dtype) as Tensor);
      const { states, isFresh } = statesBefore(weights, given, shapes.length, fresh);
      const mask = (signal instanceof Tensor ? context.mask : (context.mask as readonly Tensor[] | undefined)?.[0]) as
        | Tensor
        | undefined;
      const isRandom = cell.random && context.training;
      const run = runCell(
        cell,
        {
          weights,
          x,
          mask,
          states: states.map((one) => (one.dtype === dtype ? one : (cast(one, dtype) as Tensor))),
          isFresh,
          outputShape: cell.outputShape(stepShape, fail),
          drawn: isRandom ? cell.draw({ batch, stepShape, dtype, key: context.key as Tensor }) : undefined,
        },
        way,
      );
      const keeps = stateful || weights[stateName(0)] !== undefined;
      const done = weights[position];
      return {
        output: (returnState ? [run.output, ...run.states] : run.output) as Signal as O,
        state: {
          ...(keeps && Object.fromEntries(run.states.map((one, i) => [stateName(i), one]))),
          ...(done !== undefined && { [position]: add(done, steps) as Tensor }),
        },
        mask: maskAfter(mask, shapes.length),
      };
    },
    decodingState: (given, { batch }: Decoding, fail): Weights => {
      if (goBackwards) {
        fail({ expected: 'a layer that goes forwards, to work step by step', found: 'goBackwards' });
      }
      const { stepShape } = shapesOf(cell, given, fail);
      const states = cell.stateShapes(stepShape, fail);
      const entries = states.map((shape, i) => [stateName(i), zeros([batch, ...shape]) as Tensor]);
      const startsGiven = areSeveral(given) && given.length > 1;
      return { ...Object.fromEntries(entries), ...(startsGiven && { [position]: zeros([], 'int32') as Tensor }) };
    },
  });

  function maskAfter(mask: Tensor | undefined, count: number): Mask | undefined {
    if (mask === undefined || !returnSequences) return undefined;
    const after = goBackwards ? (flip(mask, 1) as Tensor) : mask;
    return returnState ? [after, ...new Array<undefined>(count).fill(undefined)] : after;
  }

  const remade = (changes: RecurrentOptions): RecurrentLayer<O> =>
    recurrentLayer<O>({ ...definition, options: { ...options, ...changes } });
  return asLayer({
    ...(layer as object),
    cell,
    way,
    reversed: () => remade({ goBackwards: !goBackwards }),
    with: remade,
  } as unknown as RecurrentLayer<O>) as RecurrentLayer<O>;
}

/** Whether a value is a recurrent layer. */
export function isRecurrent(value: unknown): value is RecurrentLayer<Signal> {
  return typeof value === 'function' && typeof (value as unknown as RecurrentLayer).reversed === 'function';
}
