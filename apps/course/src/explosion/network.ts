/**
 * A recurrent network that must carry a number over many steps: hₜ = hₜ₋₁ · state + xₜ · input, with or without a `tanh`
 * around it, and at the end one output. With a state matrix that makes rows longer, what is said of the end grows on its
 * way back to the beginning.
 */
import { RandomNumbers } from '@deft/digits';
import { clipGradients, type Optimizer, sgd } from '@deft/optim';
import {
  add,
  grad,
  jit,
  matmul,
  mean,
  norm,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  zeros,
} from '@deft/tensor';
import { normal, uniform, uniformRows } from '../random-arrays.ts';

const HIDDEN = 8;
const EXAMPLES = 16;

/** The weights. */
export interface Weights {
  /** `[1, 8]` */
  readonly input: Tensor;
  /** `[8, 8]` */
  readonly state: Tensor;
  /** `[8, 1]` */
  readonly output: Tensor;
}

/** Sequences `[16, steps]` of numbers and what should come out, the first number of each `[16, 1]`. */
export interface Examples {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Examples to train on. */
export function makeExamples(steps: number, seed: number): Examples {
  const random = new RandomNumbers(seed);
  const rows = Array.from({ length: EXAMPLES }, () => Array.from({ length: steps }, () => uniform(random, -1, 1)));
  return { x: tensor(rows), y: tensor(rows.map(([first]) => [first as number])) };
}

/**
 * Weights to begin with. The state matrix is `scale` times an orthogonal one, so a row that it multiplies becomes exactly
 * `scale` times as long.
 */
export function firstWeights(scale: number, seed: number): Weights {
  const random = new RandomNumbers(seed + 1);
  const rows = orthogonal(Array.from({ length: HIDDEN }, () => Array.from({ length: HIDDEN }, () => normal(random))));
  return {
    input: tensor(uniformRows(random, 1, HIDDEN, 0.5)),
    state: tensor(rows.map((row) => row.map((value) => scale * value))),
    output: tensor(uniformRows(random, HIDDEN, 1, 0.5)),
  };
}

/** Rows made perpendicular and of length 1, one after the other (Gram and Schmidt). */
function orthogonal(rows: readonly (readonly number[])[]): number[][] {
  const done: number[][] = [];
  for (const row of rows) {
    let rest = [...row];
    for (const other of done) {
      const share = rest.reduce((total, value, at) => total + value * (other[at] as number), 0);
      rest = rest.map((value, at) => value - share * (other[at] as number));
    }
    const length = Math.hypot(...rest);
    done.push(rest.map((value) => value / length));
  }
  return done;
}

/** What may stand between the steps: nothing, or a `tanh`, which keeps the state within −1 … 1. */
type Bend = 'none' | 'tanh';

/** The mean squared error; `nudges[t]`, rows `[16, 8]`, are added to the states. */
export function loss(
  { input, state, output }: Weights,
  { x, y }: Examples,
  { bend = 'none', nudges }: { readonly bend?: Bend; readonly nudges?: readonly Tensor[] } = {},
): Tensor {
  const steps = x.shape[1] as number;
  let h: Tensor = zeros([EXAMPLES, HIDDEN]);
  for (let t = 0; t < steps; t += 1) {
    h = add(matmul(h, state), matmul(slice(x, [0, t], [-1, 1]), input));
    h = bend === 'tanh' ? tanh(h) : h;
    h = nudges === undefined ? h : add(h, nudges[t] as Tensor);
  }
  return mean(square(sub(matmul(h, output), y)));
}

/** How long the gradient by the state is at each step, from the first to the last, without a `tanh`. */
export function normsThroughTime(weights: Weights, examples: Examples): number[] {
  const steps = examples.x.shape[1] as number;
  const still = Array.from({ length: steps }, (): Tensor => zeros([EXAMPLES, HIDDEN]));
  const gradients = grad((nudges: readonly Tensor[]) => loss(weights, examples, { nudges }))(still);
  return gradients.map((gradient) => (norm(gradient) as Tensor).item());
}

/** What a training did, step by step. */
export interface Trained {
  readonly losses: readonly number[];
  /** Length of the gradient by all weights, before it is clipped. */
  readonly norms: readonly number[];
}

/** Trains the network that has a `tanh` by gradient descent, with gradients no longer than `limit` if that is given. */
export function train(plan: {
  length: number;
  steps: number;
  rate: number;
  scale: number;
  seed: number;
  limit?: number | undefined;
  watch?: (step: number, loss: number) => void;
}): Trained {
  const optimizer: Optimizer = plan.limit === undefined ? sgd() : clipGradients(sgd(), { globalClipnorm: plan.limit });
  const examples = makeExamples(plan.length, plan.seed);
  let weights = firstWeights(plan.scale, plan.seed);
  let state = optimizer.initialize(weights);
  const take = jit((w: Weights, s: typeof state, data: Examples, rate: Tensor) => {
    const [value, gradients] = valueAndGrad((v: Weights) => loss(v, data, { bend: 'tanh' }))(w);
    const squares = [gradients.input, gradients.state, gradients.output].map((gradient) => sum(square(gradient)));
    const total = squares.reduce<Tensor>((all, one) => add(all, one), tensor(0));
    return { value, length: sqrt(total), ...optimizer.update(gradients, s, w, rate) };
  });
  const [losses, norms]: [number[], number[]] = [[], []];
  for (let step = 1; step <= plan.steps; step += 1) {
    const after = take(weights, state, examples, tensor(plan.rate));
    [weights, state] = [after.parameters, after.state];
    losses.push(after.value.item());
    norms.push(after.length.item());
    plan.watch?.(step, after.value.item());
  }
  return { losses, norms };
}
