/**
 * A recurrent network small enough to be followed by eye: four characters as one-hot rows, three hidden numbers, and
 * the forward pass written out op by op. It learns that behind "hell" stands "ello".
 */
import { RandomNumbers } from '@deft/digits';
import {
  add,
  argMax,
  concat,
  logSoftmax,
  matmul,
  mul,
  neg,
  oneHot,
  sum,
  type Tensor,
  tanh,
  tensor,
} from '@deft/tensor';
import { uniformRows } from '../random-arrays.ts';

/** The characters, by their numbers. */
export const VOCABULARY = ['h', 'e', 'l', 'o'] as const;
/** Numbers in the hidden state. */
export const HIDDEN = 3;
/** What the network reads. */
export const READ = 'hell';
/** What it should answer: at each character, the next one. */
export const ANSWER = 'ello';

/** The weights: of the input, of the state before, of the output, and two biases. */
export interface Weights<T = Tensor> {
  /** `[4, 3]` */
  readonly input: T;
  /** `[3, 3]` */
  readonly state: T;
  /** `[1, 3]` */
  readonly stateBias: T;
  /** `[3, 4]` */
  readonly output: T;
  /** `[1, 4]` */
  readonly outputBias: T;
}

/** The number of each character of a text. */
export function numbersOf(text: string): number[] {
  return [...text].map((character) => VOCABULARY.indexOf(character as (typeof VOCABULARY)[number]));
}

/** Weights to begin with, as rows of numbers. */
export function firstWeights(seed: number): Weights<number[][]> {
  const random = new RandomNumbers(seed);
  return {
    input: uniformRows(random, VOCABULARY.length, HIDDEN, 0.5),
    state: uniformRows(random, HIDDEN, HIDDEN, 0.5),
    stateBias: uniformRows(random, 1, HIDDEN, 0),
    output: uniformRows(random, HIDDEN, VOCABULARY.length, 0.5),
    outputBias: uniformRows(random, 1, VOCABULARY.length, 0),
  };
}

/** Rows of numbers as tensors. */
export function asTensors(weights: Weights<number[][]>, dtype: 'float32' | 'float64' = 'float32'): Weights {
  const { input, state, stateBias, output, outputBias } = weights;
  return {
    input: tensor(input, { dtype }),
    state: tensor(state, { dtype }),
    stateBias: tensor(stateBias, { dtype }),
    output: tensor(output, { dtype }),
    outputBias: tensor(outputBias, { dtype }),
  };
}

/** The scores of the four characters after each character of `text`, rows `[1, 4]`. */
export function forward(weights: Weights, text: string): Tensor[] {
  const { dtype } = weights.input;
  let state: Tensor = tensor([[0, 0, 0]], { dtype });
  return numbersOf(text).map((number) => {
    const x = oneHot(tensor([number], { dtype: 'int32' }), VOCABULARY.length, { dtype });
    state = tanh(add(add(matmul(x, weights.input), matmul(state, weights.state)), weights.stateBias));
    return add(matmul(state, weights.output), weights.outputBias);
  });
}

/** What each answer costs: minus the logarithm of the right character's probability, `[4]`. */
export function stepLosses(weights: Weights): Tensor {
  const scores = concat(forward(weights, READ), 0);
  const right = oneHot(tensor(numbersOf(ANSWER), { dtype: 'int32' }), VOCABULARY.length, { dtype: scores.dtype });
  return neg(sum(mul(right, logSoftmax(scores)), { axis: 1 }));
}

/** The cost of all answers together. */
export function loss(weights: Weights): Tensor {
  return sum(stepLosses(weights));
}

/** The most probable character after each one of `text`. */
export function answer(weights: Weights, text: string): string {
  const best = argMax(concat(forward(weights, text), 0), { axis: 1 }).toArray() as number[];
  return best.map((number) => VOCABULARY[number]).join('');
}
