/**
 * Recurrent layers and wrappers with the options that may be those of a published case. Keras 2, from which the cases are, differs
 * from Keras 3 in two ways: its GRU resets the state before the recurrent product (`resetAfter: false`), and its hard sigmoid is
 * clip(0.2 x + 0.5), Keras 3's at 1.2 x. As gates are linear in their weights, weights of gates times 1.2 give Keras 2's values.
 */
import * as nn from '@deft/nn';
import { key, mul, type Tensor, tensor } from '@deft/tensor';
import { type Candidate, type Case, inference, ofLayer, placed, product, type Stored } from './layer-cases.ts';

/** The layers, and what Keras 2's hard sigmoid asks for of what stands side by side in their weights: gates, and a candidate. */
const kinds: readonly (readonly [
  make: (units: number, options: object) => nn.RecurrentLayer,
  gates: readonly number[],
])[] = [
  [(units, options) => nn.simpleRnn(units, options), [1]],
  [(units, options) => nn.lstm(units, options), [1.2, 1.2, 1, 1.2]],
  [(units, options) => nn.gru(units, { resetAfter: false, ...options }), [1.2, 1.2, 1]],
];

/** How a case may have been made. */
interface Way {
  /** What Keras 2's hard sigmoid asks for of the weights of gates. */
  readonly gates: readonly number[] | undefined;
  /** How many batches there were before, of a layer with states. */
  readonly before: number;
}

/** Weights whose gates stand side by side along the last axis, each times a number. */
function scaled(weight: Tensor, gates: readonly number[]): Tensor {
  const units = (weight.shape.at(-1) as number) / gates.length;
  return mul(weight, tensor(gates.flatMap((factor) => new Array<number>(units).fill(factor)))) as Tensor;
}

/** A layer, by itself and as one that keeps its states, in one of the ways. */
function ofRecurrent(plain: nn.Layer<nn.Signal>, stateful: nn.Layer<nn.Signal>, { gates, before }: Way): Candidate {
  const own = ofLayer(plain as nn.Layer);
  return {
    text: `${own.text}${gates ? ', the hard sigmoid of Keras 2' : ''}${before > 0 ? `, batch ${before + 1}` : ''}`,
    prepare: (one) => {
      if (own.prepare(one) === undefined) return undefined;
      return (x, weights) => {
        const { shape } = one.input;
        const given = gates ? weights.map((weight) => scaled(weight, gates)) : weights;
        const [parameters] = placed(plain as nn.Layer, shape, given);
        let { state } = stateful.initialize(key(0), shape);
        for (let i = 0; i < before; i++) state = stateful.apply(parameters, state, x, inference).state;
        return stateful.apply(parameters, state, x, inference).output;
      };
    },
  };
}

const activations = ['tanh', 'sigmoid', 'relu', 'linear', 'softsign'] as const;

/** All recurrent layers that may be those of a case, alone or in both directions. */
function* recurrent(isBoth: boolean, { weights = [], expected, input }: Case): Generator<Candidate> {
  const [kernel, recurrentKernel] = weights as readonly [Stored, Stored];
  const units = recurrentKernel.shape[0] as number;
  const count = (kernel.shape[1] as number) / units;
  const useBias = weights.length === (isBoth ? 6 : 3);
  const returnSequences = expected.shape.length === input.shape.length;
  const modes = isBoth ? (['concat', 'sum', 'mul', 'ave'] as const) : [undefined];
  for (const [make, gates] of kinds.filter((kind) => kind[1].length === count)) {
    for (const [goBackwards, isHard] of product([false, true], 2)) {
      for (const activation of activations) {
        const ofGates = count === 1 ? {} : { recurrentActivation: isHard ? 'hardSigmoid' : 'sigmoid' };
        const options = { activation, useBias, returnSequences, goBackwards, ...ofGates };
        const plain = make(units, options);
        const stateful = make(units, { ...options, stateful: true, batchSize: 1 });
        for (const before of [0, 1]) {
          const way = { gates: isHard ? gates : undefined, before };
          for (const mergeMode of modes) {
            if (mergeMode === undefined) yield ofRecurrent(plain, stateful, way);
            else
              yield ofRecurrent(nn.bidirectional(plain, { mergeMode }), nn.bidirectional(stateful, { mergeMode }), way);
          }
        }
      }
    }
  }
}

/** Layers on every step that may be those of a case. */
function* timeDistributed({ weights = [], input }: Case): Generator<Candidate> {
  const [kernel] = weights as readonly [Stored];
  const units = kernel.shape.at(-1) as number;
  for (const activation of ['linear', ...activations] as const) {
    const layer =
      input.shape.length === 2
        ? nn.dense(units, { activation })
        : nn.conv2d(units, kernel.shape.slice(0, 2) as [number, number], { activation });
    yield ofLayer(nn.timeDistributed(layer));
  }
}

/** All layers that may be those of a case. */
export function recurrentCandidates(className: string, one: Case): Iterable<Candidate> {
  return className === 'TimeDistributed' ? timeDistributed(one) : recurrent(className === 'Bidirectional', one);
}
