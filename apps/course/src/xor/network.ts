/** Exclusive or by two dense layers, trained by one step that runs in both modes: op by op, and captured. */
import { RandomNumbers } from '@deft/digits';
import {
  add,
  binaryCrossentropy,
  jit,
  matmul,
  mean,
  mul,
  sigmoid,
  sub,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
} from '@deft/tensor';
import { uniformRows } from '../random-arrays.ts';

/** The four cases. */
export const INPUTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
/** What each case should give. */
export const TARGETS: readonly number[] = [0, 1, 1, 0];

/** The weights of both layers. */
export interface Weights {
  readonly inner: Tensor;
  readonly innerBias: Tensor;
  readonly outer: Tensor;
  readonly outerBias: Tensor;
}

/** Weights to begin with; `hidden` numbers lie between the layers. */
export function firstWeights(hidden: number, seed: number): Weights {
  const random = new RandomNumbers(seed);
  return {
    inner: tensor(uniformRows(random, 2, hidden, 1)),
    innerBias: tensor(uniformRows(random, 1, hidden, 1)),
    outer: tensor(uniformRows(random, hidden, 1, 1)),
    outerBias: tensor(uniformRows(random, 1, 1, 1)),
  };
}

/** The score of each row of `x`: above 0 means 1. */
export function scores({ inner, innerBias, outer, outerBias }: Weights, x: Tensor): Tensor {
  return add(matmul(tanh(add(matmul(x, inner), innerBias)), outer), outerBias);
}

/** A step of gradient descent: the loss before it, and the weights behind it. */
export function step(weights: Weights, rate: Tensor): { loss: Tensor; weights: Weights } {
  const x = tensor(INPUTS.map((row) => [...row]));
  const y = tensor(TARGETS.map((target) => [target]));
  const [loss, g] = valueAndGrad((w: Weights) => mean(binaryCrossentropy(y, scores(w, x), true)))(weights);
  const down = (weight: Tensor, gradient: Tensor): Tensor => sub(weight, mul(gradient, rate));
  return {
    loss,
    weights: {
      inner: down(weights.inner, g.inner),
      innerBias: down(weights.innerBias, g.innerBias),
      outer: down(weights.outer, g.outer),
      outerBias: down(weights.outerBias, g.outerBias),
    },
  };
}

/** The same step, captured: one program instead of some thirty ops. */
export const capturedStep: typeof step = jit(step);

/** A training that is over. */
export interface Trained {
  readonly weights: Weights;
  readonly losses: readonly number[];
}

/** Trains in one of the modes. */
export function train(
  take: typeof step,
  plan: { hidden: number; steps: number; rate: number; seed: number; watch?: (step: number, loss: number) => void },
): Trained {
  let weights = firstWeights(plan.hidden, plan.seed);
  const losses: number[] = [];
  for (let at = 1; at <= plan.steps; at += 1) {
    const after = take(weights, tensor(plan.rate));
    weights = after.weights;
    losses.push(after.loss.item());
    plan.watch?.(at, after.loss.item());
  }
  return { weights, losses };
}

/** The probability of 1 at points of the plane. */
export function probabilities(weights: Weights, points: readonly (readonly [number, number])[]): number[] {
  return (sigmoid(scores(weights, tensor(points.map((row) => [...row])))).toArray() as number[][]).flat();
}
